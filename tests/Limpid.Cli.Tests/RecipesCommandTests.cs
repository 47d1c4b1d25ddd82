namespace Limpid.Cli.Tests;

public sealed class RecipesCommandTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("diffpure")]
    [InlineData("ssni-n")]
    [InlineData("ssni-l")]
    [InlineData("gdmp")]
    [InlineData("gns")]
    [InlineData("ssni-n-gdmp")]
    [InlineData("ssni-n-gns")]
    [InlineData("heterogeneous")]
    public void A_defense_is_a_bundled_recipe_by_its_short_name(string name) =>
        Command.Run("recipes", "validate", name).Code.ShouldBe(0);

    [Fact]
    public void A_resolved_recipe_is_a_recipe()
    {
        string file = Path.GetTempFileName();
        var shown = Command.Run("recipes", "show", "ssni-n", "--yaml");
        File.WriteAllText(file, shown.Output);

        string hash = Command.Run("recipes", "validate", "ssni-n", "--json").Objects[0].GetProperty("hash").GetString()!;

        Command.Run("recipes", "validate", file, "--json").Objects[0].GetProperty("hash").GetString().ShouldBe(hash);
        File.Delete(file);
    }

    [Fact]
    public void A_key_is_shown_with_its_default_type_and_source()
    {
        string output = Command.Run("recipes", "show", "diffpure").Output;

        output.ShouldContain("defense.steps = 100");
        output.ShouldContain("whole number; default 100; CIFAR-10");
    }

    [Fact]
    public void A_shell_can_ask_what_may_follow()
    {
        Command.Run("completion", "bash").Output.ShouldContain("complete -o default -F _limpid limpid");
        Command.Run("[suggest:7]", "limpid ").Output.ShouldContain("evaluate");
        Command.Run("completion", "tcsh").Code.ShouldBe(2);
    }
}
