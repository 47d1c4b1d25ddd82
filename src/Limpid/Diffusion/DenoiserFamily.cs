using System.Text.Json;
using System.Text.Json.Nodes;
using Limpid.Torch.Weights;

namespace Limpid.Diffusion;

/// <summary>A published diffusion network under the name that users write.</summary>
public sealed class DenoiserFamily
{
    private readonly DenoiserKind kind;
    private readonly Func<Checkpoint, object> construction;

    private DenoiserFamily(string name, string description, DenoiserKind kind, Func<Checkpoint, object> construction) =>
        (Name, Description, this.kind, this.construction) = (name, description, kind, construction);

    /// <summary>The name, such as <c>guided-diffusion</c>.</summary>
    public string Name { get; }

    /// <summary>One line: whose network, of what, and which settings are the default.</summary>
    public string Description { get; }

    internal static DenoiserFamily Of<TOptions>(string name, string description, DenoiserKind<TOptions> kind, TOptions options)
        where TOptions : class => new(name, description, kind, _ => options);

    /// <summary>A family whose files tell how their network is built.</summary>
    internal static DenoiserFamily Of<TOptions>(string name, string description, DenoiserKind<TOptions> kind, Func<Checkpoint, TOptions> inferred)
        where TOptions : class => new(name, description, kind, inferred);

    internal DenoiserNetwork Open(string path, string? part, IEnumerable<string> written)
    {
        var checkpoint = Checkpoint.Read(path);
        object found = construction(checkpoint);
        var options = (JsonObject)JsonSerializer.SerializeToNode(found, found.GetType(), NetworkFile.Json)!;
        DenoiserOptions.Set(options, written, Name);
        return kind.Open(options, checkpoint, part);
    }
}
