using System.Globalization;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Optimizers;
using Limpid.Torch.Weights;

namespace Limpid.Training;

/// <summary>Everything that a training needs to go on: weights, their average, the optimizer's state, a lagged copy where there is one, and the counters, in one safetensors file.</summary>
internal sealed class TrainingCheckpoint(string path, string recipe, Module network, ExponentialMovingAverage average, IOptimizer optimizer, Module? lagged = null)
{
    private const string Weights = "network.", Average = "average.", Optimizer = "optimizer.", Lagged = "lagged.";

    /// <summary>Writes the file whole or not at all.</summary>
    public void Save(TrainingCounters counters)
    {
        var state = new StoredTensors();
        network.SaveState(state, Weights);
        average.Save(state, Average);
        optimizer.Save(state, Optimizer);
        lagged?.SaveState(state, Lagged);
        state.Metadata["step"] = counters.Step.ToString(CultureInfo.InvariantCulture);
        state.Metadata["images"] = counters.Images.ToString(CultureInfo.InvariantCulture);
        state.Metadata["seconds"] = counters.Seconds.ToString("R", CultureInfo.InvariantCulture);
        state.Metadata["loss"] = counters.Loss.ToString("R", CultureInfo.InvariantCulture);
        state.Metadata["recipe"] = recipe;
        SafetensorsFile.Write(path, state);
    }

    /// <summary>The counters of the file, and all state put in place; zeros where there is no file.</summary>
    /// <exception cref="InputException">The file belongs to another recipe, or is damaged.</exception>
    public TrainingCounters Load()
    {
        if (!File.Exists(path))
        {
            return new TrainingCounters();
        }
        var state = SafetensorsFile.Read(path);
        if (!state.Metadata.TryGetValue("recipe", out string? other) || other != recipe)
        {
            throw new InputException($"{path} belongs to a training with other settings: choose another --out, or delete it to start again");
        }
        network.LoadState(state, Weights);
        average.Load(state, Average);
        optimizer.Load(state, Optimizer);
        lagged?.LoadState(state, Lagged);
        return new TrainingCounters
        {
            Step = long.Parse(state.Metadata["step"], CultureInfo.InvariantCulture),
            Images = long.Parse(state.Metadata["images"], CultureInfo.InvariantCulture),
            Seconds = double.Parse(state.Metadata["seconds"], CultureInfo.InvariantCulture),
            Loss = double.Parse(state.Metadata["loss"], CultureInfo.InvariantCulture),
        };
    }
}
