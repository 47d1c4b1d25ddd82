using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Classifiers.Networks;

/// <summary>SqueezeNet 1.1 (Iandola et al., 2016) under torchvision's names.</summary>
/// <remarks>Color images from 17×17 up. Taps: the stem after ReLU and every fire module's output.</remarks>
public sealed class SqueezeNet : ClassifierNetwork
{
    private readonly Conv2d stem;
    private readonly Fire[] fires;
    private readonly Conv2d head;

    /// <summary>Creates the network with zero weights.</summary>
    public SqueezeNet(int classes = 1000)
    {
        ClassCount = classes;
        stem = Add("features.0", new Conv2d(3, 64, 3, stride: 2));
        fires =
        [
            Add("features.3", new Fire(64, 16, 64)), Add("features.4", new Fire(128, 16, 64)),
            Add("features.6", new Fire(128, 32, 128)), Add("features.7", new Fire(256, 32, 128)),
            Add("features.9", new Fire(256, 48, 192)), Add("features.10", new Fire(384, 48, 192)),
            Add("features.11", new Fire(384, 64, 256)), Add("features.12", new Fire(512, 64, 256)),
        ];
        head = Add("classifier.1", new Conv2d(512, classes, 1));
    }

    /// <inheritdoc/>
    public override int ClassCount { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor images, ForwardPass pass)
    {
        using var scope = TensorScope.Begin();
        var h = stem.Forward(images).Relu();
        pass.Taps?.Add(h);
        for (int i = 0; i < fires.Length; i++)
        {
            h = i is 0 or 2 or 4 ? Functional.MaxPool2d(h, 3, 2, ceilMode: true) : h;
            h = fires[i].Forward(h);
            pass.Taps?.Add(h);
        }
        h = head.Forward(Dropout.Apply(h, 0.5, 0, IsTraining, pass)).Relu();
        return scope.Return(Functional.GlobalAvgPool(h));
    }

    /// <summary>A 1×1 convolution that narrows, then 1×1 and 3×3 side by side.</summary>
    private sealed class Fire : Module
    {
        private readonly Conv2d squeeze;
        private readonly Conv2d expand1;
        private readonly Conv2d expand3;

        public Fire(int from, int narrow, int half)
        {
            squeeze = Add("squeeze", new Conv2d(from, narrow, 1));
            expand1 = Add("expand1x1", new Conv2d(narrow, half, 1));
            expand3 = Add("expand3x3", new Conv2d(narrow, half, 3, padding: 1));
        }

        public Tensor Forward(Tensor x)
        {
            using var scope = TensorScope.Begin();
            var narrow = squeeze.Forward(x).Relu();
            return scope.Return(Tensor.Concat([expand1.Forward(narrow), expand3.Forward(narrow)], 1).Relu());
        }
    }
}
