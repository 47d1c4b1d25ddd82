namespace Limpid.Torch.Noise;

/// <summary>The randomness of one batch: every number is a function of the seed, the row's sample, the branch, the purpose and the step.</summary>
/// <remarks>
/// Asking twice gives the same numbers, so noise is replayed by asking again and never stored. Values do not depend on
/// which other rows are in the batch, on their order or on the device. Implementations are safe to read from many threads.
/// </remarks>
public interface INoise
{
    /// <summary>Number of rows.</summary>
    int Count { get; }

    /// <summary>Standard normal numbers, float32 [Count, …sampleShape] on the device.</summary>
    Tensor Normal(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default);

    /// <summary>Uniform numbers in [0,1), float32 [Count, …sampleShape] on the device.</summary>
    Tensor Uniform(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default);

    /// <summary>An independent stream for the same rows: one iteration, one draw, one round.</summary>
    INoise Branch(NoisePurpose purpose, int index);

    /// <summary>The same stream for some of the rows, in this order; a row may be repeated.</summary>
    INoise Rows(ReadOnlySpan<int> rows);
}
