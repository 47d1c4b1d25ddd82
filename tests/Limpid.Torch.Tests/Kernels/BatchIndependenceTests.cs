namespace Limpid.Torch.Tests.Kernels;

/// <summary>Outputs and input gradients of a row, bit for bit the same whatever else is in its batch.</summary>
public sealed class BatchIndependenceTests
{
    private const int Rows = 37;

    private static readonly Dictionary<string, (long[] Row, Func<Tensor, Tensor> Work)> operators = new()
    {
        ["linear, wide"] = ([128], x => Functional.Linear(x, Weight(512, 128), Weight(512))),
        ["linear, logits"] = ([64], x => Functional.Linear(x, Weight(10, 64), Weight(10))),
        ["linear over patches"] = ([7, 24], x => Functional.Linear(x, Weight(5, 24))),
        ["3x3 convolution"] = ([16, 8, 8], x => Functional.Conv2d(x, Weight(24, 16, 3, 3), padding: 1)),
        ["3x3 convolution, odd sides"] = ([24, 14, 10], x => Functional.Conv2d(x, Weight(40, 24, 3, 3), padding: 1)),
        ["3x3 convolution, small tiles"] = ([24, 5, 6], x => Functional.Conv2d(x, Weight(40, 24, 3, 3), padding: 1)),
        ["3x3 convolution, four pixels"] = ([24, 2, 2], x => Functional.Conv2d(x, Weight(40, 24, 3, 3), padding: 1)),
        ["3x3 convolution of images"] = ([3, 32, 32], x => Functional.Conv2d(x, Weight(16, 3, 3, 3), Weight(16), padding: 1)),
        ["3x3 convolution of digits"] = ([1, 28, 28], x => Functional.Conv2d(x, Weight(32, 1, 3, 3), padding: 1)),
        ["3x3 convolution to digits"] = ([16, 28, 28], x => Functional.Conv2d(x, Weight(1, 16, 3, 3), padding: 1)),
        ["3x3 convolution, stride 2"] = ([16, 16, 16], x => Functional.Conv2d(x, Weight(32, 16, 3, 3), stride: 2, padding: 1)),
        ["1x1 convolution"] = ([16, 8, 8], x => Functional.Conv2d(x, Weight(24, 16, 1, 1))),
        ["1x1 convolution, few channels"] = ([5, 8, 8], x => Functional.Conv2d(x, Weight(4, 5, 1, 1))),
        ["1x1 convolution, stride 2"] = ([16, 16, 16], x => Functional.Conv2d(x, Weight(32, 16, 1, 1), stride: 2)),
        ["5x5 convolution"] = ([6, 14, 14], x => Functional.Conv2d(x, Weight(16, 6, 5, 5))),
        ["grouped convolution"] = ([16, 12, 12], x => Functional.Conv2d(x, Weight(32, 4, 3, 3), padding: 1, groups: 4)),
        ["transposed convolution"] = ([16, 7, 7], x => Functional.ConvTranspose2d(x, Weight(16, 8, 4, 4), stride: 2, padding: 1)),
        ["1-D convolution"] = ([16, 30], x => Functional.Conv1d(x, Weight(8, 16, 3))),
        ["group norm and SiLU"] = ([16, 8, 8], x => Functional.GroupNormSilu(x, 4, Weight(16), Weight(16), 1e-5)),
        ["attention"] = ([16, 49], x => Functional.Attention(x, x * 0.5, x * 2, 0.25)),
        ["softmax"] = ([10], x => Functional.Softmax(x, 1)),
    };

    public static TheoryData<string> Names => [.. operators.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_is_the_same_in_every_batch(string name)
    {
        using var scope = TensorScope.Begin();
        var (row, work) = operators[name];
        var x = KernelCase.Normal(1, [Rows, .. row]);
        var (outputs, gradients) = Run(work, x);
        foreach (int batch in new[] { 1, 2, 3, 5, 8, 16, 33 })
        {
            for (int first = 0; first + batch <= Rows; first += Math.Max(batch, 9))
            {
                var (output, gradient) = Run(work, x.Slice(0, first, first + batch));
                string about = $"{name}, rows {first} to {first + batch - 1}";
                output.ToFloats().ShouldBe(outputs.Slice(0, first, first + batch).ToFloats(), about);
                gradient.ToFloats().ShouldBe(gradients.Slice(0, first, first + batch).ToFloats(), about + ", gradient");
            }
        }
    }

    private static (Tensor Output, Tensor Gradient) Run(Func<Tensor, Tensor> work, Tensor x)
    {
        (Tensor, Tensor) results = default;
        KernelCase.Ours(() =>
        {
            var leaf = x.AsVariable();
            var output = work(leaf);
            results = (output.Detach(), Gradient.Of((output * output).Sum(), leaf));
            return output;
        });
        return results;
    }

    private static Tensor Weight(params ReadOnlySpan<long> shape) => KernelCase.Normal(2, shape) * 0.2;
}
