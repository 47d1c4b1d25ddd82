using Limpid.Torch.Layers;
using Limpid.Torch.Optimizers;
using Limpid.Torch.Weights;

namespace Limpid.Torch.Tests.Optimizers;

public class OptimizerTests
{
    private static readonly float[] Start = [1f, -2f, 0.5f];
    private static readonly float[][] Gradients = [[0.3f, -0.1f, 2f], [-0.2f, 0.4f, 1f], [0.05f, 0f, -3f], [1f, -1f, 0.1f]];

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Adam_follows_the_papers_algorithm(double decay)
    {
        using var weights = new Weights(Start, [3f]);
        using var adam = new Adam(weights.Trained, weightDecay: decay);

        Run(adam);

        weights.First.Value.ToFloats().ShouldBe(AdamInDouble(decay, decoupled: false), 2e-6f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void AdamW_shrinks_weights_apart_from_their_gradients(double decay)
    {
        using var weights = new Weights(Start, [3f]);
        using var adam = new AdamW(weights.Trained, weightDecay: decay);

        Run(adam);

        weights.First.Value.ToFloats().ShouldBe(AdamInDouble(decay, decoupled: true), 2e-6f);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.9, false)]
    [InlineData(0.9, true)]
    public void Sgd_follows_its_recurrence(double momentum, bool nesterov)
    {
        using var weights = new Weights(Start, [3f]);
        using var sgd = new Sgd(weights.Trained, momentum, nesterov, weightDecay: 0.01);

        Run(sgd);

        double[] w = Array.ConvertAll(Start, x => (double)x), b = new double[3];
        foreach (float[] gradient in Gradients)
        {
            for (int i = 0; i < 3; i++)
            {
                double g = gradient[i] + (0.01 * w[i]);
                b[i] = (momentum * b[i]) + g;
                w[i] -= 0.1 * (nesterov ? g + (momentum * b[i]) : b[i]);
            }
        }
        weights.First.Value.ToFloats().ShouldBe(Array.ConvertAll(w, x => (float)x), 2e-6f);
    }

    [Fact]
    public void Buffers_are_not_trained()
    {
        using var weights = new Weights(Start, [3f]);

        weights.Trained.Select(p => p.Name).ShouldBe(["first", "second"]);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("adamw")]
    [InlineData("sgd")]
    public void An_optimizer_goes_on_from_its_stored_state_bit_for_bit(string kind)
    {
        using var whole = new Weights(Start, [3f]);
        using var broken = new Weights(Start, [3f]);
        using (var optimizer = Create(kind, whole))
        {
            Run(optimizer);
        }
        var state = new StoredTensors();
        using (var first = Create(kind, broken))
        {
            Weights.Step(first, Gradients[0], [1f], 0.1);
            Weights.Step(first, Gradients[1], [1f], 0.1);
            first.Save(state, "optimizer.");
        }
        using (var second = Create(kind, broken))
        {
            second.Load(state, "optimizer.");
            Weights.Step(second, Gradients[2], [1f], 0.1);
            Weights.Step(second, Gradients[3], [1f], 0.1);
        }

        broken.First.Value.ToFloats().ShouldBe(whole.First.Value.ToFloats());
        broken.Second.Value.ToFloats().ShouldBe(whole.Second.Value.ToFloats());
    }

    [Fact]
    public void State_of_another_network_is_refused()
    {
        using var small = new Weights(Start, [3f]);
        using var large = new Weights(Start, [3f, 4f]);
        var state = new StoredTensors();
        using var one = new Adam(small.Trained);
        using var other = new Adam(large.Trained);
        one.Save(state, "");

        Should.Throw<InputException>(() => other.Load(state, "")).Message.ShouldContain("belongs to another network");
    }

    [Fact]
    public void Gradients_are_clipped_by_their_joint_norm()
    {
        using var scope = TensorScope.Begin();
        Tensor[] gradients = [Tensor.From([3f, 0f], 2), Tensor.From([4f], 1)];

        double norm = GradientNorm.Clip(gradients, 1);

        norm.ShouldBe(5, 1e-6);
        gradients[0].ToFloats().ShouldBe([0.6f, 0f], 1e-6f);
        gradients[1].ToFloats().ShouldBe([0.8f], 1e-6f);
        GradientNorm.Clip(gradients, 2).ShouldBe(1, 1e-6);
        gradients[1].ToFloats().ShouldBe([0.8f], 1e-6f);
    }

    [Fact]
    public void A_convolution_sees_the_weights_of_the_last_step()
    {
        using var scope = TensorScope.Begin();
        using var conv = new Conv2d(16, 16, 3, padding: 1);
        conv.Initialize(1);
        var images = Tensor.Ones([2, 16, 8, 8]);
        using var sgd = new Sgd(NamedParameter.TrainedOf(conv), momentum: 0);
        _ = conv.Forward(images); // kernels may keep what they computed from the weights

        sgd.Step([conv.Weight.Value.OnesLike(), conv.Bias!.Value.OnesLike()], 0.5);

        var expected = Functional.Conv2d(images, conv.Weight.Value.Clone(), conv.Bias.Value, padding: 1);
        conv.Forward(images).ToFloats().ShouldBe(expected.ToFloats(), 1e-4f);
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using var weights = new Weights(Start, [3f]);
        using var adam = new AdamW(weights.Trained);
        Weights.Step(adam, Gradients[0], [1f], 0.1);
        long before = LiveHandles.Settled();

        Run(adam);

        Torch.Engine.LiveTensors.ShouldBe(before);
    }

    private static void Run(IOptimizer optimizer)
    {
        foreach (float[] gradient in Gradients)
        {
            Weights.Step(optimizer, gradient, [1f], 0.1);
        }
    }

    private static IOptimizer Create(string kind, Weights weights) => kind switch
    {
        "adam" => new Adam(weights.Trained),
        "adamw" => new AdamW(weights.Trained),
        _ => new Sgd(weights.Trained, nesterov: true),
    };

    private static float[] AdamInDouble(double decay, bool decoupled)
    {
        double[] w = Array.ConvertAll(Start, x => (double)x), m = new double[3], v = new double[3];
        for (int step = 1; step <= Gradients.Length; step++)
        {
            for (int i = 0; i < 3; i++)
            {
                double g = Gradients[step - 1][i] + (decoupled ? 0 : decay * w[i]);
                w[i] *= decoupled ? 1 - (0.1 * decay) : 1;
                m[i] = (0.9 * m[i]) + (0.1 * g);
                v[i] = (0.999 * v[i]) + (0.001 * g * g);
                w[i] -= 0.1 * (m[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
        }
        return Array.ConvertAll(w, x => (float)x);
    }
}
