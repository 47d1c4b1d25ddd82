using Limpid.Torch.Native;

namespace Limpid.Torch;

/// <summary>Whether operators on this thread record history.</summary>
/// <remarks>
/// A <c>ref struct</c>, so it cannot cross threads or live across an <c>await</c>; it restores the former mode when
/// disposed. Every unit of work that starts on a pool thread must set the mode it needs: libtorch's mode belongs to the
/// thread, and a new thread starts with recording on.
/// </remarks>
public readonly ref struct GradMode
{
    private readonly int previous;

    private GradMode(int previous) => this.previous = previous;

    /// <summary>Whether history is recorded on this thread.</summary>
    public static bool IsEnabled
    {
        get
        {
            Engine.EnsureLoaded();
            return Shim.lp_get_grad_mode() != 0;
        }
    }

    /// <summary>Records history until disposed.</summary>
    public static GradMode On() => Set(1);

    /// <summary>Records nothing until disposed.</summary>
    public static GradMode Off() => Set(0);

    /// <summary>Restores the mode that was in force before.</summary>
    public void Dispose() => _ = Shim.lp_set_grad_mode(previous);

    private static GradMode Set(int enabled)
    {
        Engine.EnsureLoaded();
        return new GradMode(Shim.lp_set_grad_mode(enabled));
    }
}
