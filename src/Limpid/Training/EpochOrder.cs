using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>The order of images in each epoch: a permutation that is a function of seed and epoch.</summary>
internal sealed class EpochOrder(int count, ulong seed)
{
    private readonly Dictionary<long, int[]> orders = [];

    /// <summary>Which position comes at a place of the endless sequence of epochs, and in which epoch that is.</summary>
    public (int Position, int Epoch) At(long place)
    {
        var (epoch, rest) = Math.DivRem(place, count);
        if (!orders.TryGetValue(epoch, out var order))
        {
            // A batch touches at most a few epochs: older ones never come back.
            foreach (long old in orders.Keys.Where(e => e < epoch - 1).ToList())
            {
                orders.Remove(old);
            }
            orders[epoch] = order = Shuffle((ulong)epoch);
        }
        return (order[rest], (int)epoch);
    }

    // Fisher–Yates; the bias of 64-bit scaling is below count / 2⁶⁴.
    private int[] Shuffle(ulong epoch)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            var (a, b, _, _) = Philox.Next((ulong)i, epoch, seed ^ 0x6F72646572UL);
            int j = (int)Math.BigMul(((ulong)a << 32) | b, (ulong)(i + 1), out _);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
