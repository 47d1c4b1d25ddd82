using Limpid.Torch;

namespace Limpid.Attacks;

/// <summary>Per row, the strongest image an attack has seen: misclassified before not, then the highest loss.</summary>
/// <remarks>Its image tensor belongs to the scope in which this was made; rows never seen are the originals.</remarks>
internal sealed class BestSeen
{
    private readonly double[] loss;

    public BestSeen(Tensor originals)
    {
        Images = originals.Clone();
        loss = new double[originals.Size(0)];
        Array.Fill(loss, double.NegativeInfinity);
        Wrong = new bool[loss.Length];
    }

    /// <summary>[N,C,H,W].</summary>
    public Tensor Images { get; }

    /// <summary>Per row, whether the kept image was misclassified when it was seen.</summary>
    public bool[] Wrong { get; }

    /// <summary>Looks at one image for each of some rows; all rows unless named.</summary>
    public void See(Tensor images, Tensor losses, Tensor logits, Tensor labels, int[]? rows = null)
    {
        using var scope = TensorScope.Begin();
        double[] seenLoss = losses.ToDoubles();
        bool[] seenWrong = logits.ArgMax(1).NotEqualTo(labels).ToBools();
        for (int i = 0; i < seenLoss.Length; i++)
        {
            int row = rows?[i] ?? i;
            if (seenWrong[i] == Wrong[row] ? seenLoss[i] > loss[row] : seenWrong[i])
            {
                (Wrong[row], loss[row]) = (seenWrong[i], seenLoss[i]);
                Images.Select(0, row).CopyInPlace(images.Select(0, i));
            }
        }
    }
}
