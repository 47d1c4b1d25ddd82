namespace Limpid.Torch.Weights.Pickle;

/// <summary>A bound on the work that one file may ask for, shared by all pickles inside it.</summary>
internal sealed class PickleBudget(string source)
{
    // Hundred times what the largest published checkpoints need.
    private long left = 8_000_000;

    public void Spend(long steps)
    {
        left -= Math.Min(steps, left + 1);
        if (left < 0)
        {
            throw new InputException($"{source}: its pickle asks for far more work than a weight file needs: refused");
        }
    }
}
