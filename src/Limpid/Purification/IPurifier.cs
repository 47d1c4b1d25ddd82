using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>Cleans images: a plan of replayable steps.</summary>
/// <remarks>A purifier never writes its own loop or backward: <see cref="Chain"/> runs a plan and takes its exact gradient in the memory of one step.</remarks>
public interface IPurifier
{
    /// <summary>Whether the noise makes no difference, so that one draw tells all.</summary>
    bool IsDeterministic => false;

    /// <summary>The steps for these images.</summary>
    /// <param name="images">[N,C,H,W] in [0,1]; levels and masks that depend on the images are computed here, without gradient, and are constants of the plan.</param>
    /// <param name="noise">The noise of these rows.</param>
    /// <param name="cancellation">Looked at once per network call, where there are several.</param>
    PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default);
}
