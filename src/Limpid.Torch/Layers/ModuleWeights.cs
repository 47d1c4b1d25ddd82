using Limpid.Torch.Weights;

namespace Limpid.Torch.Layers;

/// <summary>Weights into a module and out of it, under the names of its state dictionary; nothing is skipped in silence.</summary>
public static class ModuleWeights
{
    /// <summary>What a file must bring: names and shapes in the order of registration.</summary>
    public static IReadOnlyList<ExpectedWeight> ExpectedWeights(this Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return [.. module.NamedParameters().Select(p => new ExpectedWeight(p.Name, p.Parameter.Value.Shape.ToArray()) { IsBuffer = p.Parameter.IsBuffer })];
    }

    /// <summary>Takes every weight from a checkpoint: found in it, complete, of the right shapes, finite.</summary>
    /// <param name="module">The network; unchanged when anything does not fit.</param>
    /// <param name="checkpoint">The file.</param>
    /// <param name="part">Dotted path of the state dictionary in the file; null to find it by the network's names.</param>
    /// <param name="ignored">Says of a name that the network does not know whether it may be left out; null for none.</param>
    /// <exception cref="InputException">One line that lists everything missing, unexpected or of another shape; or a weight that is not finite.</exception>
    public static void Load(this Module module, Checkpoint checkpoint, string? part = null, Func<string, bool>? ignored = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Copy(module, checkpoint.WeightsFor(module.ExpectedWeights(), part, ignored));
    }

    /// <summary>Takes every weight from tensors that bear the network's own names.</summary>
    /// <exception cref="InputException">As for a checkpoint.</exception>
    public static void Load(this Module module, StoredTensors weights, Func<string, bool>? ignored = null) =>
        Copy(module, new WeightMatch(module.ExpectedWeights(), weights, ignored).Require());

    /// <summary>A copy of every weight and buffer, on the processor.</summary>
    public static StoredTensors Export(this Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        var weights = new StoredTensors();
        foreach (var (name, parameter) in module.NamedParameters())
        {
            var value = parameter.Value.Detach().To(Device.Cpu).Contiguous();
            weights.Add(name, new StoredTensor(value.DType, value.Shape.ToArray(), value.ToBytes()));
        }
        return weights;
    }

    /// <summary>Writes every weight and buffer as safetensors, with text that says what they are.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(this Module module, string path, IReadOnlyDictionary<string, string> metadata) =>
        SafetensorsFile.Write(path, module.Export(), metadata);

    private static void Copy(Module module, StoredTensors weights)
    {
        foreach (var (name, parameter) in module.NamedParameters())
        {
            // Only step counters of batch normalization may be absent; they have no effect.
            if (weights.TryGetValue(name, out var stored))
            {
                using var scope = TensorScope.Begin();
                parameter.Assign(Tensor.FromBytes(stored.Data.Span, stored.DType, parameter.Value.Shape));
            }
        }
    }
}
