using System.Globalization;
using Limpid.Defenses;
using Limpid.Images;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Evaluation;

/// <summary>A few pictures of a run: original, attacked, and the attacked one purified.</summary>
/// <remarks>Rounded to 8 bits, so they are for looking at, not for measuring.</remarks>
internal sealed class ExampleImages(string folder, Defense defense)
{
    /// <summary>Writes the pictures of some rows as <c>images/INDEX.original.png</c> and so on.</summary>
    public void Write(Tensor images, Tensor adversarial, INoise noise, IReadOnlyList<SampleKey> keys, int[] rows, CancellationToken cancellation)
    {
        if (rows.Length == 0)
        {
            return;
        }
        using var scope = TensorScope.Begin();
        string path = Path.Combine(folder, "images");
        Directory.CreateDirectory(path);
        // The first draw of the judgement that counted.
        var draw = Judge.Branch(Judge.Kind.Adversarial, noise, 0).Branch(NoisePurpose.Draw, 0).Rows(rows);
        var attacked = adversarial.Rows(rows);
        Save(path, "original", images.Rows(rows), keys, rows);
        Save(path, "adversarial", attacked, keys, rows);
        if (defense.Purifier is not null)
        {
            Save(path, "purified", defense.Purify(attacked, draw, cancellation), keys, rows);
        }
    }

    private static void Save(string path, string kind, Tensor images, IReadOnlyList<SampleKey> keys, int[] rows)
    {
        int channels = (int)images.Size(1), height = (int)images.Size(2), width = (int)images.Size(3);
        float[] values = images.Clamp(0, 1).ToFloats();
        int size = channels * height * width;
        for (int i = 0; i < rows.Length; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{keys[rows[i]].Image}.{kind}.png");
            PngWriter.Write(Path.Combine(path, name), RgbImage.FromUnit(channels, height, width, values.AsSpan(i * size, size)));
        }
    }
}
