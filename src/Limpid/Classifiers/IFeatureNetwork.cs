using Limpid.Torch;

namespace Limpid.Classifiers;

/// <summary>A network whose penultimate layer describes an image: what semantic detectors compare.</summary>
public interface IFeatureNetwork
{
    /// <summary>Number of features.</summary>
    int FeatureCount { get; }

    /// <summary>Features [N,FeatureCount] of normalized images [N,C,H,W].</summary>
    Tensor Features(Tensor images, ForwardPass pass);
}
