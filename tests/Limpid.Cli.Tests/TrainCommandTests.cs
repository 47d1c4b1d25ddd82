namespace Limpid.Cli.Tests;

public sealed class TrainCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("limpid-train-").FullName;

    private static readonly string[] Small =
        ["train/shapes-classifier", "--set", "data=shapes:train[0..127]", "--set", "held-out=32", "--set", "optimization.batch-size=16", "--threads", "1", "--quiet"];

    [Fact]
    public void A_training_that_was_interrupted_goes_on_and_ends_in_the_weights_of_one_that_was_not()
    {
        string[] budget = ["--set", "budget.images=4800"];
        string whole = Path.Combine(folder, "whole"), parts = Path.Combine(folder, "parts");
        string[] Train(string into) => ["train", .. Small, .. budget, "--out", into];

        Command.Run(Train(whole)).Code.ShouldBe(0);
        using (var first = Command.Start(Train(parts)))
        {
            first.AwaitWork(TimeSpan.FromSeconds(2));
            first.Signal("INT");
            first.Finish();
        }
        var second = Command.Run(Train(parts));

        second.Code.ShouldBe(0);
        second.OutputLines[^1].ShouldContain("accuracy on images held out");
        Numbers(parts).SequenceEqual(Numbers(whole)).ShouldBeTrue();
        File.ReadAllText(Path.Combine(parts, "card.md")).ShouldContain("4,800 images seen");
    }

    [Theory]
    [InlineData("start=shapes-classifer", "start: there is no bundled network or file 'shapes-classifer'")]
    [InlineData("start=shapes-classifer", "shapes-classifier")]
    [InlineData("data=shapes:test", "test")]
    [InlineData("attack.steps=0", "attack.steps")]
    [InlineData("budget.image=4", "budget.image")]
    public void What_cannot_be_trained_is_refused_in_one_line_and_leaves_nothing(string change, string expected)
    {
        string into = Path.Combine(folder, "run");

        var outcome = Command.Run(["train", .. Small, "--set", "objective=pgd-at", "--set", change, "--out", into]);

        outcome.Code.ShouldBe(2);
        outcome.ErrorLines.Length.ShouldBe(1);
        outcome.Errors.ShouldContain(expected);
        File.Exists(Path.Combine(into, "weights.safetensors")).ShouldBeFalse();
    }

    // What follows the header of safetensors, which says how long the training took.
    private static byte[] Numbers(string folder)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(folder, "weights.safetensors"));
        return file[(8 + (int)BitConverter.ToInt64(file))..];
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
