using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Support;

/// <summary>Levels chosen by the test.</summary>
public sealed class GivenLevel(params int[] counts) : INoiseLevel
{
    public SampleLevels Measure(Tensor images, INoise noise, CancellationToken cancellation = default) => new(_ => [.. counts.Select(c => new StepCount(c))]);
}
