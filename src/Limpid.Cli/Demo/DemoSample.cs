using Limpid.Detection;

namespace Limpid.Cli.Demo;

/// <summary>What a defense says of one attacked image.</summary>
/// <param name="Class">The class it names.</param>
/// <param name="ScoreNorm">The norm of the image's expected perturbation score; null where none is measured.</param>
/// <param name="Count">How far the image is diffused, in steps of 1000; null where nothing is.</param>
/// <param name="Finding">What the defense's gate says; null where there is none.</param>
internal sealed record DemoSample(int Class, double? ScoreNorm, int? Count, Finding? Finding);
