using System.Globalization;

namespace Limpid.Diffusion;

/// <summary>A number of diffusion steps: the t* of the literature.</summary>
/// <remarks>Published noise levels ("t* = 100", "t* = 0.1") are counts; the level they reach is index t* − 1.</remarks>
/// <param name="Value">0 or more.</param>
public readonly record struct StepCount(int Value) : IComparable<StepCount>
{
    /// <summary>The index that this many steps reach; −1 for none.</summary>
    public StepIndex Index => new(Value - 1);

    /// <inheritdoc/>
    public int CompareTo(StepCount other) => Value.CompareTo(other.Value);

    /// <summary>Fewer steps than the other.</summary>
    public static bool operator <(StepCount a, StepCount b) => a.Value < b.Value;

    /// <summary>More steps than the other.</summary>
    public static bool operator >(StepCount a, StepCount b) => a.Value > b.Value;

    /// <summary>At most as many steps as the other.</summary>
    public static bool operator <=(StepCount a, StepCount b) => a.Value <= b.Value;

    /// <summary>At least as many steps as the other.</summary>
    public static bool operator >=(StepCount a, StepCount b) => a.Value >= b.Value;

    /// <summary>The number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
