using Limpid.Detection;
using Limpid.Detection.Networks;
using Limpid.Purification;
using Limpid.Tests.Support;
using Limpid.Torch;

namespace Limpid.Tests.Detection;

public sealed class ScoreFeaturesTests
{
    [Fact]
    public void EPS_AD_is_the_gate_of_single_images_over_score_vectors()
    {
        using var scope = TensorScope.Begin();
        using var featurizer = new StridedFeaturizer(size: 8, blocks: 2, features: 6);
        featurizer.Initialize(2);
        var score = new ExpectedPerturbationScore(new FormulaNetwork(), horizon: 3);
        var view = new ScoreFeatures(score.Vector, featurizer, "formula/3");
        var (clean, noise) = (Tensor.Full([6, 3, 8, 8], 0.4), Pictures.Noise(1, 6));

        using var reference = CleanReference.Of(view, new DeepKernel(0.01, 1, 1000), clean, noise);
        var scores = new SampleGate(reference, new SampleThreshold(1)).Score(clean, noise);

        scores.Shape.ToArray().ShouldBe([6]);
        scores.IsFinite().All().ShouldBeTrue();
        reference.Data.Pixels.Shape.ToArray().ShouldBe([6, 3, 8, 8]);
        (reference.Data.Pixels - score.Vector(clean, noise)).Abs().Max().Item().ShouldBe(0);
        view.Fingerprint.ShouldEndWith("/formula/3");
    }
}
