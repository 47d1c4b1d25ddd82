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

/// <summary><c>limpid detect</c>: how suspicious images are, and whether the gate of a defense takes them for adversarial.</summary>
internal static class DetectCommand
{
    private static readonly Option<string> Detector = new("--detector") { Description = "A recipe whose defense has a detector, such as dad.", HelpName = "RECIPE", Required = true };

    public static Command Create() => new("detect", "Says of each image how suspicious it is, and whether it is taken for adversarial.")
    {
        InputImages.Argument, Detector, RecipeOptions.Classifier, RecipeOptions.Set,
    };

    public static int Run(Session session)
    {
        session.ApplyThreads();
        string name = session.Get(Detector)!;
        var recipe = RecipeOptions.OpenDefense(session, name);
        using var parts = new RecipeParts(recipe, session.Device);
        var defense = parts.BuildDefense();
        if (defense.Purifier is not GatedPurifier)
        {
            throw new InputException($"recipe '{name}' has no detector: use one whose defense is dad");
        }
        int count = 0, caught = 0;
        foreach (var data in InputImages.Open(session.Get(InputImages.Argument)))
        {
            int found = Progress.Show(session, progress => Judge(session, data, parts, defense, new Counter(progress, "images", data.Count)), prints: true);
            (count, caught) = (count + data.Count, caught + found);
        }
        session.Result(new { count, caught }, $"{count} images, {caught} taken for adversarial");
        return ExitCode.Done;
    }

    private static int Judge(Session session, IImageDataset data, RecipeParts parts, Defense defense, Counter counter)
    {
        ulong seed = (ulong)parts.Recipe.Values.Long("seed");
        int done = 0, caught = 0;
        foreach (int[] positions in Enumerable.Range(0, data.Count).Chunk(parts.Batch))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            using var batch = ImageBatch.Read(data, positions, parts.Device);
            // The noise that an evaluation judges attacked images with.
            var findings = defense.Findings(batch.Images, batch.Noise(seed).Branch(NoisePurpose.Verify, 0).Branch(NoisePurpose.Draw, 0), session.Cancellation)!;
            for (int i = 0; i < findings.Count; i++)
            {
                var (index, finding) = (batch.Indices[i], findings[i]);
                caught += finding.IsAdversarial ? 1 : 0;
                session.Result(
                    new { index, score = finding.Score, threshold = finding.Threshold, adversarial = finding.IsAdversarial },
                    string.Create(CultureInfo.InvariantCulture, $"{index,6}  {finding.Score:F4} of {finding.Threshold:F4}{(finding.IsAdversarial ? "  adversarial" : "")}"));
            }
            counter.Report(done += positions.Length);
        }
        return caught;
    }
}
