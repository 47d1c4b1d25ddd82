using System.Globalization;
using System.Text;
using Limpid.Data;
using Limpid.Detection;
using Limpid.Purification.Networks;

namespace Limpid.Training;

/// <summary>The page that goes with a trained detector and denoiser.</summary>
internal static class DadCard
{
    public static string Write(DadTrainingOptions options, IImageDataset data, DadSplit split, CleanReference reference, DadDenoiser denoiser, DadReport report)
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.Append(culture, $"# DAD for {PublicName(options.Classifier)} on {TrainingData.PublicName(data.Name)}\n\n");
        text.Append(culture, $"A detector that compares {reference.Image} images with {reference.Count} clean ones, and a denoiser of {denoiser.ParameterCount:N0} weights. Trained in {report.Training.Seconds / 60:F0} minutes, so figures made with it are not the paper's.\n\n");
        text.Append("## Training\n\n");
        text.Append(culture, $"- {split.Reference.Count} reference images, {split.Calibration.Count} to fit thresholds, {split.Measured.Count} to measure, {split.Pairs.Count} pairs for the denoiser; no image twice, no test images\n");
        text.Append(culture, $"- twins: minimum-margin attack on the bare classifier, {options.Threat}; seed {options.Seed}\n");
        text.Append(culture, $"- kernel: epsilon {reference.Kernel.Epsilon:G3}, sigma0 {reference.Kernel.FeatureBandwidth:G4}, sigma {reference.Kernel.PixelBandwidth:G4} after {options.KernelIterations} iterations\n");
        text.Append(culture, $"- denoiser: {options.Network.Noise} noise of {options.Network.Deviation}, loss weight {options.LossWeight}, {report.Training.Images:N0} pairs seen in {report.Training.Step:N0} steps{Left(options.CleanShare)}, last loss {report.Training.Loss:F4}\n\n");
        text.Append("## Accuracy on the images to measure with\n\n| images | as they are | denoised |\n| --- | --- | --- |\n");
        text.Append(culture, $"| clean | {report.Clean:P1} | {report.CleanDenoised:P1} |\n| twins | {report.Twins:P1} | {report.TwinsDenoised:P1} |\n\n");
        text.Append(culture, $"## What the gates catch\n\nThresholds for {options.FalsePositiveRate:P0} of clean: {report.Batch.Value:G4} for batches of {report.Batch.Batch}, {report.Sample.Value:G4} for single images. Twins know nothing of the gate: an attacker who does is another matter.\n\n");
        text.Append("| batch | share adversarial | batch gate: adversarial | clean | single images: adversarial | clean |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var (whole, single) in report.BatchRates.Zip(report.SampleRates))
        {
            text.Append(culture, $"| {whole.Size} | {whole.Share:P0} | {Rate(whole.Adversarial)} | {Rate(whole.Clean)} | {Rate(single.Adversarial)} | {Rate(single.Clean)} |\n");
        }
        return text.ToString();
    }

    private static string Left(double share) => share > 0 ? FormattableString.Invariant($", {share:P0} of the twins left clean") : "";

    /// <summary>A network's name without the folder of the machine it lay on.</summary>
    internal static string PublicName(string network)
    {
        int equals = network.IndexOf('=', StringComparison.Ordinal);
        return network[..(equals + 1)] + Path.GetFileName(network[(equals + 1)..]);
    }

    private static string Rate(double share) => double.IsNaN(share) ? "–" : share.ToString("P0", CultureInfo.InvariantCulture);
}
