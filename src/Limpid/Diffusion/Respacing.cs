using System.Globalization;
using Limpid.Torch;

namespace Limpid.Diffusion;

/// <summary>Which steps of a long process a shorter one keeps (guided diffusion, <c>space_timesteps</c>).</summary>
public static class Respacing
{
    /// <summary>The kept indices, ascending.</summary>
    /// <param name="steps">Steps of the long process.</param>
    /// <param name="spacing"><c>250</c>: so many, evenly with rounded strides, both ends included; <c>10,5</c>: so many in each of equal sections; <c>ddim50</c>: so many with one integer stride from 0.</param>
    /// <exception cref="InputException">The text is no spacing, or asks for more steps than there are.</exception>
    public static int[] Kept(int steps, string spacing)
    {
        ArgumentNullException.ThrowIfNull(spacing);
        return spacing.StartsWith("ddim", StringComparison.Ordinal)
            ? EqualStride(steps, Number(spacing[4..], spacing), spacing)
            : Sections(steps, [.. spacing.Split(',').Select(part => Number(part, spacing))], spacing);
    }

    private static int[] EqualStride(int steps, int count, string spacing)
    {
        for (int stride = 1; stride < steps; stride++)
        {
            int[] kept = [.. Enumerable.Range(0, (steps + stride - 1) / stride).Select(k => k * stride)];
            if (kept.Length == count)
            {
                return kept;
            }
        }
        throw new InputException($"respacing '{spacing}': no integer stride takes {count} of {steps} steps; write {count} without 'ddim' for rounded strides");
    }

    private static int[] Sections(int steps, int[] counts, string spacing)
    {
        var kept = new List<int>();
        int start = 0;
        for (int section = 0; section < counts.Length; section++)
        {
            int size = (steps / counts.Length) + (section < steps % counts.Length ? 1 : 0);
            if (counts[section] > size)
            {
                throw new InputException($"respacing '{spacing}': a section of {size} steps cannot keep {counts[section]}");
            }
            double stride = counts[section] <= 1 ? 1 : (size - 1) / (double)(counts[section] - 1);
            double at = 0;
            for (int k = 0; k < counts[section]; k++, at += stride)
            {
                kept.Add(start + (int)Math.Round(at)); // to even, as Python rounds
            }
            start += size;
        }
        return [.. kept];
    }

    private static int Number(string part, string spacing) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw new InputException($"respacing '{spacing}' is not understood: write 250, 10,5 or ddim50");
}
