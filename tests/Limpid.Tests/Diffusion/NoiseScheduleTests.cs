using Limpid.Diffusion;
using Limpid.Tests.Support;
using Limpid.Torch;

namespace Limpid.Tests.Diffusion;

public sealed class NoiseScheduleTests
{
    [SharedTheory]
    [InlineData("linear1000")]
    [InlineData("cosine1000")]
    public void The_tables_are_those_of_the_reference(string name)
    {
        var golden = new Golden("diffusion/schedules");
        var schedule = name == "linear1000" ? NoiseSchedule.Linear1000 : NoiseSchedule.Cosine1000;

        Same(golden.Doubles($"{name}.betas"), schedule.Beta);
        Same(golden.Doubles($"{name}.alphas_cumprod"), schedule.AlphaBar);
        Same(golden.Doubles($"{name}.alphas_cumprod_prev"), i => schedule.AlphaBar(i.Previous));
        Same(golden.Doubles($"{name}.posterior_variance"), schedule.PosteriorVariance);
        Same(golden.Doubles($"{name}.posterior_log_variance_clipped"), i => Math.Log(schedule.PosteriorVarianceClipped(i)));
        Same(golden.Doubles($"{name}.fixed_large_variance"), schedule.LargeVariance);
    }

    [SharedTheory]
    [InlineData("linear", "250")]
    [InlineData("linear", "50")]
    [InlineData("linear", "10,5")]
    [InlineData("linear", "ddim10")]
    [InlineData("cosine", "250")]
    [InlineData("cosine", "50")]
    [InlineData("cosine", "10,5")]
    [InlineData("cosine", "ddim10")]
    public void A_respaced_schedule_is_that_of_the_reference(string kind, string spacing)
    {
        var golden = new Golden("diffusion/schedules");
        var schedule = (kind == "linear" ? NoiseSchedule.Linear1000 : NoiseSchedule.Cosine1000).Respace(spacing);

        schedule.Labels.ShouldBe(golden.Ints($"respaced.{kind}.{spacing}.timestep_map"));
        Same(golden.Doubles($"respaced.{kind}.{spacing}.betas"), schedule.Beta);
        Same(golden.Doubles($"respaced.{kind}.{spacing}.alphas_cumprod"), schedule.AlphaBar);
        Same(golden.Doubles($"respaced.{kind}.{spacing}.posterior_variance"), schedule.PosteriorVariance);
    }

    // √ᾱ and √(1−ᾱ) as published to five digits.
    [Theory]
    [InlineData(1, 0.999900)]
    [InlineData(36, 0.983976)]
    [InlineData(100, 0.897018)]
    [InlineData(400, 0.195146)]
    [InlineData(1000, 0.000040)]
    public void A_count_reaches_the_index_below_it(int count, double alphaBar) =>
        NoiseSchedule.Linear1000.AlphaBar(new StepCount(count).Index).ShouldBe(alphaBar, 1e-6);

    [Fact]
    public void Index_44_of_250_is_index_177_of_1000() =>
        NoiseSchedule.Linear1000.Respace("250").Labels[44].ShouldBe(177);

    [Theory]
    [InlineData("ddim7x")]
    [InlineData("0")]
    [InlineData("2000")]
    [InlineData("ddim999")]
    public void An_impossible_respacing_is_refused_in_one_line(string spacing) =>
        Should.Throw<InputException>(() => NoiseSchedule.Linear1000.Respace(spacing)).Message.ShouldNotContain('\n');

    [Theory]
    [InlineData(200, 5, new[] { 199, 159, 119, 79, 39 })]
    [InlineData(125, 5, new[] { 124, 99, 74, 49, 24 })]
    [InlineData(80, 5, new[] { 79, 63, 47, 31, 15 })]
    [InlineData(30, 1, new[] { 29 })]
    [InlineData(3, 5, new[] { 2, 1, 0 })]
    [InlineData(0, 5, new int[0])]
    public void Calls_are_spread_evenly_from_the_noisiest_index(int count, int calls, int[] indices) =>
        CallList.Even(new StepCount(count), calls).Select(i => i.Value).ShouldBe(indices);

    private static void Same(double[] expected, Func<StepIndex, double> actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            actual(new StepIndex(i)).ShouldBe(expected[i], 1e-12 * Math.Max(Math.Abs(expected[i]), 1e-300) + 1e-18);
        }
    }
}
