using Limpid.Classifiers;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Tests.Classifiers;

public sealed class TorchScriptClassifierTests
{
    [SharedFact]
    public void A_script_gives_the_reference_logits_and_gradient()
    {
        using var scope = TensorScope.Begin();
        using var classifier = (TorchScriptClassifier)KnownClassifiers.Open($"torchscript={SharedData.Path("golden/pickles/torchscript_cnn.pt")}");
        var io = SafetensorsFile.Read(SharedData.Path("golden/pickles/torchscript_cnn.io.safetensors"));
        var x = GoldenCase.AsTensor(io["x"]).AsVariable();

        var logits = classifier.Logits(x);

        classifier.ClassCount.ShouldBe((int)io["output"].Shape[1]);
        GoldenCase.Difference(logits, io["output"]).ShouldBeLessThan(1e-6);
        GoldenCase.Difference(Gradient.Of(logits, x, GoldenCase.AsTensor(io["fixed"])), io["gradient.x"]).ShouldBeLessThan(1e-6);
    }

    [SharedFact]
    public void Weights_without_a_program_are_refused() =>
        Should.Throw<InputException>(() => KnownClassifiers.Open($"torchscript={SharedData.Path("golden/pickles/state_dict_zip.pt")}")).Message.ShouldContain("not a TorchScript module");
}
