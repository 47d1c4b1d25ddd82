using Limpid.Torch.Operators;
using Limpid.Torch.Weights;

namespace Limpid.Torch.Optimizers;

/// <summary>One tensor of state per parameter, such as Adam's first moments.</summary>
internal sealed class Slot : IDisposable
{
    private readonly string slotName;
    private readonly string[] names;
    private readonly Tensor[] tensors;

    /// <summary>Zeros in the shape of each parameter.</summary>
    public Slot(string slotName, IReadOnlyList<NamedParameter> parameters)
    {
        this.slotName = slotName;
        names = [.. parameters.Select(p => p.Name)];
        using var noGrad = GradMode.Off();
        tensors = [.. parameters.Select(p => p.Parameter.Value.ZerosLike().Keep())];
        List = new TensorList(tensors);
    }

    public TensorList List { get; }

    public void Save(StoredTensors state, string prefix)
    {
        for (int i = 0; i < tensors.Length; i++)
        {
            state.Add($"{prefix}{slotName}.{names[i]}", tensors[i].ToStored());
        }
    }

    public void Load(StoredTensors state, string prefix)
    {
        for (int i = 0; i < tensors.Length; i++)
        {
            string name = $"{prefix}{slotName}.{names[i]}";
            tensors[i].Assign(state[name], $"{state.Source}: {name}");
        }
    }

    public void Dispose()
    {
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }
    }
}
