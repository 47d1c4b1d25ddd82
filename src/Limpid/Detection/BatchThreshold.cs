namespace Limpid.Detection;

/// <summary>The largest discrepancy of a batch that counts as clean.</summary>
/// <param name="Value">The threshold for batches of <paramref name="Batch"/>; 0.05 in DAD (0.02 and 0.5 in two other programs of its authors).</param>
/// <param name="Batch">The batch size it is for; 100 in DAD.</param>
public sealed record BatchThreshold(double Value = 0.05, int Batch = 100)
{
    /// <summary>Whether other batch sizes get a threshold moved by what the V-statistic of clean batches grows: (1/n + 1/m − 2/batch)(1 − k̄).</summary>
    /// <remarks>Off by default, as published: then small clean batches look adversarial. Without effect on the U-statistic.</remarks>
    public bool IsCorrected { get; init; }

    /// <summary>The share of clean batches it was fitted to call adversarial; null for a threshold that was not fitted.</summary>
    public double? FalsePositiveRate { get; init; }

    /// <summary>The threshold for a comparison of n tested and m clean images.</summary>
    /// <param name="tested">n.</param>
    /// <param name="clean">m.</param>
    /// <param name="meanKernel">k̄ of the clean images.</param>
    public double At(int tested, int clean, double meanKernel) =>
        IsCorrected ? Value + (1.0 / tested + 1.0 / clean - 2.0 / Batch) * (1 - meanKernel) : Value;
}
