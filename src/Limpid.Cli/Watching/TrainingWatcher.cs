using System.Globalization;
using Limpid.Training;

namespace Limpid.Cli.Watching;

/// <summary>Shows how far a training is: steps, loss, rate and time left.</summary>
internal sealed class TrainingWatcher(Progress progress) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        double all = (value.Elapsed + value.Left).TotalSeconds;
        progress.Report(all > 0 ? value.Elapsed.TotalSeconds / all : 1, string.Create(CultureInfo.InvariantCulture,
            $"step {value.Step}, {value.Images} images, {value.ImagesPerSecond:F1}/s, {Counter.Spoken(value.Left)} left; loss {value.Loss:F4}, rate {value.LearningRate:g3}"));
    }
}
