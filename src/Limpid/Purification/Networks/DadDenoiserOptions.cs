using Limpid.Torch;

namespace Limpid.Purification.Networks;

/// <summary>How a <see cref="DadDenoiser"/> is built; the defaults are the published network of 11 million weights.</summary>
public sealed record DadDenoiserOptions
{
    /// <summary>A network for a processor: three levels of 16, 32 and 64 channels.</summary>
    public static DadDenoiserOptions Small { get; } = new()
    {
        DownWidths = [16, 32, 64],
        DownBlocks = [1, 2, 2],
        UpWidths = [16, 32],
        UpBlocks = [1, 2],
    };

    /// <summary>Channels of the images, 1 or 3.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Width of each level on the way down, finest first; every level but the first halves rows and columns.</summary>
    public IReadOnlyList<int> DownWidths { get; init; } = [64, 128, 256, 256, 256];

    /// <summary>Blocks of each level on the way down.</summary>
    public IReadOnlyList<int> DownBlocks { get; init; } = [2, 3, 3, 3, 3];

    /// <summary>Width of each level on the way up, finest first; one level fewer.</summary>
    public IReadOnlyList<int> UpWidths { get; init; } = [64, 128, 256, 256];

    /// <summary>Blocks of each level on the way up.</summary>
    public IReadOnlyList<int> UpBlocks { get; init; } = [2, 3, 3, 3];

    /// <summary>Whether blocks are bottlenecks (four times the width, squeeze and excitation in use) in place of plain convolutions.</summary>
    public bool IsBottleneck { get; init; }

    /// <summary>The noise on the input that it is trained and used with.</summary>
    public DenoiserNoise Noise { get; init; } = DenoiserNoise.Gaussian;

    /// <summary>Standard deviation of the noise in units of pixels, in [0,1]; 0.25 in DAD.</summary>
    public double Deviation { get; init; } = 0.25;

    /// <summary>Whether the lists fit together and the noise is in its range.</summary>
    /// <exception cref="InputException">They do not.</exception>
    public void Check()
    {
        int levels = DownWidths.Count;
        bool fits = levels >= 2 && DownBlocks.Count == levels && UpWidths.Count == levels - 1 && UpBlocks.Count == levels - 1
            && DownWidths.Concat(DownBlocks).Concat(UpWidths).Concat(UpBlocks).All(number => number is > 0 and <= 4096) && Channels is 1 or 3 && Deviation is >= 0 and <= 1;
        if (!fits)
        {
            throw new InputException("a denoiser needs as many blocks as widths at each level, one level fewer on the way up than down, 1 or 3 channels, and noise of a deviation in [0,1]");
        }
    }
}
