namespace Limpid.Cli.Tests;

public sealed class StreamTests
{
    [Fact]
    public void Json_is_one_object_per_line_and_nothing_else()
    {
        var outcome = Command.Run("data", "list", "--json");

        outcome.Code.ShouldBe(0);
        outcome.Objects.Select(line => line.GetProperty("kind").GetString()).ShouldContain("shapes");
        outcome.Objects.Length.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void A_full_disk_ends_in_one_line_and_exit_code_1()
    {
        var outcome = Command.RunIn("\"$0\" \"$@\" >/dev/full", "data", "list");

        outcome.Code.ShouldBe(1);
        outcome.ErrorLines.ShouldHaveSingleItem().ShouldContain("No space left on device");
    }

    [Fact]
    public void A_reader_that_has_seen_enough_is_no_error()
    {
        var outcome = Command.RunIn("\"$0\" \"$@\" | head -n 1", "data", "list");

        outcome.OutputLines.Length.ShouldBe(1);
        outcome.Errors.ShouldBeEmpty();
    }
}
