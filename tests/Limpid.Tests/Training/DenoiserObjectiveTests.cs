using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Detection;
using Limpid.Purification.Networks;
using Limpid.Tests.Detection;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Optimizers;
using Limpid.Training;

namespace Limpid.Tests.Training;

public sealed class DenoiserObjectiveTests
{
    private static readonly DadDenoiserOptions Tiny = new() { DownWidths = [8, 8], DownBlocks = [1, 1], UpWidths = [8], UpBlocks = [1], Deviation = 0.05 };

    [Fact]
    public void A_few_steps_bring_denoised_twins_nearer_to_clean_images()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new Limpid.Tests.Attacks.LinearClassifier(1, [3, 4, 4], dtype: DType.Float32);
        using var denoiser = new DadDenoiser(Tiny);
        denoiser.Initialize(1);
        var objective = new DenoiserObjective(denoiser, new BrightnessView(), new DeepKernel(0.1, 0.1, 2), classifier);
        var (clean, twins, noise) = (Pictures.Of(1, 32), Pictures.Of(1, 32, shift: 0.2), Pictures.Noise(1, 32));
        var labels = classifier.Logits(clean).ArgMax(1);
        var batch = new TrainingBatch(Tensor.Concat([clean, twins], 1), labels, noise);
        denoiser.Train();
        var parameters = NamedParameter.TrainedOf(denoiser);
        using var adam = new Adam(parameters);
        var losses = new List<double>();
        for (int k = 0; k < 40; k++)
        {
            using var step = TensorScope.Begin();
            var loss = objective.Loss(batch);
            adam.Step([.. Gradient.Of([loss], [.. parameters.Select(p => p.Parameter.Value)]).Select(g => g!)], 3e-3);
            losses.Add(loss.Detach().Item());
        }
        losses[^1].ShouldBeLessThan(losses[0] * 0.5);
    }

    [Fact]
    public void A_share_of_the_twins_is_left_clean_by_each_images_own_key()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new Limpid.Tests.Attacks.LinearClassifier(1, [3, 4, 4], dtype: DType.Float32);
        using var denoiser = new DadDenoiser(Tiny);
        denoiser.Initialize(1);
        var (clean, twins, noise) = (Pictures.Of(1, 32), Pictures.Of(1, 32, shift: 0.2), Pictures.Noise(1, 32));
        var labels = classifier.Logits(clean).ArgMax(1);
        double Loss(double share, Tensor seen) => new DenoiserObjective(denoiser, new BrightnessView(), new DeepKernel(0.1, 0.1, 2), classifier, cleanShare: share)
            .Loss(clean, seen, labels, noise).Item();

        bool[] left = CleanShare.Draw(noise, 0.4);

        left.Count(clean => clean).ShouldBeInRange(5, 22);
        CleanShare.Draw(noise.Rows([3, 4, 5, 6]), 0.4).ShouldBe(left[3..7]);
        Loss(1, twins).ShouldBe(Loss(0, clean));
        Loss(0.4, twins).ShouldBe(Loss(0, CleanShare.Mix(twins, clean, left)));
        Loss(0.4, twins).ShouldNotBe(Loss(0, twins));
    }

    [Fact]
    public void A_batch_of_one_pair_and_images_that_are_no_pairs_are_refused()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new Limpid.Tests.Attacks.LinearClassifier(1, [3, 4, 4], dtype: DType.Float32);
        using var denoiser = new DadDenoiser(Tiny);
        var objective = new DenoiserObjective(denoiser, new BrightnessView(), new DeepKernel(0.1, 0.1, 2), classifier);
        var one = Pictures.Of(1, 1);
        Should.Throw<InputException>(() => objective.Loss(one, one, Tensor.Zeros([1], DType.Int64), Pictures.Noise(1, 1))).Message.ShouldContain("several images");
        Should.Throw<InputException>(() => objective.Loss(new TrainingBatch(one, Tensor.Zeros([1], DType.Int64), Pictures.Noise(1, 1)))).Message.ShouldContain("pairs");
    }

    [Fact]
    public void Twins_stay_in_the_ball_do_not_depend_on_the_batch_and_fool_the_classifier()
    {
        using var scope = TensorScope.Begin();
        using var classifier = new Limpid.Tests.Attacks.LinearClassifier(1, [1, 2, 2], dtype: DType.Float32);
        byte[] pixels = [.. Enumerable.Range(0, 24).Select(i => (byte)(110 + 7 * i % 30))];
        var images = Tensor.From(Array.ConvertAll(pixels, p => p / 255f), 6, 1, 2, 2);
        int[] labels = [.. classifier.Logits(images).ArgMax(1).ToLongs().Select(label => (int)label)];
        var data = new InMemoryDataset("toy:train", 1, 2, 2, pixels, labels, ["a", "b"]);
        var attack = new MinimumMarginAttack(new Threat(ThreatNorm.Linf, 0.3));

        var twins = TwinDataset.Create(new ClassifierTarget(classifier), data, attack, seed: 4);
        var byTwos = TwinDataset.Create(new ClassifierTarget(classifier), data, attack, seed: 4, batch: 2);

        twins.Channels.ShouldBe(2);
        var (pair, other) = (new float[8], new float[8]);
        for (int i = 0; i < 6; i++)
        {
            twins.ReadImage(i, pair);
            byTwos.ReadImage(i, other);
            other.ShouldBe(pair);
            pair[..4].Select(v => v * 255).ShouldBe(pixels[(4 * i)..(4 * i + 4)].Select(p => (float)p), 0.01);
            Enumerable.Range(0, 4).ShouldAllBe(k => Math.Abs(pair[k] - pair[4 + k]) <= 0.3001);
            classifier.Logits(Tensor.From(pair.AsSpan(4), 1, 1, 2, 2)).ArgMax(1).ToLongs()[0].ShouldNotBe(labels[i]);
        }
    }

    [Fact]
    public void Images_without_labels_have_no_twins()
    {
        using var classifier = new Limpid.Tests.Attacks.LinearClassifier(1, [1, 2, 2], dtype: DType.Float32);
        var data = new InMemoryDataset("toy", 1, 2, 2, new byte[4], [-1], []);
        Should.Throw<InputException>(() => TwinDataset.Create(new ClassifierTarget(classifier), data, new MinimumMarginAttack(new Threat(ThreatNorm.Linf, 0.1)), 1))
            .Message.ShouldContain("no label");
    }
}
