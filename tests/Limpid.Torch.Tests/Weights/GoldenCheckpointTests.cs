using Limpid.Torch.Weights;

namespace Limpid.Torch.Tests.Weights;

/// <summary>The small reference files in every published format.</summary>
public sealed class GoldenCheckpointTests
{
    [SharedTheory]
    [InlineData("state_dict_zip.pt", CheckpointFormat.Zip)]
    [InlineData("state_dict_legacy.pth", CheckpointFormat.Legacy)]
    [InlineData("nested_checkpoint.pth.tar", CheckpointFormat.Zip)]
    [InlineData("nested_checkpoint_legacy.pth.tar", CheckpointFormat.Legacy)]
    [InlineData("score_sde_checkpoint.pth", CheckpointFormat.Zip)]
    [InlineData("odd_tensors.pt", CheckpointFormat.Zip)]
    [InlineData("odd_tensors_legacy.pt", CheckpointFormat.Legacy)]
    [InlineData("protocol4.pt", CheckpointFormat.Zip)]
    [InlineData("persistent_class.pkl", CheckpointFormat.Pickle)]
    public void Every_tensor_of_a_reference_file_is_read_bit_for_bit(string name, CheckpointFormat format)
    {
        string path = SharedData.Path($"golden/pickles/{name}");
        var expected = SafetensorsFile.Read($"{path}.expected.safetensors");

        var read = Checkpoint.Read(path);

        read.Format.ShouldBe(format);
        Checkpoint.FormatOf(path).ShouldBe(format);
        read.Tensors.Names.ShouldBe(expected.Names, ignoreOrder: true);
        foreach (var (key, tensor) in expected)
        {
            read.Tensors[key].DType.ShouldBe(tensor.DType, key);
            read.Tensors[key].Shape.ShouldBe(tensor.Shape, key);
            read.Tensors[key].Data.Span.SequenceEqual(tensor.Data.Span).ShouldBeTrue(key);
        }
    }

    [SharedTheory]
    [InlineData("malicious_system.pt", "posix.system")]
    [InlineData("malicious_system_legacy.pth", "posix.system")]
    [InlineData("malicious_eval.pt", "__builtin__.eval")]
    [InlineData("malicious_getattr.pt", "__builtin__.getattr")]
    public void A_file_that_wants_to_run_something_is_refused_by_name(string name, string forbidden)
    {
        string message = Refusal(name);

        message.ShouldContain(forbidden);
        message.ShouldContain(name);
    }

    [SharedTheory]
    [InlineData("truncated.pt", "cut short")]
    [InlineData("truncated_legacy.pth", "cut short")]
    public void A_truncated_file_is_refused(string name, string expected) => Refusal(name).ShouldContain(expected);

    [SharedFact]
    public void A_script_module_is_sent_to_the_option_that_runs_it()
    {
        Refusal("torchscript_cnn.pt").ShouldContain("torchscript=FILE");
        Checkpoint.FormatOf(SharedData.Path("golden/pickles/torchscript_cnn.pt")).ShouldBe(CheckpointFormat.TorchScript);
    }

    [SharedTheory]
    [InlineData("nested_checkpoint.pth.tar")]
    [InlineData("nested_checkpoint_legacy.pth.tar")]
    public void Plain_values_of_a_checkpoint_are_listed(string name)
    {
        var scalars = Checkpoint.Read(SharedData.Path($"golden/pickles/{name}")).Scalars;

        scalars["epoch"].ShouldBe(3L);
        scalars["best_prec1"].ShouldBe(93.25);
        scalars["best_acc"].ShouldBe(0.9325);
        scalars["arch"].ShouldBe("tiny");
        scalars["flag"].ShouldBe(true);
        scalars["schedule"].ShouldBe(new object[] { 60L, 120L, 160L });
        scalars["size"].ShouldBe(new object[] { 3L, 32L, 32L });
        scalars["lr_tuple"].ShouldBe(new object[] { 0.1, 0.001 });
    }

    private static string Refusal(string name) =>
        Should.Throw<InputException>(() => Checkpoint.Read(SharedData.Path($"golden/pickles/{name}"))).Message;
}
