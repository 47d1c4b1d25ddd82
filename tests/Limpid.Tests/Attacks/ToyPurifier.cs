using Limpid.Purification;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Attacks;

/// <summary>The reference attacks' random toy defenses: noise after a local mean, or before rounding to 32 levels.</summary>
internal sealed class ToyPurifier(bool quantizes, double sigma = 0.05) : IPurifier
{
    public PurificationPlan Plan(Tensor images, INoise noise, CancellationToken cancellation = default) => new([new Step(quantizes, sigma)], ClampOutput: false);

    private sealed class Step(bool quantizes, double sigma) : IChainStep
    {
        public Tensor Apply(Tensor state, Tensor input, INoise noise)
        {
            using var scope = TensorScope.Begin();
            var x = (state + 1) * 0.5;
            var normal = noise.Normal(NoisePurpose.Forward, 0, x.Shape[1..]).To(x.DType) * sigma;
            var y = quantizes
                ? (((x + normal) * 31).Round() / 31).Clamp(0, 1)
                : (LocalMean(x) + normal).Clamp(0, 1);
            return scope.Return(y * 2 - 1);
        }

        // The mean over the pixels inside the image only.
        private static Tensor LocalMean(Tensor x) => Pool(x) / Pool(x.OnesLike());

        private static Tensor Pool(Tensor x) => Functional.AvgPool2d(x.Pad([1, 1, 1, 1]), 3, 1);
    }
}
