using Limpid.Evaluation;
using Limpid.Torch;

namespace Limpid.Cli.Demo;

/// <summary>What the demo found out about one defense.</summary>
/// <param name="Defense">Its short name.</param>
/// <param name="About">What it does, in a line.</param>
internal sealed record DemoRow(string Defense, string About)
{
    /// <summary>Accuracy on clean images.</summary>
    public required Interval Clean { get; init; }

    /// <summary>Accuracy on images attacked against the bare classifier.</summary>
    public required Interval Ignoring { get; init; }

    /// <summary>Accuracy on images attacked through the defense.</summary>
    public required Interval Knowing { get; init; }

    /// <summary>The images attacked through the defense, [N,C,H,W].</summary>
    public required Tensor Adversarial { get; init; }

    /// <summary>The same, purified; null where nothing purifies.</summary>
    public required Tensor? Purified { get; init; }

    /// <summary>Where the defense takes the classifier to look in them, [N,1,H,W]; null where it does not ask.</summary>
    public required Tensor? Mask { get; init; }

    /// <summary>What the defense says of each of them.</summary>
    public required IReadOnlyList<DemoSample> Samples { get; init; }

    /// <summary>How long all of that took.</summary>
    public required double Seconds { get; init; }
}
