using System.CommandLine;
using System.Globalization;
using Limpid.Classifiers;
using Limpid.Cli.Watching;
using Limpid.Data;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Recipes;
using Limpid.Torch;
using Limpid.Training;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid train</c>: trains what a recipe describes, and goes on where it stopped.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> RecipeName = new("RECIPE") { Description = "A bundled training, such as train/shapes-classifier, or a YAML file." };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for checkpoint, weights, card and pictures. [default: runs/ and the recipe's name]", HelpName = "DIR" };
    private static readonly Option<string[]> Set = new("--set") { Description = "Replaces a key of the recipe, such as budget.seconds=600; may be given several times.", HelpName = "key=value", AllowMultipleArgumentsPerToken = false };

    public static Command Create(CancellationToken cancellation) =>
        new Command("train", "Trains a noise predictor, a classifier, DAD's detector and denoiser, or RAP's adapter; killed and called again, it goes on.") { RecipeName, Out, Set }.Runs(Run, cancellation);

    private static int Run(Session session)
    {
        session.ApplyThreads();
        string name = session.Get(RecipeName);
        string[] changes = session.Get(Set) ?? [];
        if (session.Seed is { } seed)
        {
            changes = [string.Create(CultureInfo.InvariantCulture, $"seed={seed}"), .. changes];
        }
        var recipe = TrainingRecipe.Open(name, changes);
        string folder = session.Get(Out) ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(name));
        return ResumableStopException.Around(() => recipe.Kind switch
        {
            "classifier" => TrainClassifier(session, recipe.Classifier(), folder),
            "dad" => TrainDad(session, recipe.Dad(), folder),
            "rap" => TrainRap(session, recipe.Rap(), folder),
            _ => TrainDenoiser(session, recipe.Denoiser(), folder),
        });
    }

    private static int TrainDad(Session session, DadTrainingOptions options, string folder)
    {
        var data = Datasets.Open(options.Data);
        var classifier = BundledNetworks.OpenClassifier(options.Classifier, session.Device);
        using var owned = classifier as IDisposable;
        var other = options.Features == "classifier" ? null : BundledNetworks.OpenClassifier(options.Features, session.Device);
        using var otherOwned = other as IDisposable;
        var features = (other ?? classifier) as NetworkClassifier
            ?? throw new InputException("the detector needs a network that shows its features, which a TorchScript file does not: name one in features");
        var training = new DadTraining(options, classifier, features, folder, session.Device);
        var report = Progress.Show(session, progress => training.Run(data, new TrainingWatcher(progress), session.Cancellation));
        session.Result(
            new { detector = training.DetectorPath, denoiser = training.DenoiserPath, report },
            string.Create(CultureInfo.InvariantCulture, $"{training.DetectorPath}, {training.DenoiserPath}: twins {report.Twins:P1} right as they are, {report.TwinsDenoised:P1} denoised; clean {report.Clean:P1} and {report.CleanDenoised:P1}"));
        return ExitCode.Done;
    }

    private static int TrainRap(Session session, RapTrainingOptions options, string folder)
    {
        var data = Datasets.Open(options.Data);
        var classifier = BundledNetworks.OpenClassifier(options.Classifier, session.Device);
        using var owned = classifier as IDisposable;
        var training = new RapTraining(options, classifier, folder, session.Device);
        var report = Progress.Show(session, progress => training.Run(data, new TrainingWatcher(progress), session.Cancellation));
        session.Result(
            new { weights = training.WeightsPath, report },
            string.Create(CultureInfo.InvariantCulture, $"{training.WeightsPath}: attacked through the whole {report.AdaptedAttacked:P1} right, clean {report.AdaptedClean:P1}; without the adapter {report.Attacked:P1} and {report.Clean:P1}; on {options.HeldOut} images held out"));
        return ExitCode.Done;
    }

    private static int TrainClassifier(Session session, ClassifierTrainingOptions options, string folder)
    {
        var data = Datasets.Open(options.Data);
        var training = new ClassifierTraining(options with { Start = Start(options.Start) }, folder, session.Device);
        var report = Progress.Show(session, progress => training.Run(data, new TrainingWatcher(progress), session.Cancellation));
        string robust = report.Robust is { } share ? string.Create(CultureInfo.InvariantCulture, $", {share} under PGD of {ClassifierReport.AttackSteps} steps, {options.Threat}") : "";
        session.Result(
            new { weights = training.WeightsPath, accuracy = report.Clean.Value, report },
            $"{training.WeightsPath}: accuracy on images held out {report.Clean}{robust}");
        return ExitCode.Done;
    }

    // A bundled network's name, or a file.
    private static string Start(string given)
    {
        string file = BundledFiles.Network(given) ?? given;
        return file.Length == 0 || File.Exists(file)
            ? file
            : throw new InputException($"start: there is no bundled network or file '{given}'{NearestName.Hint(given, BundledFiles.Networks)}; `limpid models list` names the bundled ones");
    }

    private static int TrainDenoiser(Session session, DiffusionTrainingOptions options, string folder)
    {
        var data = Datasets.Open(options.Data);
        var training = new DiffusionTraining(options with { Start = Start(options.Start) }, folder, session.Device);
        var losses = Progress.Show(session, progress => training.Run(data, new TrainingWatcher(progress), session.Cancellation));
        string table = string.Join(", ", losses.Select(l => string.Create(CultureInfo.InvariantCulture, $"t {l.First}..{l.Last}: {l.Loss:F4}")));
        session.Result(new { weights = training.WeightsPath, losses }, $"{training.WeightsPath}: loss on images held out by noise level: {table}");
        return ExitCode.Done;
    }
}
