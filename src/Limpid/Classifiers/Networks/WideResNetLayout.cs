using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>In which dialect a wide ResNet is written: names of its weights, and the details in which published codes differ.</summary>
public sealed record WideResNetLayout
{
    /// <summary>TRADES, RobustBench: stride and widening in the first convolution, shortcut fed by the activated input.</summary>
    public static WideResNetLayout RobustBench { get; } = new();

    /// <summary>RobustBench's layout with dropout 0.3 before the second convolution (DiffPure's <c>wrn-70-16-dropout</c>).</summary>
    public static WideResNetLayout RobustBenchDropout { get; } = new() { Dropout = 0.3 };

    /// <summary>DeepMind (Gowal et al., 2020): SiLU, strided convolutions padded at right and bottom only, as TensorFlow does.</summary>
    public static WideResNetLayout DeepMind { get; } = new()
    {
        Stem = "init_conv",
        Group = "layer.{0}.block",
        FirstGroup = 0,
        Norm1 = "batchnorm_0",
        Conv1 = "conv_0",
        Norm2 = "batchnorm_1",
        Conv2 = "conv_1",
        Shortcut = "shortcut",
        Norm = "batchnorm",
        Head = "logits",
        PadsAfterOnly = true,
        IsSilu = true,
    };

    /// <summary>DeepMind's layout with ReLU.</summary>
    public static WideResNetLayout DeepMindRelu { get; } = DeepMind with { IsSilu = false };

    /// <summary>meliketoy, and DAD after it: biased convolutions, stride in the second one, shortcut fed by the raw input, dropout 0.3 after the first convolution.</summary>
    public static WideResNetLayout Meliketoy { get; } = new()
    {
        Group = "layer{0}",
        Shortcut = "shortcut.0",
        Head = "linear",
        IsBiased = true,
        StridesLate = true,
        ShortcutIsRaw = true,
        Dropout = 0.3,
    };

    /// <summary>First convolution.</summary>
    public string Stem { get; private init; } = "conv1";

    /// <summary>Group number {0}; the block's number follows after a dot.</summary>
    public string Group { get; private init; } = "block{0}.layer";

    /// <summary>Number of the first group.</summary>
    public int FirstGroup { get; private init; } = 1;

    /// <summary>Normalization before the first convolution of a block.</summary>
    public string Norm1 { get; private init; } = "bn1";

    /// <summary>First convolution of a block.</summary>
    public string Conv1 { get; private init; } = "conv1";

    /// <summary>Normalization before the second convolution of a block.</summary>
    public string Norm2 { get; private init; } = "bn2";

    /// <summary>Second convolution of a block.</summary>
    public string Conv2 { get; private init; } = "conv2";

    /// <summary>1×1 convolution of a block that changes the width.</summary>
    public string Shortcut { get; private init; } = "convShortcut";

    /// <summary>Last normalization.</summary>
    public string Norm { get; private init; } = "bn1";

    /// <summary>Linear layer.</summary>
    public string Head { get; private init; } = "fc";

    /// <summary>Whether convolutions have biases.</summary>
    public bool IsBiased { get; private init; }

    /// <summary>Whether the second convolution of a block strides, not the first.</summary>
    public bool StridesLate { get; private init; }

    /// <summary>Whether the 1×1 shortcut reads the block's input before normalization.</summary>
    public bool ShortcutIsRaw { get; private init; }

    /// <summary>Whether strided 3×3 convolutions see a border of zeros at right and bottom only.</summary>
    public bool PadsAfterOnly { get; private init; }

    /// <summary>SiLU instead of ReLU.</summary>
    public bool IsSilu { get; private init; }

    /// <summary>Share of activations dropped in training.</summary>
    public double Dropout { get; private init; }

    internal string GroupName(int number) => Group.Replace("{0}", $"{FirstGroup + number}", StringComparison.Ordinal);

    internal Tensor Activate(BatchNorm2d norm, Tensor x) => IsSilu ? norm.ForwardSilu(x) : norm.ForwardRelu(x);
}
