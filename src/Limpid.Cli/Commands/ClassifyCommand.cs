using System.CommandLine;
using System.Globalization;
using Limpid.Cli.Inputs;
using Limpid.Cli.Watching;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Recipes;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid classify</c>: what the classifier says of images, alone and behind a defense.</summary>
internal static class ClassifyCommand
{
    public static Command Create() => new("classify", "Predicts the class of images, with and without a defense.")
    {
        InputImages.Argument, RecipeOptions.Classifier, RecipeOptions.Defense, RecipeOptions.Set,
    };

    public static int Run(Session session)
    {
        session.ApplyThreads();
        string? defended = session.Get(RecipeOptions.Defense);
        var recipe = RecipeOptions.OpenDefense(session, defended ?? "none");
        using var parts = new RecipeParts(recipe, session.Device);
        var defense = parts.BuildDefense();
        var bare = defended is null ? null : new Defense(parts.Classifier) { BatchSize = parts.Batch };
        var tally = new Tally();
        foreach (var data in InputImages.Open(session.Get(InputImages.Argument)))
        {
            Progress.Show(session, progress => Predict(session, data, parts, defense, bare, tally, new Counter(progress, "images", data.Count)), prints: true);
        }
        string accuracy = tally.Labeled == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", accuracy {tally.Accuracy:P1}");
        string undefended = tally.Labeled == 0 || bare is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (undefended {tally.Undefended:P1})");
        session.Result(
            new { count = tally.Count, accuracy = tally.Labeled == 0 ? null : tally.Accuracy, undefendedAccuracy = bare is null || tally.Labeled == 0 ? null : tally.Undefended },
            $"{tally.Count} images{accuracy}{undefended}");
        return ExitCode.Done;
    }

    private static void Predict(Session session, IImageDataset data, RecipeParts parts, Defense defense, Defense? bare, Tally tally, Counter counter)
    {
        ulong seed = (ulong)parts.Recipe.Values.Long("seed");
        int done = 0;
        foreach (int[] positions in Enumerable.Range(0, data.Count).Chunk(parts.Batch))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            using var batch = ImageBatch.Read(data, positions, parts.Device);
            // The noise that an evaluation judges attacked images with.
            var noise = batch.Noise(seed).Branch(NoisePurpose.Verify, 0).Branch(NoisePurpose.Draw, 0);
            var verdicts = defense.Predict(batch.Images, noise, session.Cancellation);
            var plain = bare?.Predict(batch.Images, noise, session.Cancellation);
            for (int i = 0; i < positions.Length; i++)
            {
                int? label = data.Label(positions[i]) is >= 0 and int known ? known : null;
                tally.Add(label, verdicts[i].Class, plain?[i].Class);
                Print(session, data, batch.Indices[i], label, verdicts[i], plain?[i]);
            }
            counter.Report(done += positions.Length);
        }
    }

    private static void Print(Session session, IImageDataset data, long index, int? label, Verdict verdict, Verdict? plain)
    {
        string Name(int k) => k < data.ClassNames.Count ? data.ClassNames[k] : $"class {k}";
        string truth = label is { } k ? $", is {Name(k)}{(k == verdict.Class ? "" : "  WRONG")}" : "";
        string before = plain is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (undefended: {Name(plain.Class)} {plain.Confidence:P0})");
        session.Result(
            new { index, label, predicted = verdict.Class, confidence = verdict.Confidence, undefended = plain?.Class, undefendedConfidence = plain?.Confidence },
            string.Create(CultureInfo.InvariantCulture, $"{index,6}  {Name(verdict.Class)} {verdict.Confidence:P0}{before}{truth}"));
    }

    private sealed class Tally
    {
        private int right;
        private int plainRight;

        public int Count { get; private set; }

        public int Labeled { get; private set; }

        public double? Accuracy => (double)right / Labeled;

        public double? Undefended => (double)plainRight / Labeled;

        public void Add(int? label, int predicted, int? plain)
        {
            Count++;
            if (label is { } truth)
            {
                Labeled++;
                right += predicted == truth ? 1 : 0;
                plainRight += plain == truth ? 1 : 0;
            }
        }
    }
}
