using Limpid.Detection;
using Limpid.Torch;

namespace Limpid.Tests.Detection;

public sealed class GateComparisonTests
{
    [Fact]
    public void A_batch_gate_is_all_or_nothing_where_the_gate_of_single_images_sees_each()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        var (clean, twins, noise) = (Pictures.Of(7, 60), Pictures.Of(7, 60, shift: 0.3), Pictures.Noise(7, 60));
        var batch = Calibration.FitBatch(reference, Pictures.Of(2, 200), Pictures.Noise(2, 200), batch: 20);
        var sample = Calibration.FitSample(reference, Pictures.Of(2, 200), Pictures.Noise(2, 200));
        var comparison = new GateComparison { Sizes = [1, 20, 100], Shares = [0, 0.1, 1], Draws = 20 };

        var together = comparison.Run(new BatchGate(reference, batch), clean, twins, noise);
        var singly = comparison.Run(new SampleGate(reference, sample), clean, twins, noise);

        together.Select(rate => (rate.Size, rate.Share)).ShouldBe([(1, 0), (1, 1), (20, 0), (20, 0.1), (20, 1)], "what the images do not suffice for is left out");
        Find(together, 20, 1).Adversarial.ShouldBe(1);
        Find(together, 20, 0.1).Adversarial.ShouldBe(Find(together, 20, 0.1).Clean, "one verdict for all");
        Find(singly, 20, 0.1).Adversarial.ShouldBeGreaterThan(0.95);
        Find(singly, 20, 0.1).Clean.ShouldBeLessThan(0.15);
        Find(singly, 1, 1).Adversarial.ShouldBeGreaterThan(0.95);
        Find(singly, 1, 0).Adversarial.ShouldBe(double.NaN);
    }

    private static GateRate Find(IReadOnlyList<GateRate> rates, int size, double share) => rates.Single(rate => rate.Size == size && rate.Share == share);
}
