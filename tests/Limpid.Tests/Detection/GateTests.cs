using Limpid.Detection;
using Limpid.Torch;

namespace Limpid.Tests.Detection;

/// <summary>The gates of batches and of single images, and their thresholds.</summary>
public sealed class GateTests
{
    [Fact]
    public void A_shifted_batch_is_caught_and_a_clean_one_passes_the_calibrated_gate()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        var threshold = Calibration.FitBatch(reference, Pictures.Of(2, 120), Pictures.Noise(2, 120), batch: 20, draws: 100);
        var gate = new BatchGate(reference, threshold);
        gate.Judge(Pictures.Of(3, 20), Pictures.Noise(3, 20)).ShouldAllBe(finding => !finding.IsAdversarial);
        gate.Judge(Pictures.Of(4, 20, shift: 0.15), Pictures.Noise(4, 20)).ShouldAllBe(finding => finding.IsAdversarial);
    }

    [Fact]
    public void The_calibrated_share_of_clean_batches_is_called_adversarial()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        foreach (var statistic in new[] { BatchStatistic.Biased, BatchStatistic.Unbiased })
        {
            var threshold = Calibration.FitBatch(reference, Pictures.Of(2, 400), Pictures.Noise(2, 400), batch: 10, falsePositiveRate: 0.1, draws: 300, statistic);
            var gate = new BatchGate(reference, threshold) { Statistic = statistic };
            int caught = Enumerable.Range(0, 200).Count(k => gate.Judge(Pictures.Of(100 + k, 10), Pictures.Noise(k, 10))[0].IsAdversarial);
            (caught / 200.0).ShouldBeInRange(0.03, 0.2, statistic.ToString());
        }
    }

    [Fact]
    public void The_gate_of_single_images_keeps_its_rate_and_sees_a_shift_in_a_batch_of_one()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        var threshold = Calibration.FitSample(reference, Pictures.Of(2, 400), Pictures.Noise(2, 400));
        var gate = new SampleGate(reference, threshold);
        (gate.Judge(Pictures.Of(3, 400), Pictures.Noise(3, 400)).Count(f => f.IsAdversarial) / 400.0).ShouldBeInRange(0.015, 0.1);
        gate.Judge(Pictures.Of(4, 1, shift: 0.2), Pictures.Noise(4, 1))[0].IsAdversarial.ShouldBeTrue();
    }

    [Fact]
    public void A_single_image_is_scored_alike_alone_and_in_a_batch_and_as_the_biased_discrepancy()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        var images = Pictures.Of(3, 5, shift: 0.1);
        double[] together = new SampleGate(reference, new SampleThreshold(0, 0.05, 1)).Score(images, Pictures.Noise(3, 5)).ToDoubles();
        for (int row = 0; row < 5; row++)
        {
            var one = reference.Represent(images.Rows([row]), Pictures.Noise(3, 1));
            MaximumMeanDiscrepancy.Biased(reference.Kernel.Blocks(reference.Data, one)).Item().ShouldBe(together[row], 1e-4); // distances by the norm expansion round k(y,y)
        }
    }

    [Fact]
    public void Small_batches_get_a_warning_or_a_corrected_threshold()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        var published = new BatchGate(reference);
        published.Concern(100).ShouldBeNull();
        published.Concern(10)!.ShouldContain("clean batches of 10 score");
        var corrected = new BatchGate(reference, new BatchThreshold(0.05, 60) { IsCorrected = true });
        corrected.Concern(10).ShouldBeNull();
        corrected.ThresholdFor(60).ShouldBe(0.05, 1e-9);
        corrected.ThresholdFor(10).ShouldBe(0.05 + (2.0 / 10 - 2.0 / 60) * (1 - reference.MeanKernel), 1e-9);
        published.ThresholdFor(10).ShouldBe(0.05);
    }

    [Fact]
    public void The_threshold_itself_still_counts_as_clean_and_a_score_that_is_no_number_does_not()
    {
        new Finding(0.05, 0.05).IsAdversarial.ShouldBeFalse();
        new Finding(0.0500001, 0.05).IsAdversarial.ShouldBeTrue();
        new Finding(double.NaN, 0.05).IsAdversarial.ShouldBeTrue();
    }

    [Fact]
    public void Images_of_another_size_and_too_few_images_are_refused_with_advice()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        var gate = new BatchGate(reference) { Statistic = BatchStatistic.Unbiased };
        Should.Throw<InputException>(() => gate.Score(Tensor.Zeros([2, 3, 5, 5]), Pictures.Noise(1, 2))).Message.ShouldContain("fitted for images 3x4x4");
        Should.Throw<InputException>(() => gate.Score(Pictures.Of(1, 1), Pictures.Noise(1, 1))).Message.ShouldContain("2 images at least");
        Should.Throw<InputException>(() => Pictures.Reference(1)).Message.ShouldContain("at least 2 clean images");
        Should.Throw<InputException>(() => Calibration.FitSample(reference, Pictures.Of(2, 18), Pictures.Noise(2, 18))).Message.ShouldContain("at least 19");
        Should.Throw<InputException>(() => Calibration.FitBatch(reference, Pictures.Of(2, 5), Pictures.Noise(2, 5), batch: 6)).Message.ShouldContain("cannot be drawn");
        gate.Judge(Tensor.Zeros([0, 3, 4, 4]), Pictures.Noise(1, 0)).ShouldBeEmpty();
    }

    [Fact]
    public void All_identical_images_are_scored_without_an_undefined_number()
    {
        using var scope = TensorScope.Begin();
        using var reference = Pictures.Reference();
        var black = Tensor.Zeros([8, 3, 4, 4]);
        double.IsFinite(new BatchGate(reference).Score(black, Pictures.Noise(1, 8)).Item()).ShouldBeTrue();
        new SampleGate(reference, new SampleThreshold(1, 0.05, 1)).Score(black, Pictures.Noise(1, 8)).IsFinite().All().ShouldBeTrue();
    }

    [Fact]
    public void A_detector_comes_back_from_its_file_as_it_was()
    {
        using var scope = TensorScope.Begin();
        using var folder = new Limpid.Tests.Data.TemporaryFolder();
        string path = Path.Combine(folder.Path, "detector.safetensors");
        var bytes = (Pictures.Of(1, 30) * 255).Round() / 255;
        using var reference = CleanReference.Of(new BrightnessView(), new DeepKernel(1e-10, 0.01, 2048), bytes, Pictures.Noise(1, 30));
        var images = Pictures.Of(5, 4);
        DetectorFile.Save(path, reference, new BatchThreshold(0.07, 30) { IsCorrected = true, FalsePositiveRate = 0.05 }, new SampleThreshold(0.9, 0.05, 400));

        using var read = DetectorFile.Read(path, new BrightnessView());

        read.Reference.Kernel.ShouldBe(reference.Kernel);
        read.BatchThreshold.ShouldBe(new BatchThreshold(0.07, 30) { IsCorrected = true, FalsePositiveRate = 0.05 });
        read.SampleThreshold.ShouldBe(new SampleThreshold(0.9, 0.05, 400));
        read.ForImages().Score(images, Pictures.Noise(5, 4)).ToDoubles().ShouldBe(new SampleGate(reference, read.SampleThreshold!).Score(images, Pictures.Noise(5, 4)).ToDoubles());
        read.ForBatches().Score(images, Pictures.Noise(5, 4)).Item().ShouldBe(new BatchGate(reference).Score(images, Pictures.Noise(5, 4)).Item());
        new FileInfo(path).Length.ShouldBeLessThan(30 * 48 * 4, "pixels that were bytes are stored as bytes");
    }

    [Fact]
    public void A_detector_of_another_network_or_size_or_without_a_threshold_is_refused_in_one_line()
    {
        using var scope = TensorScope.Begin();
        using var folder = new Limpid.Tests.Data.TemporaryFolder();
        string path = Path.Combine(folder.Path, "detector.safetensors");
        using var reference = Pictures.Reference();
        DetectorFile.Save(path, reference);

        Should.Throw<InputException>(() => DetectorFile.Read(path, new BrightnessView("other"))).Message.ShouldContain("another network");
        Should.Throw<InputException>(() => DetectorFile.Read(path, new BrightnessView(), Limpid.Classifiers.ImageShape.Color32)).Message.ShouldContain("fitted for images 3x4x4, not 3x32x32");
        using var read = DetectorFile.Read(path, new BrightnessView());
        Should.Throw<InputException>(read.ForImages).Message.ShouldContain("calibrate");
    }
}
