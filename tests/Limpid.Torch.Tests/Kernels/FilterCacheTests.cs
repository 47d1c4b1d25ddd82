using Limpid.Torch.Operators;

namespace Limpid.Torch.Tests.Kernels;

public sealed class FilterCacheTests
{
    private static readonly Operator keptOp = new("limpid::conv3x3_filters_kept");

    [Fact]
    public void Changed_weights_are_transformed_anew()
    {
        using var scope = TensorScope.Begin();
        var x = KernelCase.Normal(1, 2, 16, 8, 8).AsVariable();
        var weight = KernelCase.Normal(2, 16, 16, 3, 3);
        ConvolutionTests.Compare(x, weight, null, 1);
        weight.MultiplyInPlace(-2);
        ConvolutionTests.Compare(x, weight, null, 1);
        weight.Slice(0, 3, 4).ZeroInPlace(); // through a view
        ConvolutionTests.Compare(x, weight, null, 1);
        weight.Assign(KernelCase.Normal(3, 16, 16, 3, 3).ToFloats());
        ConvolutionTests.Compare(x, weight, null, 1);
    }

    [Fact]
    public void Filters_go_with_their_weight()
    {
        long before = Kept();
        using (var scope = TensorScope.Begin())
        {
            var weight = KernelCase.Normal(2, 16, 16, 3, 3);
            KernelCase.Ours(() => Functional.Conv2d(KernelCase.Normal(1, 2, 16, 8, 8), weight, padding: 1));
            KernelCase.Ours(() => Functional.Conv2d(KernelCase.Normal(1, 2, 16, 8, 8), weight, padding: 1));
            Kept().ShouldBe(before + 1);
        }
        Kept().ShouldBe(before);
    }

    [Fact]
    public void Threads_share_a_layer()
    {
        using var scope = TensorScope.Begin();
        var weight = KernelCase.Normal(2, 32, 32, 3, 3).Keep();
        var x = KernelCase.Normal(1, 2, 32, 16, 16).Keep();
        float[] expected = KernelCase.Library(() => Functional.Conv2d(x, weight, padding: 1)).ToFloats();
        float[][] results = new float[8][];
        var threads = Enumerable.Range(0, results.Length).Select(k => new Thread(() =>
        {
            using var inner = TensorScope.Begin();
            for (int i = 0; i < 20; i++)
            {
                results[k] = Functional.Conv2d(x, weight, padding: 1).ToFloats();
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        results.ShouldAllBe(r => r.SequenceEqual(results[0]));
        KernelCase.Difference(Tensor.From(results[0], expected.Length), Tensor.From(expected, expected.Length)).ShouldBeLessThan(1e-5);
        weight.Dispose();
        x.Dispose();
    }

    [Theory]
    [InlineData(null, Limpid.Torch.Kernels.Auto)]
    [InlineData("", Limpid.Torch.Kernels.Auto)]
    [InlineData("auto", Limpid.Torch.Kernels.Auto)]
    [InlineData("fast", Limpid.Torch.Kernels.Fast)]
    [InlineData("precise", Limpid.Torch.Kernels.Precise)]
    [InlineData("library", Limpid.Torch.Kernels.Library)]
    public void The_environment_chooses_the_kernels(string? value, Limpid.Torch.Kernels expected) =>
        Limpid.Torch.Engine.KernelsOf(value).ShouldBe(expected);

    [Fact]
    public void An_unknown_choice_of_kernels_is_refused() =>
        Should.Throw<InputException>(() => Limpid.Torch.Engine.KernelsOf("quick")).Message.ShouldBe("LIMPID_KERNELS is 'quick': use auto, fast, precise or library");

    private static long Kept() => keptOp.CallInteger();
}
