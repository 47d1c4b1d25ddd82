using Limpid.Torch.Native;
using Limpid.Torch.Operators;

namespace Limpid.Torch;

/// <summary>The functions that layers are made of; all differentiable.</summary>
/// <remarks>Images are [N,C,H,W]; filters [out, in/groups, kh, kw]; linear weights [out, in].</remarks>
public static unsafe class Functional
{
    private static readonly Operator convolutionOp = new("aten::convolution");
    private static readonly Operator conv3x3Op = new("limpid::conv3x3");
    private static readonly Operator conv1x1Op = new("limpid::conv1x1");
    private static readonly Operator batchNormActivationOp = new("limpid::batch_norm_activation");
    private static readonly Operator groupNormSiluOp = new("limpid::group_norm_silu");
    private static readonly Operator attentionOp = new("limpid::attention");
    private static readonly Operator linearOp = new("aten::linear");
    private static readonly Operator sameForEveryRowOp = new("limpid::linear");
    private static readonly Operator sameForEveryBatchOp = new("limpid::convolution");
    private static readonly Operator groupNormOp = new("aten::group_norm");
    private static readonly Operator layerNormOp = new("aten::layer_norm");
    private static readonly Operator batchNormOp = new("aten::batch_norm");
    private static readonly Operator softmaxOp = new("aten::softmax", "int");
    private static readonly Operator logSoftmaxOp = new("aten::log_softmax", "int");
    private static readonly Operator maxPoolOp = new("aten::max_pool2d");
    private static readonly Operator avgPoolOp = new("aten::avg_pool2d");
    private static readonly Operator upsampleNearestOp = new("aten::upsample_nearest2d");
    private static readonly Operator upsampleBilinearOp = new("aten::upsample_bilinear2d");
    private static readonly Operator embeddingOp = new("aten::embedding");

    /// <summary>2-D convolution, stride and symmetric zero padding the same in both directions.</summary>
    /// <param name="images">[N,C,H,W].</param>
    /// <param name="filters">[out, C/groups, kh, kw].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="stride">Step between outputs.</param>
    /// <param name="padding">Zeros around the images.</param>
    /// <param name="dilation">Step between the inputs of a filter.</param>
    /// <param name="groups">Parts that the channels fall into.</param>
    /// <param name="addend">Added to the result, of the same shape: a residual sum without another pass over memory.</param>
    public static Tensor Conv2d(Tensor images, Tensor filters, Tensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1, Tensor? addend = null)
    {
        if (Engine.Kernels != Kernels.Library && stride == 1 && dilation == 1 && groups == 1)
        {
            switch (filters.Shape)
            {
                case [_, _, 3, 3]:
                    return conv3x3Op.Call(images, filters, Arg.Optional(bias), padding, Arg.Optional(addend), Engine.Kernels.TileOutputs());
                case [_, _, 1, 1] when padding == 0:
                    return conv1x1Op.Call(images, filters, Arg.Optional(bias), Arg.Optional(addend));
                default:
                    break;
            }
        }
        return Plus(Convolution(images, filters, bias, stride, padding, dilation, transposed: false, outputPadding: 0, groups), addend);
    }

    /// <summary>Transposed 2-D convolution; filters [in, out/groups, kh, kw].</summary>
    public static Tensor ConvTranspose2d(Tensor images, Tensor filters, Tensor? bias = null, int stride = 1, int padding = 0, int outputPadding = 0, int groups = 1) =>
        Convolution(images, filters, bias, stride, padding, 1, transposed: true, outputPadding, groups);

    /// <summary>1-D convolution of [N,C,L] with filters [out, in, k], plus an addend of the result's shape if there is one.</summary>
    public static Tensor Conv1d(Tensor input, Tensor filters, Tensor? bias = null, Tensor? addend = null)
    {
        if (Engine.Kernels != Kernels.Library && filters.Shape is [_, _, 1])
        {
            return conv1x1Op.Call(input, filters, Arg.Optional(bias), Arg.Optional(addend));
        }
        long one = 1, zero = 0;
        return Plus(ConvolutionOp.Call(input, filters, Arg.Optional(bias), Arg.Ints(&one, 1), Arg.Ints(&zero, 1), Arg.Ints(&one, 1), false, Arg.Ints(&zero, 1), 1), addend);
    }

