namespace Limpid.Torch.Tests;

/// <summary>Grad mode belongs to a thread; nothing may leak to another or through the pool.</summary>
public sealed class ThreadStateTests
{
    [Fact]
    public async Task No_grad_does_not_leak_into_the_pool_or_across_an_await()
    {
        for (int i = 0; i < 50; i++)
        {
            await Task.Run(static () =>
            {
                using var noGrad = GradMode.Off();
                GradMode.IsEnabled.ShouldBeFalse();
            });
            (await Task.Run(static () => GradMode.IsEnabled)).ShouldBeTrue();
        }
    }

    [Fact]
    public void Many_threads_take_gradients_through_custom_nodes_at_once()
    {
        long before = LiveHandles.Settled();
        Parallel.For(0, 200, i =>
        {
            using var grad = GradMode.On();
            using var scope = TensorScope.Begin();
            var x = Tensor.From([i + 0.25f], 1).AsVariable();
            var y = CustomGradient.Apply([x], () => x.Round(), g => [g * 3]);
            Gradient.Of((y * y).Sum(), x).ToFloats()[0].ShouldBe(6f * i);
        });
        Limpid.Torch.Engine.LiveTensors.ShouldBe(before);
    }

    [Fact]
    public void A_scope_left_on_the_wrong_order_says_so()
    {
        var outer = TensorScope.Begin();
        var inner = TensorScope.Begin();
        bool refused = false;
        try
        {
            outer.Dispose();
        }
        catch (InvalidOperationException)
        {
            refused = true;
        }
        inner.Dispose();
        outer.Dispose();
        refused.ShouldBeTrue();
    }

    [Fact]
    public void A_tensor_used_after_its_scope_is_an_error_not_a_crash()
    {
        Tensor gone;
        using (TensorScope.Begin())
        {
            gone = Tensor.Ones([2]);
        }
        Should.Throw<ObjectDisposedException>(() => gone + 1);
    }
}
