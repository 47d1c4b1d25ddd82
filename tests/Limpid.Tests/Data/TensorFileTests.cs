using Limpid.Data;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Data;

public sealed class TensorFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bytes_are_divided_by_255()
    {
        IImageDataset data = Open(new() { { "images", Bytes(2) }, { "labels", StoredTensor.FromInt64s([4, 0], 2) } });
        var image = new float[4];
        data.ReadImage(1, image);

        image.ShouldBe([4 / 255f, 5 / 255f, 6 / 255f, 7 / 255f]);
        (data.Count, data.Channels, data.Height, data.Width, data.Label(0), data.ClassCount).ShouldBe((2, 1, 2, 2, 4, 5));
    }

    [Fact]
    public void Floats_are_kept_unrounded_and_indices_with_them()
    {
        IImageDataset data = Open(new() { { "adversarial", StoredTensor.FromFloats([0.123456f, 1f, 0f, 0.5f], 1, 1, 2, 2) }, { "index", StoredTensor.FromInt64s([9001], 1) } });
        var image = new float[4];
        data.ReadImage(0, image);

        image[0].ShouldBe(0.123456f);
        (data.Label(0), data.OriginalIndex(0)).ShouldBe((-1, 9001L));
    }

    [Fact]
    public void Names_of_classes_are_read_when_they_suffice()
    {
        var tensors = new StoredTensors { { "images", Bytes(1) }, { "labels", StoredTensor.FromInt64s([1], 1) } };
        tensors.Metadata["classes"] = "cat\tdog\tfrog";
        Open(tensors).ClassNames.ShouldBe(["cat", "dog", "frog"]);

        tensors.Metadata["classes"] = "cat";
        Open(tensors).ClassNames.ShouldBe(["class 0", "class 1"]);
    }

    [Fact]
    public void Values_outside_the_unit_interval_are_refused()
    {
        Refused(new() { { "images", StoredTensor.FromFloats([0f, 0f, 0f, 0f, 0f, 0f, 0f, 3f], 2, 1, 2, 2) } }).ShouldContain("holds 3 in image 1");
        Refused(new() { { "images", StoredTensor.FromFloats([0f, float.NaN, 0f, 0f], 1, 1, 2, 2) } }).ShouldContain("NaN");
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        Refused(new() { { "weights", Bytes(1) } }).ShouldContain("no tensor 'images' [N,C,H,W]; it holds weights");
        Refused(new() { { "images", StoredTensor.FromFloats([0f, 0f], 2) } }).ShouldContain("expected [N,C,H,W]");
        Refused(new() { { "images", StoredTensor.FromInt64s([0, 0, 0, 0], 1, 1, 2, 2) } }).ShouldContain("expected uint8 or float32");
        Refused(new() { { "images", Bytes(2) }, { "labels", StoredTensor.FromInt64s([1], 1) } }).ShouldContain("expected 2 integers");
        Refused(new() { { "images", Bytes(2) }, { "labels", StoredTensor.FromInt64s([1, -2], 2) } }).ShouldContain("label -2 of image 1");
        Refused(new() { { "images", Bytes(1) }, { "index", StoredTensor.FromInt64s([-5], 1) } }).ShouldContain("negative");
    }

    [Fact]
    public void A_missing_file_is_refused() => Should.Throw<InputException>(() => Datasets.Open("safetensors:/nowhere.safetensors")).Message.ShouldContain("/nowhere.safetensors");

    private static StoredTensor Bytes(int count) => new(DType.UInt8, [count, 1, 2, 2], Enumerable.Range(0, 4 * count).Select(i => (byte)i).ToArray());

    private IImageDataset Open(StoredTensors tensors)
    {
        string path = Path.Combine(_folder.Path, "images.safetensors");
        SafetensorsFile.Write(path, tensors);
        return Datasets.Open($"safetensors:{path}");
    }

    private string Refused(StoredTensors tensors) => Should.Throw<InputException>(() => Open(tensors)).Message;
}
