using Limpid.Diffusion;
using Limpid.Torch;

namespace Limpid.Tests.Support;

/// <summary>Notes the label of every call and can hand the network the labels of a reference run in their place.</summary>
public sealed class LabelNetwork(INoisePredictor network, double[]? reference = null) : INoisePredictor
{
    private readonly Queue<double> forward = new(reference ?? []);

    public List<double> Labels { get; } = [];

    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        double label = timesteps[0];
        if (reference is null)
        {
            Labels.Add(label);
            return network.PredictNoise(diffused, timesteps);
        }
        if (forward.TryDequeue(out double next))
        {
            Labels.Add(label);
            label = next;
        }
        else
        {
            label = reference[Labels.LastIndexOf(label)]; // walking back: the label given to the same step before
        }
        double[] given = new double[timesteps.Length];
        Array.Fill(given, label);
        return network.PredictNoise(diffused, given);
    }
}
