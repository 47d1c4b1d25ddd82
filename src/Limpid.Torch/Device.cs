using System.Globalization;

namespace Limpid.Torch;

/// <summary>Kind of device; the values are libtorch's own codes.</summary>
public enum DeviceKind
{
    /// <summary>The processor.</summary>
    Cpu = 0,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda = 1,
}

/// <summary>Where a tensor lives.</summary>
/// <param name="Kind">The kind of device.</param>
/// <param name="Index">Which one of its kind; −1 is the current one.</param>
public readonly record struct Device(DeviceKind Kind, int Index)
{
    /// <summary>The processor.</summary>
    public static Device Cpu => new(DeviceKind.Cpu, -1);

    /// <summary>The k-th GPU.</summary>
    public static Device Cuda(int index = 0) => new(DeviceKind.Cuda, index);

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    /// <exception cref="InputException">The text names no device.</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        return parts switch
        {
            ["cpu"] => Cpu,
            ["cuda"] => Cuda(),
            ["cuda", var k] when int.TryParse(k, NumberStyles.None, CultureInfo.InvariantCulture, out int index) => Cuda(index),
            _ => throw new InputException($"device '{text}' is not known: use cpu, cuda or cuda:0"),
        };
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind == DeviceKind.Cpu ? "cpu" : $"cuda:{Math.Max(Index, 0)}";
}
