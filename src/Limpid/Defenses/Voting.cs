namespace Limpid.Defenses;

/// <summary>From the draws' logits of one image to a verdict.</summary>
internal static class Voting
{
    /// <param name="draws">One row of logits per draw.</param>
    /// <param name="rule">How they are joined.</param>
    public static Verdict Join(IReadOnlyList<double[]> draws, VoteRule rule)
    {
        int[] votes = [.. draws.Select(FirstLargest)];
        double[][] probabilities = [.. draws.Select(Softmax)];
        int winner = rule switch
        {
            VoteRule.Majority => Majority(votes, draws[0].Length),
            VoteRule.MeanProbability => FirstLargest(Mean(probabilities)),
            _ => FirstLargest(Mean(draws)),
        };
        return new Verdict(winner, probabilities.Average(p => p[winner]), votes);
    }

    private static int Majority(int[] votes, int classes)
    {
        var counts = new double[classes];
        foreach (int vote in votes)
        {
            counts[vote]++;
        }
        return FirstLargest(counts);
    }

    private static int FirstLargest(double[] values)
    {
        int best = 0;
        for (int k = 1; k < values.Length; k++)
        {
            if (values[k] > values[best])
            {
                best = k;
            }
        }
        return best;
    }

    private static double[] Mean(IReadOnlyList<double[]> rows)
    {
        var mean = new double[rows[0].Length];
        foreach (double[] row in rows)
        {
            for (int k = 0; k < mean.Length; k++)
            {
                mean[k] += row[k] / rows.Count;
            }
        }
        return mean;
    }

    private static double[] Softmax(double[] logits)
    {
        double top = logits.Max();
        double[] powers = [.. logits.Select(z => Math.Exp(z - top))];
        double sum = powers.Sum();
        return [.. powers.Select(p => p / sum)];
    }
}
