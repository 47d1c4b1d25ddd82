using Limpid.Torch.Native;

namespace Limpid.Torch.Tests;

public sealed class BatchCalibrationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("limpid-batch").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // A call of 20 ms whatever it holds gains by every doubling, one of 20 ms an image by none; one of 400 ms is too long to try another.
    [Fact]
    public void Images_are_taken_together_as_long_as_that_pays()
    {
        Choose("fixed cost", _ => 20).ShouldBe(32);
        Choose("cost of an image", count => 20 * count).ShouldBe(4);
        Choose("both", count => 20 + (5 * count)).ShouldBe(32);
        Choose("out of the caches", count => count > 8 ? 40 * count : 20 + (5 * count)).ShouldBe(8);
        Choose("long", _ => 400).ShouldBe(4);
    }

    [Fact]
    public void What_was_measured_is_remembered_for_its_own_work()
    {
        int runs = 0;
        int Cost(int count)
        {
            runs++;
            return 5 + count;
        }
        int chosen = Choose("work", Cost);
        int measured = runs;

        Choose("work", Cost, busy: true).ShouldBe(chosen);
        runs.ShouldBe(measured);
        Choose("other work", Cost);
        runs.ShouldBeGreaterThan(measured);
        MeasurementFile.Read(folder, "batch-1").Count.ShouldBe(2);
    }

    [Fact]
    public void On_busy_cores_nothing_is_measured()
    {
        Choose("work", _ => throw new InvalidOperationException("measured"), busy: true).ShouldBe(BatchCalibration.Unmeasured);
        Directory.GetFiles(folder).ShouldBeEmpty();
    }

    [Fact]
    public void A_damaged_line_is_measured_again()
    {
        Choose("work", _ => 20);
        string path = MeasurementFile.PathIn(folder, "batch-1");
        File.WriteAllText(path, File.ReadAllText(path).TrimEnd() + "000\n");

        Choose("work", count => 20 * count).ShouldBe(4);
    }

    private int Choose(string work, Func<int, int> milliseconds, bool busy = false)
    {
        var clock = new HandClock();
        return BatchCalibration.Choose(work, count => clock.Advance(milliseconds(count)), folder, busy, clock);
    }

    private sealed class HandClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => now;

        public void Advance(int milliseconds) => now += milliseconds;
    }
}
