namespace Limpid.Torch.Layers;

/// <summary>Batch normalization; parameters <c>weight</c>, <c>bias</c>, buffers <c>running_mean</c>, <c>running_var</c>, <c>num_batches_tracked</c>.</summary>
public sealed class BatchNorm2d : Module
{
    private readonly double epsilon;
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Parameter runningMean;
    private readonly Parameter runningVariance;

    /// <summary>Creates the layer for a number of channels.</summary>
    public BatchNorm2d(int channels, double epsilon = 1e-5)
    {
        this.epsilon = epsilon;
        weight = AddParameter("weight", channels);
        bias = AddParameter("bias", channels);
        runningMean = AddBuffer("running_mean", [channels]);
        runningVariance = AddBuffer("running_var", [channels]);
        _ = AddBuffer("num_batches_tracked", [], DType.Int64);
        Start();
    }

    /// <summary>[N,C,H,W] → the same shape; training updates the running statistics with momentum 0.1.</summary>
    public Tensor Forward(Tensor input) => Functional.BatchNorm(input, weight.Value, bias.Value, runningMean.Value, runningVariance.Value, IsTraining, 0.1, epsilon);

    /// <summary>ReLU of <see cref="Forward"/>, in one pass outside of training.</summary>
    public Tensor ForwardRelu(Tensor input)
    {
        if (!IsTraining)
        {
            return Functional.BatchNormRelu(input, weight.Value, bias.Value, runningMean.Value, runningVariance.Value, epsilon);
        }
        using var scope = TensorScope.Begin();
        return scope.Return(Forward(input).Relu());
    }

    /// <summary>SiLU of <see cref="Forward"/>, in one pass outside of training.</summary>
    public Tensor ForwardSilu(Tensor input)
    {
        if (!IsTraining)
        {
            return Functional.BatchNormSilu(input, weight.Value, bias.Value, runningMean.Value, runningVariance.Value, epsilon);
        }
        using var scope = TensorScope.Begin();
        return scope.Return(Forward(input).Silu());
    }

    /// <inheritdoc/>
    protected override void Reset(Func<string, Parameter, Tensor> uniform) => Start();

    private void Start()
    {
        using var scope = TensorScope.Begin();
        Initial.Affine(weight, bias);
        Initial.Affine(runningVariance, runningMean);
    }
}
