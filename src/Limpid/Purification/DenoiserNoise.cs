using System.Text.Json.Serialization;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>The noise that DAD adds before its denoiser; a network is used with what it was trained with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DenoiserNoise>))]
public enum DenoiserNoise
{
    /// <summary>N(0, s²): the paper.</summary>
    Gaussian,

    /// <summary>The positive half of N(0, s²), zero elsewhere, of mean 0.4 s: the authors' program, which limits the noise itself to [0,1].</summary>
    Rectified,
}

/// <summary>What a denoiser reads.</summary>
public static class DenoiserInput
{
    /// <summary>Images with noise, limited to [0,1] as in the authors' program.</summary>
    /// <param name="images">[N,C,H,W] in [0,1].</param>
    /// <param name="kind">Which noise.</param>
    /// <param name="deviation">s, in units of pixels; 0.25 in DAD.</param>
    /// <param name="noise">The noise of these rows.</param>
    public static Tensor Noised(Tensor images, DenoiserNoise kind, double deviation, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var normal = noise.Normal(NoisePurpose.Denoiser, 0, images.Shape[1..], images.Device) * deviation;
        var added = kind == DenoiserNoise.Rectified ? normal.Clamp(0, 1) : normal;
        return scope.Return((images + added).Clamp(0, 1));
    }
}
