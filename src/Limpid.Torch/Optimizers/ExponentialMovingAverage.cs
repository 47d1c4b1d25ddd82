using Limpid.Torch.Layers;
using Limpid.Torch.Operators;
using Limpid.Torch.Weights;

namespace Limpid.Torch.Optimizers;

/// <summary>A running average of a network's weights, which is what diffusion networks are used with: a ← d a + (1 − d) θ.</summary>
/// <remarks>
/// Float32 buffers (running statistics) are averaged like weights; others are left alone. Early on
/// the decay is limited to (1 + n) / (10 + n) after n updates, so that the start is soon forgotten.
/// </remarks>
public sealed class ExponentialMovingAverage : IDisposable
{
    private readonly string[] names;
    private readonly Tensor[] sources;
    private readonly Tensor[] averages;
    private readonly TensorList sourceList;
    private readonly TensorList averageList;
    private readonly double decay;
    private long updates;

    /// <summary>Starts at the network's present weights.</summary>
    /// <param name="network">The network, already on its device; not owned.</param>
    /// <param name="decay">d in [0,1).</param>
    public ExponentialMovingAverage(Module network, double decay)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.decay = decay;
        var averaged = network.NamedParameters().Where(p => p.Parameter.Value.DType == DType.Float32).ToList();
        names = [.. averaged.Select(p => p.Name)];
        sources = [.. averaged.Select(p => p.Parameter.Value)];
        using var noGrad = GradMode.Off();
        averages = Array.ConvertAll(sources, s => s.Detach().Clone().Keep());
        sourceList = new TensorList(sources);
        averageList = new TensorList(averages);
    }

    /// <summary>Moves the average toward the present weights.</summary>
    public void Update()
    {
        using var noGrad = GradMode.Off();
        double d = Math.Min(decay, (1.0 + updates) / (10.0 + updates));
        updates++;
        averageList.Multiply(d);
        averageList.Add(sourceList, 1 - d);
    }

    /// <summary>Exchanges the network's weights with the average; called twice, everything is as before.</summary>
    public void Swap()
    {
        using var noGrad = GradMode.Off();
        for (int i = 0; i < sources.Length; i++)
        {
            using var kept = sources[i].Clone().Keep();
            sources[i].CopyInPlace(averages[i]);
            averages[i].CopyInPlace(kept);
        }
    }

    /// <summary>Gives another network of the same construction the average for its weights.</summary>
    /// <param name="network">On the same device.</param>
    /// <exception cref="InputException">It is built otherwise.</exception>
    public void CopyTo(Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var targets = network.NamedParameters().Where(p => p.Parameter.Value.DType == DType.Float32).ToList();
        if (!targets.Select(p => p.Name).SequenceEqual(names, StringComparer.Ordinal))
        {
            throw new InputException("an average can only be copied to a network of the same construction");
        }
        using var noGrad = GradMode.Off();
        for (int i = 0; i < averages.Length; i++)
        {
            targets[i].Parameter.Value.CopyInPlace(averages[i]);
        }
    }

    /// <summary>Adds the state under names that begin with the prefix.</summary>
    public void Save(StoredTensors state, string prefix)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add($"{prefix}updates", StoredTensor.FromInt64s([updates], 1));
        for (int i = 0; i < names.Length; i++)
        {
            state.Add($"{prefix}average.{names[i]}", averages[i].ToStored());
        }
    }

    /// <summary>Takes the state that <see cref="Save"/> stored.</summary>
    /// <exception cref="InputException">It is missing or of another network.</exception>
    public void Load(StoredTensors state, string prefix)
    {
        ArgumentNullException.ThrowIfNull(state);
        updates = state[$"{prefix}updates"].ToInt64s()[0];
        for (int i = 0; i < names.Length; i++)
        {
            string name = $"{prefix}average.{names[i]}";
            averages[i].Assign(state[name], $"{state.Source}: {name}");
        }
    }

    /// <summary>Frees the average.</summary>
    public void Dispose()
    {
        foreach (var tensor in averages)
        {
            tensor.Dispose();
        }
    }
}
