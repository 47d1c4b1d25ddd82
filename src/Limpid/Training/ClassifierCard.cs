using System.Globalization;
using System.Text;
using Limpid.Classifiers;
using Limpid.Data;

namespace Limpid.Training;

/// <summary>The page that goes with a trained classifier: what it is, how it came about, how good it is.</summary>
internal static class ClassifierCard
{
    public static string Write(ClassifierTrainingOptions options, NetworkClassifier classifier, IImageDataset data, TrainingCounters done, double accuracy)
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.Append(culture, $"# Classifier {options.Architecture} for {TrainingData.PublicName(options.Data)}\n\n");
        text.Append(culture, $"{classifier.Network.ParameterCount:N0} weights; reads {data.Channels}x{data.Height}x{data.Width} images in [0,1], tells {data.ClassCount} classes apart: {string.Join(", ", data.ClassNames)}. Normalization: {classifier.Normalization}.\n");
        text.Append("Not trained against attacks: it is the classifier that a defense stands before.\n\n");
        text.Append("## Training\n\n");
        text.Append(culture, $"- data: {TrainingData.PublicName(options.Data)}, {data.Count - options.HeldOut:N0} images, {options.HeldOut} held out at the end; no test images\n");
        text.Append(culture, $"- {done.Images:N0} images seen in {done.Step:N0} steps of {options.Optimization.BatchSize}, {done.Seconds / 60:F0} minutes; seed {options.Seed}\n");
        text.Append(culture, $"- {options.Optimization.Optimizer}, learning rate {options.Optimization.LearningRate:g3}, {options.Optimization.Schedule} over the budget; weights averaged with decay {options.Optimization.AverageDecay}; label smoothing {options.LabelSmoothing}\n");
        text.Append(culture, $"- {(options.Flips ? "half of the images mirrored" : "no mirroring")}, moved by up to {options.Shift} pixels\n\n");
        text.Append(culture, $"## Accuracy\n\n{accuracy:P2} on the {options.HeldOut} images held out.\n");
        return text.ToString();
    }
}
