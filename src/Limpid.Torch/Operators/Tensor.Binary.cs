using Limpid.Torch.Native;
using Limpid.Torch.Operators;

namespace Limpid.Torch;

/// <content>Functions of two elements, with broadcasting.</content>
public sealed unsafe partial class Tensor
{
    private static readonly Operator addOp = new("aten::add", "Tensor");
    private static readonly Operator addScalarOp = new("aten::add", "Scalar");
    private static readonly Operator subOp = new("aten::sub", "Tensor");
    private static readonly Operator subScalarOp = new("aten::sub", "Scalar");
    private static readonly Operator mulOp = new("aten::mul", "Tensor");
    private static readonly Operator mulScalarOp = new("aten::mul", "Scalar");
    private static readonly Operator divOp = new("aten::div", "Tensor");
    private static readonly Operator divScalarOp = new("aten::div", "Scalar");
    private static readonly Operator minimumOp = new("aten::minimum");
    private static readonly Operator maximumOp = new("aten::maximum");
    private static readonly Operator logicalAndOp = new("aten::logical_and");
    private static readonly Operator logicalOrOp = new("aten::logical_or");
    private static readonly Operator eqOp = new("aten::eq", "Tensor");
    private static readonly Operator eqScalarOp = new("aten::eq", "Scalar");
    private static readonly Operator neOp = new("aten::ne", "Tensor");
    private static readonly Operator neScalarOp = new("aten::ne", "Scalar");
    private static readonly Operator ltOp = new("aten::lt", "Tensor");
    private static readonly Operator ltScalarOp = new("aten::lt", "Scalar");
    private static readonly Operator leOp = new("aten::le", "Tensor");
    private static readonly Operator leScalarOp = new("aten::le", "Scalar");
    private static readonly Operator gtOp = new("aten::gt", "Tensor");
    private static readonly Operator gtScalarOp = new("aten::gt", "Scalar");
    private static readonly Operator geOp = new("aten::ge", "Tensor");
    private static readonly Operator geScalarOp = new("aten::ge", "Scalar");
    private static readonly Operator addInPlaceOp = new("aten::add_", "Tensor");
    private static readonly Operator mulInPlaceOp = new("aten::mul_", "Scalar");
    private static readonly Operator lerpInPlaceOp = new("aten::lerp_", "Scalar");
    private static readonly Operator copyInPlaceOp = new("aten::copy_");
    private static readonly Operator zeroInPlaceOp = new("aten::zero_");
    private static readonly Operator whereOp = new("aten::where", "self");
    private static readonly Operator reverseSubOp = new("aten::rsub", "Scalar");

    /// <summary>Elementwise, with broadcasting.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => addOp.Call(a, b);

    /// <summary>Elementwise with a number.</summary>
    public static Tensor operator +(Tensor a, double b) => addScalarOp.Call(a, b);

    /// <summary>Elementwise, with broadcasting.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => subOp.Call(a, b);

    /// <summary>Elementwise with a number.</summary>
    public static Tensor operator -(Tensor a, double b) => subScalarOp.Call(a, b);

    /// <summary>Elementwise, with broadcasting.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => mulOp.Call(a, b);

    /// <summary>Elementwise with a number.</summary>
    public static Tensor operator *(Tensor a, double b) => mulScalarOp.Call(a, b);

    /// <summary>Elementwise, with broadcasting.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => divOp.Call(a, b);

    /// <summary>Elementwise with a number.</summary>
    public static Tensor operator /(Tensor a, double b) => divScalarOp.Call(a, b);

    /// <summary>The smaller of each pair of elements.</summary>
    public Tensor Minimum(Tensor other) => minimumOp.Call(this, other);

    /// <summary>The larger of each pair of elements.</summary>
    public Tensor Maximum(Tensor other) => maximumOp.Call(this, other);

    /// <summary>Whether both are true.</summary>
    public Tensor LogicalAnd(Tensor other) => logicalAndOp.Call(this, other);

    /// <summary>Whether at least one is true.</summary>
    public Tensor LogicalOr(Tensor other) => logicalOrOp.Call(this, other);

    /// <summary>Whether each element is equal to the other's.</summary>
    public Tensor EqualTo(Tensor other) => eqOp.Call(this, other);

    /// <summary>Whether each element is equal to a number.</summary>
    public Tensor EqualTo(double other) => eqScalarOp.Call(this, other);

    /// <summary>Whether each element is different from the other's.</summary>
    public Tensor NotEqualTo(Tensor other) => neOp.Call(this, other);

    /// <summary>Whether each element is different from a number.</summary>
    public Tensor NotEqualTo(double other) => neScalarOp.Call(this, other);

    /// <summary>Whether each element is less than the other's.</summary>
    public Tensor LessThan(Tensor other) => ltOp.Call(this, other);

    /// <summary>Whether each element is less than a number.</summary>
    public Tensor LessThan(double other) => ltScalarOp.Call(this, other);

    /// <summary>Whether each element is at most the other's.</summary>
    public Tensor AtMost(Tensor other) => leOp.Call(this, other);

    /// <summary>Whether each element is at most a number.</summary>
    public Tensor AtMost(double other) => leScalarOp.Call(this, other);

    /// <summary>Whether each element is greater than the other's.</summary>
    public Tensor GreaterThan(Tensor other) => gtOp.Call(this, other);

    /// <summary>Whether each element is greater than a number.</summary>
    public Tensor GreaterThan(double other) => gtScalarOp.Call(this, other);

    /// <summary>Whether each element is at least the other's.</summary>
    public Tensor AtLeast(Tensor other) => geOp.Call(this, other);

    /// <summary>Whether each element is at least a number.</summary>
    public Tensor AtLeast(double other) => geScalarOp.Call(this, other);

    /// <summary>A number plus each element.</summary>
    public static Tensor operator +(double a, Tensor b) => b + a;

    /// <summary>A number times each element.</summary>
    public static Tensor operator *(double a, Tensor b) => b * a;

    /// <summary>A number minus each element.</summary>
    public static Tensor operator -(double a, Tensor b) => reverseSubOp.Call(b, a);

    /// <summary>A number divided by each element.</summary>
    public static Tensor operator /(double a, Tensor b)
    {
        using var inverse = b.Reciprocal().Keep();
        return inverse * a;
    }

    /// <summary>Elements of <paramref name="whenTrue"/> where the condition holds, of <paramref name="whenFalse"/> elsewhere.</summary>
    public static Tensor Where(Tensor condition, Tensor whenTrue, Tensor whenFalse) => whereOp.Call(condition, whenTrue, whenFalse);

    /// <summary>Adds <paramref name="scale"/> times the other to this tensor.</summary>
    public void AddInPlace(Tensor other, double scale = 1) => addInPlaceOp.Run(this, other, scale);

    /// <summary>Multiplies this tensor by a number.</summary>
    public void MultiplyInPlace(double factor) => mulInPlaceOp.Run(this, factor);

    /// <summary>Moves this tensor toward the other by the share <paramref name="weight"/> in [0,1].</summary>
    public void LerpInPlace(Tensor end, double weight) => lerpInPlaceOp.Run(this, end, weight);

    /// <summary>Overwrites this tensor with the other's elements.</summary>
    public void CopyInPlace(Tensor source) => copyInPlaceOp.Run(this, source);

    /// <summary>Sets every element to 0.</summary>
    public void ZeroInPlace() => zeroInPlaceOp.Run(this);
}
