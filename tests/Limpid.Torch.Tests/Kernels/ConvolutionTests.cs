namespace Limpid.Torch.Tests.Kernels;

/// <summary>The 3x3 convolution against libtorch's. Largest difference allowed: 1e-5 of the largest output.</summary>
public sealed class ConvolutionTests
{
    private const double Tolerance = 1e-5;

    // Sizes around the vector of 8 tiles, channels around the panel of 4, one pixel, blocks that split, one to many images.
    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        { 1, 8, 8, 4, 4, 1 }, { 2, 16, 12, 8, 8, 1 }, { 3, 9, 11, 7, 5, 1 }, { 1, 17, 33, 16, 16, 1 }, { 2, 32, 32, 32, 32, 1 },
        { 16, 64, 64, 8, 8, 1 }, { 1, 8, 8, 1, 1, 1 }, { 4, 13, 8, 1, 9, 1 }, { 2, 8, 9, 2, 2, 1 }, { 2, 10, 10, 3, 3, 0 },
        { 1, 64, 48, 15, 17, 0 }, { 5, 20, 24, 10, 18, 0 }, { 1, 8, 8, 6, 300, 1 }, { 1, 12, 8, 250, 6, 0 }, { 256, 8, 8, 4, 4, 1 },
        { 1, 300, 40, 9, 9, 1 }, { 1, 128, 256, 8, 8, 1 }, { 2, 8, 8, 5, 33, 1 }, { 7, 24, 16, 12, 14, 1 }, { 1, 3, 64, 32, 32, 1 }, { 2, 64, 3, 32, 32, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outputs_and_input_gradients_equal_the_library_s(int images, int channels, int filters, int height, int width, int padding)
    {
        using var scope = TensorScope.Begin();
        var x = KernelCase.Normal(1, images, channels, height, width).AsVariable();
        var weight = KernelCase.Normal(2, filters, channels, 3, 3) * Math.Pow(9 * channels, -0.5);
        var bias = KernelCase.Normal(3, filters);
        Compare(x, weight, bias, padding);
        Compare(x, weight, null, padding);
    }

    [Fact]
    public void Random_shapes_equal_the_library_s()
    {
        for (int k = 0; k < 60; k++)
        {
            using var scope = TensorScope.Begin();
            var draw = new Limpid.Torch.Noise.KeyedNoise(5, [new(k)]).Uniform(Limpid.Torch.Noise.NoisePurpose.Forward, 0, [6]).ToFloats();
            int Pick(int index, int from, int to) => from + (int)(draw[index] * (to - from + 1));
            var x = KernelCase.Normal(k, Pick(0, 1, 5), Pick(1, 1, 70), Pick(2, 3, 40), Pick(3, 3, 40)).AsVariable();
            Compare(x, KernelCase.Normal(k + 100, Pick(4, 1, 70), x.Size(1), 3, 3) * 0.1, null, Pick(5, 0, 1));
        }
    }

    [Theory]
    [InlineData(8, 8, 1)]
    [InlineData(16, 15, 1)]
    [InlineData(5, 8, 0)]
    public void An_addend_is_added_and_gets_its_gradient(int height, int width, int padding)
    {
        using var scope = TensorScope.Begin();
        var x = KernelCase.Normal(1, 3, 16, height, width).AsVariable();
        var weight = KernelCase.Normal(2, 24, 16, 3, 3).AsVariable();
        var addend = KernelCase.Normal(3, 3, 24, height + (2 * padding) - 2, width + (2 * padding) - 2).AsVariable();
        var (ours, library) = KernelCase.Both(() =>
        {
            var y = Functional.Conv2d(x, weight, padding: padding, addend: addend);
            return [y, .. Gradient.Of([(y * y).Sum()], [x, weight, addend])!];
        });
        ours.Zip(library, (o, l) => KernelCase.Difference(o, l)).ShouldAllBe(d => d < Tolerance);
        Should.Throw<TorchException>(() => KernelCase.Ours(() => Functional.Conv2d(x, weight, padding: padding, addend: KernelCase.Normal(4, 3, 24, height + 5, 1))));
    }

    [Theory]
    [InlineData(2, 16, 16, true)]
    [InlineData(1, 8, 8, false)] // too few tiles
    [InlineData(8, 5, 5, false)] // tiles of 4 would compute more than they save
    public void Fast_takes_larger_tiles_where_they_save_products(int images, int height, int width, bool larger)
    {
        using var scope = TensorScope.Begin();
        Tensor x = KernelCase.Normal(1, images, 16, height, width), weight = KernelCase.Normal(2, 16, 16, 3, 3);
        Tensor Forward() => Functional.Conv2d(x, weight, padding: 1);
        KernelCase.Fast(Forward).ToFloats().SequenceEqual(KernelCase.Ours(Forward).ToFloats()).ShouldBe(!larger);
    }

    [Theory]
    [InlineData(8, 8, true)]
    [InlineData(3, 20, true)]
    [InlineData(6, 6, false)] // tiles of 4 rows would compute as much
    [InlineData(1, 9, false)]
    public void Auto_takes_taller_tiles_than_precise_where_they_save_products(int height, int width, bool taller)
    {
        using var scope = TensorScope.Begin();
        Tensor x = KernelCase.Normal(1, 1, 16, height, width), weight = KernelCase.Normal(2, 16, 16, 3, 3);
        Tensor Forward() => Functional.Conv2d(x, weight, padding: 1);
        KernelCase.Precise(Forward).ToFloats().SequenceEqual(KernelCase.Ours(Forward).ToFloats()).ShouldBe(!taller);
    }

    [Fact]
    public void Weight_and_bias_gradients_equal_the_library_s()
    {
        using var scope = TensorScope.Begin();
        var x = KernelCase.Normal(1, 3, 16, 9, 8).AsVariable();
        var weight = KernelCase.Normal(2, 24, 16, 3, 3).AsVariable();
        var bias = KernelCase.Normal(3, 24).AsVariable();
        var (ours, library) = KernelCase.Both(() =>
        {
            var y = Functional.Conv2d(x, weight, bias, padding: 1);
            return Gradient.Of([(y * y).Sum()], [x, weight, bias])!;
        });
        for (int k = 0; k < 3; k++)
        {
            KernelCase.Difference(ours[k], library[k]).ShouldBeLessThan(Tolerance);
        }
    }

    [Fact]
    public void A_gradient_can_be_differentiated_again()
    {
        using var scope = TensorScope.Begin();
        var x = KernelCase.Normal(1, 2, 8, 6, 6).AsVariable();
        var weight = KernelCase.Normal(2, 8, 8, 3, 3);
        Tensor Second()
        {
            var y = Functional.Conv2d(x, weight, padding: 1);
            var first = Gradient.Of((y * y * y).Sum(), x, createGraph: true);
            return Gradient.Of((first * first).Sum(), x);
        }

        KernelCase.Difference(KernelCase.Ours(Second), KernelCase.Library(Second)).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void Views_with_other_strides_and_offsets_equal_the_library_s()
    {
        using var scope = TensorScope.Begin();
        var large = KernelCase.Normal(1, 4, 12, 12, 21);
        var weight = KernelCase.Normal(2, 3, 3, 12, 16).Permute(3, 2, 0, 1);
        Compare(large.Slice(3, 1, 12).AsVariable(), weight, null, 1);
        Compare(large.Transpose(2, 3).AsVariable(), weight, null, 1);
        Compare(large.Permute(0, 2, 3, 1).Contiguous().Permute(0, 3, 1, 2).AsVariable(), weight, null, 0);
        Compare(large.Select(0, 0).Unsqueeze(0).Expand(3, 12, 12, 21).AsVariable(), weight, KernelCase.Normal(3, 32).Slice(0, 0, 32, 2), 1);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(3e38f)]
    public void What_is_not_finite_spreads_as_far_as_in_the_library(float value)
    {
        using var scope = TensorScope.Begin();
        var bad = new float[2 * 8 * 9 * 9];
        bad[100] = bad[700] = value;
        var x = (KernelCase.Normal(1, 2, 8, 9, 9) + Tensor.From(bad, 2, 8, 9, 9)).AsVariable();
        var weight = KernelCase.Normal(2, 8, 8, 3, 3);
        Tensor Forward() => Functional.Conv2d(x, weight, padding: 1);
        Tensor BadFilters() => Functional.Conv2d(KernelCase.Normal(3, 2, 8, 6, 6), x.Detach().Reshape(-1).Slice(0, 0, 1152).Reshape(16, 8, 3, 3), padding: 1);
        Tensor Backward() => Gradient.Of(Functional.Conv2d(x, weight, padding: 1), x, x.Detach());
        foreach (var work in new[] { Forward, BadFilters, Backward })
        {
            KernelCase.Ours(work).ToFloats().ShouldBe(KernelCase.Library(work).ToFloats());
            KernelCase.Fast(work).ToFloats().ShouldBe(KernelCase.Library(work).ToFloats());
            KernelCase.Precise(work).ToFloats().ShouldBe(KernelCase.Library(work).ToFloats());
        }
    }

    [Fact]
    public void Denormal_numbers_keep_their_size()
    {
        using var scope = TensorScope.Begin();
        var x = (KernelCase.Normal(1, 1, 16, 8, 8) * 1e-20 * 1e-19).AsVariable();
        var weight = KernelCase.Normal(2, 16, 16, 3, 3);
        Tensor Forward() => Functional.Conv2d(x, weight, padding: 1);
        KernelCase.Difference(KernelCase.Ours(Forward), KernelCase.Library(Forward)).ShouldBeLessThan(1e-4); // 1e-39 has 20 bits
    }

    [Fact]
    public void No_images_no_channels_and_other_types_go_to_the_library()
    {
        using var scope = TensorScope.Begin();
        var weight = KernelCase.Normal(2, 8, 8, 3, 3);
        KernelCase.Ours(() => Functional.Conv2d(Tensor.Zeros([0, 8, 5, 5]), weight, padding: 1)).Shape.ToArray().ShouldBe([0, 8, 5, 5]);
        var x = KernelCase.Normal(1, 2, 8, 9, 9).To(DType.Float64).AsVariable();
        Tensor Forward() => Functional.Conv2d(x, weight.To(DType.Float64), padding: 1);
        KernelCase.Ours(Forward).ToDoubles().ShouldBe(KernelCase.Library(Forward).ToDoubles());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_as_by_the_library()
    {
        using var scope = TensorScope.Begin();
        var x = KernelCase.Normal(1, 1, 8, 9, 9);
        Should.Throw<TorchException>(() => KernelCase.Ours(() => Functional.Conv2d(x, KernelCase.Normal(2, 8, 9, 3, 3), padding: 1))).Message.ShouldContain("channels");
        Should.Throw<TorchException>(() => KernelCase.Ours(() => Functional.Conv2d(x, KernelCase.Normal(2, 8, 8, 3, 3), KernelCase.Normal(3, 7), padding: 1)));
        Should.Throw<TorchException>(() => KernelCase.Ours(() => Functional.Conv2d(x.Slice(2, 0, 2), KernelCase.Normal(2, 8, 8, 3, 3))));
    }

    internal static void Compare(Tensor x, Tensor weight, Tensor? bias, int padding)
    {
        Tensor Forward() => Functional.Conv2d(x, weight, bias, padding: padding);
        Tensor Backward()
        {
            var y = Functional.Conv2d(x, weight, bias, padding: padding);
            return Gradient.Of((y * y).Sum(), x);
        }

        string about = $"{x} by {weight}, padding {padding}";
        KernelCase.Difference(KernelCase.Ours(Forward), KernelCase.Library(Forward)).ShouldBeLessThan(Tolerance, about);
        KernelCase.Difference(KernelCase.Ours(Backward), KernelCase.Library(Backward)).ShouldBeLessThan(Tolerance, about);
        KernelCase.Difference(KernelCase.Precise(Forward), KernelCase.Library(Forward)).ShouldBeLessThan(Tolerance, about);
        KernelCase.Difference(KernelCase.Precise(Backward), KernelCase.Library(Backward)).ShouldBeLessThan(Tolerance, about);
        KernelCase.Difference(KernelCase.Fast(Forward), KernelCase.Library(Forward)).ShouldBeLessThan(Tolerance, about);
        KernelCase.Difference(KernelCase.Fast(Backward), KernelCase.Library(Backward)).ShouldBeLessThan(Tolerance, about);
    }
}
