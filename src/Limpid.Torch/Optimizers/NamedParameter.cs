using Limpid.Torch.Layers;

namespace Limpid.Torch.Optimizers;

/// <summary>A parameter under the name by which its training state is stored.</summary>
/// <param name="Name">Dotted name, unique in the network.</param>
/// <param name="Parameter">The parameter; the module owns it.</param>
public readonly record struct NamedParameter(string Name, Parameter Parameter)
{
    /// <summary>The trained parameters of a network, in order; buffers are left out.</summary>
    public static IReadOnlyList<NamedParameter> TrainedOf(Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return [.. network.NamedParameters().Where(p => !p.Parameter.IsBuffer).Select(p => new NamedParameter(p.Name, p.Parameter))];
    }
}
