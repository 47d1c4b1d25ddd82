namespace Limpid.Cli.Tests;

public sealed class CallTests
{
    [Fact]
    public void The_version_is_one_line()
    {
        var outcome = Command.Run("--version");

        outcome.Code.ShouldBe(0);
        outcome.Output.ShouldMatch(@"^limpid \d+\.\d+\.\d+\n$");
        outcome.Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Help_goes_to_standard_output()
    {
        var outcome = Command.Run("--help");

        outcome.Code.ShouldBe(0);
        outcome.Output.ShouldContain("limpid [command] [options]");
        outcome.Errors.ShouldBeEmpty();
    }

    [Fact]
    public void A_call_without_a_command_shows_the_help_as_an_error()
    {
        var outcome = Command.Run();

        outcome.Code.ShouldBe(2);
        outcome.Output.ShouldBeEmpty();
        outcome.Errors.ShouldContain("limpid [command] [options]");
    }

    [Fact]
    public void A_mistyped_command_is_refused_with_the_nearest_name() =>
        Command.Run("dcotor").ShouldBeRefused("'dcotor'", "did you mean doctor?");

    [Fact]
    public void A_mistyped_option_is_refused_with_the_nearest_name() =>
        Command.Run("data", "list", "--jsno").ShouldBeRefused("'--jsno'", "did you mean --json?");

    [Fact]
    public void A_missing_argument_is_named() =>
        Command.Run("data", "info").ShouldBeRefused("DATA is missing");

    [Fact]
    public void A_number_that_is_none_is_refused() =>
        Command.Run("data", "list", "--seed", "many").ShouldBeRefused("--seed", "'many'");

    [Fact]
    public void Kernels_that_there_are_not_are_refused_with_those_there_are() =>
        Command.Run("data", "list", "--kernels", "mine").ShouldBeRefused("--kernels needs auto, fast, precise or library, not 'mine'");

    [Fact]
    public void A_bench_of_kernels_for_processors_is_refused_on_a_gpu() =>
        Command.Run("bench", "conv", "--device", "cuda").ShouldBeRefused("--device cpu");

    [Fact]
    public void A_command_that_needs_another_word_lists_them() =>
        Command.Run("data").ShouldBeRefused("list, info");

    [Fact]
    public void A_trace_is_shown_only_on_request()
    {
        var outcome = Command.RunIn("LIMPID_TRACE=1 \"$0\" \"$@\"", "data", "info", "nothing:here");

        outcome.Code.ShouldBe(2);
        outcome.Errors.ShouldContain("   at Limpid.");
    }
}
