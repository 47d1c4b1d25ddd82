using FsCheck;
using FsCheck.Fluent;
using Limpid.Evaluation;
using Interval = Limpid.Evaluation.Interval;

namespace Limpid.Tests.Evaluation;

public sealed class IntervalTests
{
    // Published tables of the score interval: 0.40 at several sizes (honest-evaluation §10), 81 of 263 (Newcombe, 1998, table I).
    [Theory]
    [InlineData(0.40, 10000, 0.3904, 0.4096)]
    [InlineData(81.0 / 263, 263, 0.2553, 0.3662)]
    [InlineData(15.0 / 148, 148, 0.0624, 0.1605)]
    [InlineData(1.0 / 29, 29, 0.0061, 0.1718)]
    [InlineData(0.0, 20, 0.0, 0.1611)]
    public void Wilson_intervals_are_those_of_the_tables(double share, int count, double low, double high)
    {
        var interval = Interval.Wilson(share, count);

        interval.Low.ShouldBe(low, 6e-5);
        interval.High.ShouldBe(high, 6e-5);
    }

    [Fact]
    public void An_interval_holds_its_share_lies_in_the_unit_and_is_mirrored_by_the_opposite_share() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            (from n in Gen.Choose(1, 3000) from k in Gen.Choose(0, n) select (k, n)).ToArbitrary(),
            c =>
            {
                var interval = Interval.Wilson((double)c.k / c.n, c.n);
                var mirrored = Interval.Wilson((double)(c.n - c.k) / c.n, c.n);

                return interval.Low >= 0 && interval.Low <= interval.Value && interval.Value <= interval.High && interval.High <= 1
                    && Math.Abs(interval.Low - (1 - mirrored.High)) < 1e-12;
            }));

    [Fact]
    public void It_prints_as_percent_with_its_size() =>
        Interval.Wilson(0.4, 10000).ToString().ShouldBe("40.0 % [39.0, 41.0] n=10000");
}
