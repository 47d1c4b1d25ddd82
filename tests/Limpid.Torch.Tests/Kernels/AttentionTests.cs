namespace Limpid.Torch.Tests.Kernels;

/// <summary>Fused attention against libtorch's operators one by one.</summary>
public sealed class AttentionTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(3, 32, 256)]
    [InlineData(2, 64, 64)]
    [InlineData(1, 16, 1)]
    [InlineData(2, 5, 7)]
    [InlineData(1, 9, 50)]
    [InlineData(4, 33, 49)]
    [InlineData(1, 8, 1030)] // too long for the kernel's backward
    public void Outputs_and_gradients_equal_the_library_s(int images, int width, int length)
    {
        using var scope = TensorScope.Begin();
        Tensor[] inputs = [.. Enumerable.Range(1, 3).Select(k => KernelCase.Normal(k, images, width, length).AsVariable())];
        Compare(inputs, v => Functional.Attention(v[0], v[1], v[2], Math.Pow(width, -0.5)), KernelCase.Normal(4, images, width, length));
    }

    [Fact]
    public void Parts_of_one_tensor_equal_the_library_s()
    {
        using var scope = TensorScope.Begin();
        var qkv = KernelCase.Normal(1, 6, 3 * 8, 40).AsVariable();
        Compare([qkv], v => Parts(v[0].Chunk(3, 1)), KernelCase.Normal(2, 6, 8, 40));
        Compare([qkv], v => Parts(v[0].Transpose(1, 2).Chunk(3, 2)), KernelCase.Normal(2, 6, 40, 8));
        static Tensor Parts(Tensor[] parts) => Functional.Attention(parts[0], parts[1], parts[2], 0.3);
    }

    [Fact]
    public void Large_scores_do_not_overflow()
    {
        using var scope = TensorScope.Begin();
        // Whole numbers: every order of summation gives the same scores, and the exponential magnifies no rounding of theirs.
        Tensor[] inputs = [.. Enumerable.Range(1, 3).Select(k => (k < 3 ? (KernelCase.Normal(k, 2, 8, 20) * 50).Round() : KernelCase.Normal(k, 2, 8, 20)).AsVariable())];
        Compare(inputs, v => Functional.Attention(v[0], v[1], v[2], 1), KernelCase.Normal(4, 2, 8, 20));
    }

    [Fact]
    public void What_is_not_finite_spreads_as_far_as_in_the_library()
    {
        using var scope = TensorScope.Begin();
        var bad = new float[2 * 8 * 20];
        bad[33] = float.NaN;
        bad[200] = float.PositiveInfinity;
        Tensor k = KernelCase.Normal(2, 2, 8, 20), v = KernelCase.Normal(3, 2, 8, 20), q = KernelCase.Normal(1, 2, 8, 20) + Tensor.From(bad, 2, 8, 20);
        Tensor Work() => Functional.Attention(q, k, v, 0.4);
        KernelCase.Ours(Work).ToFloats().Select(float.IsNaN).ShouldBe(KernelCase.Library(Work).ToFloats().Select(float.IsNaN));
    }

    [Fact]
    public void A_gradient_can_be_differentiated_again()
    {
        using var scope = TensorScope.Begin();
        var q = KernelCase.Normal(1, 2, 8, 6).AsVariable();
        Tensor k = KernelCase.Normal(2, 2, 8, 6), v = KernelCase.Normal(3, 2, 8, 6), seed = KernelCase.Normal(4, 2, 8, 6);
        Tensor Second()
        {
            var first = Gradient.Of(Functional.Attention(q, k, v, 0.4), q, seed, createGraph: true);
            return Gradient.Of((first * first).Sum(), q);
        }

        KernelCase.Difference(KernelCase.Ours(Second), KernelCase.Library(Second)).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void Other_types_go_to_the_library()
    {
        using var scope = TensorScope.Begin();
        var x = KernelCase.Normal(1, 2, 8, 9).To(DType.Float64);
        Tensor Work() => Functional.Attention(x, x, x, 0.4);
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
            KernelCase.Difference(ours[k], library[k]).ShouldBeLessThan(Tolerance, k == 0 ? "output" : $"gradient of input {k - 1}");
        }
    }
}
