using Limpid.Cli.Watching;

namespace Limpid.Cli.Tests;

[Collection(TinyCollection.Name)]
public sealed class ProgressTests(TinyNetworks tiny)
{
    // Gives the command a terminal of its own; what it shows there comes back on standard output.
    private const string OnATerminal = "TERM=xterm script -qec \"\\\"$0\\\" $*\" /dev/null";

    [Theory]
    [InlineData(12, 0, 6, "12 of 64 images, 2.0/s, 26 s left")]
    [InlineData(12, 8, 8, "12 of 64 images, 2.0 s each, 1 min 44 s left")]
    [InlineData(0, 0, 3, "0 of 64 images")]
    [InlineData(64, 0, 3, "64 of 64 images, 21.3/s")]
    public void A_count_says_rate_and_time_left(int done, int already, int seconds, string line) =>
        Counter.Line("images", done, 64, already, TimeSpan.FromSeconds(seconds), null).ShouldBe(line);

    [Fact]
    public void A_count_ends_with_the_running_result() =>
        Counter.Line("samples", 1, 1, 0, TimeSpan.FromSeconds(1), "robust 50.0 %").ShouldEndWith("; robust 50.0 %");

    [Fact]
    public void On_a_terminal_a_bar_is_drawn_and_wiped_and_the_summary_is_a_table()
    {
        string run = tiny.NewFolder("run");

        var outcome = Command.RunIn(OnATerminal, [.. tiny.Evaluate(run).Where(arg => arg != "--json")]);

        outcome.Code.ShouldBe(0, outcome.Output);
        outcome.Output.ShouldContain("━━━");
        outcome.Output.ShouldContain("6 of 6 samples");
        outcome.Output.ShouldContain("\u001b[2K");
        outcome.Output.ShouldContain("╭");
        outcome.Output.ShouldContain("undefended");
    }

    [Fact]
    public void Elsewhere_progress_is_plain_lines()
    {
        var outcome = Command.Run(tiny.Evaluate(tiny.NewFolder("run")));

        outcome.ErrorLines[^1].ShouldStartWith("6 of 6 samples");
        outcome.Errors.ShouldNotContain("\u001b");
    }

    [Fact]
    public void Quiet_says_nothing_on_the_way() =>
        Command.Run(tiny.Evaluate(tiny.NewFolder("run"), "--quiet")).Errors.ShouldBeEmpty();
}
