using Limpid.Torch;

namespace Limpid.Training;

/// <summary>When training ends, and so how fast its learning rate falls: by images seen, by time, or by whichever comes first.</summary>
/// <remarks>
/// A budget of images gives the same weights on every run of the same machine and libtorch; a budget of seconds ends at
/// a known hour on a machine whose speed is not known, and its result depends on that speed.
/// </remarks>
public sealed record TrainingBudget
{
    /// <summary>Images to see, repeated ones counted each time; null for no limit.</summary>
    public long? Images { get; init; }

    /// <summary>Seconds of training, interruptions not counted; null for no limit.</summary>
    public double? Seconds { get; init; }

    /// <summary>Share of the budget that is used, in [0,1].</summary>
    /// <exception cref="InputException">Neither limit is set, or one is not positive.</exception>
    public double Progress(long images, double seconds)
    {
        if (Images is null && Seconds is null || Images <= 0 || Seconds <= 0)
        {
            throw new InputException("a training needs a budget above 0: set budget.images, budget.seconds or both");
        }
        double byImages = Images is { } most ? (double)images / most : 0;
        double byTime = Seconds is { } longest ? seconds / longest : 0;
        return Math.Clamp(Math.Max(byImages, byTime), 0, 1);
    }
}
