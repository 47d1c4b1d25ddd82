namespace Limpid.Cli.Tests;

[Collection(TinyCollection.Name)]
public sealed class FitCommandTests(TinyNetworks tiny)
{
    [Fact]
    public void Statistics_are_written_used_and_refused_for_another_network()
    {
        string file = tiny.NewFolder("statistics") + ".json";

        var fit = Command.Run("fit", "score-norm", "ssni-n", "--set", "defense.level.horizon=2", "--limit", "6", "--out", file, "--json");
        var used = Command.Run(Classify(file));
        var refused = Command.Run([.. Classify(file), "--set", $"denoiser={tiny.Denoiser}"]);

        fit.Code.ShouldBe(0, fit.Errors);
        fit.Objects[0].GetProperty("images").GetInt32().ShouldBe(6);
        fit.Objects[0].GetProperty("mean").GetDouble().ShouldBeGreaterThan(0);
        used.Code.ShouldBe(0, used.Errors);
        refused.ShouldBeRefused(file, "belong to another network");
    }

    [Fact]
    public void A_network_that_predicts_no_noise_gives_no_statistics()
    {
        string file = tiny.NewFolder("none") + ".json";

        Command.Run("fit", "score-norm", "ssni-n", "--set", $"denoiser={tiny.Denoiser}", "--set", "defense.level.horizon=2", "--limit", "6", "--out", file, "--quiet")
            .ShouldBeRefused("predicts no noise");

        File.Exists(file).ShouldBeFalse();
    }

    [Fact]
    public void A_recipe_whose_level_reads_no_scores_is_refused() =>
        Command.Run("fit", "score-norm", "diffpure", "--out", "never.json").ShouldBeRefused("defense.level=ssni-n");

    private string[] Classify(string statistics) =>
    [
        "classify", "shapes:test[0..1]", "--classifier", tiny.Classifier, "--defense", "ssni-n", "--json",
        "--set", "defense.steps=3", "--set", "defense.level.horizon=2", "--set", $"defense.level.statistics={statistics}",
    ];
}
