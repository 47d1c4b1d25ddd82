namespace Limpid.Diffusion;

/// <summary>ᾱ of real-valued labels, and back; between two whole ones ᾱ is interpolated in its logarithm.</summary>
internal static class LabeledSchedule
{
    /// <summary>ᾱ at an index, which may lie between two.</summary>
    public static double AlphaBar(IReadOnlyList<double> alphaBars, double label)
    {
        int below = Math.Clamp((int)Math.Floor(label), 0, alphaBars.Count - 1), above = Math.Min(below + 1, alphaBars.Count - 1);
        double a = Math.Log(alphaBars[below]), b = Math.Log(alphaBars[above]);
        return Math.Exp(a + ((label - below) * (b - a)));
    }

    /// <summary>The index at which a schedule has this ᾱ; the nearest end where it has not.</summary>
    public static double Index(IReadOnlyList<double> alphaBars, double alphaBar)
    {
        int low = 0, high = alphaBars.Count - 1;
        if (alphaBar >= alphaBars[low] || alphaBar <= alphaBars[high])
        {
            return alphaBar >= alphaBars[low] ? low : high;
        }
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = alphaBars[middle] > alphaBar ? (middle, high) : (low, middle);
        }
        return low + ((Math.Log(alphaBars[low]) - Math.Log(alphaBar)) / (Math.Log(alphaBars[low]) - Math.Log(alphaBars[high])));
    }
}
