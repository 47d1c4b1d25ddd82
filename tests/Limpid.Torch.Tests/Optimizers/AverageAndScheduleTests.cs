using Limpid.Torch.Optimizers;
using Limpid.Torch.Weights;

namespace Limpid.Torch.Tests.Optimizers;

public class AverageAndScheduleTests
{
    [Fact]
    public void The_average_of_weights_follows_its_recurrence_and_forgets_the_start_soon()
    {
        using var weights = new Weights([1f, 2f], [0f]);
        using var average = new ExponentialMovingAverage(weights, 0.5);
        Weights.Set(weights.First, [2f, 4f]);

        average.Update(); // decay (1+0)/(10+0)
        average.Update(); // decay (1+1)/(10+1)

        average.Swap();
        double once = (0.1 * 1) + (0.9 * 2), twice = (2.0 / 11 * once) + (9.0 / 11 * 2);
        weights.First.Value.ToFloats()[0].ShouldBe((float)twice, 1e-6f);
        average.Swap();
        weights.First.Value.ToFloats().ShouldBe([2f, 4f]);
    }

    [Fact]
    public void The_average_goes_on_from_its_stored_state()
    {
        using var weights = new Weights([1f, 2f], [0f]);
        using var first = new ExponentialMovingAverage(weights, 0.9);
        Weights.Set(weights.First, [5f, 6f]);
        first.Update();
        var state = new StoredTensors();
        first.Save(state, "average.");
        using var second = new ExponentialMovingAverage(weights, 0.9);

        second.Load(state, "average.");

        first.Update();
        second.Update();
        first.Swap();
        float[] expected = weights.First.Value.ToFloats();
        first.Swap();
        second.Swap();
        weights.First.Value.ToFloats().ShouldBe(expected);
    }

    [Fact]
    public void Schedules_have_their_known_values()
    {
        new ConstantRate(0.1).At(7, 0.5).ShouldBe(0.1);
        new CosineRate(1, 0.2).At(0, 0).ShouldBe(1, 1e-12);
        new CosineRate(1, 0.2).At(0, 0.5).ShouldBe(0.6, 1e-12);
        new CosineRate(1, 0.2).At(0, 1).ShouldBe(0.2, 1e-12);
        new StepRate(1, 0.1, [0.5, 0.75]).At(0, 0.6).ShouldBe(0.1, 1e-12);
        new StepRate(1, 0.1, [0.5, 0.75]).At(0, 0.75).ShouldBe(0.01, 1e-12);
        new OneCycleRate(1).At(0, 0).ShouldBe(1.0 / 25, 1e-12);
        new OneCycleRate(1).At(0, 0.3).ShouldBe(1, 1e-12);
        new OneCycleRate(1).At(0, 1).ShouldBe(1.0 / 25 / 1e4, 1e-12);
        new WarmUp(new ConstantRate(1), 4).At(0, 0).ShouldBe(0.25);
        new WarmUp(new ConstantRate(1), 4).At(4, 0).ShouldBe(1);
    }
}
