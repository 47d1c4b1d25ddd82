namespace Limpid.Cli.Tests;

public sealed class DoctorCommandTests
{
    [Fact]
    public void The_doctor_finds_libtorch()
    {
        var outcome = Command.Run("doctor", "--json");

        outcome.Code.ShouldBe(0);
        var torch = outcome.Objects.Single(check => check.GetProperty("check").GetString() == "libtorch");
        torch.GetProperty("status").GetString().ShouldBe("good");
    }

    [Fact]
    public void The_doctor_says_whose_kernels_compute() =>
        Command.Run("doctor", "--json", "--kernels", "library").Objects
            .Single(check => check.GetProperty("check").GetString() == "kernels").GetProperty("found").GetString()!.ShouldStartWith("library");

    [Fact]
    public void A_missing_native_library_is_said_with_what_to_install()
    {
        var outcome = Command.RunIn("LIMPID_SHIM=/no/such/library.so \"$0\" \"$@\"", "doctor");

        outcome.Code.ShouldBe(1);
        outcome.Output.ShouldContain("/no/such/library.so");
        outcome.Output.ShouldContain("apt-get install");
    }
}
