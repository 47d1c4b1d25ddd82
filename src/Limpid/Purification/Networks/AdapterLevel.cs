using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Purification.Networks;

/// <summary>What a level does with rows and columns at its end.</summary>
internal enum Resampling
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Halves them.</summary>
    Down,

    /// <summary>Doubles them.</summary>
    Up,
}

/// <summary>One level of a <see cref="RapAdapter"/>: two blocks, attention, resampling.</summary>
internal sealed class AdapterLevel : Module
{
    private readonly ConvNeXtBlock first;
    private readonly ConvNeXtBlock second;
    private readonly LinearAttention attention;
    private readonly Conv2d? smaller;
    private readonly ConvTranspose2d? larger;

    public AdapterLevel(int from, int to, int time, RapAdapterOptions options, Resampling resampling, bool isFirst)
    {
        first = Add("0", new ConvNeXtBlock(from, to, time, normalizes: !isFirst));
        second = Add("1", new ConvNeXtBlock(to, to, time));
        attention = Add("2", new LinearAttention(to, options.Heads, options.HeadWidth));
        smaller = resampling == Resampling.Down ? Add("3", new Conv2d(to, to, 4, stride: 2, padding: 1)) : null;
        larger = resampling == Resampling.Up ? Add("3", new ConvTranspose2d(to, to, 4, stride: 2, padding: 1)) : null;
    }

    /// <summary>The result before and after resampling.</summary>
    public (Tensor Skip, Tensor Next) Forward(Tensor x, Tensor time)
    {
        using var scope = TensorScope.Begin();
        var skip = attention.Forward(second.Forward(first.Forward(x, time), time));
        var next = smaller?.Forward(skip) ?? larger?.Forward(skip) ?? skip;
        return (scope.Return(skip), scope.Return(next));
    }
}
