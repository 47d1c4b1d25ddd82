using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Diffusion;

/// <summary>One number, or one noise image, per row of a batch.</summary>
internal static class PerSample
{
    /// <summary>Coefficients [N,1,1,1] of the type and device of the images; computed in double precision, rounded once.</summary>
    public static Tensor Column(Tensor images, ReadOnlySpan<StepIndex> indices, Func<StepIndex, double> value)
    {
        var values = new double[indices.Length];
        for (int n = 0; n < values.Length; n++)
        {
            values[n] = value(indices[n]);
        }
        return Column(images, values);
    }

    /// <summary>Coefficients [N,1,1,1] that depend on where a row comes from and where it goes.</summary>
    public static Tensor Column(Tensor images, ReadOnlySpan<StepIndex> from, ReadOnlySpan<StepIndex> to, Func<StepIndex, StepIndex, double> value)
    {
        var values = new double[from.Length];
        for (int n = 0; n < values.Length; n++)
        {
            values[n] = value(from[n], to[n]);
        }
        return Column(images, values);
    }

    /// <summary>Coefficients [N,1,1,1].</summary>
    public static Tensor Column(Tensor images, ReadOnlySpan<double> values)
    {
        if (values.Length != images.Size(0))
        {
            throw new ArgumentException($"{values.Length} levels for {images.Size(0)} images", nameof(values));
        }
        using var scope = TensorScope.Begin();
        return scope.Return(Tensor.From(values, values.Length, 1, 1, 1).To(images.DType).To(images.Device));
    }

    /// <summary>Standard normals shaped as the images; each row's come from its own step, whatever rows are beside it.</summary>
    public static Tensor Normal(INoise noise, NoisePurpose purpose, ReadOnlySpan<StepIndex> steps, Tensor images)
    {
        var shape = images.Shape[1..];
        if (steps.Length > 0 && steps.IndexOfAnyExcept(steps[0]) < 0)
        {
            return noise.Normal(purpose, steps[0].Value, shape, images.Device);
        }
        using var scope = TensorScope.Begin();
        var rows = new Tensor[steps.Length];
        for (int n = 0; n < rows.Length; n++)
        {
            rows[n] = noise.Rows([n]).Normal(purpose, steps[n].Value, shape, images.Device);
        }
        return scope.Return(Tensor.Concat(rows));
    }
}
