using Limpid.Purification.Networks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>DAD's purification: noise the image once, denoise it once (ICML 2025, §4).</summary>
/// <remarks>
/// One network pass. The output is not limited to [0,1], as in the authors' program. Differentiable; pixels that noise
/// pushed out of [0,1] have no gradient, since they are limited before the network. Rows are independent of one another.
/// </remarks>
/// <param name="network">The denoiser in evaluation mode; its options say which noise it was trained with.</param>
public sealed class DenoiserPurifier(DadDenoiser network) : IPurifier
{
    /// <inheritdoc/>
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default) => new([new Step(network)], ClampOutput: false);

    private sealed class Step(DadDenoiser network) : IChainStep
    {
        public Tensor Apply(Tensor state, Tensor input, INoise noise)
        {
            using var scope = TensorScope.Begin();
            var noised = DenoiserInput.Noised((state + 1) * 0.5, network.Options.Noise, network.Options.Deviation, noise);
            return scope.Return(network.Forward(noised) * 2 - 1);
        }
    }
}
