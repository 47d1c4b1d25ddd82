namespace Limpid.Diffusion;

/// <summary>A noise predictor that must know what a label stands for, because its network is told the amount of noise itself.</summary>
/// <remarks>
/// Label t means ᾱ_t of the linear schedule to discrete purifiers and ᾱ(t/999) to those in continuous time (SDE, ODE, EPS); at the
/// least noisy levels the two are up to a step apart. Networks that are told the label itself have no use for this.
/// </remarks>
public interface IContinuousLabels
{
    /// <summary>The same network for labels 999·s.</summary>
    INoisePredictor Continuous { get; }

    /// <summary>A network for labels 999·s, whichever it is.</summary>
    static INoisePredictor Of(INoisePredictor network) => network is IContinuousLabels labels ? labels.Continuous : network;
}
