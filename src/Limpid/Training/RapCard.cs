using System.Globalization;
using System.Text;
using Limpid.Data;
using Limpid.Purification.Networks;

namespace Limpid.Training;

/// <summary>The page that goes with a trained adapter.</summary>
internal static class RapCard
{
    public static string Write(RapTrainingOptions options, IImageDataset data, RapAdapter adapter, RapReport report)
    {
        var culture = CultureInfo.InvariantCulture;
        var (process, shape, how, done) = (adapter.Process, adapter.Options, options.Optimization, report.Training);
        var text = new StringBuilder();
        text.Append(culture, $"# RAP adapter for {DadCard.PublicName(options.Classifier)} on {TrainingData.PublicName(options.Data)}\n\n");
        text.Append(culture, $"{adapter.ParameterCount:N0} weights: ConvNeXt U-Net of width {shape.Width}, multipliers {string.Join(", ", shape.Multipliers)}, {shape.Heads} heads of {shape.HeadWidth}. Reads images of {shape.Channels} channels; stands before the classifier that it was trained for, which is frozen.\n\n");
        text.Append("## Training\n\n");
        text.Append(culture, $"- data: {TrainingData.PublicName(options.Data)}, {data.Count - options.HeldOut:N0} images, {options.HeldOut} held out at the end; no test images\n");
        text.Append(culture, $"- attack on adapter and classifier together: {process.Threat}, T = {process.Steps} steps of {process.Lambda():G4}, random start of {process.StartRadius():G4}{Growth(options)}\n");
        text.Append(culture, $"- {done.Images:N0} images seen in {done.Step:N0} steps of {how.BatchSize}, {done.Seconds / 60:F0} minutes; seed {options.Seed}; last loss {done.Loss:F4}\n");
        text.Append(culture, $"- {how.Optimizer}, learning rate {how.LearningRate:g3}, {how.Schedule} over the budget; weights averaged with decay {how.AverageDecay}; weight of the cross-entropy {options.LossWeight}\n");
        text.Append(culture, $"- {(options.Flips ? "half of the images mirrored" : "no mirroring")}, moved by up to {options.Shift} pixels\n\n");
        text.Append(culture, $"## Accuracy on the {options.HeldOut} images held out\n\n");
        text.Append("| | clean | attacks on the bare classifier | attacks on the whole |\n| --- | --- | --- | --- |\n");
        text.Append(culture, $"| classifier alone | {report.Clean:P1} | {report.Attacked:P1} | |\n");
        text.Append(culture, $"| behind the adapter | {report.AdaptedClean:P1} | {report.AdaptedTransferred:P1} | {report.AdaptedAttacked:P1} |\n\n");
        text.Append(culture, $"Attacks: PGD of {options.MeasuringSteps} steps, {process.Threat}, exact gradients. A stronger attack can only lower the last figure.\n");
        return text.ToString();
    }

    private static string Growth(RapTrainingOptions options) =>
        (options.CleanShare > 0 ? FormattableString.Invariant($"; {options.CleanShare:P0} of the images left clean") : "")
        + (options.WarmUpSteps > 0 ? FormattableString.Invariant($", all growing over the first {options.WarmUpSteps:N0} training steps") : "")
        + (options.AttackRefresh > 0 ? FormattableString.Invariant($"; on the averaged weights, refreshed every {options.AttackRefresh:N0} training steps") : "");
}
