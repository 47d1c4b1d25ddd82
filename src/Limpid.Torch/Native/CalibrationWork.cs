namespace Limpid.Torch.Native;

/// <summary>Tens of milliseconds of what denoising networks do to a batch of 16: large and small convolutions, norms, attention, small products.</summary>
internal sealed class CalibrationWork : IDisposable
{
    private readonly Tensor wide = Tensor.Ones([16, 64, 32, 32]).Keep();
    private readonly Tensor narrow = Tensor.Ones([16, 128, 8, 8]).Keep();
    private readonly Tensor wideFilters = (Tensor.Ones([64, 64, 3, 3]) * 0.001).Keep();
    private readonly Tensor narrowFilters = (Tensor.Ones([128, 128, 3, 3]) * 0.001).Keep();
    private readonly Tensor gain = Tensor.Ones([64]).Keep();
    private readonly Tensor head = Tensor.Ones([64, 32, 256]).Keep();
    private readonly Tensor matrix = (Tensor.Ones([128, 128]) * 0.01).Keep();

    public void Run()
    {
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        var h = Functional.Conv2d(Functional.GroupNormSilu(wide, 32, gain, gain, 1e-5), wideFilters, padding: 1) + wide;
        for (int k = 0; k < 3; k++)
        {
            Functional.Conv2d(narrow, narrowFilters, padding: 1, addend: narrow);
            Functional.Linear(matrix, matrix).Silu();
        }
        Functional.Attention(head, head, head, 0.2);
        Functional.GroupNormSilu(h, 32, gain, gain, 1e-5);
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { wide, narrow, wideFilters, narrowFilters, gain, head, matrix })
        {
            tensor.Dispose();
        }
    }
}
