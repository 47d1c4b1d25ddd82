using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>What score_sde's networks activate with, and how they normalize.</summary>
internal static class ScoreActivation
{
    /// <summary>Group normalization of at most 32 groups of at least 4 channels.</summary>
    public static GroupNorm Norm(int channels) => new(Math.Min(channels / 4, 32), channels, 1e-6);

    /// <summary>The activation of a normalized map.</summary>
    public static Tensor Activate(this ScoreSdeUNetOptions options, GroupNorm norm, Tensor x) => options.Elu ? norm.Forward(x).Elu() : norm.ForwardSilu(x);

    /// <summary>The activation.</summary>
    public static Tensor Activate(this ScoreSdeUNetOptions options, Tensor x) => options.Elu ? x.Elu() : x.Silu();
}
