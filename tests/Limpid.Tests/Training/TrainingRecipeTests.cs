using Limpid.Purification.ReverseAdversarial;
using Limpid.Recipes;
using Limpid.Tests.Data;
using Limpid.Torch;

namespace Limpid.Tests.Training;

public class TrainingRecipeTests
{
    [Fact]
    public void Bundled_trainings_say_what_their_options_are()
    {
        var denoiser = TrainingRecipe.Open("train/cifar10-denoiser", "optimization.batch-size=8", "budget.seconds=60").Denoiser();

        denoiser.Network.ChannelMultipliers.ShouldBe([1, 2, 2]);
        denoiser.Network.ModelChannels.ShouldBe(32);
        denoiser.Optimization.BatchSize.ShouldBe(8);
        denoiser.Budget.Seconds.ShouldBe(60);
        TrainingRecipe.Open("train/mnist-denoiser").Denoiser().Flips.ShouldBeFalse();
        TrainingRecipe.Open("train/shapes-denoiser").Denoiser().Data.ShouldBe("shapes:train");
        TrainingRecipe.Open("train/shapes-classifier").Classifier().Architecture.ShouldBe("plain-cnn-16");
        TrainingRecipe.Open("train/shapes-dad", "network.noise=rectified").Dad().Network.Noise.ShouldBe(Limpid.Purification.DenoiserNoise.Rectified);
        TrainingRecipe.Open("train/shapes-dad").Dad().Check();
        TrainingRecipe.Open("train/shapes-rap", "process.steps=7").Rap().Process.Steps.ShouldBe(7);
        TrainingRecipe.Open("train/cifar10-rap-paper").Rap().Process.Lambda().ShouldBe(1.0 / 255, 1e-12);
        TrainingRecipe.Open("train/shapes-rap", "process.step-size=2/255").Rap().Process.StepSize.ShouldBe(2.0 / 255);
        TrainingRecipe.Open("train/mnist-rap").Rap().CleanShare.ShouldBe(0.5);
        foreach (string name in BundledFiles.Trainings)
        {
            var recipe = TrainingRecipe.Open(name);
            Action check = recipe.Kind switch { "rap" => recipe.Rap().Check, "dad" => recipe.Dad().Check, "classifier" => recipe.Classifier().Check, _ => recipe.Denoiser().Check };
            check();
        }
    }

    [Fact]
    public void A_clean_share_is_a_share()
    {
        Should.Throw<InputException>(() => TrainingRecipe.Open("train/shapes-dad", "clean-share=1.5").Dad().Check()).Message.ShouldContain("clean-share must be in [0,1], not 1.5");
        Should.Throw<InputException>(() => TrainingRecipe.Open("train/shapes-rap", "clean-share=-1").Rap().Check()).Message.ShouldContain("clean-share");
    }

    [Theory]
    [InlineData("kind: denoiser\nfavoured-share: 1", "did you mean")]
    [InlineData("kind: denoiser\noptimization:\n  batch: 4", "there is no key 'optimization.batch'")]
    [InlineData("kind: denoiser\nseed: many", "seed")]
    [InlineData("kind: denoiser\noptimization:\n  learning-rate: 1/0", "learning-rate")]
    [InlineData("kind: defense", "kind 'defense' is no training")]
    public void A_wrong_recipe_is_refused_in_one_line_that_helps(string yaml, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "mine.yaml");
        File.WriteAllText(path, yaml);

        Should.Throw<InputException>(() => TrainingRecipe.Open(path).Denoiser()).Message.ShouldContain(expected);
    }
}
