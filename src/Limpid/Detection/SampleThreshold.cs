namespace Limpid.Detection;

/// <summary>The largest score of a single image that counts as clean.</summary>
/// <param name="Value">The threshold.</param>
/// <param name="FalsePositiveRate">The share of clean images it was fitted to call adversarial; null for a threshold that was not fitted.</param>
/// <param name="Images">How many clean validation images it was fitted on.</param>
public sealed record SampleThreshold(double Value, double? FalsePositiveRate = null, int Images = 0);
