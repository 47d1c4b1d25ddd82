using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Detection;

/// <summary>The three numbers of a deep kernel while they are trained: ε₀ = sigmoid(epsilon), σ = pixel², σ₀ itself.</summary>
internal sealed class DeepKernelScalars : Module
{
    private readonly Parameter epsilon, feature, pixel;

    public DeepKernelScalars(DeepKernel start)
    {
        feature = AddParameter("sigma0", []);
        pixel = AddParameter("sigma_opt", []);
        epsilon = AddParameter("epsilon_opt", []);
        using var scope = TensorScope.Begin();
        feature.Assign(Tensor.Full([], start.FeatureBandwidth));
        pixel.Assign(Tensor.Full([], Math.Sqrt(start.PixelBandwidth)));
        epsilon.Assign(Tensor.Full([], Math.Log(start.Epsilon / (1 - start.Epsilon))));
    }

    /// <summary>The kernel, differentiable in the three numbers.</summary>
    public KernelBlocks Blocks(Represented clean, Represented adversarial)
    {
        Tensor share = epsilon.Value.Sigmoid(), bandwidth = pixel.Value.Square();
        Tensor Gram(Represented a, Represented b) => DeepKernel.Gram(a, b, share, feature.Value, bandwidth);
        return new KernelBlocks(Gram(clean, clean), Gram(adversarial, adversarial), Gram(clean, adversarial));
    }

    /// <summary>The kernel with the present numbers.</summary>
    public DeepKernel Kernel()
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        return new DeepKernel(epsilon.Value.Sigmoid().Item(), feature.Value.Item(), pixel.Value.Square().Item());
    }
}
