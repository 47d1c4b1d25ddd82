using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>A step that concerns some rows of a batch; the others pass through untouched and cost no network call.</summary>
public sealed class RowsStep : IChainStep, IDisposable
{
    private readonly int[] rows;
    private readonly IChainStep step;

    private RowsStep(int[] rows, IChainStep step)
    {
        this.rows = rows;
        this.step = step;
    }

    /// <summary>The step itself where it concerns all rows.</summary>
    /// <param name="rows">The rows that the step concerns, ascending.</param>
    /// <param name="count">Rows of the batch.</param>
    /// <param name="step">A step over <paramref name="rows"/> only.</param>
    public static IChainStep Of(int[] rows, int count, IChainStep step)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Length == count ? step : new RowsStep(rows, step);
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor state, Tensor input, INoise noise)
    {
        if (rows.Length == 0)
        {
            return state;
        }
        using var scope = TensorScope.Begin();
        var indices = Tensor.From(Array.ConvertAll(rows, static r => (long)r), rows.Length).To(state.Device);
        var next = step.Apply(state.IndexSelect(0, indices), input.IndexSelect(0, indices), noise.Rows(rows));
        return scope.Return(state.IndexCopy(0, indices, next));
    }

    /// <summary>Frees what the step holds.</summary>
    public void Dispose() => (step as IDisposable)?.Dispose();
}