    /// <summary>x Wᵀ + b over the last dimension.</summary>
    public static Tensor Linear(Tensor input, Tensor weight, Tensor? bias = null) =>
        (Engine.Kernels == Kernels.Library ? linearOp : sameForEveryRowOp).Call(input, weight, Arg.Optional(bias));

    /// <summary>Group normalization with an affine map per channel.</summary>
    public static Tensor GroupNorm(Tensor input, int groups, Tensor? weight, Tensor? bias, double epsilon = 1e-5) =>
        groupNormOp.Call(input, groups, Arg.Optional(weight), Arg.Optional(bias), epsilon);

    /// <summary>SiLU(norm(x)), or SiLU(norm(x) · (1 + scale) + shift) with scale and shift [N,C,1,1].</summary>
    public static Tensor GroupNormSilu(Tensor input, int groups, Tensor weight, Tensor bias, double epsilon, Tensor? scale = null, Tensor? shift = null)
    {
        if (Engine.Kernels != Kernels.Library)
        {
            return groupNormSiluOp.Call(input, groups, weight, bias, epsilon, Arg.Optional(scale), Arg.Optional(shift));
        }
        using var scope = TensorScope.Begin();
        var normalized = GroupNorm(input, groups, weight, bias, epsilon);
        if (scale is not null)
        {
            normalized *= scale + 1;
        }
        if (shift is not null)
        {
            normalized += shift;
        }
        return scope.Return(normalized.Silu());
    }

    /// <summary>v · softmax(scale · qᵀk)ᵀ: each column of the result is a mean of v's columns, weighted by how well its query fits their keys.</summary>
    /// <param name="q">Queries [N,width,length], N images times heads.</param>
    /// <param name="k">Keys, of the same shape.</param>
    /// <param name="v">Values, of the same shape.</param>
    /// <param name="scale">Factor of the scores, usually 1/√width; above 0.</param>
    public static Tensor Attention(Tensor q, Tensor k, Tensor v, double scale)
    {
        if (Engine.Kernels != Kernels.Library)
        {
            return attentionOp.Call(q, k, v, scale);
        }
        using var scope = TensorScope.Begin();
        double root = Math.Sqrt(scale); // of each factor, as the authors' programs have it
        var weights = Softmax((q * root).Transpose(1, 2).BatchMatMul(k * root), 2); // [N,query,key]
        return scope.Return(v.BatchMatMul(weights.Transpose(1, 2)));
    }

    /// <summary>Layer normalization over the trailing dimensions of the given shape.</summary>
    public static Tensor LayerNorm(Tensor input, ReadOnlySpan<long> normalizedShape, Tensor? weight, Tensor? bias, double epsilon = 1e-5)
    {
        fixed (long* p = normalizedShape)
        {
            return layerNormOp.Call(input, Arg.Ints(p, normalizedShape.Length), Arg.Optional(weight), Arg.Optional(bias), epsilon);
        }
    }

    /// <summary>Batch normalization; in training the batch's statistics are used and the running ones updated in place.</summary>
    public static Tensor BatchNorm(Tensor input, Tensor? weight, Tensor? bias, Tensor runningMean, Tensor runningVariance, bool training, double momentum = 0.1, double epsilon = 1e-5) =>
        batchNormOp.Call(input, Arg.Optional(weight), Arg.Optional(bias), runningMean, runningVariance, training, momentum, epsilon, false);

    /// <summary>ReLU of batch normalization with given statistics, as in evaluation.</summary>
    public static Tensor BatchNormRelu(Tensor input, Tensor weight, Tensor bias, Tensor mean, Tensor variance, double epsilon = 1e-5)
    {
        if (Engine.Kernels != Kernels.Library)
        {
            return batchNormActivationOp.Call(input, weight, bias, mean, variance, epsilon, false);
        }
        using var scope = TensorScope.Begin();
        return scope.Return(BatchNorm(input, weight, bias, mean, variance, training: false, epsilon: epsilon).Relu());
    }

