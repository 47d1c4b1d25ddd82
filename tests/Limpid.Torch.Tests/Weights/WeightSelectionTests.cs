using Limpid.Torch.Weights;

namespace Limpid.Torch.Tests.Weights;

public sealed class WeightSelectionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>The network of the golden checkpoints.</summary>
    private static readonly ExpectedWeight[] Tiny =
    [
        new("conv1.weight", [4, 3, 3, 3]),
        new("conv1.bias", [4]),
        new("bn.weight", [4]),
        new("bn.bias", [4]),
        new("bn.running_mean", [4]) { IsBuffer = true },
        new("bn.running_var", [4]) { IsBuffer = true },
        new("bn.num_batches_tracked", []) { IsBuffer = true },
        new("fc.weight", [10, 4]),
        new("fc.bias", [10]),
    ];

    public void Dispose() => folder.Dispose();

    [SharedTheory]
    [InlineData("state_dict_zip.pt", "")]
    [InlineData("state_dict_legacy.pth", "")]
    [InlineData("protocol4.pt", "state_dict.")]
    [InlineData("nested_checkpoint.pth.tar", "state_dict.module.")]
    [InlineData("nested_checkpoint_legacy.pth.tar", "state_dict.module.")]
    public void The_state_dictionary_is_found_and_its_prefix_removed(string name, string prefix)
    {
        var checkpoint = Golden(name);

        var weights = checkpoint.WeightsFor(Tiny);

        weights.Names.ShouldBe(Tiny.Select(weight => weight.Name));
        weights["fc.weight"].Data.Span.SequenceEqual(checkpoint.Tensors[prefix + "fc.weight"].Data.Span).ShouldBeTrue();
    }

    [SharedFact]
    public void Averaged_parameters_get_their_names_by_order_and_buffers_come_from_the_model()
    {
        var checkpoint = Golden("score_sde_checkpoint.pth");

        var weights = checkpoint.WeightsFor(Tiny);

        weights.Names.ShouldBe(Tiny.Select(weight => weight.Name));
        weights["fc.weight"].ToFloats().ShouldBe(checkpoint.Tensors["ema.shadow_params.4"].ToFloats());
        weights["bn.bias"].ToFloats().ShouldBe(checkpoint.Tensors["ema.shadow_params.3"].ToFloats());
        weights["bn.running_var"].ToFloats().ShouldBe(checkpoint.Tensors["model.module.bn.running_var"].ToFloats());
        weights.Source.ShouldEndWith("(ema.shadow_params)");
    }

    [SharedFact]
    public void Raw_weights_beside_averaged_ones_are_taken_when_asked_for()
    {
        var checkpoint = Golden("score_sde_checkpoint.pth");

        var weights = checkpoint.WeightsFor(Tiny, part: "model");

        weights["fc.weight"].ToFloats().ShouldBe(checkpoint.Tensors["model.module.fc.weight"].ToFloats());
    }

    [SharedFact]
    public void Averaged_parameters_follow_the_order_of_the_file_and_not_that_of_the_network()
    {
        var checkpoint = Golden("score_sde_checkpoint.pth");

        var weights = checkpoint.WeightsFor([.. Tiny.Reverse()]);

        weights["bn.bias"].ToFloats().ShouldBe(checkpoint.Tensors["ema.shadow_params.3"].ToFloats());
    }

    [SharedFact]
    public void A_list_of_averages_of_another_length_is_refused()
    {
        var checkpoint = Golden("score_sde_checkpoint.pth");

        Message(() => checkpoint.WeightsFor([.. Tiny, new("fc2.weight", [3, 10])])).ShouldContain("has 6 tensors, but the network has 7 trained weights");
    }

    [SharedFact]
    public void The_network_object_of_a_plain_pickle_is_found()
    {
        ExpectedWeight[] network = [new("gain", []) { IsBuffer = true }, new("first.weight", [5, 3, 3, 3]), new("first.bias", [5]), new("last.weight", [3, 5, 3, 3]), new("last.bias", [3])];

        var weights = Golden("persistent_class.pkl").WeightsFor(network);

        weights["gain"].ToFloats().ShouldBe([0.5f]);
        weights.Source.ShouldEndWith("(ema)");
    }

    [SharedTheory]
    [InlineData("certified_small_linf8.pth")]
    [InlineData("certified_small_l2_36.pth")]
    public void Of_a_cascade_the_first_stage_is_taken(string name)
    {
        ExpectedWeight[] network =
        [
            new("0.weight", [16, 3, 4, 4]), new("0.bias", [16]), new("2.weight", [32, 16, 4, 4]), new("2.bias", [32]),
            new("5.weight", [100, 2048]), new("5.bias", [100]), new("7.weight", [10, 100]), new("7.bias", [10]),
        ];

        Checkpoint.Read(SharedData.Path($"data/weights/cifar10/{name}")).WeightsFor(network).Source.ShouldEndWith("(state_dict.0)");
    }

    [SharedFact]
    public void Everything_that_does_not_fit_is_said_at_once()
    {
        ExpectedWeight[] other = [.. Tiny.Where(weight => weight.Name != "bn.bias"), new("fc2.weight", [2, 2]), new("fc2.bias", [2])];
        other[^3] = other[^3] with { Shape = [100] };

        string message = Message(() => Golden("nested_checkpoint.pth.tar").WeightsFor(other));

        message.ShouldContain("2 missing (fc2.weight, fc2.bias); 1 not of this network (bn.bias); 1 of another shape (fc.bias is [10], the network has [100])");
        message.ShouldContain("nested_checkpoint.pth.tar (state_dict.module)");
        message.ShouldNotContain("\n");
    }

    [SharedFact]
    public void A_weight_may_be_left_out_only_where_the_caller_says_so()
    {
        var checkpoint = Golden("state_dict_zip.pt");
        ExpectedWeight[] smaller = [.. Tiny.Where(weight => weight.Name != "fc.bias")];

        Should.Throw<InputException>(() => checkpoint.WeightsFor(smaller));
        checkpoint.WeightsFor(smaller, ignored: name => name == "fc.bias").Count.ShouldBe(smaller.Length);
    }

    [Fact]
    public void Step_counters_of_batch_normalization_may_be_missing_or_left_over()
    {
        var file = Write(("bn.weight", One()), ("bn.num_batches_tracked", StoredTensor.FromInt64s([7], [])));

        file.WeightsFor([new("bn.weight", [1])]).Names.ShouldBe(["bn.weight"]);
        file.WeightsFor([new("bn.weight", [1]), new("extra.num_batches_tracked", [])]).Names.ShouldBe(["bn.weight"]);
    }

    [Fact]
    public void An_optional_weight_may_be_missing()
    {
        var file = Write(("a.weight", One()));

        file.WeightsFor([new("a.weight", [1]), new("a.mask", [1]) { IsOptional = true }]).Names.ShouldBe(["a.weight"]);
    }

    [Fact]
    public void Between_averaged_and_raw_weights_the_user_chooses()
    {
        var file = Write(("model.a", One()), ("ema.a", One(2)));

        Message(() => file.StateDict([new("a", [1])])).ShouldContain("(model, ema): say which part");
        file.WeightsFor([new("a", [1])], part: "ema")["a"].ToFloats().ShouldBe([2f]);
    }

    [Fact]
    public void A_part_that_is_not_there_is_named_beside_those_that_are()
    {
        var file = Write(("model.a", One()), ("other.a", One()));

        Message(() => file.StateDict([new("a", [1])], part: "net")).ShouldContain("there is nothing under net; the file has model, other");
    }

    [Fact]
    public void A_neighbor_behind_no_prefix_is_reported_and_not_dropped()
    {
        var file = Write(("module.a", One()), ("loss.b", One()));

        Message(() => file.WeightsFor([new("a", [1])])).ShouldContain("1 not of this network (loss.b)");
    }

    [Fact]
    public void Weights_of_quite_another_network_are_listed_and_not_accepted()
    {
        var file = Write(("x", One()), ("y", One()));

        Message(() => file.WeightsFor([new("a", [1])])).ShouldContain("1 missing (a); 2 not of this network (x, y)");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_weight_that_is_not_finite_is_refused_by_name(float value)
    {
        var file = Write(("a", One()), ("b", One(value)));

        Message(() => file.WeightsFor([new("a", [1]), new("b", [1])])).ShouldContain("weight b has values that are not finite");
    }

    private static Checkpoint Golden(string name) => Checkpoint.Read(SharedData.Path($"golden/pickles/{name}"));

    private static StoredTensor One(float value = 1) => StoredTensor.FromFloats([value], 1);

    private static string Message(Action act) => Should.Throw<InputException>(act).Message;

    private Checkpoint Write(params (string Name, StoredTensor Tensor)[] entries)
    {
        var tensors = new StoredTensors();
        foreach (var (name, tensor) in entries)
        {
            tensors.Add(name, tensor);
        }
        SafetensorsFile.Write(folder.File("weights.safetensors"), tensors);
        return Checkpoint.Read(folder.File("weights.safetensors"));
    }
}
