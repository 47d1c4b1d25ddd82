using System.Globalization;
using System.Text;
using Limpid.Data;
using Limpid.Diffusion.Networks;

namespace Limpid.Training;

/// <summary>The page that goes with a trained noise predictor: what it is, how it came about, how good it is.</summary>
internal static class DenoiserCard
{
    public static string Write(DiffusionTrainingOptions options, GuidedUNet network, IImageDataset data, TrainingCounters done, IReadOnlyList<NoiseLevelLoss> losses)
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.Append(culture, $"# Noise predictor for {TrainingData.PublicName(options.Data)}\n\n");
        text.Append(culture, $"A guided-diffusion U-Net with {network.ParameterCount:N0} weights that predicts the noise in diffused {data.Channels}x{data.Height}x{data.Width} images in [-1,1]; linear schedule, 1000 steps, beta 1e-4 to 0.02.\n");
        text.Append(culture, $"Intended for purifying small images. Trained in {done.Seconds / 60:F0} minutes: far from the published networks, so figures made with it are not the papers'.\n\n");
        text.Append("## Training\n\n");
        text.Append(culture, $"- data: {TrainingData.PublicName(options.Data)}, {data.Count - options.HeldOut:N0} images, {options.HeldOut} held out at the end; no test images\n");
        text.Append(culture, $"- {done.Images:N0} images seen in {done.Step:N0} steps of {options.Optimization.BatchSize}; seed {options.Seed}\n");
        if (options.Start.Length > 0)
        {
            text.Append(culture, $"- started from the weights of {Path.GetFileName(options.Start)}, whose own images are not counted here\n");
        }
        text.Append(culture, $"- {options.Optimization.Optimizer}, learning rate {options.Optimization.LearningRate:g3}, {options.Optimization.Schedule} over the budget, warm-up {options.Optimization.WarmUpSteps} steps; weights averaged with decay {options.Optimization.AverageDecay}\n");
        text.Append(culture, $"- noise levels: {options.FavoredShare:P0} of samples uniform in 0..{options.FavoredTimestep}, the rest uniform in 0..999; {(options.Flips ? "half of the images mirrored" : "no mirroring")}\n\n");
        text.Append("## Loss on the images held out\n\nMean squared error of the predicted noise; predicting zero gives 1.\n\n| t | loss |\n| --- | --- |\n");
        foreach (var level in losses)
        {
            text.Append(culture, $"| {level.First}..{level.Last} | {level.Loss:F4} |\n");
        }
        text.Append("\n`denoised.png`: a row of clean images, then for t = 50, 150, 300 and 500 a row diffused and a row denoised in one step. `samples.png`: from noise alone, DDIM with 50 steps.\n");
        return text.ToString();
    }
}
