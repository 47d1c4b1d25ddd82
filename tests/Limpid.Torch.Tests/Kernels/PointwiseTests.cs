namespace Limpid.Torch.Tests.Kernels;

/// <summary>The 1x1 convolution against libtorch's.</summary>
public sealed class PointwiseTests
{
    private const double Tolerance = 1e-5;

    [Fact]
    public void Random_shapes_equal_the_library_s()
    {
        for (int k = 0; k < 40; k++)
        {
            using var scope = TensorScope.Begin();
            var draw = new Limpid.Torch.Noise.KeyedNoise(6, [new(k)]).Uniform(Limpid.Torch.Noise.NoisePurpose.Forward, 0, [5]).ToFloats();
            int Pick(int index, int from, int to) => from + (int)(draw[index] * (to - from + 1));
            int channels = k % 8 == 0 ? Pick(1, 120, 300) : Pick(1, 1, 70), filters = Pick(2, 1, 70), height = Pick(3, 1, 20), width = k % 3 == 0 ? 16 : Pick(4, 1, 20);
            var x = KernelCase.Normal(k, Pick(0, 1, 4), channels, height, width).AsVariable();
            var weight = (KernelCase.Normal(k + 100, filters, channels, 1, 1) * Math.Pow(channels, -0.5)).AsVariable();
            var bias = k % 2 == 0 ? KernelCase.Normal(k + 200, filters) : null;
            Compare([x, weight], v => Functional.Conv2d(v[0], v[1], bias), KernelCase.Normal(k + 300, x.Size(0), filters, height, width));
        }
    }

    [Fact]
    public void Sequences_and_all_gradients_equal_the_library_s()
    {
        using var scope = TensorScope.Begin();
        Tensor x = KernelCase.Normal(1, 3, 24, 50).AsVariable(), weight = KernelCase.Normal(2, 40, 24, 1).AsVariable(), bias = KernelCase.Normal(3, 40).AsVariable();
        var addend = KernelCase.Normal(4, 3, 40, 50).AsVariable();
        var seed = KernelCase.Normal(5, 3, 40, 50);
        Compare([x, weight, bias, addend], v => Functional.Conv1d(v[0], v[1], v[2], v[3]), seed);
        Compare([x, addend], v => Functional.Conv1d(v[0], weight.Detach(), null, v[1]), seed);
    }

    [Fact]
    public void Views_with_other_strides_equal_the_library_s()
    {
        using var scope = TensorScope.Begin();
        var large = KernelCase.Normal(1, 4, 12, 12, 21);
        var weight = KernelCase.Normal(2, 12, 16).Transpose(0, 1).Unsqueeze(2).Unsqueeze(3);
        foreach (var x in new[] { large.Slice(3, 1, 12), large.Transpose(2, 3), large.Permute(0, 2, 3, 1).Contiguous().Permute(0, 3, 1, 2), large.Select(0, 0).Unsqueeze(0).Expand(3, 12, 12, 21) })
        {
            Compare([x.AsVariable()], v => Functional.Conv2d(v[0], weight), KernelCase.Normal(3, x.Size(0), 16, x.Size(2), x.Size(3)));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_finite_spreads_as_far_as_in_the_library(float value)
    {
        using var scope = TensorScope.Begin();
        var bad = new float[2 * 8 * 15];
        bad[20] = value;
        var x = KernelCase.Normal(1, 2, 8, 3, 5) + Tensor.From(bad, 2, 8, 3, 5);
        Tensor Work() => Functional.Conv2d(x, KernelCase.Normal(2, 9, 8, 1, 1));
        static string Kind(float v) => float.IsFinite(v) ? "finite" : v.ToString(System.Globalization.CultureInfo.InvariantCulture);
        KernelCase.Ours(Work).ToFloats().Select(Kind).ShouldBe(KernelCase.Library(Work).ToFloats().Select(Kind));
    }

    [Fact]
    public void Changed_weights_are_packed_anew()
    {
        using var scope = TensorScope.Begin();
        Tensor x = KernelCase.Normal(1, 2, 16, 8, 8).AsVariable(), weight = KernelCase.Normal(2, 16, 16, 1, 1), seed = KernelCase.Normal(3, 2, 16, 8, 8);
        for (int k = 0; k < 3; k++)
        {
            Compare([x], v => Functional.Conv2d(v[0], weight), seed);
            weight.MultiplyInPlace(-2);
            weight.Slice(0, k, k + 1).ZeroInPlace();
        }
    }

    [Fact]
    public void A_gradient_can_be_differentiated_again()
    {
        using var scope = TensorScope.Begin();
        Tensor x = KernelCase.Normal(1, 2, 8, 6, 6).AsVariable(), weight = KernelCase.Normal(2, 8, 8, 1, 1);
        Tensor Second()
        {
            var y = Functional.Conv2d(x, weight, addend: x);
            var first = Gradient.Of((y * y * y).Sum(), x, createGraph: true);
            return Gradient.Of((first * first).Sum(), x);
        }

        KernelCase.Difference(KernelCase.Ours(Second), KernelCase.Library(Second)).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void No_images_and_shapes_that_do_not_fit_go_to_the_library()
    {
        using var scope = TensorScope.Begin();
        var weight = KernelCase.Normal(2, 9, 8, 1, 1);
        KernelCase.Ours(() => Functional.Conv2d(Tensor.Zeros([0, 8, 5, 5]), weight)).Shape.ToArray().ShouldBe([0, 9, 5, 5]);
        Should.Throw<TorchException>(() => KernelCase.Ours(() => Functional.Conv2d(KernelCase.Normal(1, 1, 7, 5, 5), weight)));
        Should.Throw<TorchException>(() => KernelCase.Ours(() => Functional.Conv2d(KernelCase.Normal(1, 1, 8, 5, 5), weight, addend: KernelCase.Normal(3, 1, 9, 5, 4))));
        var x = KernelCase.Normal(1, 1, 8, 5, 5).To(DType.Float64);
        Tensor Work() => Functional.Conv2d(x, weight.To(DType.Float64));
        KernelCase.Ours(Work).ToDoubles().ShouldBe(KernelCase.Library(Work).ToDoubles());
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
            KernelCase.Difference(ours[k], library[k]).ShouldBeLessThan(Tolerance, $"{inputs[0]}, {(k == 0 ? "output" : $"gradient of input {k - 1}")}");
        }
    }
}
