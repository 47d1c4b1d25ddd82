namespace Limpid.Evaluation;

/// <summary>How far a run is; reported after every batch.</summary>
/// <param name="Done">Samples of this shard that are there, earlier attempts included.</param>
/// <param name="Items">Samples of this shard.</param>
/// <param name="Clean">The defense's clean accuracy over those done.</param>
/// <param name="Robust">Its robust accuracy over those done.</param>
/// <param name="Finished">The samples just finished; empty in the first report.</param>
public sealed record EvaluationProgress(int Done, int Items, Interval Clean, Interval Robust, IReadOnlyList<SampleRecord> Finished);