    /// <summary>SiLU of batch normalization with given statistics, as in evaluation.</summary>
    public static Tensor BatchNormSilu(Tensor input, Tensor weight, Tensor bias, Tensor mean, Tensor variance, double epsilon = 1e-5)
    {
        if (Engine.Kernels != Kernels.Library)
        {
            return batchNormActivationOp.Call(input, weight, bias, mean, variance, epsilon, true);
        }
        using var scope = TensorScope.Begin();
        return scope.Return(BatchNorm(input, weight, bias, mean, variance, training: false, epsilon: epsilon).Silu());
    }

    /// <summary>Softmax along a dimension.</summary>
    public static Tensor Softmax(Tensor input, int dimension) => softmaxOp.Call(input, dimension);

    /// <summary>Logarithm of the softmax along a dimension.</summary>
    public static Tensor LogSoftmax(Tensor input, int dimension) => logSoftmaxOp.Call(input, dimension);

    /// <summary>Largest value of each window.</summary>
    public static Tensor MaxPool2d(Tensor images, int size, int stride, int padding = 0, bool ceilMode = false)
    {
        long* s = stackalloc long[2] { size, size }, t = stackalloc long[2] { stride, stride };
        long* p = stackalloc long[2] { padding, padding }, d = stackalloc long[2] { 1, 1 };
        return maxPoolOp.Call(images, Arg.Ints(s, 2), Arg.Ints(t, 2), Arg.Ints(p, 2), Arg.Ints(d, 2), ceilMode);
    }

    /// <summary>Mean of each window.</summary>
    public static Tensor AvgPool2d(Tensor images, int size, int stride)
    {
        long* s = stackalloc long[2] { size, size }, t = stackalloc long[2] { stride, stride };
        return avgPoolOp.Call(images, Arg.Ints(s, 2), Arg.Ints(t, 2));
    }

    /// <summary>Mean over height and width: [N,C,H,W] → [N,C].</summary>
    public static Tensor GlobalAvgPool(Tensor images) => images.Mean([2, 3]);

    /// <summary>Nearest-neighbor enlargement to a size.</summary>
    public static Tensor UpsampleNearest(Tensor images, long height, long width)
    {
        long* size = stackalloc long[2] { height, width };
        return upsampleNearestOp.Call(images, Arg.Ints(size, 2));
    }

    /// <summary>Bilinear resizing without antialiasing.</summary>
    public static Tensor UpsampleBilinear(Tensor images, long height, long width, bool alignCorners = false)
    {
        long* size = stackalloc long[2] { height, width };
        return upsampleBilinearOp.Call(images, Arg.Ints(size, 2), alignCorners);
    }

    /// <summary>Rows of a table [V,D] picked by indices (int64).</summary>
    public static Tensor Embedding(Tensor table, Tensor indices) => embeddingOp.Call(table, indices);

    /// <summary>Cross-entropy of each sample: logits [N,K], labels int64 [N] → [N].</summary>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels)
    {
        using var scope = TensorScope.Begin();
        return scope.Return(-LogSoftmax(logits, 1).Gather(1, labels.Unsqueeze(1)).Squeeze(1));
    }

    private static Tensor Plus(Tensor sum, Tensor? addend)
    {
        if (addend is null)
        {
            return sum;
        }
        using var scope = TensorScope.Begin();
        return scope.Return(sum + addend);
    }

    private static Operator ConvolutionOp => Engine.Kernels == Kernels.Library ? convolutionOp : sameForEveryBatchOp;

    private static Tensor Convolution(Tensor input, Tensor filters, Tensor? bias, int stride, int padding, int dilation, bool transposed, int outputPadding, int groups)
    {
        long* s = stackalloc long[2] { stride, stride }, p = stackalloc long[2] { padding, padding };
        long* d = stackalloc long[2] { dilation, dilation }, o = stackalloc long[2] { outputPadding, outputPadding };
        return ConvolutionOp.Call(input, filters, Arg.Optional(bias), Arg.Ints(s, 2), Arg.Ints(p, 2), Arg.Ints(d, 2), transposed, Arg.Ints(o, 2), groups);
    }
}
