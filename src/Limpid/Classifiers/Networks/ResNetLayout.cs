namespace Limpid.Classifiers.Networks;

/// <summary>Shape and dialect of a post-activation ResNet: stages, kind of block, names of its weights.</summary>
public sealed record ResNetLayout
{
    /// <summary>torchvision's ResNet-18 for 224×224.</summary>
    public static ResNetLayout TorchVision18 { get; } = new();

    /// <summary>torchvision's ResNet-34.</summary>
    public static ResNetLayout TorchVision34 { get; } = new() { Blocks = [3, 4, 6, 3] };

    /// <summary>torchvision's ResNet-50: bottlenecks, stride in the 3×3 convolution.</summary>
    public static ResNetLayout TorchVision50 { get; } = new() { Blocks = [3, 4, 6, 3], IsBottleneck = true };

    /// <summary>RobustBench's CIFAR ResNet-18 (after kuangliu): 3×3 stem, no pooling.</summary>
    public static ResNetLayout Cifar18 { get; } = new() { HasSmallStem = true, Shortcut = "shortcut", Head = "linear" };

    /// <summary>The CIFAR ResNet-50 that DiffPure attacks: as <see cref="Cifar18"/>, with bottlenecks.</summary>
    public static ResNetLayout Cifar50 { get; } = Cifar18 with { Blocks = [3, 4, 6, 3], IsBottleneck = true };

    /// <summary>"ResNet-18" of meliketoy and DAD: three stages at 16, 32, 64 channels, biased convolutions; 14 layers in truth.</summary>
    public static ResNetLayout Dad18 { get; } = Cifar18 with { Blocks = [2, 2, 2], Widths = [16, 32, 64], StemWidth = 16, IsBiased = true };

    /// <summary>"ResNet-50" of meliketoy and DAD: three stages of 3, 4 and 6 bottlenecks; 256 features.</summary>
    public static ResNetLayout Dad50 { get; } = Dad18 with { Blocks = [3, 4, 6], IsBottleneck = true };

    /// <summary>Blocks of each stage.</summary>
    public IReadOnlyList<int> Blocks { get; init; } = [2, 2, 2, 2];

    /// <summary>Channels of each stage, before a bottleneck's fourfold expansion.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [64, 128, 256, 512];

    /// <summary>Channels of the first convolution.</summary>
    public int StemWidth { get; init; } = 64;

    /// <summary>1×1, 3×3, 1×1 convolutions instead of two 3×3.</summary>
    public bool IsBottleneck { get; private init; }

    /// <summary>A 3×3 stem at full resolution, instead of 7×7 with stride 2 and a max pool.</summary>
    public bool HasSmallStem { get; private init; }

    /// <summary>Whether convolutions have biases.</summary>
    public bool IsBiased { get; private init; }

    /// <summary>Convolution and normalization of a shortcut that changes the shape.</summary>
    public string Shortcut { get; private init; } = "downsample";

    /// <summary>Linear layer.</summary>
    public string Head { get; private init; } = "fc";

    internal int Expansion => IsBottleneck ? 4 : 1;
}
