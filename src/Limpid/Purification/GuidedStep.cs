using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Purification;

/// <summary>An ancestral step whose mean is moved along the gradient of a similarity to the input.</summary>
/// <remarks>
/// mean + Σ·s_i·∇_x ℓ(x_i, y_i), with ℓ the negative mean squared error or the structural similarity of each image, s_i =
/// √(1−ᾱ_i)/(m·√ᾱ_i) and m = (2·perturbation/255)/(3·scale). The inner gradient is itself differentiable, through the state
/// and through the input.
/// </remarks>
internal sealed class GuidedStep(AncestralSampler sampler, GdmpOptions options, StepIndex[] from, StepIndex[] to) : IChainStep
{
    public Tensor Apply(Tensor state, Tensor input, INoise noise)
    {
        using var scope = TensorScope.Begin();
        var p = sampler.Predict(state, from, to);
        var mean = p.Mean;
        if (options.Guidance != Guidance.None)
        {
            var scale = PerSample.Column(state, from, Scale);
            mean += p.LogVariance.Exp() * scale * Similarity(state, Reference(input, noise));
        }
        return scope.Return(AncestralSampler.Sample(p, mean, from, to, noise));
    }

    /// <summary>s_i over the literature's batch.</summary>
    internal double Scale(StepIndex i)
    {
        double alphaBar = options.Schedule.AlphaBar(i);
        double m = options.Perturbation * 2 / 255 / (3 * options.GuideScale);
        return options.GuideScale == 0 ? 0 : Math.Sqrt(1 - alphaBar) / (m * Math.Sqrt(alphaBar)) / options.LiteratureBatch;
    }

    private Tensor Reference(Tensor input, INoise noise) => options.NoisedReference
        ? ForwardProcess.Jump(options.Schedule, input, from, PerSample.Normal(noise, NoisePurpose.Reference, from, input))
        : input;

    // ∇_x ℓ(x, reference), each image its own.
    private Tensor Similarity(Tensor x, Tensor reference)
    {
        using var scope = TensorScope.Begin();
        if (options.Guidance == Guidance.Mse)
        {
            return scope.Return((reference - x) * (2.0 * x.Size(0) / x.Count));
        }
        bool recording = GradMode.IsEnabled && x.RequiresGrad;
        using var grad = GradMode.On();
        var at = recording ? x : x.AsVariable();
        return scope.Return(Gradient.Of(StructuralSimilarity.PerImage(at, reference).Sum(), at, createGraph: recording));
    }
}
