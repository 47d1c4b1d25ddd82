using System.Globalization;
using Limpid.Defenses;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Torch;

namespace Limpid.Recipes.Kinds;

internal static class GnsKind
{
    public static Kind<Defense> Kind { get; } = new("gns", "Gradual noise scheduling: several runs of growing noise (Lee and Kim, ICCV 2023).",
        [
            new("runs", KeyType.Text, "30,30,30,30,50,50,125,125", "How far each run diffuses, in steps of 1000; 125:5 is a run of 5 network calls.", "CIFAR-10; the last two 80 on SVHN, 200 on ImageNet"),
            new("surrogate-runs", KeyType.Text, "30:1,50:1,125:5", "The runs that surrogate gradients go through.", "CIFAR-10"),
            new("eta", KeyType.Real(0, 1), "1", "1 for DDPM, 0 for DDIM.", "the authors' program"),
            new("clamp", KeyType.Flag, "false", "Whether the purified image is limited to [0,1].", "the authors' program does not"),
            DefenseKeys.Level,
            .. DefenseKeys.Votes("10", "the authors' program"),
        ],
        Build);

    private static Defense Build(RecipeSection section, RecipeParts parts)
    {
        var options = new GnsOptions { Runs = Runs(section, "runs"), Eta = section.Real("eta"), ClampOutput = section.Flag("clamp") };
        var level = LevelKinds.Table.Build(section.Section("level"), parts);
        return DefenseKeys.Diffusion(section, parts,
            new Gns(parts.Denoiser, options) { Level = level },
            new Gns(parts.Denoiser, options with { Runs = Runs(section, "surrogate-runs") }) { Level = level });
    }

    private static GnsRun[] Runs(RecipeSection section, string key) => [.. section.Text(key).Split(',').Select(run =>
    {
        string[] parts = run.Split(':');
        int? calls = parts.Length > 1 ? Number(parts[1]) : null;
        return Number(parts[0]) is { } count && parts.Length <= 2 && (parts.Length == 1 || calls is not null)
            ? new GnsRun(new StepCount(count), calls)
            : throw new InputException($"{section.Where(key)}: '{run}' should be a number of steps from 1 to 1000, or steps:calls");
    })];

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= 1000 ? value : null;
}
