using Limpid.Torch.Noise;

namespace Limpid.Torch.Tests.Kernels;

/// <summary>Every operator with kernels of its own on inputs that are easily forgotten, with each choice of kernels, against libtorch in float64.</summary>
public sealed class HardInputTests
{
    private const double Tolerance = 1e-5;

    // The first input is the image; its shape is drawn, tails and single pixels included.
    private static readonly (string Name, Func<int, Tensor[]> Draw, Func<Tensor[], Tensor> Work)[] operators =
    [
        ("3x3 convolution", k => [Images(k, Channels(k)), Normal(k, 2, Channels(k + 1), Channels(k), 3, 3) * 0.2, Normal(k, 3, Channels(k + 1))], v => Functional.Conv2d(v[0], v[1], v[2], padding: 1)),
        ("1x1 convolution", k => [Images(k, Channels(k)), Normal(k, 2, Channels(k + 1), Channels(k), 1, 1) * 0.3, Normal(k, 3, Channels(k + 1))], v => Functional.Conv2d(v[0], v[1], v[2])),
        ("linear", k => [Normal(k, 1, Pick(k, 1, [3, 1, 2, 50, 65, 9]), Pick(k, 2, [1, 4, 3]), Channels(k)), Normal(k, 2, Pick(k, 3, [10, 1, 4, 67]), Channels(k)) * 0.3, Normal(k, 3, Pick(k, 3, [10, 1, 4, 67]))], v => Functional.Linear(v[0], v[1], v[2])),
        ("group norm and SiLU", k => [Images(k, 4 * Channels(k)), Normal(k, 2, 4 * Channels(k)), Normal(k, 3, 4 * Channels(k))], v => Functional.GroupNormSilu(v[0], 4, v[1], v[2], 1e-5)),
        ("batch norm and ReLU", k => [Images(k, Channels(k)), Normal(k, 2, Channels(k)), Normal(k, 3, Channels(k))], v => Functional.BatchNormRelu(v[0], v[1], v[2], v[2] * 0.5, (v[1] * v[1]) + 1)),
        ("batch norm and SiLU", k => [Images(k, Channels(k)), Normal(k, 2, Channels(k)), Normal(k, 3, Channels(k))], v => Functional.BatchNormSilu(v[0], v[1], v[2], v[2] * 0.5, (v[1] * v[1]) + 1)),
        ("attention", k => [Flat(k), Flat(k) * 0.5, Flat(k) * 2], v => Functional.Attention(v[0], v[1], v[2], 0.2)),
    ];

