using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Limpid.Data;
using Limpid.Recipes;
using Limpid.Training;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid train</c>: trains what a recipe describes, and goes on where it stopped.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> RecipeName = new("RECIPE") { Description = "A bundled training, such as train/shapes-classifier, or a YAML file." };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for checkpoint, weights, card and pictures. [default: runs/ and the recipe's name]", HelpName = "DIR" };
    private static readonly Option<string[]> Set = new("--set") { Description = "Replaces a key of the recipe, such as budget.seconds=600; may be given several times.", HelpName = "key=value", AllowMultipleArgumentsPerToken = false };

    public static Command Create(CancellationToken cancellation) =>
        new Command("train", "Trains a noise predictor or a classifier; killed and called again, it goes on.") { RecipeName, Out, Set }.Runs(Run, cancellation);

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
        return recipe.Kind == "classifier" ? TrainClassifier(session, recipe.Classifier(), folder) : TrainDenoiser(session, recipe.Denoiser(), folder);
    }

    private static int TrainClassifier(Session session, ClassifierTrainingOptions options, string folder)
    {
        var data = Datasets.Open(options.Data);
        var training = new ClassifierTraining(options, folder, session.Device);
        double accuracy = training.Run(data, new ProgressLines(session), session.Cancellation);
        session.Result(
            new { weights = training.WeightsPath, accuracy },
            string.Create(CultureInfo.InvariantCulture, $"{training.WeightsPath}: accuracy {accuracy:P2} on {options.HeldOut} images held out"));
        return ExitCode.Done;
    }

    private static int TrainDenoiser(Session session, DiffusionTrainingOptions options, string folder)
    {
        var data = Datasets.Open(options.Data);
        var training = new DiffusionTraining(options, folder, session.Device);
        var losses = training.Run(data, new ProgressLines(session), session.Cancellation);
        string table = string.Join(", ", losses.Select(l => string.Create(CultureInfo.InvariantCulture, $"t {l.First}..{l.Last}: {l.Loss:F4}")));
        session.Result(new { weights = training.WeightsPath, losses }, $"{training.WeightsPath}: loss on images held out by noise level: {table}");
        return ExitCode.Done;
    }

    /// <summary>A line every few seconds.</summary>
    private sealed class ProgressLines(Session session) : IProgress<TrainingProgress>
    {
        private const int Seconds = 10;
        private long last = Stopwatch.GetTimestamp();

        public void Report(TrainingProgress value)
        {
            if (Stopwatch.GetElapsedTime(last).TotalSeconds < Seconds)
            {
                return;
            }
            last = Stopwatch.GetTimestamp();
            session.Progress(string.Create(CultureInfo.InvariantCulture,
                $"step {value.Step}, {value.Images} images, loss {value.Loss:F4}, {value.ImagesPerSecond:F1} images/s, rate {value.LearningRate:g3}, {value.Elapsed:hh\\:mm\\:ss} done, {value.Left:hh\\:mm\\:ss} left"));
        }
    }
}
