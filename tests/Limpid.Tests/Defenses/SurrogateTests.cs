using Limpid.Attacks;
using Limpid.Defenses;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Tests.Attacks;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Defenses;

/// <summary>Attacks through a surrogate against the code of Lee and Kim: logits, purified images and input gradients.</summary>
public sealed class SurrogateTests
{
    [SharedTheory]
    [InlineData("single_ddpm", 1, new[] { 100 }, new[] { 5 })]
    [InlineData("single_ddim", 0, new[] { 100 }, new[] { 5 })]
    [InlineData("gns_surrogate_ddpm", 1, new[] { 30, 50, 125 }, new[] { 1, 1, 5 })]
    public void A_surrogate_gives_the_reference_logits_images_and_gradient(string name, double eta, int[] counts, int[] calls)
    {
        using var scope = TensorScope.Begin();
        using var network = new ToyPredictor();
        var runs = counts.Zip(calls, (count, m) => new GnsRun(new StepCount(count), m)).ToList();
        var surrogate = new Gns(network, new GnsOptions { Runs = runs, Eta = eta });
        var defense = new Defense(new GoldenNet(), new Gns(network)) { Surrogate = surrogate };
        var (images, labels) = (GoldenAttacks.Images().Slice(0, 0, 4), GoldenAttacks.Labels().Slice(0, 0, 4));
        RecordedNoise Noise() => new(Draws(eta, calls));

        var (_, gradient, logits) = defense.Target(GradientMode.Surrogate).LossAndGradient(images, labels, AttackLosses.CrossEntropy, Noise());
        var purified = new Defense(new GoldenNet(), surrogate).Purify(images, Noise());

        GoldenAttacks.LargestDifference(logits, GoldenAttacks.Load("surrogate", $"{name}/logits")).ShouldBeLessThan(2e-4);
        GoldenAttacks.LargestDifference(purified, GoldenAttacks.Load("surrogate", $"{name}/purified")).ShouldBeLessThan(1e-5);
        var expected = GoldenAttacks.Load("surrogate", $"{name}/grad");
        GoldenAttacks.LargestDifference(gradient, expected).ShouldBeLessThan(1e-4 * expected.Abs().Max().Item());
    }

    // The reference draws noise for every jump; those with coefficient 0 are never asked for here.
    private static IEnumerable<Tensor> Draws(double eta, int[] calls)
    {
        var stream = new StreamNoise(7, 4);
        int next = 0;
        foreach (int m in calls)
        {
            for (int k = 0; k <= m; k++, next++)
            {
                var draw = stream.Normal(NoisePurpose.Forward, next, [3, 32, 32]);
                if (k == 0 || (k < m && eta > 0))
                {
                    yield return draw;
                }
            }
        }
    }

    /// <summary>conv, time, SiLU, conv: the reference's noise predictor.</summary>
    private sealed class ToyPredictor : INoisePredictor, IDisposable
    {
        private readonly Dictionary<string, Tensor> weights = new[] { "tb", "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias" }
            .ToDictionary(name => name, name => GoldenAttacks.Load("surrogate", $"toy/{name}").Keep(), StringComparer.Ordinal);

        public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
        {
            using var scope = TensorScope.Begin();
            var t = Tensor.From(timesteps, timesteps.Length).To(DType.Float32).Reshape(-1, 1, 1, 1) / 1000;
            var hidden = Functional.Conv2d(diffused, weights["conv1.weight"], weights["conv1.bias"], padding: 1) + t * weights["tb"].Reshape(1, -1, 1, 1);
            return scope.Return(Functional.Conv2d(hidden.Silu(), weights["conv2.weight"], weights["conv2.bias"], padding: 1));
        }

        public void Dispose()
        {
            foreach (var weight in weights.Values)
            {
                weight.Dispose();
            }
        }
    }
}