    public static TheoryData<int, Limpid.Torch.Kernels> Cases
    {
        get
        {
            var data = new TheoryData<int, Limpid.Torch.Kernels>();
            foreach (var kernels in Enum.GetValues<Limpid.Torch.Kernels>())
            {
                for (int k = 0; k < operators.Length; k++)
                {
                    data.Add(k, kernels);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Random_shapes_equal_float64(int index, Limpid.Torch.Kernels kernels)
    {
        for (int k = 0; k < 12; k++)
        {
            using var scope = TensorScope.Begin();
            Compare(index, kernels, operators[index].Draw(k));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Memory_off_every_alignment_equals_float64(int index, Limpid.Torch.Kernels kernels)
    {
        for (int k = 0; k < 3; k++)
        {
            using var scope = TensorScope.Begin();
            Compare(index, kernels, [.. operators[index].Draw(k).Select(t => Tensor.Concat([Tensor.Zeros([1 + k]), t.Reshape(-1)], 0).Slice(0, 1 + k, 1 + k + t.Count).Reshape(t.Shape))]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Strides_in_another_order_equal_float64(int index, Limpid.Torch.Kernels kernels)
    {
        for (int k = 0; k < 3; k++)
        {
            using var scope = TensorScope.Begin();
            Compare(index, kernels, [.. operators[index].Draw(k).Select(t => t.Shape.Length < 2 ? t : t.Transpose(0, t.Shape.Length - 1).Contiguous().Transpose(0, t.Shape.Length - 1))]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Denormal_images_equal_float64(int index, Limpid.Torch.Kernels kernels)
    {
        using var scope = TensorScope.Begin();
        var inputs = operators[index].Draw(0);
        inputs[0] = inputs[0] * 1e-20 * 1e-19;
        Compare(index, kernels, index < 3 ? [inputs[0], inputs[1], inputs[2] * 0] : inputs, 1e-4); // 1e-39 has 20 bits
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_images_have_no_outputs_and_no_gradients(int index, Limpid.Torch.Kernels kernels)
    {
        using var scope = TensorScope.Begin();
        var inputs = operators[index].Draw(0);
        int images = index == operators.Length - 1 ? inputs.Length : 1;
        var none = inputs.Select((t, i) => i < images ? t.Slice(0, 0, 0) : t).ToArray();
        var (output, gradient) = Run(index, kernels, none);
        output.Size(0).ShouldBe(0);
        gradient.Shape.ToArray().ShouldBe(none[0].Shape.ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Calls_side_by_side_equal_a_call_alone(int index, Limpid.Torch.Kernels kernels)
    {
        using var scope = TensorScope.Begin();
        Tensor[] inputs = [.. operators[index].Draw(1).Select(t => t.Keep())];
        var alone = Run(index, kernels, inputs);
        float[] output = alone.Output.ToFloats(), gradient = alone.Gradient.ToFloats();
        KernelCase.With(kernels, () =>
        {
            Parallel.For(0, 12, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
            {
                using var inner = TensorScope.Begin();
                var (o, g) = OutputAndGradient(index, inputs);
                o.ToFloats().ShouldBe(output);
                g.ToFloats().ShouldBe(gradient);
            });
            return inputs[0];
        });
        Array.ForEach(inputs, t => t.Dispose());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_changed_between_calls_count(int index, Limpid.Torch.Kernels kernels)
    {
        using var scope = TensorScope.Begin();
        var inputs = operators[index].Draw(2);
        Compare(index, kernels, inputs);
        inputs[1].MultiplyInPlace(-1.5);
        Compare(index, kernels, inputs);
        inputs[1].Slice(0, 0, 1).ZeroInPlace(); // through a view
        Compare(index, kernels, inputs);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_not_finite_spreads_as_far_as_in_the_library(int index, Limpid.Torch.Kernels kernels)
    {
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            using var scope = TensorScope.Begin();
            var inputs = operators[index].Draw(3);
            float[] numbers = inputs[0].ToFloats();
            numbers[numbers.Length / 2] = bad;
            inputs[0] = Tensor.From(numbers, inputs[0].Shape);
            var (output, gradient) = Run(index, kernels, inputs);
            var library = Run(index, Limpid.Torch.Kernels.Library, inputs);
            output.ToFloats().Select(float.IsFinite).ShouldBe(library.Output.ToFloats().Select(float.IsFinite));
            gradient.ToFloats().Select(float.IsFinite).ShouldBe(library.Gradient.ToFloats().Select(float.IsFinite));
        }
    }

    private static void Compare(int index, Limpid.Torch.Kernels kernels, Tensor[] inputs, double tolerance = Tolerance)
    {
        var (output, gradient) = Run(index, kernels, inputs);
        var exact = Run(index, Limpid.Torch.Kernels.Library, [.. inputs.Select(t => t.To(DType.Float64))]);
        string about = $"{operators[index].Name} of {inputs[0]}, {kernels}";
        Difference(output, exact.Output).ShouldBeLessThan(tolerance, about);
        Difference(gradient, exact.Gradient).ShouldBeLessThan(tolerance, about + ", gradient");
    }

    private static double Difference(Tensor actual, Tensor exact)
    {
        double largest = exact.Abs().Max().Item(), difference = (actual.To(DType.Float64) - exact).Abs().Max().Item();
        return difference == 0 ? 0 : difference / largest;
    }

    private static (Tensor Output, Tensor Gradient) Run(int index, Limpid.Torch.Kernels kernels, Tensor[] inputs)
    {
        (Tensor Output, Tensor Gradient) result = default;
        KernelCase.With(kernels, () => (result = OutputAndGradient(index, inputs)).Output);
        return result;
    }

    private static (Tensor Output, Tensor Gradient) OutputAndGradient(int index, Tensor[] inputs)
    {
        var leaf = inputs[0].AsVariable();
        var output = operators[index].Work([leaf, .. inputs[1..]]);
        return (output.Detach(), Gradient.Of(output, leaf, output.Detach()));
    }

    private static int Channels(int k) => Pick(k, 0, [16, 8, 17, 24, 33, 9, 64, 20]);

    // Every third one is a multiple of the larger tile, so that it is used where it is chosen.
    private static Tensor Images(int k, int channels) =>
        k % 3 == 0 ? Normal(k, 1, 2, channels, 16, 16) : Normal(k, 1, Pick(k, 1, [3, 1, 2]), channels, Pick(k, 2, [1, 7, 12, 5, 9]), Pick(k, 3, [1, 8, 3, 19, 33]));

    private static Tensor Flat(int k)
    {
        var images = Images(k, Channels(k));
        return images.Reshape(images.Size(0), images.Size(1), -1);
    }

    private static int Pick(int k, int what, int[] from) => from[((7 * k) + (3 * what) + (k / 3)) % from.Length];

    private static Tensor Normal(int k, int what, params ReadOnlySpan<long> shape) =>
        new KeyedNoise((ulong)(77 + what), [new SampleKey(k)]).Normal(NoisePurpose.Forward, 0, shape).Select(0, 0);
}
