using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Defenses;
using Limpid.Detection;
using Limpid.Purification;
using Limpid.Torch;

namespace Limpid.Recipes.Kinds;

internal static class DadKind
{
    private const string Same = "classifier";
    private const string Fitted = "fitted";

    public static Kind<Defense> Kind { get; } = new("dad", "Purify only what a detector calls adversarial (DAD, ICML 2025).",
        [
            new("detector", KeyType.Text, "shapes-dad-detector", "Clean reference, kernel and thresholds: a bundled name, or a file that `limpid train` wrote.", "bundled"),
            new("features", KeyType.Text, Same, "The network the detector was fitted with: classifier for the defended one, or named as classifiers are.", "a small ResNet on CIFAR-10 and the classifier itself elsewhere in DAD"),
            new("gate", KeyType.Choice("image", "batch"), "image", "Whether each image is judged by itself, or all that come together as one.", "our choice; batch in DAD"),
            new("gate-batch", KeyType.Whole(2, 1_000_000), "100", "Images that a batch gate judges together; the recipe's batch must say the same.", "DAD"),
            new("threshold", KeyType.OrWord(Fitted, KeyType.Real()), Fitted, "The largest score that counts as clean, or the one that was fitted to clean images.", "our choice; 0.05 for batches of 100 in DAD"),
            new("attacker", KeyType.Choice("gate-constant", "raise", "evade", "pass", "soft-gate", "straight-through"), "gate-constant", "What the attacker makes of the gate while crafting; images are judged by the gate itself.", "our choice; raise in DAD, algorithm 3"),
            new("attacker-weight", KeyType.Real(1e-9), "0.01", "alpha: weight of the classifier's loss beside the detector's score, for raise, evade and pass.", "DAD, algorithm 3"),
            RecipeKey.Of("purifier", PurifierKinds.Table, "dad-denoiser", "What is done with images that are caught.", "DAD"),
        ],
        Build);

    private static Defense Build(RecipeSection section, RecipeParts parts)
    {
        var inner = PurifierKinds.Table.Build(section.Section("purifier"), parts);
        var gate = Gate(section, parts);
        return new Defense(parts.Classifier, new GatedPurifier(gate, inner.Purifier!))
        {
            Surrogate = new GatedPurifier(gate, inner.Surrogate!),
            Votes = inner.Votes,
            VoteRule = inner.VoteRule,
            BatchSize = parts.Batch,
            Relaxation = Relaxation(section, parts, gate, inner.Purifier!),
        };
    }

    private static Func<ITarget, CancellationToken, ITarget>? Relaxation(RecipeSection section, RecipeParts parts, IDetector gate, IPurifier purifier)
    {
        Func<ITarget, CancellationToken, ITarget> Aware(DetectorTerm term) =>
            (inner, cancellation) => new DetectorAwareTarget(inner, gate) { Term = term, LossWeight = section.Real("attacker-weight"), Cancellation = cancellation };
        return section.Text("attacker") switch
        {
            "raise" => Aware(DetectorTerm.Raise),
            "evade" => Aware(DetectorTerm.Evade),
            "pass" => Aware(DetectorTerm.Pass),
            "soft-gate" => (_, cancellation) => new SoftGateTarget(parts.Classifier, gate, purifier) { Cancellation = cancellation },
            "straight-through" => (_, cancellation) => new PurifiedTarget(purifier, new ClassifierTarget(parts.Classifier)) { Cancellation = cancellation },
            _ => null,
        };
    }

    private static IDetector Gate(RecipeSection section, RecipeParts parts)
    {
        var stored = parts.Own(DetectorFile.Read(DadDenoiserKind.Trained(section, "detector"), new SemanticFeatures(Network(section, parts)), device: parts.Device));
        double? given = section.RealOr(Fitted, "threshold");
        if (section.Text("gate") == "image")
        {
            return given is { } value ? new SampleGate(stored.Reference, new SampleThreshold(value)) : stored.ForImages();
        }
        int batch = section.Whole("gate-batch");
        if (parts.Batch != batch)
        {
            throw new InputException($"{section.Where("gate")}: a gate that judges {batch} images together needs batch={batch} in the recipe, not {parts.Recipe.Values.Text("batch")}");
        }
        return given is { } threshold ? new BatchGate(stored.Reference, new BatchThreshold(threshold, batch)) : stored.ForBatches();
    }

    private static NetworkClassifier Network(RecipeSection section, RecipeParts parts)
    {
        string name = section.Text("features");
        var network = name == Same ? parts.Classifier : BundledNetworks.OpenClassifier(name, parts.Device);
        if (name != Same)
        {
            _ = network is IDisposable disposable ? parts.Own(disposable) : null;
        }
        return network as NetworkClassifier
            ?? throw new InputException($"{section.Where("features")}: a TorchScript file does not show its features: use a network by its name");
    }
}
