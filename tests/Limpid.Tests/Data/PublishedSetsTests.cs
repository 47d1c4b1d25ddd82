using Limpid.Data;

namespace Limpid.Tests.Data;

/// <summary>Counts and label histograms of the real files, as their publishers give them.</summary>
public sealed class PublishedSetsTests
{
    [SharedTheory]
    [InlineData("mnist:{0}/mnist:train", "5923 6742 5958 6131 5842 5421 5918 6265 5851 5949")]
    [InlineData("mnist:{0}/mnist:test", "980 1135 1032 1010 982 892 958 1028 974 1009")]
    [InlineData("mnist:{0}/mnist", "980 1135 1032 1010 982 892 958 1028 974 1009")]
    [InlineData("cifar10:{0}/cifar10:test", "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000")]
    [InlineData("cifar10:{0}/cifar10:train[0..9999]", "1005 974 1032 1016 999 937 1030 1001 1025 981")]
    [InlineData("cifar10:{0}/cifar10:train[10000..19999]", "984 1007 1010 995 1010 988 1008 1026 987 985")]
    [InlineData("svhn:{0}/svhn:test", "271 785 611 448 396 374 303 306 253 253")]
    [InlineData("svhn:{0}/svhn:train", "66 227 141 134 110 112 78 70 78 67")]
    public void Labels_are_as_published(string name, string counts)
    {
        IImageDataset data = Datasets.Open(name.Replace("{0}", SharedData.Path("data")));

        string.Join(' ', data.ClassCounts()).ShouldBe(counts);
    }

    [SharedFact]
    public void Cifar_images_are_color_and_in_the_unit_interval()
    {
        IImageDataset data = Datasets.Open($"cifar10:{SharedData.Path("data/cifar10")}:test[0..63]");
        var image = new float[data.ImageLength()];
        data.ReadImage(0, image);

        (data.Channels, data.Height, data.Width, data.Count).ShouldBe((3, 32, 32, 64));
        data.ClassNames[data.Label(0)].ShouldBe("cat");
        image.Min().ShouldBeGreaterThanOrEqualTo(0f);
        image.Max().ShouldBeLessThanOrEqualTo(1f);
        (image[0] * 255f).ShouldBe(158f, 1e-3f); // the first test image's first red value
    }

    [SharedFact]
    public void Mnist_images_are_gray()
    {
        IImageDataset data = Datasets.Open($"mnist:{SharedData.Path("data/mnist")}:test[0..0]");

        (data.Channels, data.Height, data.Width, data.Label(0)).ShouldBe((1, 28, 28, 7));
    }
}
