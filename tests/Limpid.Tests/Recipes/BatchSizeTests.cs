using Limpid.Attacks;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Recipes;
using Limpid.Tests.Support;
using Limpid.Torch;

namespace Limpid.Tests.Recipes;

/// <summary>Every kind of defense with the bundled networks: purified images, logits and gradients are bit for bit the same alone and with others.</summary>
public sealed class BatchSizeTests
{
    public static TheoryData<string, string[]> Defenses => GraphicsProcessorTests.Defenses;

    [Theory]
    [MemberData(nameof(Defenses))]
    public void An_image_alone_gives_the_numbers_it_gives_with_others(string recipe, string[] changes)
    {
        using var scope = TensorScope.Begin();
        using var parts = new RecipeParts(Recipe.Open(recipe, changes), Device.Cpu);
        foreach (var (alone, together) in Numbers(parts, [1]).Zip(Numbers(parts, [0, 1, 2])))
        {
            Golden.Difference(alone, together.Rows([1])).ShouldBeLessThanOrEqualTo(Batches.Tolerance);
        }
    }

    private static Tensor[] Numbers(RecipeParts parts, int[] indices)
    {
        using var batch = ImageBatch.Read(parts.Data, indices, Device.Cpu);
        var noise = batch.Noise(1);
        var defense = parts.BuildDefense();
        var target = defense.Target();
        var step = target.LossAndGradient(batch.Images, batch.Labels, AttackLosses.CrossEntropy, noise);
        return [defense.Purify(batch.Images, noise), target.Logits(batch.Images, noise), step.Loss, step.Gradient];
    }
}
