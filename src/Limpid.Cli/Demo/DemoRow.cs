using Limpid.Evaluation;
using Limpid.Torch;

namespace Limpid.Cli.Demo;

/// <summary>What the demo found out about one defense.</summary>
/// <param name="Defense">Its short name.</param>
/// <param name="About">What it does, in a line.</param>
/// <param name="Clean">Accuracy on clean images.</param>
/// <param name="Ignoring">Accuracy on images attacked against the bare classifier.</param>
/// <param name="Knowing">Accuracy on images attacked through the defense.</param>
/// <param name="Adversarial">The images attacked through the defense, [N,C,H,W].</param>
/// <param name="Purified">The same, purified; null where nothing purifies.</param>
/// <param name="Seconds">How long all of that took.</param>
internal sealed record DemoRow(string Defense, string About, Interval Clean, Interval Ignoring, Interval Knowing, Tensor Adversarial, Tensor? Purified, double Seconds);
