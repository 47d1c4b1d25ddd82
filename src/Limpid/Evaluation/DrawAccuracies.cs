namespace Limpid.Evaluation;

/// <summary>Three readings of the same single draws of a random defense (honest reports give all three).</summary>
/// <param name="Draws">Draws per image and repetition, N.</param>
/// <param name="Average">Share of draws that are right: the accuracy of a single purification.</param>
/// <param name="WorstOf">Share of images right in all N draws: an attacker may try N times.</param>
/// <param name="MajorityOf">Share of images whose most named class is right; a tie counts as wrong.</param>
/// <param name="Ties">Samples where the right class ties for the most votes.</param>
public sealed record DrawAccuracies(int Draws, Accuracy Average, Accuracy WorstOf, Accuracy MajorityOf, int Ties)
{
    /// <summary>Null where there is but one draw.</summary>
    internal static DrawAccuracies? Of(IReadOnlyCollection<SampleRecord> samples, Func<SampleRecord, Judgement?> judged)
    {
        var drawn = samples.Where(sample => judged(sample) is not null).ToList();
        return drawn.Count == 0 ? null : new DrawAccuracies(
            drawn.Min(s => judged(s)!.Votes.Count),
            Accuracy.Of(drawn, s => judged(s)!.Votes.Average(vote => vote == s.Label ? 1.0 : 0)),
            Accuracy.Of(drawn, s => judged(s)!.Votes.All(vote => vote == s.Label) ? 1 : 0),
            Accuracy.Of(drawn, s => Lead(s, judged(s)!) > 0 ? 1 : 0),
            drawn.Count(s => Lead(s, judged(s)!) == 0));
    }

    // Votes for the label less the most votes for any other class.
    private static int Lead(SampleRecord sample, Judgement judgement)
    {
        var counts = judgement.Votes.CountBy(vote => vote).ToDictionary();
        int others = counts.Where(c => c.Key != sample.Label).Select(c => c.Value).DefaultIfEmpty(0).Max();
        return counts.GetValueOrDefault(sample.Label) - others;
    }
}
