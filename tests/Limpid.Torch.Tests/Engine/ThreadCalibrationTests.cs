namespace Limpid.Torch.Tests;

public sealed class ThreadCalibrationTests
{
    [Fact]
    public void The_count_lies_between_one_and_the_processors_and_is_remembered()
    {
        string folder = Directory.CreateTempSubdirectory("limpid-threads").FullName;
        int chosen = ThreadCalibration.Choose(folder);
        chosen.ShouldBeInRange(1, Environment.ProcessorCount);
        string file = Directory.GetFiles(folder).ShouldHaveSingleItem();
        File.ReadAllText(file).ShouldBe($"{chosen}");
        File.WriteAllText(file, "no number");
        ThreadCalibration.Choose(folder).ShouldBeInRange(1, Environment.ProcessorCount);
        Directory.Delete(folder, recursive: true);
    }
}
