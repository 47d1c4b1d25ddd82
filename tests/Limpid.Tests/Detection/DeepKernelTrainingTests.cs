using Limpid.Classifiers;
using Limpid.Classifiers.Networks;
using Limpid.Detection;
using Limpid.Tests.Support;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Detection;

public sealed class DeepKernelTrainingTests
{
    [SharedFact]
    public void Twenty_five_iterations_end_where_the_authors_end()
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("defences/dad_kernel_training");
        using var classifier = Features();
        var view = new SemanticFeatures(classifier);
        var noise = Pictures.Noise(1, 8);
        var training = new DeepKernelTraining { Iterations = 25, InitialEpsilon = golden.Doubles("uniform")[0] * 1e-10 };
        var kernel = training.Run(CleanReference.RepresentAll(view, golden["clean"], noise), CleanReference.RepresentAll(view, golden["adversarial"], noise));
        kernel.FeatureBandwidth.ShouldBe(golden.Doubles("sigma0")[0], golden.Tolerance("sigma0"));
        Math.Sqrt(kernel.PixelBandwidth).ShouldBe(golden.Doubles("sigma_opt")[0], golden.Tolerance("sigma_opt"));
        Math.Log(kernel.Epsilon).ShouldBe(golden.Doubles("epsilon_opt")[0], golden.Tolerance("epsilon_opt"));
    }

    [SharedFact]
    public void The_score_of_a_single_image_is_that_of_EPS_AD()
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden("defences/epsad_statistic");
        var kernel = new DeepKernel(golden.Doubles("epsilon")[0], golden.Doubles("sigma0")[0], golden.Doubles("sigma")[0]);
        using var reference = new CleanReference(new BrightnessView(), kernel, new Represented(golden["reference_features"], golden["reference"]), ImageShape.Color32);
        var score = SampleGate.ScoreOf(reference, new Represented(golden["test_features"], golden["test"]));
        Golden.Difference(score, golden["statistic"]).ShouldBeLessThanOrEqualTo(golden.Tolerance("statistic"));
    }

    [Fact]
    public void Training_makes_the_test_more_powerful()
    {
        using var scope = TensorScope.Begin();
        var view = new BrightnessView();
        var (clean, adversarial) = (view.Represent(Pictures.Of(1, 40), Pictures.Noise(1, 40)), view.Represent(Pictures.Of(2, 40, shift: 0.05), Pictures.Noise(2, 40)));
        var heard = new List<double>();
        new DeepKernelTraining { Iterations = 100, LearningRate = 1e-3 }.Run(clean, adversarial, new Listener(heard));
        heard.Count.ShouldBe(100);
        heard[^1].ShouldBeGreaterThan(heard[0]);
    }

    [Fact]
    public void Images_that_show_no_difference_and_sets_that_do_not_pair_are_refused()
    {
        using var scope = TensorScope.Begin();
        var same = new Represented(Tensor.Full([4, 2], 0.5), Tensor.Full([4, 3, 4, 4], 0.5));
        Should.Throw<InputException>(() => new DeepKernelTraining().Run(same, same)).Message.ShouldContain("do not tell these images apart");
        Should.Throw<InputException>(() => new DeepKernelTraining().Run(same, same.Slice(0, 3))).Message.ShouldContain("as many adversarial");
        Should.Throw<InputException>(() => new DeepKernelTraining { MostImages = 3 }.Run(same, same));
    }

    [Fact]
    public void A_classifier_that_shows_no_features_cannot_be_a_detector()
    {
        using var classifier = new NetworkClassifier(new FlatNetwork(), Normalization.None, ImageShape.Color32);
        Should.Throw<InputException>(() => new SemanticFeatures(classifier)).Message.ShouldContain("does not show its features");
    }

    internal static NetworkClassifier Features()
    {
        var network = new ResNet(ResNetLayout.Dad18);
        network.Load(SafetensorsFile.Read(SharedData.Path("golden/networks/dad_resnet18_features.weights.safetensors")));
        return new NetworkClassifier(network, Normalization.None, ImageShape.Color32);
    }

    private sealed class FlatNetwork : ClassifierNetwork
    {
        public override int ClassCount => 2;

        public override Tensor Forward(Tensor images, ForwardPass pass) => images.Mean([2, 3]).Slice(1, 0, 2);
    }

    private sealed class Listener(List<double> heard) : IProgress<double>
    {
        public void Report(double value) => heard.Add(value);
    }
}
