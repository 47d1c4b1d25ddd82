using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>The images of a batch of attacked ones that are left clean.</summary>
/// <remarks>
/// An attack that knows y writes it into the image, and a network that only ever sees attacked images may learn to read it there
/// ("label leaking", Kurakin et al., ICLR 2017). Clean images among them forbid that.
/// </remarks>
internal static class CleanShare
{
    /// <summary>Whether each image is left clean, drawn by its own key.</summary>
    public static bool[] Draw(INoise noise, double share)
    {
        if (share == 0)
        {
            return new bool[noise.Count];
        }
        using var scope = TensorScope.Begin();
        return Array.ConvertAll(noise.Uniform(NoisePurpose.Training, 1, [1]).ToFloats(), u => u < share);
    }

    /// <summary>The attacked images, and the clean ones where they are left clean.</summary>
    public static Tensor Mix(Tensor attacked, Tensor clean, IReadOnlyList<bool> left)
    {
        int[] rows = [.. Enumerable.Range(0, left.Count).Where(row => left[row])];
        if (rows.Length == 0)
        {
            return attacked;
        }
        using var scope = TensorScope.Begin();
        var index = Tensor.From(Array.ConvertAll(rows, row => (long)row), rows.Length).To(attacked.Device);
        return scope.Return(attacked.IndexCopy(0, index, clean.Rows(rows)));
    }

    /// <exception cref="InputException">It is no share.</exception>
    public static void Check(double share)
    {
        if (!(share is >= 0 and <= 1))
        {
            throw new InputException($"clean-share must be in [0,1], not {share}");
        }
    }
}
