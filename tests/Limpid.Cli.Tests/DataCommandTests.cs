namespace Limpid.Cli.Tests;

public sealed class DataCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("limpid").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_slice_is_described_with_its_class_counts()
    {
        var info = Command.Run("data", "info", "shapes:test[0..19]", "--json").Objects.ShouldHaveSingleItem();

        info.GetProperty("count").GetInt32().ShouldBe(20);
        info.GetProperty("counts").EnumerateArray().Sum(count => count.GetInt32()).ShouldBe(20);
    }

    [Fact]
    public void A_missing_folder_is_refused_in_one_line() =>
        Command.Run("data", "info", "cifar10:/no/such/folder").ShouldBeRefused("/no/such/folder");

    [Fact]
    public void A_mistyped_kind_is_refused_with_the_nearest() =>
        Command.Run("data", "info", "cifr10:/tmp").ShouldBeRefused("did you mean cifar10?");

    [Fact]
    public void Data_are_written_whole_to_a_file_and_a_folder()
    {
        string file = Path.Combine(folder, "shapes.safetensors");
        string pictures = Path.Combine(folder, "pictures");

        Command.Run("data", "make", "shapes[0..4]", "--out", file).Code.ShouldBe(0);
        Command.Run("data", "make", "shapes[0..4]", "--out", pictures).Code.ShouldBe(0);

        new FileInfo(file).Length.ShouldBeGreaterThan(5 * 3 * 32 * 32);
        Directory.EnumerateFiles(pictures, "*.png", SearchOption.AllDirectories).Count().ShouldBe(5);
    }

    [Fact]
    public void Download_says_where_to_go_and_fetches_nothing() =>
        Command.Run("data", "download", "cifar10").Output.ShouldContain("https://");

    [SharedFact]
    public void Published_checksums_are_compared() =>
        Command.Run("data", "verify", $"mnist:{SharedData.Path("data/mnist")}:test").Output.ShouldContain("4 files equal the published checksums");
}
