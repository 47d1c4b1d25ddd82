using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>Every image is diffused as far as the purifier's own t* says.</summary>
public sealed class SharedLevel : INoiseLevel
{
    /// <summary>The only one there need be.</summary>
    public static SharedLevel Instance { get; } = new();

    /// <inheritdoc/>
    public SampleLevels Measure(Tensor images, INoise noise, CancellationToken cancellation = default)
    {
        int n = (int)images.Size(0);
        return new SampleLevels(shared => [.. Enumerable.Repeat(shared, n)]);
    }
}
