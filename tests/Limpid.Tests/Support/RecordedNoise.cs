using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Support;

/// <summary>Noise that someone else drew: recorded tensors in the order in which they are first asked for, the same again when asked again.</summary>
public sealed class RecordedNoise : INoise
{
    private readonly Queue<Tensor> recorded;
    private readonly Dictionary<(string Branch, NoisePurpose Purpose, int Step), Tensor> given;
    private readonly string branch;
    private readonly int[] chosen;

    /// <param name="recorded">The draws, each [N,C,H,W].</param>
    public RecordedNoise(params IEnumerable<Tensor> recorded)
        : this(new Queue<Tensor>(recorded), [], "", null)
    {
    }

    private RecordedNoise(Queue<Tensor> recorded, Dictionary<(string, NoisePurpose, int), Tensor> given, string branch, int[]? rows)
    {
        this.recorded = recorded;
        this.given = given;
        this.branch = branch;
        chosen = rows ?? [.. Enumerable.Range(0, recorded.Count == 0 ? 0 : (int)recorded.Peek().Size(0))];
    }

    public int Count => chosen.Length;

    /// <summary>Draws that nobody has asked for.</summary>
    public int Left => recorded.Count;

    public Tensor Normal(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default)
    {
        if (!given.TryGetValue((branch, purpose, step), out var draw))
        {
            given[(branch, purpose, step)] = draw = recorded.Dequeue();
        }
        draw.Shape[1..].ToArray().ShouldBe(sampleShape.ToArray());
        return draw.Rows(chosen);
    }

    public Tensor Uniform(NoisePurpose purpose, int step, ReadOnlySpan<long> sampleShape, Device device = default) => Normal(purpose, step, sampleShape, device);

    public INoise Branch(NoisePurpose purpose, int index) => new RecordedNoise(recorded, given, $"{branch}/{purpose}{index}", chosen);

    public INoise Rows(ReadOnlySpan<int> rows)
    {
        int[] picked = [.. rows.ToArray().Select(r => chosen[r])];
        return new RecordedNoise(recorded, given, branch, picked);
    }
}
