namespace Limpid.Torch.Tests.Kernels;

/// <summary>Fused batch norm and activation against libtorch's operators one by one.</summary>
public sealed class BatchNormActivationTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(2, 16, 32, 32)]
    [InlineData(3, 5, 7, 3)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(4, 9, 13, 1)]
    public void Outputs_and_input_gradients_equal_the_library_s(int images, int channels, int height, int width)
    {
        using var scope = TensorScope.Begin();
        var norm = new Norm(channels);
        var x = ((KernelCase.Normal(1, images, channels, height, width) * 3) + 5).AsVariable();
        var seed = KernelCase.Normal(2, images, channels, height, width);
        foreach (var work in new Func<Tensor, Tensor>[] { norm.Relu, norm.Silu })
        {
            var (ours, library) = KernelCase.Both(() =>
            {
                var y = work(x);
                return [y, Gradient.Of(y, x, seed)];
            });
            KernelCase.Difference(ours[0], library[0]).ShouldBeLessThan(Tolerance);
            KernelCase.Difference(ours[1], library[1]).ShouldBeLessThan(Tolerance);
        }
    }

    [Fact]
    public void Views_with_other_strides_equal_the_library_s()
    {
        using var scope = TensorScope.Begin();
        var norm = new Norm(16);
        var x = KernelCase.Normal(1, 3, 9, 8, 16).Permute(0, 3, 1, 2);
        KernelCase.Difference(KernelCase.Ours(() => norm.Silu(x)), KernelCase.Library(() => norm.Silu(x))).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void What_is_not_finite_spreads_as_far_as_in_the_library()
    {
        using var scope = TensorScope.Begin();
        var norm = new Norm(2);
        var x = Tensor.From([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e30f, 0, 1e-40f, 1, 2, 3], 1, 2, 5, 1).AsVariable();
        var seed = Tensor.Ones([1, 2, 5, 1]);
        foreach (var work in new Func<Tensor, Tensor>[] { norm.Relu, norm.Silu })
        {
            KernelCase.Ours(() => work(x)).ToFloats().Select(Kind).ShouldBe(KernelCase.Library(() => work(x)).ToFloats().Select(Kind));
        }
        Tensor Backward() => Gradient.Of(norm.Relu(x), x, seed);
        KernelCase.Ours(Backward).ToFloats().Select(Kind).ShouldBe(KernelCase.Library(Backward).ToFloats().Select(Kind));
        static string Kind(float v) => float.IsFinite(v) ? "finite" : v.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Weights_that_learn_get_the_library_s_gradients()
    {
        using var scope = TensorScope.Begin();
        var norm = new Norm(6);
        var x = KernelCase.Normal(1, 2, 6, 5, 5).AsVariable();
        Tensor weight = norm.Weight.AsVariable(), bias = norm.Bias.AsVariable(), seed = KernelCase.Normal(2, 2, 6, 5, 5);
        var (ours, library) = KernelCase.Both(() =>
        {
            var y = Functional.BatchNormRelu(x, weight, bias, norm.Mean, norm.Variance);
            return Gradient.Of([y], [x, weight, bias], [seed])!;
        });
        ours.Zip(library, (o, l) => KernelCase.Difference(o, l)).ShouldAllBe(d => d < Tolerance);
    }

    [Fact]
    public void A_gradient_can_be_differentiated_again()
    {
        using var scope = TensorScope.Begin();
        var norm = new Norm(8);
        var x = KernelCase.Normal(1, 2, 8, 6, 6).AsVariable();
        Tensor Second() => Gradient.Of((Gradient.Of(norm.Silu(x), x, x.Detach(), createGraph: true) * 2).Sum(), x);
        KernelCase.Difference(KernelCase.Ours(Second), KernelCase.Library(Second)).ShouldBeLessThan(Tolerance);
    }

    private sealed class Norm(int channels)
    {
        public Tensor Weight { get; } = KernelCase.Normal(11, channels) + 1;

        public Tensor Bias { get; } = KernelCase.Normal(12, channels);

        public Tensor Mean { get; } = KernelCase.Normal(13, channels) + 5;

        public Tensor Variance { get; } = KernelCase.Normal(14, channels).Abs() + 0.5;

        public Tensor Relu(Tensor x) => Functional.BatchNormRelu(x, Weight, Bias, Mean, Variance);

        public Tensor Silu(Tensor x) => Functional.BatchNormSilu(x, Weight, Bias, Mean, Variance);
    }
}
