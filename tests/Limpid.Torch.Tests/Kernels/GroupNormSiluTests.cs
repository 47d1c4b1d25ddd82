namespace Limpid.Torch.Tests.Kernels;

/// <summary>Fused group norm and SiLU against libtorch's operators one by one.</summary>
public sealed class GroupNormSiluTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(2, 64, 32, 32, 32)]
    [InlineData(3, 32, 32, 7, 5)]
    [InlineData(1, 12, 3, 1, 1)]
    [InlineData(2, 6, 1, 3, 3)]
    [InlineData(1, 4, 2, 65, 67)]
    [InlineData(16, 128, 32, 16, 16)]
    public void Outputs_and_all_gradients_equal_the_library_s(int images, int channels, int groups, int height, int width)
    {
        using var scope = TensorScope.Begin();
        var x = ((KernelCase.Normal(1, images, channels, height, width) * 3) + 5).AsVariable();
        var weight = (KernelCase.Normal(2, channels) + 1).AsVariable();
        var bias = KernelCase.Normal(3, channels).AsVariable();
        var parts = KernelCase.Normal(4, images, 2 * channels, 1, 1).Chunk(2, 1);
        Tensor scale = parts[0].AsVariable(), shift = parts[1].AsVariable();
        var seed = KernelCase.Normal(5, images, channels, height, width);
        Compare([x, weight, bias, scale, shift], v => Functional.GroupNormSilu(v[0], groups, v[1], v[2], 1e-5, v[3], v[4]), seed);
        Compare([x, weight, bias], v => Functional.GroupNormSilu(v[0], groups, v[1], v[2], 1e-6), seed);
        Compare([x, shift], v => Functional.GroupNormSilu(v[0], groups, weight.Detach(), bias.Detach(), 1e-5, null, v[1]), seed);
    }

    [Fact]
    public void Views_with_other_strides_equal_the_library_s()
    {
        using var scope = TensorScope.Begin();
        var x = KernelCase.Normal(1, 3, 9, 8, 16).Permute(0, 3, 1, 2).AsVariable();
        var weight = KernelCase.Normal(2, 32).Slice(0, 0, 32, 2);
        var bias = KernelCase.Normal(3, 1).Expand(16);
        Compare([x], v => Functional.GroupNormSilu(v[0], 4, weight, bias, 1e-5), KernelCase.Normal(5, 3, 16, 9, 8));
    }

    [Fact]
    public void Large_values_saturate_as_in_the_library()
    {
        using var scope = TensorScope.Begin();
        var x = KernelCase.Normal(1, 1, 4, 5, 5).AsVariable();
        var weight = Tensor.From([1f, 1, 1, 1], 4);
        var bias = Tensor.From([200f, -200, -88.5f, 1e30f], 4);
        var shift = Tensor.From([0f, 0, 0, -2e30f], 1, 4, 1, 1);
        Compare([x], v => Functional.GroupNormSilu(v[0], 2, weight, bias, 1e-5), KernelCase.Normal(5, 1, 4, 5, 5));
        Compare([x], v => Functional.GroupNormSilu(v[0], 2, weight, bias, 1e-5, null, shift), KernelCase.Normal(5, 1, 4, 5, 5));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_finite_spreads_as_far_as_in_the_library(float value)
    {
        using var scope = TensorScope.Begin();
        var bad = new float[2 * 8 * 9];
        bad[20] = value;
        var x = KernelCase.Normal(1, 2, 8, 3, 3) + Tensor.From(bad, 2, 8, 3, 3);
        var weight = KernelCase.Normal(2, 8);
        var bias = KernelCase.Normal(3, 8);
        var shift = Tensor.From([1f, value, -value, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], 2, 8, 1, 1);
        Tensor Work() => Functional.GroupNormSilu(x, 4, weight, bias, 1e-5, null, shift);
        float[] ours = KernelCase.Ours(Work).ToFloats(), library = KernelCase.Library(Work).ToFloats();
        ours.Select(Kind).ShouldBe(library.Select(Kind));
        static string Kind(float v) => float.IsFinite(v) ? "finite" : v.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_gradient_can_be_differentiated_again()
    {
        using var scope = TensorScope.Begin();
        var x = KernelCase.Normal(1, 2, 8, 6, 6).AsVariable();
        Tensor weight = KernelCase.Normal(2, 8), bias = KernelCase.Normal(3, 8), seed = KernelCase.Normal(5, 2, 8, 6, 6);
        Tensor Second()
        {
            var first = Gradient.Of(Functional.GroupNormSilu(x, 4, weight, bias, 1e-5), x, seed, createGraph: true);
            return Gradient.Of((first * first).Sum(), x);
        }

        KernelCase.Difference(KernelCase.Ours(Second), KernelCase.Library(Second)).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void Other_types_and_no_images_go_to_the_library()
    {
        using var scope = TensorScope.Begin();
        Tensor weight = KernelCase.Normal(2, 8), bias = KernelCase.Normal(3, 8);
        KernelCase.Ours(() => Functional.GroupNormSilu(Tensor.Zeros([0, 8, 5, 5]), 4, weight, bias, 1e-5)).Shape.ToArray().ShouldBe([0, 8, 5, 5]);
        var x = KernelCase.Normal(1, 2, 8, 9, 9).To(DType.Float64);
        Tensor Work() => Functional.GroupNormSilu(x, 4, weight.To(DType.Float64), bias.To(DType.Float64), 1e-5);
        KernelCase.Ours(Work).ToDoubles().ShouldBe(KernelCase.Library(Work).ToDoubles());
        Should.Throw<TorchException>(() => KernelCase.Ours(() => Functional.GroupNormSilu(KernelCase.Normal(1, 2, 8, 9, 9), 3, weight, bias, 1e-5)));
    }

    private static void Compare(Tensor[] inputs, Func<Tensor[], Tensor> work, Tensor seed)
    {
        var (ours, library) = KernelCase.Both(() =>
        {
            var y = work(inputs);
            return [y, .. Gradient.Of([y], inputs, [seed])!];
        });
        for (int k = 0; k < ours.Length; k++)
        {
            KernelCase.Difference(ours[k], library[k]).ShouldBeLessThan(Tolerance, k == 0 ? "output" : $"gradient of input {k - 1}");
        }
    }
}
