using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>A small DDPM U-Net for MNIST with a table of time embeddings (niuwengang/mnist_ddpm): three levels, layer norms over whole maps.</summary>
/// <remarks>28×28 gray images in [−1,1] only; linear schedule. The table has a row per whole label: others are rounded. For use, not for training.</remarks>
public sealed class MnistUNet : Module, INoisePredictor
{
    private const int Steps = 1000;
    private const int TimeWidth = 100;

    private readonly Parameter table;
    private readonly Stage b1;
    private readonly Conv2d down1;
    private readonly Stage b2;
    private readonly Conv2d down2;
    private readonly Stage b3;
    private readonly Conv2d down3a;
    private readonly Conv2d down3b;
    private readonly Stage middle;
    private readonly ConvTranspose2d up1a;
    private readonly ConvTranspose2d up1b;
    private readonly Stage b4;
    private readonly ConvTranspose2d up2;
    private readonly Stage b5;
    private readonly ConvTranspose2d up3;
    private readonly Stage last;
    private readonly Conv2d convOut;

    /// <summary>Builds the network with weights zero; load or initialize it.</summary>
    public MnistUNet()
    {
        table = AddParameter("time_embed.weight", Steps, TimeWidth);
        b1 = new Stage(this, "1", 28, [1, 10, 10, 10]);
        down1 = Add("down1", new Conv2d(10, 10, 4, stride: 2, padding: 1));
        b2 = new Stage(this, "2", 14, [10, 20, 20, 20]);
        down2 = Add("down2", new Conv2d(20, 20, 4, stride: 2, padding: 1));
        b3 = new Stage(this, "3", 7, [20, 40, 40, 40]);
        down3a = Add("down3.0", new Conv2d(40, 40, 2));
        down3b = Add("down3.2", new Conv2d(40, 40, 4, stride: 2, padding: 1));
        middle = new Stage(this, "_mid", 3, [40, 20, 20, 40]);
        up1a = Add("up1.0", new ConvTranspose2d(40, 40, 4, stride: 2, padding: 1));
        up1b = Add("up1.2", new ConvTranspose2d(40, 40, 2));
        b4 = new Stage(this, "4", 7, [80, 40, 20, 20]);
        up2 = Add("up2", new ConvTranspose2d(20, 20, 4, stride: 2, padding: 1));
        b5 = new Stage(this, "5", 14, [40, 20, 10, 10]);
        up3 = Add("up3", new ConvTranspose2d(10, 10, 4, stride: 2, padding: 1));
        last = new Stage(this, "_out", 28, [20, 10, 10, 10], normalizesLast: false);
        convOut = Add("conv_out", new Conv2d(10, 1, 3, padding: 1));
    }

    /// <inheritdoc/>
    public Tensor PredictNoise(Tensor diffused, ReadOnlySpan<double> timesteps)
    {
        using var scope = TensorScope.Begin();
        int[] rows = Array.ConvertAll(timesteps.ToArray(), t => Math.Clamp((int)Math.Round(t), 0, Steps - 1));
        var time = table.Value.Rows(rows); // [N,100]
        var h1 = b1.Forward(diffused, time); // [N,10,28,28]
        var h2 = b2.Forward(down1.Forward(h1), time); // [N,20,14,14]
        var h3 = b3.Forward(down2.Forward(h2), time); // [N,40,7,7]
        var h = middle.Forward(down3b.Forward(down3a.Forward(h3).Silu()), time); // [N,40,3,3]
        h = b4.Forward(Tensor.Concat([h3, up1b.Forward(up1a.Forward(h).Silu())], 1), time); // [N,20,7,7]
        h = b5.Forward(Tensor.Concat([h2, up2.Forward(h)], 1), time); // [N,10,14,14]
        h = last.Forward(Tensor.Concat([h1, up3.Forward(h)], 1), time); // [N,10,28,28]
        return scope.Return(convOut.Forward(h));
    }

    /// <summary>Three blocks at one resolution, the time added to the input.</summary>
    private sealed class Stage
    {
        private readonly Linear time1;
        private readonly Linear time2;
        private readonly (LayerNorm? Norm, Conv2d Conv1, Conv2d Conv2)[] blocks;

        public Stage(MnistUNet network, string name, int size, int[] channels, bool normalizesLast = true)
        {
            time1 = network.Add($"te{name}.0", new Linear(TimeWidth, channels[0]));
            time2 = network.Add($"te{name}.2", new Linear(channels[0], channels[0]));
            blocks = new (LayerNorm?, Conv2d, Conv2d)[channels.Length - 1];
            for (int i = 0; i < blocks.Length; i++)
            {
                string block = $"b{name}.{i}";
                var norm = network.Add($"{block}.ln", new LayerNorm([channels[i], size, size])); // stored even where it is skipped
                blocks[i] = (
                    normalizesLast || i < blocks.Length - 1 ? norm : null,
                    network.Add($"{block}.conv1", new Conv2d(channels[i], channels[i + 1], 3, padding: 1)),
                    network.Add($"{block}.conv2", new Conv2d(channels[i + 1], channels[i + 1], 3, padding: 1)));
            }
        }

        public Tensor Forward(Tensor x, Tensor time)
        {
            using var scope = TensorScope.Begin();
            var h = x + time2.Forward(time1.Forward(time).Silu()).Unsqueeze(2).Unsqueeze(3);
            foreach (var (norm, conv1, conv2) in blocks)
            {
                h = norm?.Forward(h) ?? h;
                h = conv2.Forward(conv1.Forward(h).Silu()).Silu();
            }
            return scope.Return(h);
        }
    }
}
