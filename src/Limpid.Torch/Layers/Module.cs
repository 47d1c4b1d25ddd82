using Limpid.Torch.Noise;

namespace Limpid.Torch.Layers;

/// <summary>A tree of named parameters; what it computes is for the subclass to say.</summary>
/// <remarks>Names are those of published checkpoints: <c>conv1.weight</c>, <c>layer1.0.bn1.bias</c>. Modules start in evaluation mode with weights that ask for no gradient.</remarks>
public abstract class Module : IDisposable
{
    private readonly List<(string Name, Parameter Parameter)> own = [];
    private readonly List<(string Name, Module Module)> children = [];

    /// <summary>Whether the module behaves as in training (batch statistics, dropout).</summary>
    public bool IsTraining { get; private set; }

    /// <summary>All parameters and buffers under their dotted names, in order of registration.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters(string prefix = "")
    {
        foreach (var (name, parameter) in own)
        {
            yield return (prefix + name, parameter);
        }
        foreach (var (name, child) in children)
        {
            foreach (var named in child.NamedParameters($"{prefix}{name}."))
            {
                yield return named;
            }
        }
    }

    /// <summary>Number of trained values, buffers not counted.</summary>
    public long ParameterCount => NamedParameters().Where(p => !p.Parameter.IsBuffer).Sum(p => p.Parameter.Value.Count);

    /// <summary>Switches between training and evaluation; in training the parameters ask for gradients.</summary>
    public void Train(bool training = true)
    {
        IsTraining = training;
        foreach (var (_, parameter) in own)
        {
            if (!parameter.IsBuffer)
            {
                parameter.Value.RequiresGrad = training;
            }
        }
        foreach (var (_, child) in children)
        {
            child.Train(training);
        }
    }

    /// <summary>Moves all parameters and buffers; in evaluation mode only.</summary>
    public void To(Device device)
    {
        foreach (var (_, parameter) in NamedParameters())
        {
            parameter.Move(device);
        }
    }

    /// <summary>Draws initial weights; the same seed gives the same weights on every machine.</summary>
    public void Initialize(ulong seed) => Initialize(seed, "");

    /// <summary>Frees all parameters.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees all parameters.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (_, parameter) in NamedParameters())
            {
                parameter.Value.Dispose();
            }
        }
    }

    /// <summary>Sets this module's own parameters, not its children's, to their initial values.</summary>
    /// <param name="uniform">Uniform numbers in [0,1) for a parameter of this name and shape; the caller's scope owns them.</param>
    protected virtual void Reset(Func<string, Parameter, Tensor> uniform)
    {
    }

    /// <summary>Registers a trained parameter, zero until loaded or initialized.</summary>
    protected Parameter AddParameter(string name, params ReadOnlySpan<long> shape) => Add(name, new Parameter(shape, isBuffer: false, DType.Float32));

    /// <summary>Registers a buffer, zero until loaded.</summary>
    protected Parameter AddBuffer(string name, ReadOnlySpan<long> shape, DType dtype = DType.Float32) => Add(name, new Parameter(shape, isBuffer: true, dtype));

    /// <summary>Registers a child under a name, which may be dotted.</summary>
    protected T Add<T>(string name, T child)
        where T : Module
    {
        children.Add((name, child));
        return child;
    }

    private Parameter Add(string name, Parameter parameter)
    {
        own.Add((name, parameter));
        return parameter;
    }

    private void Initialize(ulong seed, string prefix)
    {
        using (TensorScope.Begin())
        using (GradMode.Off())
        {
            Reset((name, parameter) => new KeyedNoise(seed, [new SampleKey(StableHash(prefix + name))])
                .Uniform(NoisePurpose.Weights, 0, parameter.Value.Shape, parameter.Value.Device).Reshape(parameter.Value.Shape));
        }
        foreach (var (name, child) in children)
        {
            child.Initialize(seed, $"{prefix}{name}.");
        }
    }

    // FNV-1a: string.GetHashCode differs from process to process.
    private static long StableHash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text)
        {
            hash = (hash ^ c) * 1099511628211;
        }
        return (long)(hash >> 1);
    }
}
