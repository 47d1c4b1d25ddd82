using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Images;
using Limpid.Torch;

namespace Limpid.Tests.Classifiers;

/// <summary>Published weights reach the accuracy that was measured with the authors' code on the same first images, give or take one image.</summary>
public sealed class PublishedWeightsTests
{
    [SharedTheory]
    [InlineData("cifar-resnet20", "cifar10/resnet20-12fca82f.th", "cifar10", 0.917)]
    [InlineData("cifar-resnet56", "cifar10/resnet56-4bfd9763.th", "cifar10", 0.934)]
    [InlineData("certified-small-cifar10", "cifar10/certified_small_linf8.pth", "cifar10", 0.2760)]
    [InlineData("certified-small-cifar10", "cifar10/certified_small_l2_36.pth", "cifar10", 0.5439)]
    [InlineData("trades-smallcnn", "mnist/trades_smallcnn.pt", "mnist", 0.9948)]
    [InlineData("mnist-lenet5", "mnist/lenet5_clntrained.pt", "mnist", 0.9889)]
    [InlineData("mnist-lenet5", "mnist/lenet5_advtrained.pt", "mnist", 0.9864)]
    [InlineData("certified-small-mnist", "mnist/certified_small_linf01.pth", "mnist", 0.9820)]
    [InlineData("svhn-vgg", "svhn/vgg_small.pth", "svhn", 0.9466)]
    [InlineData("certified-small-svhn", "svhn/certified_small_linf001.pth", "svhn", 0.7962)]
    public void Published_weights_reach_their_accuracy(string network, string file, string data, double published)
    {
        var classifier = KnownClassifiers.Open($"{network}={SharedData.Path($"data/weights/{file}")}");
        using var _ = (IDisposable)classifier;
        var images = Datasets.Open($"{data}:{SharedData.Path($"data/{data}")}:test[0..255]");

        double accuracy = Accuracy(classifier, images);

        // Three standard errors of a share among 256.
        accuracy.ShouldBe(published, 3 * Math.Sqrt(published * (1 - published) / images.Count));
    }

    [SharedFact]
    public void SqueezeNet_reaches_its_accuracy_on_the_sample_images()
    {
        using var classifier = (NetworkClassifier)KnownClassifiers.Open($"squeezenet1_1={SharedData.Path("data/weights/imagenet/squeezenet1_1.safetensors")}");
        string[] lines = File.ReadAllLines(SharedData.Path("data/imagenet/labels.csv"));
        int right = 0;
        foreach (string[] fields in lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')))
        {
            using var scope = TensorScope.Begin();
            using var noGrad = GradMode.Off();
            var image = Resize.To(ImageFile.Read(SharedData.Path($"data/imagenet/{fields[0]}")).ToRgb(), 227, 227);
            right += classifier.Logits(Tensor.From(image.ToUnit(), 1, 3, 227, 227)).ArgMax(1).Item() == int.Parse(fields[1]) ? 1 : 0;
        }

        // 56 of 84 in the reference; decoders and resamplers of different libraries move an image or two.
        right.ShouldBeInRange(54, 58);
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
