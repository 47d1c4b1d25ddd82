using Limpid.Torch.Native;
using Limpid.Torch.Operators;

namespace Limpid.Torch;

/// <content>Functions of one element.</content>
public sealed unsafe partial class Tensor
{
    private static readonly Operator absOp = new("aten::abs");
    private static readonly Operator signOp = new("aten::sign");
    private static readonly Operator sqrtOp = new("aten::sqrt");
    private static readonly Operator rsqrtOp = new("aten::rsqrt");
    private static readonly Operator squareOp = new("aten::square");
    private static readonly Operator expOp = new("aten::exp");
    private static readonly Operator logOp = new("aten::log");
    private static readonly Operator sinOp = new("aten::sin");
    private static readonly Operator cosOp = new("aten::cos");
    private static readonly Operator erfOp = new("aten::erf");
    private static readonly Operator floorOp = new("aten::floor");
    private static readonly Operator roundOp = new("aten::round");
    private static readonly Operator reciprocalOp = new("aten::reciprocal");
    private static readonly Operator sigmoidOp = new("aten::sigmoid");
    private static readonly Operator tanhOp = new("aten::tanh");
    private static readonly Operator reluOp = new("aten::relu");
    private static readonly Operator siluOp = new("aten::silu");
    private static readonly Operator softplusOp = new("aten::softplus");
    private static readonly Operator eluOp = new("aten::elu");
    private static readonly Operator isNaNOp = new("aten::isnan");
    private static readonly Operator isFiniteOp = new("aten::isfinite");
    private static readonly Operator logicalNotOp = new("aten::logical_not");
    private static readonly Operator geluOp = new("aten::gelu");
    private static readonly Operator leakyReluOp = new("aten::leaky_relu");
    private static readonly Operator negOp = new("aten::neg");
    private static readonly Operator powOp = new("aten::pow", "Tensor_Scalar");
    private static readonly Operator clampOp = new("aten::clamp");
    private static readonly Operator clampTensorOp = new("aten::clamp", "Tensor");

    /// <summary>Absolute value of each element.</summary>
    public Tensor Abs() => absOp.Call(this);

    /// <summary>−1, 0 or 1 by the sign of each element.</summary>
    public Tensor Sign() => signOp.Call(this);

    /// <summary>Square root of each element.</summary>
    public Tensor Sqrt() => sqrtOp.Call(this);

    /// <summary>Reciprocal square root of each element.</summary>
    public Tensor Rsqrt() => rsqrtOp.Call(this);

    /// <summary>Square of each element.</summary>
    public Tensor Square() => squareOp.Call(this);

    /// <summary>Exponential of each element.</summary>
    public Tensor Exp() => expOp.Call(this);

    /// <summary>Natural logarithm of each element.</summary>
    public Tensor Log() => logOp.Call(this);

    /// <summary>Sine of each element, in radians.</summary>
    public Tensor Sin() => sinOp.Call(this);

    /// <summary>Cosine of each element, in radians.</summary>
    public Tensor Cos() => cosOp.Call(this);

    /// <summary>Error function of each element.</summary>
    public Tensor Erf() => erfOp.Call(this);

    /// <summary>Largest integer not above each element.</summary>
    public Tensor Floor() => floorOp.Call(this);

    /// <summary>Nearest integer to each element, halves to even.</summary>
    public Tensor Round() => roundOp.Call(this);

    /// <summary>One divided by each element.</summary>
    public Tensor Reciprocal() => reciprocalOp.Call(this);

    /// <summary>Logistic function of each element.</summary>
    public Tensor Sigmoid() => sigmoidOp.Call(this);

    /// <summary>Hyperbolic tangent of each element.</summary>
    public Tensor Tanh() => tanhOp.Call(this);

    /// <summary>Each element, negative ones replaced by 0.</summary>
    public Tensor Relu() => reluOp.Call(this);

    /// <summary>Each element times its logistic function.</summary>
    public Tensor Silu() => siluOp.Call(this);

    /// <summary>log(1 + exp(x)) of each element.</summary>
    public Tensor Softplus() => softplusOp.Call(this);

    /// <summary>Exponential linear unit of each element.</summary>
    public Tensor Elu() => eluOp.Call(this);

    /// <summary>Whether each element is not a number.</summary>
    public Tensor IsNaN() => isNaNOp.Call(this);

    /// <summary>Whether each element is finite.</summary>
    public Tensor IsFinite() => isFiniteOp.Call(this);

    /// <summary>The negation of each Boolean.</summary>
    public Tensor LogicalNot() => logicalNotOp.Call(this);

    /// <summary>Gaussian error linear unit, the exact form with the error function.</summary>
    public Tensor Gelu() => geluOp.Call(this);

    /// <summary>Each element, negative ones times <paramref name="slope"/>.</summary>
    public Tensor LeakyRelu(double slope = 0.01) => leakyReluOp.Call(this, slope);

    /// <summary>Each element to a power.</summary>
    public Tensor Pow(double exponent) => powOp.Call(this, exponent);

    /// <summary>Each element limited to [<paramref name="min"/>, <paramref name="max"/>]; null leaves a side open.</summary>
    public Tensor Clamp(double? min, double? max) => clampOp.Call(this, Arg.Optional(min), Arg.Optional(max));

    /// <summary>Each element limited by the elements of two tensors.</summary>
    public Tensor Clamp(Tensor min, Tensor max) => clampTensorOp.Call(this, min, max);

    /// <summary>The negative of each element.</summary>
    public static Tensor operator -(Tensor x) => negOp.Call(x);
}
