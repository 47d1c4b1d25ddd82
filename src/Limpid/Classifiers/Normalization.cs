using System.Globalization;
using Limpid.Torch;

namespace Limpid.Classifiers;

/// <summary>(x − mean) / std per channel, as a network's authors trained it; images outside classifiers are always in [0,1].</summary>
/// <param name="Mean">One per channel, in the order in which the network reads channels.</param>
/// <param name="Std">One per channel.</param>
public sealed record Normalization(IReadOnlyList<double> Mean, IReadOnlyList<double> Std)
{
    /// <summary>Nothing: the network reads [0,1].</summary>
    public static Normalization None { get; } = new([], []);

    /// <summary>ImageNet's usual constants; also those of the CIFAR ResNets of akamaster.</summary>
    public static Normalization ImageNet { get; } = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>CIFAR-10's constants as DeepMind's wide ResNets and their descendants write them.</summary>
    public static Normalization Cifar10 { get; } = new([0.4914, 0.4822, 0.4465], [0.2471, 0.2435, 0.2616]);

    /// <summary>CIFAR-10's mean with the smaller deviations of meliketoy's wide ResNets, as ADP and GDMP use them.</summary>
    public static Normalization Meliketoy { get; } = new([0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010]);

    /// <summary>CIFAR-10's constants of the provable-defense networks: ImageNet's mean, a common deviation.</summary>
    public static Normalization Provable { get; } = new([0.485, 0.456, 0.406], [0.225, 0.225, 0.225]);

    /// <summary>SVHN's constants.</summary>
    public static Normalization Svhn { get; } = new([0.4377, 0.4438, 0.4728], [0.1980, 0.2010, 0.1970]);

    /// <summary>MNIST's constants of the PyTorch example.</summary>
    public static Normalization Mnist { get; } = new([0.1307], [0.3081]);

    /// <summary>Caffe's convention: blue first, values 0..255 less a mean; the means are written here in units of 1.</summary>
    public static Normalization Caffe { get; } = new([104 / 255.0, 117 / 255.0, 123 / 255.0], [1 / 255.0, 1 / 255.0, 1 / 255.0]) { BlueFirst = true };

    /// <summary>Whether the network reads blue, green, red.</summary>
    public bool BlueFirst { get; init; }

    /// <summary>Images [N,C,H,W] in [0,1] → the same shape, as the network reads them.</summary>
    public Tensor Apply(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = TensorScope.Begin();
        var x = BlueFirst ? images.Flip(1) : images;
        return scope.Return(Mean.Count == 0 ? x.Alias() : (x - PerChannel(Mean, images.Device)) / PerChannel(Std, images.Device));
    }

    /// <summary>The text that <see cref="Parse"/> reads, such as <c>mean 0.1307 std 0.3081</c>, or <c>none</c>.</summary>
    public override string ToString() =>
        Mean.Count == 0 ? "none" : $"mean {Text(Mean)} std {Text(Std)}{(BlueFirst ? " blue-first" : "")}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="InputException">The text has another form.</exception>
    public static Normalization Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["none"] => None,
            ["mean", var mean, "std", var std] when Numbers(mean) is { } m && Numbers(std) is { } s && m.Length == s.Length => new(m, s),
            ["mean", var mean, "std", var std, "blue-first"] when Numbers(mean) is { } m && Numbers(std) is { } s && m.Length == s.Length => new(m, s) { BlueFirst = true },
            _ => throw new InputException($"normalization '{text}' is not understood: write none, or mean 0.1307 std 0.3081 with a number per channel separated by commas"),
        };
    }

    private static Tensor PerChannel(IReadOnlyList<double> values, Device device)
    {
        float[] singles = [.. values.Select(value => (float)value)];
        return Tensor.From(singles, 1, singles.Length, 1, 1).To(device);
    }

    private static string Text(IReadOnlyList<double> values) => string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    private static double[]? Numbers(string text)
    {
        string[] parts = text.Split(',');
        var numbers = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                return null;
            }
        }
        return numbers;
    }
}
