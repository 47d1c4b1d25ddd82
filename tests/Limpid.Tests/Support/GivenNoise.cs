using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Support;

/// <summary>The noise of one step whose rows are at indices of their own.</summary>
public sealed class GivenNoise(Tensor noise, StepIndex[] from) : INoise
{
    public int Count => from.Length;

    public Tensor Normal(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default)
    {
        purpose.ShouldBe(NoisePurpose.Reverse);
        from.ShouldAllBe(i => i.Value == step);
        return noise;
    }

    public Tensor Uniform(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default) => throw new NotSupportedException();

    public INoise Branch(NoisePurpose purpose, int index) => throw new NotSupportedException();

    public INoise Rows(ReadOnlySpan<int> rows) => new GivenNoise(noise.Rows(rows), [.. rows.ToArray().Select(r => from[r])]);
}
