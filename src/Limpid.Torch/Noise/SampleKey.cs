namespace Limpid.Torch.Noise;

/// <summary>Which sample a row of a batch is, whatever batch it is in.</summary>
/// <param name="Image">Index of the image in its full data set.</param>
/// <param name="Repetition">Which repetition of the experiment.</param>
public readonly record struct SampleKey(long Image, int Repetition = 0);
