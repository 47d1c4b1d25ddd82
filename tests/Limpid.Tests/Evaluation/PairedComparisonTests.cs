using Limpid.Evaluation;
using Limpid.Torch;

namespace Limpid.Tests.Evaluation;

public sealed class PairedComparisonTests
{
    // Two-sided exact binomial tails: 2·(1 + 10)/2¹⁰ for 1 against 9, and so on.
    [Theory]
    [InlineData(1, 9, 22.0 / 1024)]
    [InlineData(0, 5, 2.0 / 32)]
    [InlineData(3, 3, 1)]
    [InlineData(0, 0, 1)]
    public void McNemars_exact_test_has_its_binomial_tails(int onlyFirst, int onlySecond, double p) =>
        PairedComparison.ExactMcNemar(onlyFirst, onlySecond).ShouldBe(p, 1e-12);

    [Fact]
    public void Discordant_images_are_counted_and_the_difference_has_the_sign_of_the_second()
    {
        var comparison = PairedComparison.Robust(Samples("RRRWWWWWWW"), Samples("RWWRRRRWWW"));

        (comparison.BothRight, comparison.OnlyFirst, comparison.OnlySecond, comparison.NeitherRight).ShouldBe((1, 2, 4, 3));
        comparison.Difference.ShouldBe(0.2, 1e-12);
        comparison.Low.ShouldBeLessThan(0.2);
        comparison.High.ShouldBeGreaterThan(0.2);
        comparison.PValue.ShouldBe(2 * 22.0 / 64, 1e-12);
    }

    [Fact]
    public void A_small_chance_is_never_printed_as_none()
    {
        PairedComparison.Robust(Samples("WWWWWWWWWWWW"), Samples("RRRRRRRRRRRR")).ToString().ShouldEndWith(", p<0.001");
        PairedComparison.Robust(Samples("WWWWW"), Samples("RRRRR")).ToString().ShouldEndWith(", p=0.062");
    }

    [Fact]
    public void A_run_compared_with_itself_shows_no_difference()
    {
        var comparison = PairedComparison.Robust(Samples("RRWW"), Samples("RRWW"));

        (comparison.Difference, comparison.PValue).ShouldBe((0, 1));
    }

    [Fact]
    public void Runs_on_different_images_are_refused() =>
        Should.Throw<InputException>(() => PairedComparison.Robust(Samples("R"), [Samples("R")[0] with { Index = 9 }])).Message.ShouldContain("in common");

    private static SampleRecord[] Samples(string rightOrWrong) => [.. rightOrWrong.Select((c, i) => new SampleRecord
    {
        Index = i,
        Repetition = 0,
        Label = 1,
        UndefendedClean = 1,
        UndefendedAdversarial = 0,
        Clean = 1,
        Adversarial = c == 'R' ? 1 : 0,
        Linf = 0,
        L2 = 0,
        L1 = 0,
        Iterations = 1,
        AttackSuccess = c != 'R',
        Seconds = 0,
    })];
}
