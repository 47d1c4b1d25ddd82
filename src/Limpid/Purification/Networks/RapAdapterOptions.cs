using Limpid.Torch;

namespace Limpid.Purification.Networks;

/// <summary>How a <see cref="RapAdapter"/> is built; the defaults are those of Cold Diffusion's network, for 32×32 color images.</summary>
public sealed record RapAdapterOptions
{
    /// <summary>Channels of the images, 1 or 3.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Width of the finest level, and of the time features; even, at least 4.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Width of each level in units of <see cref="Width"/>, finest first; every level but the first halves rows and columns.</summary>
    public IReadOnlyList<int> Multipliers { get; init; } = [1, 2, 4, 8];

    /// <summary>Heads of the linear attention at every level.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Channels of a head.</summary>
    public int HeadWidth { get; init; } = 32;

    /// <summary>Whether the input is added to the output, so that the network learns only what to change.</summary>
    public bool Residual { get; init; } = true;

    /// <summary>Whether the numbers are in their ranges.</summary>
    /// <exception cref="InputException">They are not.</exception>
    public void Check()
    {
        bool fits = Channels is 1 or 3 && Width is >= 4 and <= 1024 && Width % 2 == 0
            && Multipliers.Count is >= 2 and <= 6 && Multipliers.All(m => m is >= 1 and <= 64) && Heads is >= 1 and <= 64 && HeadWidth is >= 1 and <= 256;
        if (!fits)
        {
            throw new InputException("a RAP adapter needs 1 or 3 channels, an even width of at least 4, 2 to 6 multipliers of at least 1, and heads of at least 1 channel");
        }
    }
}
