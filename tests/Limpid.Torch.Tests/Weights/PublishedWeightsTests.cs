using Limpid.Torch.Weights;

namespace Limpid.Torch.Tests.Weights;

/// <summary>Every trained network of the data folder, with the number of parameters that its description states.</summary>
public sealed class PublishedWeightsTests
{
    [SharedTheory]
    [InlineData("cifar10/resnet20-12fca82f.th", CheckpointFormat.Legacy, "state_dict.module.", 269_722)]
    [InlineData("cifar10/resnet56-4bfd9763.th", CheckpointFormat.Legacy, "state_dict.module.", 853_018)]
    [InlineData("mnist/trades_smallcnn.pt", CheckpointFormat.Legacy, "", 312_202)]
    [InlineData("mnist/lenet5_clntrained.pt", CheckpointFormat.Legacy, "", 648_226)]
    [InlineData("mnist/lenet5_advtrained.pt", CheckpointFormat.Legacy, "", 648_226)]
    [InlineData("mnist/ddpm_unet.pt", CheckpointFormat.Zip, "network.", 606_852)]
    [InlineData("mnist/ddpm_cnn.pth", CheckpointFormat.Zip, "", 293_235)]
    [InlineData("svhn/vgg_small.pth", CheckpointFormat.Zip, "", 167_978)]
    [InlineData("imagenet/squeezenet1_1.safetensors", CheckpointFormat.Safetensors, "", 1_235_496)]
    // Conv 16 and 32 of 4 × 4, linear to 100 and to 10, for 28 × 28 gray and for 32 × 32 color images.
    [InlineData("mnist/certified_small_linf01.pth", CheckpointFormat.Legacy, "", 166_406)]
    [InlineData("svhn/certified_small_linf001.pth", CheckpointFormat.Legacy, "", 214_918)]
    [InlineData("cifar10/certified_small_linf8.pth", CheckpointFormat.Legacy, "state_dict.0.", 214_918)]
    [InlineData("cifar10/certified_small_l2_36.pth", CheckpointFormat.Legacy, "state_dict.0.", 214_918)]
    public void A_published_file_has_the_stated_number_of_parameters(string name, CheckpointFormat format, string prefix, long parameters)
    {
        var read = Checkpoint.Read(SharedData.Path($"data/weights/{name}"));

        read.Format.ShouldBe(format);
        var weights = read.Tensors.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        weights.ShouldAllBe(entry => !entry.Value.HasNonFinite());
        weights.Where(entry => IsParameter(entry.Key)).Sum(entry => entry.Value.Count).ShouldBe(parameters);
    }

    [SharedTheory]
    [InlineData("mnist/trades_smallcnn.pt")]
    [InlineData("mnist/ddpm_unet.pt")]
    [InlineData("imagenet/squeezenet1_1.safetensors")]
    public void A_published_file_survives_a_copy_to_safetensors(string name)
    {
        using var folder = new TemporaryFolder();
        var original = Checkpoint.Read(SharedData.Path($"data/weights/{name}")).Tensors;

        SafetensorsFile.Write(folder.File("copy.safetensors"), original);

        var copy = SafetensorsFile.Read(folder.File("copy.safetensors"));
        copy.Names.ShouldBe(original.Names);
        foreach (var (key, tensor) in original)
        {
            copy[key].Data.Span.SequenceEqual(tensor.Data.Span).ShouldBeTrue(key);
        }
    }

    private static bool IsParameter(string name) =>
        !name.EndsWith("running_mean", StringComparison.Ordinal) && !name.EndsWith("running_var", StringComparison.Ordinal) && !name.EndsWith("num_batches_tracked", StringComparison.Ordinal);
}
