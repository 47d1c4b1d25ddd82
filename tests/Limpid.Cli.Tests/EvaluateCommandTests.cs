using System.Text.Json.Nodes;

namespace Limpid.Cli.Tests;

[Collection(TinyCollection.Name)]
public sealed class EvaluateCommandTests(TinyNetworks tiny)
{
    [Fact]
    public void Every_sample_is_a_line_and_the_summary_is_the_last()
    {
        string run = tiny.NewFolder("run");

        var outcome = Command.Run(tiny.Evaluate(run));

        outcome.Code.ShouldBe(0, outcome.Errors);
        outcome.Objects.Length.ShouldBe(7);
        outcome.Objects[0].GetProperty("index").GetInt64().ShouldBe(0);
        outcome.Objects[^1].GetProperty("robust").GetProperty("count").GetInt32().ShouldBe(6);
        File.Exists(Path.Combine(run, "run.json")).ShouldBeTrue();
        Directory.EnumerateFiles(Path.Combine(run, "images")).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("INT", 3)]
    [InlineData("TERM", 75)]
    public void A_stopped_run_keeps_what_is_done_and_goes_on_to_the_same_summary(string signal, int code)
    {
        string whole = tiny.NewFolder("whole"), stopped = tiny.NewFolder("stopped");
        Command.Run(tiny.Evaluate(whole)).Code.ShouldBe(0);

        using (var command = Command.Start(tiny.Evaluate(stopped)))
        {
            command.ReadLine();
            command.Signal(signal);
            var outcome = command.Finish();
            outcome.Code.ShouldBe(code, outcome.Errors);
            outcome.Errors.ShouldContain("kept");
        }
        Samples(stopped).ShouldBeInRange(1, 5);
        Command.Run(tiny.Evaluate(stopped)).Code.ShouldBe(0);

        Summary(stopped).ShouldBe(Summary(whole));
    }

    // Each step of this attack takes hours; the test ends because nobody waits for one.
    [Theory]
    [InlineData("INT", 3)]
    [InlineData("TERM", 75)]
    public void A_signal_does_not_wait_for_the_gradient_at_hand(string signal, int code)
    {
        string run = tiny.NewFolder("run");
        using var command = Command.Start(tiny.Evaluate(run, "--set", "defense.steps=900", "--set", "attack.samples=100000"));
        command.AwaitError("samples into");
        command.AwaitWork(TimeSpan.FromSeconds(1));

        command.Signal(signal);
        var outcome = command.Finish();

        outcome.Code.ShouldBe(code, outcome.Errors);
        Samples(run).ShouldBe(0);
        Command.Run("status", run).Output.ShouldContain("0 of 6 samples done");
    }

    [Fact]
    public void A_killed_run_goes_on_to_the_same_summary()
    {
        string whole = tiny.NewFolder("whole"), killed = tiny.NewFolder("killed");
        Command.Run(tiny.Evaluate(whole)).Code.ShouldBe(0);

        using (var command = Command.Start(tiny.Evaluate(killed)))
        {
            command.ReadLine();
            command.Signal("KILL");
            command.Finish();
        }
        Command.Run(tiny.Evaluate(killed)).Code.ShouldBe(0);

        Summary(killed).ShouldBe(Summary(whole));
    }

    [Fact]
    public void A_second_process_is_refused_in_one_line_until_the_first_one_has_ended_even_by_a_kill()
    {
        string run = tiny.NewFolder("run");
        using (var first = Command.Start(tiny.Evaluate(run)))
        {
            first.ReadLine();
            first.Signal("STOP");

            Command.Run(tiny.Evaluate(run, "--quiet")).ShouldBeRefused(run, "another process");

            first.Signal("KILL");
            first.Finish();
        }

        Command.Run(tiny.Evaluate(run)).Code.ShouldBe(0);
    }

    [Fact]
    public void Shards_of_one_folder_are_the_whole_run()
    {
        string whole = tiny.NewFolder("whole"), shards = tiny.NewFolder("shards");
        Command.Run(tiny.Evaluate(whole)).Code.ShouldBe(0);

        Command.Run(tiny.Evaluate(shards, "--shard", "1/2")).Objects[^1].GetProperty("done").GetInt32().ShouldBe(3);
        Command.Run(tiny.Evaluate(shards, "--shard", "0/2")).Code.ShouldBe(0);

        Summary(shards).ShouldBe(Summary(whole));
    }

    [Fact]
    public void Shards_of_several_folders_are_merged_into_the_whole_run()
    {
        string whole = tiny.NewFolder("whole"), first = tiny.NewFolder("first"), second = tiny.NewFolder("second"), merged = tiny.NewFolder("merged");
        Command.Run(tiny.Evaluate(whole)).Code.ShouldBe(0);
        Command.Run(tiny.Evaluate(first, "--shard", "0/2")).Code.ShouldBe(0);
        Command.Run(tiny.Evaluate(second, "--shard", "1/2")).Code.ShouldBe(0);

        var outcome = Command.Run("merge", first, second, "--out", merged, "--json");

        outcome.Code.ShouldBe(0, outcome.Errors);
        outcome.Objects.ShouldHaveSingleItem().GetProperty("missing").GetInt32().ShouldBe(0);
        Summary(merged).ShouldBe(Summary(whole));
    }

