using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Optimizers;

namespace Limpid.Training;

/// <summary>Steps until the budget is used, with checkpoints on the way; killed and run again it goes on, bit for bit where the budget is in images.</summary>
/// <param name="network">The network, initialized and on its device; in training mode while it runs, in evaluation mode after.</param>
/// <param name="objective">What to make small.</param>
/// <param name="batches">What to learn from.</param>
/// <param name="optimization">How.</param>
/// <param name="budget">How long.</param>
public sealed class TrainingLoop(Module network, IBatchObjective objective, TrainingBatches batches, OptimizationOptions optimization, TrainingBudget budget)
{
    private const double LossMemory = 0.02;

    /// <summary>The checkpoint's file.</summary>
    public required string CheckpointPath { get; init; }

    /// <summary>Text that identifies everything the weights depend on but the budget; a checkpoint with another text is refused.</summary>
    public required string Recipe { get; init; }

    /// <summary>Seconds between checkpoints.</summary>
    public double CheckpointSeconds { get; init; } = 60;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Hears of every step.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>A copy of the averaged weights that the objective asks, refreshed on the way; null for none.</summary>
    public LaggedCopy? Lagged { get; init; }

    /// <summary>Called after each checkpoint, while the network holds the averaged weights, so that they can be used before training ends.</summary>
    public Action<TrainingCounters>? AfterCheckpoint { get; init; }

    /// <summary>Trains to the end of the budget; then the network holds the averaged weights.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; a checkpoint has been written.</exception>
    /// <exception cref="TrainingDivergedException">The loss or its gradient is not finite; the last checkpoint is from before.</exception>
    /// <exception cref="InputException">The checkpoint belongs to another training, or a number is out of range.</exception>
    public TrainingCounters Run(CancellationToken cancellation = default)
    {
        optimization.Check();
        var parameters = NamedParameter.TrainedOf(network);
        using var optimizer = optimization.CreateOptimizer(parameters);
        using var average = new ExponentialMovingAverage(network, optimization.AverageDecay);
        var checkpoint = new TrainingCheckpoint(CheckpointPath, Recipe, network, average, optimizer, Lagged?.Network);
        var counters = checkpoint.Load();
        var schedule = optimization.CreateSchedule();
        Tensor[] weights = [.. parameters.Select(p => p.Parameter.Value)];
        network.Train();
        try
        {
            var resumed = counters;
            long start = Time.GetTimestamp(), saved = start;
            while (budget.Progress(counters.Images, counters.Seconds) is < 1 and var progress)
            {
                if (cancellation.IsCancellationRequested)
                {
                    checkpoint.Save(counters);
                    cancellation.ThrowIfCancellationRequested();
                }
                Lagged?.Refresh(counters.Step, average);
                double rate = schedule.At(counters.Step, progress);
                double loss = Step(counters.Step, rate, weights, optimizer);
                average.Update();
                double seconds = resumed.Seconds + Time.GetElapsedTime(start).TotalSeconds;
                counters = Count(counters, loss, seconds);
                Progress?.Report(Report(counters, resumed, rate));
                if (Time.GetElapsedTime(saved).TotalSeconds >= CheckpointSeconds)
                {
                    checkpoint.Save(counters);
                    average.Swap();
                    AfterCheckpoint?.Invoke(counters);
                    average.Swap();
                    saved = Time.GetTimestamp();
                }
            }
            checkpoint.Save(counters);
            average.Swap();
            AfterCheckpoint?.Invoke(counters);
            return counters;
        }
        finally
        {
            network.Train(false);
        }
    }

    private double Step(long step, double rate, Tensor[] weights, IOptimizer optimizer)
    {
        using var scope = TensorScope.Begin();
        Tensor[] gradients;
        double loss;
        using (GradMode.On())
        {
            var recorded = objective.Loss(batches.At(step));
            loss = recorded.Item();
            Require(loss, "loss", step, rate);
            gradients = Gradient.Of([recorded], weights)!;
        }
        if (optimization.GradientClip > 0)
        {
            Require(GradientNorm.Clip(gradients, optimization.GradientClip), "gradient norm", step, rate);
        }
        optimizer.Step(gradients, rate);
        return loss;
    }

    private void Require(double value, string what, long step, double rate)
    {
        if (!double.IsFinite(value))
        {
            throw new TrainingDivergedException($"the {what} is {value} at step {step} with a learning rate of {rate:g3}: lower optimization.learningRate or gradientClip; the last checkpoint in {CheckpointPath} is from before");
        }
    }

    private TrainingCounters Count(TrainingCounters before, double loss, double seconds) => before with
    {
        Step = before.Step + 1,
        Images = before.Images + batches.BatchSize,
        Seconds = seconds,
        Loss = double.IsNaN(before.Loss) ? loss : before.Loss + (LossMemory * (loss - before.Loss)),
    };

    private TrainingProgress Report(TrainingCounters now, TrainingCounters resumed, double rate)
    {
        double share = budget.Progress(now.Images, now.Seconds) - budget.Progress(resumed.Images, resumed.Seconds);
        double spent = now.Seconds - resumed.Seconds;
        double left = share > 0 ? spent / share * (1 - budget.Progress(now.Images, now.Seconds)) : 0;
        return new TrainingProgress
        {
            Step = now.Step,
            Images = now.Images,
            Loss = now.Loss,
            LearningRate = rate,
            ImagesPerSecond = spent > 0 ? (now.Images - resumed.Images) / spent : 0,
            Elapsed = TimeSpan.FromSeconds(now.Seconds),
            Left = TimeSpan.FromSeconds(Math.Min(left, 1e9)),
        };
    }
}
