namespace Limpid.Torch;

/// <summary>A span of code at whose end every tensor made in it, and not returned from it, is freed.</summary>
/// <remarks>
/// Scopes nest and belong to one thread; being a <c>ref struct</c>, a scope cannot live across an <c>await</c>.
/// Put one inside every block of a network and every iteration of a loop: native memory then never waits for the
/// garbage collector. A tensor made outside any scope belongs to whoever holds it and must be disposed by hand.
/// </remarks>
public readonly ref struct TensorScope
{
    [ThreadStatic]
    private static Frame? current;

    private readonly Frame frame;

    private TensorScope(Frame frame) => this.frame = frame;

    /// <summary>Opens a scope on this thread: <c>using var scope = TensorScope.Begin();</c>.</summary>
    public static TensorScope Begin()
    {
        var frame = new Frame(current);
        current = frame;
        return new TensorScope(frame);
    }

    /// <summary>Hands the tensor to the enclosing scope, or to the caller where there is none.</summary>
    public Tensor Return(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Owner == frame)
        {
            tensor.Owner = frame.Parent;
            frame.Parent?.Tensors.Add(tensor);
        }
        return tensor;
    }

    /// <summary>Frees what was not returned.</summary>
    public void Dispose()
    {
        if (current != frame)
        {
            throw new InvalidOperationException("a tensor scope must end on the thread that began it, innermost first");
        }
        current = frame.Parent;
        foreach (var tensor in frame.Tensors)
        {
            if (tensor.Owner == frame)
            {
                tensor.Dispose();
            }
        }
    }

    /// <summary>Files a new tensor under the innermost scope of this thread.</summary>
    internal static Frame? Enter(Tensor tensor)
    {
        current?.Tensors.Add(tensor);
        return current;
    }

    /// <summary>The tensors of one scope.</summary>
    internal sealed class Frame(Frame? parent)
    {
        public Frame? Parent { get; } = parent;

        public List<Tensor> Tensors { get; } = [];
    }
}
