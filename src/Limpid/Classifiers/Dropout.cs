using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Classifiers;

/// <summary>Dropout whose mask is a function of the sample and the layer, so that a training step can be replayed.</summary>
internal static class Dropout
{
    /// <summary>Zeroes each element with probability <paramref name="rate"/> and scales the rest by 1/(1 − rate); the identity outside training.</summary>
    /// <param name="activation">[N,…].</param>
    /// <param name="rate">In [0,1).</param>
    /// <param name="layer">Distinguishes the dropouts of one network.</param>
    /// <param name="training">Whether the network is in training mode.</param>
    /// <param name="pass">Carries the noise.</param>
    public static Tensor Apply(Tensor activation, double rate, int layer, bool training, ForwardPass pass)
    {
        if (!training || rate == 0)
        {
            return activation;
        }
        var noise = pass.Noise ?? throw new InvalidOperationException("a network with dropout needs the noise of the training step");
        using var scope = TensorScope.Begin();
        var kept = noise.Uniform(NoisePurpose.Dropout, layer, activation.Shape[1..], activation.Device).AtLeast(rate).To(DType.Float32);
        return scope.Return(activation * kept * (1 / (1 - rate)));
    }
}
