using Limpid.Evaluation;
using Limpid.Tests.Data;
using Limpid.Torch;

namespace Limpid.Tests.Evaluation;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly SmallRun run = new();

    [Fact]
    public void Another_batch_size_gives_the_same_lines_and_the_same_summary()
    {
        var folders = new[] { 1, 4, 20 }.Select(batch => Do($"batch{batch}", run.Evaluation(batch))).ToList();

        foreach (var folder in folders.Skip(1))
        {
            SmallRun.Lines(folder).ShouldBe(SmallRun.Lines(folders[0]));
            SmallRun.Summary(folder).ShouldBe(SmallRun.Summary(folders[0]));
        }
    }

    [Fact]
    public void A_run_killed_in_the_middle_of_a_line_goes_on_and_ends_the_same()
    {
        var whole = Do("whole", run.Evaluation());
        var killed = Do("killed", run.Evaluation());
        string file = Single(killed, "samples.0.0.jsonl");
        string[] lines = File.ReadAllLines(file);
        File.WriteAllText(file, string.Join('\n', lines[..7]) + "\n" + lines[7][..30]);
        File.Delete(Single(killed, "summary.json"));

        run.Evaluation().Run(RunFolder.Open(killed.Path, SmallRun.Manifest()));

        SmallRun.Lines(killed).ShouldBe(SmallRun.Lines(whole));
        SmallRun.Summary(killed).ShouldBe(SmallRun.Summary(whole));
        File.ReadLines(file).Count().ShouldBe(8, "the torn file is left alone");
        File.ReadLines(Single(killed, "samples.0.1.jsonl")).Count().ShouldBe(13);
    }

    [Fact]
    public void A_run_that_is_finished_does_nothing_more()
    {
        var folder = Do("done", run.Evaluation());
        string before = SmallRun.Summary(folder);

        Do("done", run.Evaluation());

        SmallRun.Summary(folder).ShouldBe(before);
        Directory.GetFiles(folder.Path, "samples.*").ShouldHaveSingleItem();
    }

    [Fact]
    public void Shards_in_one_folder_make_the_whole_run()
    {
        var whole = Do("whole", run.Evaluation());
        var parts = RunFolder.Open(Path.Combine(temporary.Path, "parts"), SmallRun.Manifest());
        for (int i = 2; i >= 0; i--)
        {
            run.Evaluation().Run(parts, new Shard(i, 3));
        }

        SmallRun.Lines(parts).ShouldBe(SmallRun.Lines(whole));
        SmallRun.Summary(parts).ShouldBe(SmallRun.Summary(whole));
    }

    [Fact]
    public void A_second_process_on_the_same_work_is_refused_and_one_on_another_shard_is_not()
    {
        var folder = RunFolder.Open(Path.Combine(temporary.Path, "shared"), SmallRun.Manifest());
        using (folder.Claim(new Shard(0, 3)))
        {
            Should.Throw<InputException>(() => run.Evaluation().Run(folder, new Shard(0, 3))).Message.ShouldContain("another process is at work in this folder");
            Should.Throw<InputException>(() => run.Evaluation().Run(folder)).Message.ShouldContain("another process");
            Should.Throw<InputException>(() => RunFolder.Merge([folder.Path], folder.Path)).Message.ShouldContain("another process");

            run.Evaluation().Run(folder, new Shard(1, 3));
        }

        run.Evaluation().Run(folder).Missing.ShouldBe(0);
    }

    [Fact]
    public void A_shard_of_a_run_that_another_process_does_whole_is_refused()
    {
        var folder = RunFolder.Open(Path.Combine(temporary.Path, "whole"), SmallRun.Manifest());
        using var claim = folder.Claim(Shard.Whole);

        Should.Throw<InputException>(() => run.Evaluation().Run(folder, new Shard(1, 3))).Message.ShouldContain("another process");
    }

    [Fact]
    public void Shards_in_several_folders_merge_to_the_whole_run_and_merging_again_changes_nothing()
    {
        var whole = Do("whole", run.Evaluation());
        string[] parts = [.. Enumerable.Range(0, 3).Select(i =>
        {
            var folder = RunFolder.Open(Path.Combine(temporary.Path, $"part{i}"), SmallRun.Manifest());
            run.Evaluation().Run(folder, new Shard(i, 3));
            return folder.Path;
        })];

        RunFolder.Merge(parts, Path.Combine(temporary.Path, "merged"));
        var merged = RunFolder.Merge(parts, Path.Combine(temporary.Path, "merged"));

        SmallRun.Lines(merged).ShouldBe(SmallRun.Lines(whole));
        SmallRun.Summary(merged).ShouldBe(SmallRun.Summary(whole));
    }

    [Fact]
    public void A_stopped_run_keeps_what_is_finished()
    {
        using var stop = new CancellationTokenSource();
        var folder = RunFolder.Open(Path.Combine(temporary.Path, "stopped"), SmallRun.Manifest());
        var stopAfterOneBatch = new Listener(report =>
        {
            if (report.Done >= 4)
            {
                stop.Cancel();
            }
        });

        Should.Throw<OperationCanceledException>(() => run.Evaluation().Run(folder, progress: stopAfterOneBatch, cancellation: stop.Token));

        folder.Samples().Count.ShouldBe(4);
        SmallRun.Summary(folder).ShouldContain("\"done\":4");
    }

    [Fact]
    public void A_folder_of_another_recipe_is_refused_in_one_line()
    {
        var folder = Do("mine", run.Evaluation());

        string message = Should.Throw<InputException>(() => RunFolder.Open(folder.Path, SmallRun.Manifest(attack: "apgd"))).Message;

        message.ShouldContain("another recipe");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void Attempts_that_disagree_are_an_error_that_names_the_lines()
    {
        var folder = Do("split", run.Evaluation());
        string[] lines = File.ReadAllLines(Single(folder, "samples.0.0.jsonl"));
        string changed = lines[4].Replace("\"adversarial\":0", "\"adversarial\":x").Replace("\"adversarial\":1", "\"adversarial\":0").Replace("\"adversarial\":x", "\"adversarial\":1");
        File.WriteAllLines(Path.Combine(folder.Path, "samples.0.1.jsonl"), [lines[0], changed]);

        string message = Should.Throw<InputException>(folder.Samples).Message;

        message.ShouldContain("samples.0.0.jsonl line 5");
        message.ShouldContain("samples.0.1.jsonl line 2");
        message.ShouldContain("adversarial");
    }

    [Fact]
    public void A_damaged_line_before_the_last_is_an_error_that_names_it()
    {
        var folder = Do("damaged", run.Evaluation());
        string file = Single(folder, "samples.0.0.jsonl");
        string[] lines = File.ReadAllLines(file);
        lines[2] = lines[2][..20];
        File.WriteAllLines(file, lines);

        Should.Throw<InputException>(folder.Samples).Message.ShouldContain("samples.0.0.jsonl line 3 is damaged");
    }

    [Fact]
    public void A_few_pictures_are_kept()
    {
        var folder = Do("pictures", run.Evaluation());

        Directory.GetFiles(Path.Combine(folder.Path, "images")).Select(Path.GetFileName).Order()
            .ShouldBe(["40.adversarial.png", "40.original.png", "40.purified.png", "41.adversarial.png", "41.original.png", "41.purified.png"]);
    }

    [Fact]
    public void A_recipe_has_one_hash_however_its_keys_are_ordered()
    {
        var one = SmallRun.Manifest();
        var other = new RunManifest(new() { ["seed"] = 11, ["attack"] = "pgd" }, []);

        other.RecipeHash.ShouldBe(one.RecipeHash);
        SmallRun.Manifest(attack: "fgsm").RecipeHash.ShouldNotBe(one.RecipeHash);
    }

    [Fact]
    public void A_limited_run_is_the_beginning_of_the_whole_and_can_be_extended()
    {
        var whole = Do("whole", run.Evaluation());
        var folder = RunFolder.Open(Path.Combine(temporary.Path, "grown"), SmallRun.Manifest(items: 12));
        run.Evaluation(limit: 6).Run(folder).Items.ShouldBe(12);
        run.Evaluation().Run(folder);

        SmallRun.Lines(folder).ShouldBe(SmallRun.Lines(whole));
    }

    public void Dispose()
    {
        run.Dispose();
        temporary.Dispose();
    }

    private RunFolder Do(string name, RobustEvaluation evaluation)
    {
        var folder = RunFolder.Open(Path.Combine(temporary.Path, name), SmallRun.Manifest());
        evaluation.Run(folder);
        return folder;
    }

    private static string Single(RunFolder folder, string name) => Path.Combine(folder.Path, name);

    private sealed class Listener(Action<EvaluationProgress> hear) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => hear(value);
    }
}