    [Fact]
    public void Runs_are_compared_image_by_image()
    {
        string first = tiny.NewFolder("first"), second = tiny.NewFolder("second"), other = tiny.NewFolder("other"), merged = tiny.NewFolder("merged");
        Command.Run(tiny.Evaluate(first, "--shard", "0/3")).Code.ShouldBe(0);
        Command.Run(tiny.Evaluate(second, "--shard", "0/3", "--set", "attack.steps=4")).Code.ShouldBe(0);
        Command.Run(tiny.Evaluate(other, "--shard", "0/2", "--set", "data=shapes:test[10..11]")).Code.ShouldBe(0);

        var outcome = Command.Run("compare", first, second, "--json");

        outcome.Code.ShouldBe(0, outcome.Errors);
        outcome.Objects.Select(line => line.GetProperty("question").GetString()).ShouldBe(["clean", "robust"]);
        outcome.Objects.ShouldAllBe(line => line.GetProperty("difference").GetProperty("count").GetInt32() == 2);
        // Both judge the clean images with the same noise.
        outcome.Objects[0].GetProperty("difference").GetProperty("value").GetDouble().ShouldBe(0);
        Command.Run("compare", first, other).ShouldBeRefused("no image in common");
        Command.Run("compare", first).ShouldBeRefused("RUN");
        Command.Run("merge", first, second, "--out", merged).ShouldBeRefused("another recipe");
        Directory.Exists(merged).ShouldBeFalse();
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("fast")]
    [InlineData("precise")]
    [InlineData("library")]
    public void A_run_records_whose_kernels_computed_it(string kernels)
    {
        string run = tiny.NewFolder("run");

        Command.Run(tiny.Evaluate(run, "--shard", "0/6", "--kernels", kernels)).Code.ShouldBe(0);

        JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!["surroundings"]!["kernels"]!.GetValue<string>().ShouldBe(kernels);
    }

    [Fact]
    public void Status_reads_the_folder_alone()
    {
        string run = tiny.NewFolder("run");
        Command.Run(tiny.Evaluate(run, "--shard", "0/3")).Code.ShouldBe(0);

        var status = Command.Run("status", run);

        status.Code.ShouldBe(0, status.Errors);
        status.Output.ShouldContain("2 of 6 samples done, 4 missing");
    }

    [Fact]
    public void A_folder_of_another_recipe_is_refused()
    {
        string run = tiny.NewFolder("run");
        Command.Run(tiny.Evaluate(run, "--shard", "0/6")).Code.ShouldBe(0);

        var outcome = Command.Run(tiny.Evaluate(run, "--set", "attack.steps=4"));

        outcome.Code.ShouldBe(2);
        outcome.ErrorLines.ShouldHaveSingleItem().ShouldContain("another recipe");
    }

    [Theory]
    [InlineData("threat=linf:8/0", "divides by zero")]
    [InlineData("attack.stepz=5", "did you mean steps?")]
    [InlineData("attack=pdg", "did you mean pgd?")]
    [InlineData("attack.steps", "key=value")]
    [InlineData("data=nowhere:/x", "nowhere")]
    [InlineData("classifier=cifar-resnet20=/no/such/file", "/no/such/file")]
    [InlineData("data=shapes:test[5..2]", "[5..2]")]
    public void A_wrong_override_is_refused_in_one_line(string change, string words) =>
        Command.Run("evaluate", "none", "--out", tiny.NewFolder("never"), "--set", $"classifier={tiny.Classifier}", "--set", change).ShouldBeRefused(words);

    [Theory]
    [InlineData("diffpure", "defense.steps=1001", "from 1 to 1000")]
    [InlineData("gdmp", "defense.steps=1000", "beyond the schedule")]
    [InlineData("gns", "defense.runs=30,2000", "'2000'")]
    [InlineData("heterogeneous", "defense.threshold=1.5", "from 0 to 1")]
    [InlineData("heterogeneous", "defense.low=0.3", "below the high level")]
    public void Numbers_that_no_purification_can_have_are_refused_in_one_line(string recipe, string change, string words)
    {
        string run = tiny.NewFolder("never");

        Command.Run("evaluate", recipe, "--out", run, "--set", $"classifier={tiny.Classifier}", "--set", $"denoiser={tiny.Denoiser}", "--set", change).ShouldBeRefused(words);

        Directory.Exists(run).ShouldBeFalse();
    }

    [Fact]
    public void A_block_that_the_classifier_does_not_have_is_named() =>
        Command.Run("evaluate", "heterogeneous", "--quiet", "--limit", "1", "--out", tiny.NewFolder("run"), "--set", $"classifier={tiny.Classifier}", "--set", $"denoiser={tiny.Denoiser}", "--set", "defense.blocks=99")
            .ShouldBeRefused("99", "blocks 0 to");

    [Fact]
    public void A_cut_checkpoint_is_refused_by_name()
    {
        string cut = Path.Combine(tiny.Folder, "cut.safetensors");
        File.WriteAllBytes(cut, File.ReadAllBytes(tiny.Classifier)[..^100]);

        Command.Run("evaluate", "none", "--out", tiny.NewFolder("never"), "--set", $"classifier={cut}").ShouldBeRefused("cut.safetensors");
    }

    [Fact]
    public void A_recipe_that_is_not_there_is_refused() =>
        Command.Run("evaluate", "nonee").ShouldBeRefused("'nonee'", "did you mean none?");

    [Fact]
    public void A_status_of_no_run_is_refused() =>
        Command.Run("status", tiny.Folder).ShouldBeRefused("holds no run");

    private static int Samples(string run) =>
        Directory.EnumerateFiles(run, "samples.*.jsonl").Sum(file => File.ReadLines(file).Count());

    private static string Summary(string run)
    {
        var summary = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "summary.json")))!.AsObject();
        summary.Remove("times");
        return summary.ToJsonString();
    }
}
