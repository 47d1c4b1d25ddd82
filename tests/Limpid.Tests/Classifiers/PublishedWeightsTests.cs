using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Tests.Classifiers;

/// <summary>Published weights reach the accuracy that was measured with the authors' code on the same first images, give or take one image.</summary>
public sealed class PublishedWeightsTests
{
    [SharedTheory]
    [InlineData("cifar-resnet20", "cifar10/resnet20-12fca82f.th", "cifar10", 0.917)]
    [InlineData("cifar-resnet56", "cifar10/resnet56-4bfd9763.th", "cifar10", 0.934)]
    public void Published_weights_reach_their_accuracy(string network, string file, string data, double published)
    {
        var classifier = KnownClassifiers.Open($"{network}={SharedData.Path($"data/weights/{file}")}");
        using var _ = (IDisposable)classifier;
        var images = Datasets.Open($"{data}:{SharedData.Path($"data/{data}")}:test[0..255]");

        double accuracy = Accuracy(classifier, images);

        // Three standard errors of a share among 256.
        accuracy.ShouldBe(published, 3 * Math.Sqrt(published * (1 - published) / images.Count));
    }

    internal static double Accuracy(IClassifier classifier, IImageDataset images)
    {
        int right = 0;
        for (int start = 0; start < images.Count; start += 64)
        {
            using var scope = TensorScope.Begin();
            using var noGrad = GradMode.Off();
            int[] rows = [.. Enumerable.Range(start, Math.Min(64, images.Count - start))];
            var pixels = new float[rows.Length * images.ImageLength()];
            images.ReadImages(rows, pixels);
            long[] predicted = classifier.Logits(Tensor.From(pixels, rows.Length, images.Channels, images.Height, images.Width)).ArgMax(1).ToLongs();
            right += rows.Count(row => predicted[row - start] == images.Label(row));
        }
        return right / (double)images.Count;
    }
}
