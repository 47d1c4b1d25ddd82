namespace Limpid.Detection;

/// <summary>How a batch's discrepancy is estimated.</summary>
public enum BatchStatistic
{
    /// <summary>The V-statistic: DAD's programs, and the scale of its threshold.</summary>
    Biased,

    /// <summary>The U-statistic: DAD's text; zero on average for clean batches of any size. Needs a threshold of its own.</summary>
    Unbiased,
}
