using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Evaluation;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Training;

/// <summary>Measures a classifier on the images at the end of a set.</summary>
/// <param name="classifier">The classifier, in evaluation mode.</param>
/// <param name="data">Labeled images.</param>
/// <param name="first">Position of the first one that was held out.</param>
/// <param name="device">Where the classifier is.</param>
internal sealed class HeldOutAccuracy(NetworkClassifier classifier, IImageDataset data, int first, Device device)
{
    private const int BatchSize = 100;

    /// <summary>Accuracy on images as they are.</summary>
    public Interval Clean(CancellationToken cancellation) => Over((images, _, _) => images, cancellation);

    /// <summary>Accuracy on the images that an attack makes of them.</summary>
    public Interval Under(IAttack attack, ulong seed, CancellationToken cancellation)
    {
        var target = new ClassifierTarget(classifier);
        return Over((images, labels, keys) => attack.Run(target, images, labels, new KeyedNoise(seed, keys).Branch(NoisePurpose.Craft, 0), cancellation).Adversarial, cancellation);
    }

    private Interval Over(Func<Tensor, Tensor, SampleKey[], Tensor> change, CancellationToken cancellation)
    {
        using var noGrad = GradMode.Off();
        int right = 0, length = data.ImageLength();
        foreach (int[] positions in Enumerable.Range(first, data.Count - first).Chunk(BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            var pixels = new float[positions.Length * length];
            data.ReadImages(positions, pixels);
            var images = Tensor.From(pixels, positions.Length, data.Channels, data.Height, data.Width).To(device);
            long[] truth = Array.ConvertAll(positions, position => (long)data.Label(position));
            var changed = change(images, Tensor.From(truth, truth.Length).To(device), Array.ConvertAll(positions, position => new SampleKey(data.OriginalIndex(position))));
            right += classifier.Logits(changed).ArgMax(1).ToLongs().Zip(truth).Count(pair => pair.First == pair.Second);
        }
        int count = data.Count - first;
        return Interval.Wilson(count == 0 ? 0 : (double)right / count, count);
    }
}
