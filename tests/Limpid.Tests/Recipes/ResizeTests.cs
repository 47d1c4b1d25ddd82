using Limpid.Data;
using Limpid.Defenses;
using Limpid.Diffusion;
using Limpid.Diffusion.Networks;
using Limpid.Purification;
using Limpid.Recipes;
using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Tests.Recipes;

/// <summary>Recipes whose diffusion network wants larger images than the data has, as on ImageNet.</summary>
public sealed class ResizeTests : IDisposable
{
    private readonly string denoiser = Path.Combine(Directory.CreateTempSubdirectory("limpid").FullName, "tiny.safetensors");

    public ResizeTests()
    {
        using var network = new GuidedUNet(new GuidedUNetOptions { ModelChannels = 32, ChannelMultipliers = [1], ResBlocks = 1, AttentionFactors = [], Heads = 1 });
        network.Initialize(2);
        DenoiserFile.Save(network, denoiser);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(denoiser)!, recursive: true);

    [Fact]
    public void A_purifier_of_a_recipe_works_at_the_size_asked_for_and_returns_the_images_own()
    {
        using var scope = TensorScope.Begin();
        using var parts = Parts("shared");
        using var batch = Images();

        var purified = parts.BuildDefense().Purify(batch.Images, batch.Noise(1));

        var byHand = new Defense(parts.Classifier, new ResizedPurifier(new DiffPure(parts.Denoiser, new DiffPureOptions { Count = new StepCount(2) }), 48, 48));
        purified.ToFloats().ShouldBe(byHand.Purify(batch.Images, batch.Noise(1)).ToFloats());
        purified.Shape.ToArray().ShouldBe([2L, 3, 32, 32]);
    }

    [Fact]
    public void A_level_reads_scores_at_the_size_that_it_measured_clean_images_at()
    {
        using var scope = TensorScope.Begin();
        using var parts = Parts("ssni-n", "defense.level.horizon=1", "defense.level.images=shapes:train[0..2]");
        using var batch = Images();

        parts.BuildDefense().Purify(batch.Images, batch.Noise(1)).Shape.ToArray().ShouldBe([2L, 3, 32, 32]);
    }

    private RecipeParts Parts(string level, params string[] changes) =>
        new(Recipe.Parse("defense: {kind: diffpure, steps: 2}\nresize: 48", "r", [$"denoiser={denoiser}", $"defense.level={level}", .. changes]), Device.Cpu);

    private static ImageBatch Images() => ImageBatch.Read(Datasets.Open("shapes:test[0..1]"), [0, 1], Device.Cpu);
}
