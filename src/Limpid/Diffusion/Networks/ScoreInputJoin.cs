using Limpid.Torch;
using Limpid.Torch.Layers;

namespace Limpid.Diffusion.Networks;

/// <summary>Joins the filtered input to the state on the way down, through a 1×1 convolution.</summary>
internal sealed class ScoreInputJoin : Module
{
    private readonly bool concatenates;
    private readonly Conv2d conv;

    public ScoreInputJoin(int inputChannels, int channels, bool concatenates)
    {
        this.concatenates = concatenates;
        conv = Add("Conv_0", new Conv2d(inputChannels, channels, 1));
    }

    public Tensor Forward(Tensor input, Tensor h)
    {
        using var scope = TensorScope.Begin();
        var mixed = conv.Forward(input);
        return scope.Return(concatenates ? Tensor.Concat([mixed, h], 1) : mixed + h);
    }
}
