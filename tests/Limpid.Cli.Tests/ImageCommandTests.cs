namespace Limpid.Cli.Tests;

[Collection(TinyCollection.Name)]
public sealed class ImageCommandTests(TinyNetworks tiny)
{
    private const string BlackPixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC";

    [Fact]
    public void Classify_ends_with_the_accuracy()
    {
        var outcome = Command.Run("classify", "shapes:test[0..4]", "--classifier", tiny.Classifier, "--json");

        outcome.Code.ShouldBe(0, outcome.Errors);
        outcome.Objects.Length.ShouldBe(6);
        outcome.Objects[4].GetProperty("index").GetInt64().ShouldBe(4);
        outcome.Objects[^1].GetProperty("count").GetInt32().ShouldBe(5);
        outcome.Objects[^1].GetProperty("accuracy").GetDouble().ShouldBeInRange(0, 1);
    }

    [Fact]
    public void Classify_with_a_defense_says_both()
    {
        var outcome = Command.Run("classify", "shapes:test[0..1]", "--classifier", tiny.Classifier, "--defense", "diffpure", "--set", "defense.steps=2", "--set", $"denoiser={tiny.Denoiser}", "--json");

        outcome.Code.ShouldBe(0, outcome.Errors);
        outcome.Objects[0].TryGetProperty("undefended", out _).ShouldBeTrue();
        outcome.Objects[^1].TryGetProperty("undefended_accuracy", out _).ShouldBeTrue();
    }

    [Fact]
    public void Attacked_images_can_be_purified_and_classified()
    {
        string adversarial = tiny.NewFolder("adversarial") + ".safetensors", purified = tiny.NewFolder("purified") + ".safetensors";

        var attack = Command.Run("attack", "--kind", "pgd", "--classifier", tiny.Classifier, "--data", "shapes:test[3..6]", "--threat", "linf:8/255", "--set", "attack.steps=2", "--out", adversarial, "--json");
        var purify = Command.Run("purify", adversarial, "--defense", "diffpure", "--set", "defense.steps=2", "--set", $"denoiser={tiny.Denoiser}", "--classifier", tiny.Classifier, "--out", purified);
        var classify = Command.Run("classify", purified, "--classifier", tiny.Classifier, "--json");

        attack.Code.ShouldBe(0, attack.Errors);
        attack.Objects[0].GetProperty("linf").GetDouble().ShouldBeLessThanOrEqualTo(8.0 / 255 + 1e-6);
        purify.Code.ShouldBe(0, purify.Errors);
        classify.Objects.Take(4).Select(line => line.GetProperty("index").GetInt64()).ShouldBe([3, 4, 5, 6]);
        classify.Objects[0].GetProperty("label").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Number);
    }

    [Fact]
    public void Detect_says_score_and_verdict_of_each_image()
    {
        var outcome = Command.Run("detect", "shapes:test[2..4]", "--detector", "dad-diffpure", "--classifier", tiny.Classifier, "--set", $"denoiser={tiny.Denoiser}", "--set", $"defense.detector={tiny.Detector}", "--json");

        outcome.Code.ShouldBe(0, outcome.Errors);
        outcome.Objects.Take(3).Select(line => line.GetProperty("index").GetInt64()).ShouldBe([2, 3, 4]);
        outcome.Objects.Take(3).ShouldAllBe(line => line.GetProperty("adversarial").GetBoolean() == line.GetProperty("score").GetDouble() > line.GetProperty("threshold").GetDouble());
        outcome.Objects[^1].GetProperty("caught").GetInt32().ShouldBe(outcome.Objects.Take(3).Count(line => line.GetProperty("adversarial").GetBoolean()));
    }

    [Fact]
    public void A_detector_fitted_for_another_size_of_images_is_refused()
    {
        string dot = tiny.NewFolder("dot") + ".png";
        File.WriteAllBytes(dot, Convert.FromBase64String(BlackPixel));

        Command.Run("detect", dot, "--detector", "dad-diffpure", "--quiet", "--classifier", tiny.Classifier, "--set", $"denoiser={tiny.Denoiser}", "--set", $"defense.detector={tiny.Detector}")
            .ShouldBeRefused("fitted for images 3x32x32", "1, 1");
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_refused_before_the_work() =>
        Command.Run("attack", "--kind", "pgd", "--classifier", tiny.Classifier, "--data", "shapes:test", "--threat", "linf:8/255", "--out", "/dev/null/adversarial.safetensors")
            .ShouldBeRefused("/dev/null");

    [Fact]
    public void A_detector_of_another_network_is_refused() =>
        Command.Run("detect", "shapes:test[0..1]", "--detector", "dad-diffpure", "--set", $"denoiser={tiny.Denoiser}", "--set", $"defense.detector={tiny.Detector}")
            .ShouldBeRefused("another network");

    [Fact]
    public void Detect_needs_a_recipe_with_a_detector() =>
        Command.Run("detect", "shapes:test[0..0]", "--detector", "none").ShouldBeRefused("'none' has no detector", "dad");

    [Fact]
    public void Pictures_are_purified_into_pictures()
    {
        string pictures = tiny.NewFolder("pictures"), purified = tiny.NewFolder("purified");
        Command.Run("data", "make", "shapes[0..1]", "--out", pictures).Code.ShouldBe(0);
        string[] files = [.. Directory.EnumerateFiles(pictures, "*.png", SearchOption.AllDirectories)];

        var outcome = Command.Run(["purify", .. files, "--defense", "none", "--classifier", tiny.Classifier, "--out", purified]);

        outcome.Code.ShouldBe(0, outcome.Errors);
        Directory.EnumerateFiles(purified, "*.png").Count().ShouldBe(2);
    }

    [Fact]
    public void A_file_that_is_no_picture_is_refused() =>
        Command.Run("classify", tiny.Classifier.Replace("classifier", "denoiser", StringComparison.Ordinal), "--classifier", tiny.Classifier).ShouldBeRefused("denoiser.safetensors");

    [Fact]
    public void An_input_that_is_nothing_is_refused() =>
        Command.Run("classify", "nothing", "--classifier", tiny.Classifier).ShouldBeRefused("'nothing'");

    [Fact]
    public void A_missing_device_is_refused() =>
        Command.Run("classify", "shapes[0..0]", "--classifier", tiny.Classifier, "--device", "gpu").ShouldBeRefused("'gpu'");
}
