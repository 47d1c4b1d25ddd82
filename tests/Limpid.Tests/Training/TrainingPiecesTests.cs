using Limpid.Diffusion;
using Limpid.Torch;
using Limpid.Torch.Noise;
using Limpid.Training;

namespace Limpid.Tests.Training;

public class TrainingPiecesTests
{
    [Fact]
    public void An_epoch_shows_every_image_once_and_epochs_differ()
    {
        var order = new EpochOrder(100, seed: 3);

        int[] first = [.. Enumerable.Range(0, 100).Select(i => order.At(i).Position)];
        int[] second = [.. Enumerable.Range(100, 100).Select(i => order.At(i).Position)];

        first.Order().ShouldBe(Enumerable.Range(0, 100));
        second.Order().ShouldBe(Enumerable.Range(0, 100));
        second.ShouldNotBe(first);
        order.At(199).Epoch.ShouldBe(1);
    }

    [Fact]
    public void A_batch_is_a_function_of_seed_and_step()
    {
        using var scope = TensorScope.Begin();
        var data = TinyData.Halves(20);
        TrainingBatches Make(ulong seed) => new(data, 16, 4, seed, new Augmentation(Flips: true, Shift: 2));

        var late = Make(1);
        _ = late.At(0);
        float[] images = late.At(7).Images.ToFloats();

        Make(1).At(7).Images.ToFloats().ShouldBe(images);
        Make(2).At(7).Images.ToFloats().ShouldNotBe(images);
        Make(1).At(7).Noise.Normal(NoisePurpose.Forward, 0, [3]).ToFloats().ShouldNotBe(Make(1).At(8).Noise.Normal(NoisePurpose.Forward, 0, [3]).ToFloats());
    }

    [Fact]
    public void Mirroring_reverses_rows_and_moving_leaves_black()
    {
        float[] image = [1, 2, 3, 4, 5, 6];

        new Augmentation(Flips: true).Apply(image, 1, 2, 3, [0f, 0f, 0f]);
        image.ShouldBe([3f, 2f, 1f, 6f, 5f, 4f]);

        new Augmentation(Shift: 1).Apply(image, 1, 2, 3, [0.9f, 0f, 0.99f]); // not mirrored; one row up, one column right
        image.ShouldBe([0f, 6f, 5f, 0f, 0f, 0f]);

        new Augmentation(Shift: 1).Apply(image, 1, 2, 3, [0f, 0.5f, 0.5f]);
        image.ShouldBe([0f, 6f, 5f, 0f, 0f, 0f]);
    }

    [Fact]
    public void Low_noise_levels_are_favored_and_all_are_drawn()
    {
        var objective = new NoisePredictionObjective((x, _, _) => x, NoiseSchedule.Linear1000, 0.7, 300);

        double[] t = objective.Timesteps(new KeyedNoise(5, [.. Enumerable.Range(0, 20_000).Select(i => new SampleKey(i))]));

        (t.Count(x => x <= 300) / 20_000.0).ShouldBe(0.7 + (0.3 * 0.301), 0.01);
        t.Min().ShouldBe(0);
        t.Max().ShouldBe(999);
        t.ShouldAllBe(x => x == Math.Floor(x));
    }

    [Fact]
    public void Predicting_the_noise_exactly_costs_nothing_and_zero_costs_one()
    {
        using var scope = TensorScope.Begin();
        var schedule = NoiseSchedule.Linear1000;
        var data = TinyData.Halves(64);
        var batch = new TrainingBatches(data, 64, 64, 1, new Augmentation()).At(0);
        var clean = (batch.Images * 2) - 1;
        Tensor Exact(Tensor x, ReadOnlySpan<double> t, INoise _)
        {
            float[] signal = [.. t.ToArray().Select(i => (float)Math.Sqrt(schedule.AlphaBars[(int)i]))];
            float[] sigma = [.. t.ToArray().Select(i => (float)Math.Sqrt(1 - schedule.AlphaBars[(int)i]))];
            return (x - (clean * Tensor.From(signal, 64, 1, 1, 1))) / Tensor.From(sigma, 64, 1, 1, 1);
        }

        new NoisePredictionObjective(Exact, schedule, 0.7, 300).Loss(batch).Item().ShouldBe(0, 1e-5);
        new NoisePredictionObjective((x, _, _) => x.ZerosLike(), schedule, 0.7, 300).Loss(batch).Item().ShouldBe(1, 0.1);
    }

    [Fact]
    public void A_budget_is_used_by_images_or_time_whichever_comes_first()
    {
        var budget = new TrainingBudget { Images = 100, Seconds = 10 };

        budget.Progress(50, 1).ShouldBe(0.5);
        budget.Progress(50, 9).ShouldBe(0.9);
        budget.Progress(500, 0).ShouldBe(1);
        Should.Throw<InputException>(() => new TrainingBudget().Progress(0, 0)).Message.ShouldContain("budget");
    }
}
