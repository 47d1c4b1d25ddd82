using System.Text.Json;
using System.Text.Json.Nodes;
using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Diffusion;

/// <summary>A network class with how it is built, told time and described in files.</summary>
internal abstract class DenoiserKind(string name)
{
    /// <summary>The name in files, such as <c>guided-unet</c>.</summary>
    public string Name { get; } = name;

    /// <summary>A network with weights from a file.</summary>
    /// <param name="options">The construction, every option named.</param>
    /// <param name="checkpoint">The file.</param>
    /// <param name="part">Dotted path of the weights within the file; null to find them.</param>
    /// <exception cref="InputException">The construction is no network, or the weights do not fit it.</exception>
    public abstract DenoiserNetwork Open(JsonObject options, Checkpoint checkpoint, string? part);
}

/// <summary>A kind whose options are a record.</summary>
/// <param name="name">The name in files.</param>
/// <param name="build">The network with zero weights.</param>
/// <param name="predictor">The loaded network as a noise predictor.</param>
/// <param name="input">Images to try it with.</param>
internal sealed class DenoiserKind<TOptions>(string name, Func<TOptions, Module> build, Func<Module, INoisePredictor> predictor, Func<TOptions, ImageShape> input) : DenoiserKind(name)
    where TOptions : class
{
    /// <summary>Whether the network reads images of this size only.</summary>
    public bool FixedSize { get; init; }

    public override DenoiserNetwork Open(JsonObject options, Checkpoint checkpoint, string? part)
    {
        var network = NetworkFile.Loaded(Build(options, checkpoint.Path, out var read), checkpoint, part);
        try
        {
            return Wrap(network, read);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>A network that is already loaded.</summary>
    public DenoiserNetwork Wrap(Module network, TOptions options) =>
        new(Name, JsonSerializer.Serialize(options, NetworkFile.Json), network, predictor(network), input(options)) { FixedSize = FixedSize };

    private Module Build(JsonObject options, string path, out TOptions read)
    {
        try
        {
            read = options.Deserialize<TOptions>(NetworkFile.Json)!;
            return build(read);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or ArithmeticException or IndexOutOfRangeException or InvalidOperationException)
        {
            throw new InputException($"{path}: the options describe no network of kind {Name}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
