using Limpid.Torch.Native;

namespace Limpid.Torch.Tests;

public sealed class ThreadCalibrationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("limpid-threads").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_measurement_on_quiet_cores_is_remembered()
    {
        int chosen = ThreadCalibration.Choose(folder, busy: false);
        chosen.ShouldBeInRange(1, Environment.ProcessorCount);
        CalibrationFile.Read(folder).ShouldHaveSingleItem().Threads.ShouldBe(chosen);

        int other = (chosen % Environment.ProcessorCount) + 1;
        CalibrationFile.Write(folder, [new Measured(WaitPolicy.InForce, other, 1)]);
        ThreadCalibration.Choose(folder, busy: false).ShouldBe(other);
        ThreadCalibration.Describe(folder).ShouldEndWith($"measured best on quiet cores: {other}");
    }

    [Fact]
    public void A_measurement_on_busy_cores_is_used_but_not_remembered()
    {
        ThreadCalibration.Choose(folder, busy: true).ShouldBeInRange(1, Environment.ProcessorCount);
        Directory.GetFiles(folder).ShouldBeEmpty();
        ThreadCalibration.Describe(folder).ShouldEndWith("not measured on quiet cores yet");
    }

    [Theory]
    [InlineData("no number")]
    [InlineData("another build\nAsleep 1 0.1")]
    public void A_damaged_file_or_one_of_another_build_is_measured_again(string text)
    {
        File.WriteAllText(CalibrationFile.PathIn(folder), text);
        CalibrationFile.Read(folder).ShouldBeEmpty();
        ThreadCalibration.Choose(folder, busy: false);
        CalibrationFile.Read(folder).ShouldHaveSingleItem().Waiting.ShouldBe(WaitPolicy.InForce);
    }

    [Fact]
    public void Each_way_of_waiting_is_measured_once_and_the_faster_one_used_on_quiet_cores()
    {
        Measured asleep = new(Waiting.Asleep, 1, 0.2), spinning = new(Waiting.ShortSpin, 1, 0.1);
        WaitPolicy.Decide(given: false, busy: false, []).ShouldBe(Waiting.Asleep);
        WaitPolicy.Decide(given: false, busy: false, [asleep]).ShouldBe(Waiting.ShortSpin);
        WaitPolicy.Decide(given: false, busy: false, [asleep, spinning]).ShouldBe(Waiting.ShortSpin);
        WaitPolicy.Decide(given: false, busy: false, [asleep with { Seconds = 0.05 }, spinning]).ShouldBe(Waiting.Asleep);
        WaitPolicy.Decide(given: false, busy: true, [asleep, spinning]).ShouldBe(Waiting.Asleep);
        WaitPolicy.Decide(given: true, busy: true, [asleep, spinning]).ShouldBe(Waiting.Given);
    }

    [Theory]
    [InlineData(0.9, 2, false)]
    [InlineData(1.1, 2, true)]
    [InlineData(3.0, 16, false)]
    [InlineData(null, 2, false)]
    public void Cores_are_busy_when_more_than_half_are_wanted(double? load, int processors, bool busy) =>
        MachineLoad.IsBusy(load, processors).ShouldBe(busy);
}
