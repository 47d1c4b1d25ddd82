using System.Text;
using Limpid.Torch.Weights;

namespace Limpid.Torch.Tests.Weights;

/// <summary>Pickles made by hand to run code, to exhaust memory or to lie about their tensors.</summary>
public sealed class HostilePickleTests
{
    private const byte Mark = (byte)'(', List = (byte)']', Dict = (byte)'}', NoItems = (byte)')', Append = (byte)'a', Appends = (byte)'e', Tuple = (byte)'t';
    private const byte SetItem = (byte)'s', Reduce = (byte)'R', Build = (byte)'b', Put = (byte)'q', Get = (byte)'h', Byte = (byte)'K', None = (byte)'N';
    private const byte NewObject = 0x81, NewObjectEx = 0x92, StackGlobal = 0x93, True = 0x88, False = 0x89;

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "exec")]
    [InlineData("__builtin__", "getattr")]
    [InlineData("torch", "load")]
    [InlineData("torch.nn.modules.module", "torch.os.system")]
    [InlineData("torch.nn.modules", "Linear")]
    [InlineData("torch.nn.modules.linear", "os")]
    [InlineData("numpy.core.multiarray", "fromfile")]
    [InlineData("collections", "OrderedDict.__init__")]
    public void A_global_that_is_not_on_the_list_is_refused_even_if_it_is_never_called(string module, string name)
    {
        Refusal(new Pickles().Global(module, name).Stop()).ShouldContain($"{module}.{name}");
        Refusal(new Pickles().Text(module).Text(name).Add(StackGlobal).Stop()).ShouldContain($"{module}.{name}");
    }

    [Fact]
    public void A_global_with_a_line_break_in_its_name_stays_one_line() =>
        Refusal(new Pickles().Text("os\nx").Text("sys\rtem\u2028").Add(StackGlobal).Stop()).ShouldContain("os?x.sys?tem?");

    [Fact]
    public void A_list_inside_itself_is_refused() =>
        Refusal(new Pickles().Add(List, Put, 0, Get, 0, Append).Stop()).ShouldContain("nested far deeper");

    [Fact]
    public void A_dictionary_inside_itself_is_refused() =>
        Refusal(new Pickles().Add(Dict, Put, 0).Text("again").Add(Get, 0, SetItem).Stop()).ShouldContain("nested far deeper");

    [Fact]
    public void A_few_bytes_that_unfold_to_billions_of_values_are_refused()
    {
        var bomb = new Pickles().Add(List, Put, 0).Text("end").Add(Append);
        for (byte level = 1; level < 40; level++)
        {
            bomb.Add(List, Put, level, Mark, Get, (byte)(level - 1), Get, (byte)(level - 1), Appends);
        }
        Refusal(bomb.Stop()).ShouldContain("nested far deeper or wider");
    }

    [Fact]
    public void Long_names_that_unfold_are_refused()
    {
        var bomb = new Pickles().Text(new string('x', 1000)).Add(Put, 0, Dict, Put, 1, Get, 0).Text("end").Add(SetItem);
        for (byte level = 2; level < 40; level++)
        {
            bomb.Add(Dict, Put, level, Get, 0, Get, (byte)(level - 1), SetItem);
        }
        Refusal(bomb.Stop()).ShouldContain("names of its contents are far longer");
    }

    [Fact]
    public void Deep_nesting_is_refused_without_exhausting_the_stack()
    {
        var deep = new Pickles().Repeat(100_000, List).Repeat(99_999, Append);

        Refusal(deep.Stop()).ShouldContain("nested far deeper");
    }

    [Fact]
    public void A_list_copied_again_and_again_is_refused()
    {
        var bomb = new Pickles().Global("collections", "OrderedDict").Add(Put, 0).Add(List, Put, 1, Mark);
        bomb.Repeat(20_000, Byte, 1, Byte, 1, 0x86).Add(Appends, 0x85, Put, 2);
        bomb.Repeat(20_000, Get, 0, Get, 2, Reduce, (byte)'0');

        Refusal(bomb.Add(None).Stop()).ShouldContain("far more work");
    }

    [Fact]
    public void Millions_of_empty_containers_are_refused() =>
        Refusal(new Pickles().Repeat(8_000_001, Dict, (byte)'0').Add(None).Stop()).ShouldContain("far more work");

    [Theory]
    [InlineData(new byte[] { (byte)'X', 0xff, 0xff, 0xff, 0x7f })]
    [InlineData(new byte[] { (byte)'B', 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x8d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x8e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f })]
    [InlineData(new byte[] { 0x95, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x8b, 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x8b, 0xff, 0xff, 0xff, 0x7f })]
    public void An_announced_length_that_the_file_does_not_have_is_refused(byte[] code) =>
        Refusal(new Pickles().Add(code).Add(None).Stop()).ShouldMatch("cut short|damaged");

    [Theory]
    [InlineData((byte)'t')]
    [InlineData((byte)'u')]
    [InlineData((byte)'e')]
    [InlineData((byte)'s')]
    [InlineData((byte)'a')]
    [InlineData((byte)'0')]
    [InlineData((byte)'1')]
    [InlineData((byte)'2')]
    [InlineData((byte)'R')]
    [InlineData((byte)'b')]
    [InlineData((byte)'Q')]
    [InlineData((byte)'.')]
    [InlineData((byte)0x87)]
    [InlineData((byte)0x93)]
    [InlineData((byte)0x94)]
    public void A_code_that_finds_the_stack_empty_is_refused(byte code) => Refusal(new Pickles().Add(code).Stop()).ShouldContain("damaged");

    [Theory]
    [InlineData((byte)'P')]
    [InlineData((byte)'i')]
    [InlineData((byte)'o')]
    [InlineData((byte)0x82)]
    [InlineData(NewObjectEx)]
    [InlineData((byte)0x97)]
    public void Codes_that_weight_files_do_not_use_are_refused(byte code) => Refusal(new Pickles().Add(code).Stop()).ShouldContain($"0x{code:x2}");

    [Fact]
    public void Values_below_a_mark_cannot_be_taken() =>
        Refusal(new Pickles().Add(List, Mark, Byte, 1).Add(Append).Stop()).ShouldContain("damaged");

    [Fact]
    public void A_call_of_something_that_is_no_function_is_refused() =>
        Refusal(new Pickles().Text("os.system").Add(NoItems, Reduce).Stop()).ShouldContain("damaged");

    [Fact]
    public void A_state_for_something_that_has_none_is_refused() =>
        Refusal(new Pickles().Add(List, Dict, Build).Stop()).ShouldContain("damaged");

    [Fact]
    public void A_storage_inside_a_storage_is_refused()
    {
        byte[] inner = new Pickles().Global("torch.storage", "_load_from_bytes").Stop();
        var outer = new Pickles().Global("torch.storage", "_load_from_bytes").Add((byte)'C', (byte)inner.Length).Add(inner).Add(0x85, Reduce);

        Refusal(outer.Stop()).ShouldContain("torch.storage._load_from_bytes");
    }

    [Fact]
    public void Settings_of_a_training_script_are_kept_as_data()
    {
        byte[] content = new Pickles().Add(Dict).Text("args").Global("argparse", "Namespace").Add(NoItems, NewObject, Dict).Text("lr").Add(Byte, 3, SetItem, Build, SetItem).Stop();

        Read(content).Scalars["args.lr"].ShouldBe(3L);
    }

    [Fact]
    public void A_layer_of_PyTorch_is_kept_as_data()
    {
        byte[] content = new Pickles().Global("torch.nn.modules.linear", "Linear").Add(NoItems, NewObject, Dict).Text("in_features").Add(Byte, 3, SetItem).Text("_parameters").Add(Dict, SetItem, Build).Stop();

        Read(content).Scalars["in_features"].ShouldBe(3L);
    }

    [Theory]
    [InlineData((byte)'C')]
    [InlineData((byte)'U')]
    public void A_numpy_number_of_either_Python_is_read(byte stringCode)
    {
        var number = new Pickles().Add(Dict).Text("best").Global("numpy.core.multiarray", "scalar").Global("numpy", "dtype").Text("f8").Add(False, True, 0x87, Reduce);
        number.Add(Mark).Number(3).Text("<").Add(None, None, None, Tuple, Build, stringCode, 8, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x86, Reduce, SetItem);

        Read(number.Stop()).Scalars["best"].ShouldBe(1.5);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:", "Git LFS")]
    [InlineData("P6 32 32 255 ............", "not a weight file")]
    public void A_file_of_another_kind_is_recognized(string content, string expected) => Refusal(Encoding.ASCII.GetBytes(content)).ShouldContain(expected);

    [Fact]
    public void A_folder_is_not_a_weight_file() => Should.Throw<InputException>(() => Checkpoint.Read(Path.GetTempPath()));

    private static Checkpoint Read(byte[] content) => Checkpoint.Read("hostile", new MemoryBytes("hostile", content));

    private static string Refusal(byte[] content)
    {
        string message = Should.Throw<InputException>(() => Read(content)).Message;
        message.ShouldNotContain("\n");
        message.ShouldNotContain("\r");
        message.ShouldStartWith("hostile: ");
        return message;
    }
}
