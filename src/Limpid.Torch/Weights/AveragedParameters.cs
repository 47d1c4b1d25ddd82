namespace Limpid.Torch.Weights;

/// <summary>Averaged weights kept as a nameless list in the order of the trainable parameters, as score_sde does (<c>ema.shadow_params</c>).</summary>
internal static class AveragedParameters
{
    private const string List = "shadow_params";

    public static bool IsHolder(string holder) => holder == List || holder.EndsWith("." + List, StringComparison.Ordinal);

    /// <summary>Gives the averages their names and adds the buffers of the raw weights.</summary>
    /// <param name="checkpoint">The file.</param>
    /// <param name="expected">The weights of the network.</param>
    /// <param name="holder">Path of the list.</param>
    /// <param name="raw">The raw weights, if the file has them: their order is the one in which the list was made.</param>
    public static StoredTensors Name(Checkpoint checkpoint, IReadOnlyList<ExpectedWeight> expected, string holder, StoredTensors? raw)
    {
        StoredTensor[] averages = [.. checkpoint.Tensors.Where(entry => checkpoint.Holders[entry.Key] == holder).Select(entry => entry.Value)];
        List<string> trained = [.. expected.Where(weight => !weight.IsBuffer).Select(weight => weight.Name)];
        var isTrained = trained.ToHashSet(StringComparer.Ordinal);
        var buffers = expected.Where(weight => weight.IsBuffer).Select(weight => weight.Name).ToHashSet(StringComparer.Ordinal);
        bool hasRaw = raw is not null && trained.TrueForAll(raw.Contains);
        List<string> order = hasRaw ? [.. raw!.Names.Where(isTrained.Contains)] : trained;
        if (order.Count != averages.Length)
        {
            throw new InputException($"{checkpoint.Path}: {Shown.Name(holder)} has {averages.Length} tensors, but the network has {order.Count} trained weights");
        }
        var named = new StoredTensors($"{checkpoint.Path} ({Shown.Name(holder)})");
        for (int i = 0; i < averages.Length; i++)
        {
            named.Add(order[i], averages[i]);
        }
        foreach (var (name, tensor) in raw ?? [])
        {
            // Buffers are not averaged. What else is left over is of another network: the comparison will name it.
            if (!named.Contains(name) && (buffers.Contains(name) || hasRaw))
            {
                named.Add(name, tensor);
            }
        }
        return named;
    }
}
