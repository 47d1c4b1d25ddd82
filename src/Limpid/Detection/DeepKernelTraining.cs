using Limpid.Attacks;
using Limpid.Torch;
using Limpid.Torch.Optimizers;

namespace Limpid.Detection;

/// <summary>MMD-OPT: fits ε₀, σ₀ and σ of a deep kernel so that clean images and their adversarial twins are told apart with most power (Liu et al., ICML 2020; DAD, ICML 2025, algorithm 1).</summary>
/// <remarks>
/// The features stay as they are, and one batch holds all images, so that an iteration is an epoch. Memory: kernels of
/// n² numbers, so a few thousand images at most; the authors' script would ask for 100 000 on ImageNet, which no machine holds.
/// </remarks>
public sealed record DeepKernelTraining
{
    /// <summary>Steps of Adam, at least 1.</summary>
    public int Iterations { get; init => field = Require.AtLeast(value, 1, "iterations"); } = 200;

    /// <summary>Step size, above 0.</summary>
    public double LearningRate { get; init => field = Require.Positive(value, "learning rate"); } = 2e-4;

    /// <summary>ε₀ at the start, in (0,1); the authors draw it uniformly below 1e-10. It hardly moves.</summary>
    public double InitialEpsilon { get; init => field = Require.Positive(value, "initial epsilon"); } = 5e-11;

    /// <summary>σ at the start; 2·32·32 in the authors' program, whatever the size of images.</summary>
    public double InitialPixelBandwidth { get; init => field = Require.Positive(value, "initial pixel bandwidth"); } = 2048;

    /// <summary>σ₀ at the start; null for the median squared distance between features of clean and adversarial images.</summary>
    public double? InitialFeatureBandwidth { get; init; }

    /// <summary>Most images of each kind, so that the kernels fit into memory.</summary>
    public int MostImages { get; init => field = Require.AtLeast(value, 2, "most images"); } = 2000;

    /// <summary>Trains on clean images and their twins.</summary>
    /// <param name="clean">Clean images as the kernel will see them.</param>
    /// <param name="adversarial">As many adversarial ones.</param>
    /// <param name="progress">Hears the objective after each iteration.</param>
    /// <param name="cancellation">Looked at once per iteration.</param>
    /// <exception cref="InputException">The sets differ in size, are too small or too large, or show the same features.</exception>
    public DeepKernel Run(Represented clean, Represented adversarial, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (clean.Count != adversarial.Count || clean.Count < 2 || clean.Count > MostImages)
        {
            throw new InputException($"the kernel is trained on 2 to {MostImages} clean images and as many adversarial ones, not on {clean.Count} and {adversarial.Count}");
        }
        using var scope = TensorScope.Begin();
        // Adam's first steps go by the signs of gradients that float32 distances, differences of large squares, get wrong.
        (clean, adversarial) = (Exact(clean), Exact(adversarial));
        var start = new DeepKernel(InitialEpsilon, InitialFeatureBandwidth ?? MedianDistance(clean, adversarial), InitialPixelBandwidth);
        start.Check();
        using var scalars = new DeepKernelScalars(start);
        scalars.To(clean.Features.Device);
        scalars.Train();
        var parameters = NamedParameter.TrainedOf(scalars);
        using var adam = new Adam(parameters);
        for (int k = 0; k < Iterations; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = TensorScope.Begin();
            using var grad = GradMode.On();
            var power = MaximumMeanDiscrepancy.TestPower(scalars.Blocks(clean, adversarial));
            var gradients = Gradient.Of([-power], [.. parameters.Select(p => p.Parameter.Value)]);
            adam.Step([.. gradients.Select(g => g!)], LearningRate);
            progress?.Report(power.Detach().Item());
        }
        var kernel = scalars.Kernel();
        kernel.Check();
        return kernel;
    }

    private static Represented Exact(Represented images) => new(images.Features.To(DType.Float64), images.Pixels.To(DType.Float64));

    private static double MedianDistance(Represented clean, Represented adversarial)
    {
        using var noGrad = GradMode.Off();
        using var scope = TensorScope.Begin();
        double median = DeepKernel.SquaredDistances(clean.Features, adversarial.Features).Median().Item();
        return median > 0 ? median : throw new InputException("the network's features do not tell these images apart, so no kernel can be fitted: give different images, or another network");
    }
}
