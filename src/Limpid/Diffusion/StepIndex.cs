using System.Globalization;

namespace Limpid.Diffusion;

/// <summary>A place in a diffusion schedule: 0 is the least noisy level, −1 the clean image.</summary>
/// <remarks>Never the same number as a <see cref="StepCount"/>: a count of t steps ends at index t − 1.</remarks>
/// <param name="Value">−1 or more.</param>
public readonly record struct StepIndex(int Value) : IComparable<StepIndex>
{
    /// <summary>The clean image.</summary>
    public static StepIndex Clean => new(-1);

    /// <summary>How many steps of noise an image at this index has received.</summary>
    public StepCount Count => new(Value + 1);

    /// <summary>The neighbor with one step less noise.</summary>
    public StepIndex Previous => new(Value - 1);

    /// <summary>Whether this is the clean image.</summary>
    public bool IsClean => Value < 0;

    /// <inheritdoc/>
    public int CompareTo(StepIndex other) => Value.CompareTo(other.Value);

    /// <summary>Less noise than the other.</summary>
    public static bool operator <(StepIndex a, StepIndex b) => a.Value < b.Value;

    /// <summary>More noise than the other.</summary>
    public static bool operator >(StepIndex a, StepIndex b) => a.Value > b.Value;

    /// <summary>At most the noise of the other.</summary>
    public static bool operator <=(StepIndex a, StepIndex b) => a.Value <= b.Value;

    /// <summary>At least the noise of the other.</summary>
    public static bool operator >=(StepIndex a, StepIndex b) => a.Value >= b.Value;

    /// <summary>The number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
