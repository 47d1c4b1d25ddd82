using Limpid.Attacks;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Recipes;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Recipes;

/// <summary>Every kind of defense on a GPU beside the processor, with the bundled networks; skipped where there is no GPU.</summary>
/// <remarks>Convolutions round differently there, hence the bounds: a purification of 20 network calls repeats each error 20 times.</remarks>
public sealed class GraphicsProcessorTests
{
    public static TheoryData<string, string[]> Defenses => new()
    {
        { "none", [] },
        { "diffpure", ["defense.steps=20"] },
        { "gdmp", ["defense.steps=20"] },
        { "gns", ["defense.runs=1"] },
        { "ssni-n", ["defense.level.horizon=1", "defense.level.images=shapes:train[0..7]"] },
        { "heterogeneous", [] },
        { "dad", [] },
        { "rap", [] },
    };

    [CudaTheory]
    [MemberData(nameof(Defenses))]
    public void Purified_images_and_logits_equal_those_of_the_processor(string recipe, string[] changes)
    {
        using var scope = TensorScope.Begin();
        var (images, logits) = On(Device.Cpu);
        var (imagesThere, logitsThere) = On(Device.Cuda());

        Golden.Difference(imagesThere, images).ShouldBeLessThan(1e-4);
        Golden.Difference(logitsThere, logits).ShouldBeLessThan(1e-3);

        (Tensor Images, Tensor Logits) On(Device device)
        {
            using var parts = new RecipeParts(Recipe.Open(recipe, changes), device);
            using var batch = ImageBatch.Read(parts.Data, [0, 1, 2, 3], device);
            var defense = parts.BuildDefense();
            return (defense.Purify(batch.Images, batch.Noise(1)).To(Device.Cpu), defense.Target().Logits(batch.Images, batch.Noise(1)).To(Device.Cpu));
        }
    }

    [CudaTheory]
    [MemberData(nameof(Defenses))]
    public void Exact_gradients_equal_those_of_the_processor(string recipe, string[] changes)
    {
        using var scope = TensorScope.Begin();
        var here = On(Device.Cpu);
        var there = On(Device.Cuda());

        // Relative to the largest: gradients through 20 network calls span orders of magnitude.
        double largest = here.Abs().Max().Item();
        largest.ShouldBeGreaterThan(0);
        (Golden.Difference(there, here) / largest).ShouldBeLessThan(1e-3);

        Tensor On(Device device)
        {
            using var parts = new RecipeParts(Recipe.Open(recipe, changes), device);
            using var batch = ImageBatch.Read(parts.Data, [0, 1], device);
            return parts.BuildDefense().Target().LossAndGradient(batch.Images, batch.Labels, AttackLosses.CrossEntropy, batch.Noise(1)).Gradient.To(Device.Cpu);
        }
    }

    [CudaFact]
    public void Keyed_noise_is_the_same_on_a_gpu()
    {
        using var scope = TensorScope.Begin();
        var noise = new KeyedNoise(3, [new SampleKey(5), new SampleKey(6)]);
        noise.Normal(NoisePurpose.Forward, 7, [3, 8, 8], Device.Cuda()).ToFloats().ShouldBe(noise.Normal(NoisePurpose.Forward, 7, [3, 8, 8]).ToFloats());
    }
}
