using Limpid.Torch;

namespace Limpid.Classifiers;

/// <summary>A classifier that can show what its blocks compute, for attention masks.</summary>
public interface IBlockActivations : IClassifier
{
    /// <summary>The tapped activations, one [N,C_m,h_m,w_m] per block, shallow to deep, of images [N,C,H,W] in [0,1].</summary>
    IReadOnlyList<Tensor> BlockActivations(Tensor images);
}
