namespace Limpid.Torch.Tests;

public sealed class TensorTests
{
    [Fact]
    public void Elements_come_back_as_they_went_in()
    {
        using var scope = TensorScope.Begin();
        Tensor.From([1f, 2, 3, 4, 5, 6], 2, 3).Transpose(0, 1).ToFloats().ShouldBe([1f, 4, 2, 5, 3, 6]);
        Tensor.From([1L, -2], 2).ToLongs().ShouldBe([1L, -2]);
    }

    [Fact]
    public void An_error_names_the_operator_and_the_shapes()
    {
        using var scope = TensorScope.Begin();
        var error = Should.Throw<TorchException>(() => Tensor.Zeros([2, 3]).MatMul(Tensor.Zeros([4, 5])));
        error.Message.ShouldContain("matmul");
        error.Message.ShouldContain("[2, 3]");
        error.Message.ShouldContain("[4, 5]");
    }

    [Fact]
    public void A_scope_frees_what_it_does_not_return()
    {
        long before = LiveHandles.Settled();
        Tensor kept;
        using (var scope = TensorScope.Begin())
        {
            var a = Tensor.Ones([3]);
            kept = scope.Return(a + 1);
            _ = kept * 2;
        }
        kept.ToFloats().ShouldBe([2f, 2, 2]);
        kept.Dispose();
        Limpid.Torch.Engine.LiveTensors.ShouldBe(before);
    }

    [Fact]
    public void The_gradient_of_a_cube_is_three_squares_and_its_second_six_times()
    {
        using var scope = TensorScope.Begin();
        var x = Tensor.From([2f, -1], 2).AsVariable();
        var y = x * x * x;
        var first = Gradient.Of(y.Sum(), x, createGraph: true);
        first.ToFloats().ShouldBe([12f, 3]);
        Gradient.Of(first.Sum(), x).ToFloats().ShouldBe([12f, -6]);
    }

    [Fact]
    public void A_custom_gradient_replaces_the_true_one_and_carries_exceptions()
    {
        using var scope = TensorScope.Begin();
        var x = Tensor.From([0.3f, 1.7f], 2).AsVariable();
        var rounded = CustomGradient.Apply([x], () => x.Round(), g => [g]);
        rounded.ToFloats().ShouldBe([0f, 2]);
        Gradient.Of((rounded * rounded).Sum(), x).ToFloats().ShouldBe([0f, 4]);
        var failing = CustomGradient.Apply([x], () => x.Round(), _ => throw new InvalidOperationException("no way back"));
        Should.Throw<TorchException>(() => Gradient.Of(failing.Sum(), x)).Message.ShouldContain("no way back");
    }

    [Fact]
    public void No_grad_ends_with_its_block()
    {
        using var scope = TensorScope.Begin();
        var x = Tensor.Ones([1]).AsVariable();
        using (GradMode.Off())
        {
            (x * 2).RequiresGrad.ShouldBeFalse();
        }
        (x * 2).RequiresGrad.ShouldBeTrue();
    }
}
