using System.Globalization;
using System.Text;
using Limpid.Classifiers;
using Limpid.Data;

namespace Limpid.Training;

/// <summary>The page that goes with a trained classifier: what it is, how it came about, how good it is.</summary>
internal static class ClassifierCard
{
    public static string Write(ClassifierTrainingOptions options, NetworkClassifier classifier, IImageDataset data, TrainingCounters done, ClassifierReport report)
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.Append(culture, $"# Classifier {options.Architecture} for {TrainingData.PublicName(options.Data)}\n\n");
        text.Append(culture, $"{classifier.Network.ParameterCount:N0} weights; reads {data.Channels}x{data.Height}x{data.Width} images in [0,1], tells {data.ClassCount} classes apart: {string.Join(", ", data.ClassNames)}. Normalization: {classifier.Normalization}.\n");
        text.Append(report.Robust is null
            ? "Not trained against attacks: it is the classifier that a defense stands before.\n\n"
            : "Trained against attacks, small and briefly: far from the published networks, so figures made with it are not the papers'.\n\n");
        text.Append("## Training\n\n");
        text.Append(culture, $"- data: {TrainingData.PublicName(options.Data)}, {data.Count - options.HeldOut:N0} images, {options.HeldOut} held out at the end; no test images\n");
        text.Append(culture, $"- objective: {ClassifierObjectives.Describe(options)}\n");
        if (options.Start.Length > 0)
        {
            text.Append(culture, $"- started from the weights of {Path.GetFileName(options.Start)}, whose own images are not counted here\n");
        }
        text.Append(culture, $"- {done.Images:N0} images seen in {done.Step:N0} steps of {options.Optimization.BatchSize}, {done.Seconds / 60:F0} minutes; seed {options.Seed}\n");
        text.Append(culture, $"- {options.Optimization.Optimizer}, learning rate {options.Optimization.LearningRate:g3}, {options.Optimization.Schedule} over the budget; weights averaged with decay {options.Optimization.AverageDecay}; label smoothing {options.LabelSmoothing}\n");
        text.Append(culture, $"- {(options.Flips ? "half of the images mirrored" : "no mirroring")}, moved by up to {options.Shift} pixels\n\n");
        text.Append(culture, $"## Accuracy on the images held out\n\nIn brackets 95 % intervals (Wilson).\n\n| images | accuracy |\n| --- | --- |\n| clean | {report.Clean} |\n");
        if (report.Robust is { } robust)
        {
            text.Append(culture, $"| under PGD of {ClassifierReport.AttackSteps} steps, {options.Threat}, one random start | {robust} |\n");
        }
        return text.ToString();
    }
}
