using Limpid.Defenses;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Torch;

namespace Limpid.Recipes.Kinds;

internal static class RapKind
{
    private const string Trained = "trained";

    public static Kind<Defense> Kind { get; } = new("rap", "An adapter takes back the steps of an attack (RAP).",
        [
            new("adapter", KeyType.Text, "shapes-rap", "The adapter: a bundled name, or a file that `limpid train` wrote; it belongs to the classifier it was trained for.", "bundled"),
            new("mode", KeyType.Choice("one-step", "iterative-pseudo-label", "iterative-cold"), "one-step", "One call of the adapter; or algorithm 2 with the predicted class as label; or the same with Cold Diffusion's sampler.", "RAP's timing; algorithm 2 itself needs the true label"),
            new("steps", KeyType.OrWord(Trained, KeyType.Whole(1, 1000)), Trained, "T: how many steps of attack are taken back; at most as many as the adapter was trained with.", "the adapter's file; 20 in RAP"),
            new("inner-threat", KeyType.OrWord(Trained, KeyType.Threat), Trained, "The ball of the attacks inside the iterative modes.", "the adapter's file"),
            new("inner-step-size", KeyType.OrWord(Trained, KeyType.Real(1e-9)), Trained, "lambda: the length of their steps, in units of pixels.", "the adapter's file; not given in RAP"),
        ],
        Build);

    private static Defense Build(RecipeSection section, RecipeParts parts)
    {
        var adapter = parts.Own(RapAdapterFile.Open(File(section)));
        adapter.To(parts.Device);
        var steps = section.Text("steps") == Trained ? adapter.Steps : new StepCount(section.Whole("steps"));
        if (steps > adapter.Steps)
        {
            throw new InputException($"{section.Where("steps")}: this adapter takes back at most {adapter.Steps} steps, not {steps}");
        }
        var rap = new Rap(adapter, parts.Classifier, Mode(section.Text("mode")))
        {
            Steps = steps,
            Process = adapter.Process with
            {
                Threat = section.Text("inner-threat") == Trained ? adapter.Process.Threat : section.Text("inner-threat"),
                StepSize = section.RealOr(Trained, "inner-step-size") ?? adapter.Process.StepSize,
                Start = 0,
            },
        };
        return new Defense(parts.Classifier, rap)
        {
            Surrogate = new Rap(adapter, parts.Classifier) { Steps = steps },
            BatchSize = parts.Batch,
        };
    }

    private static string File(RecipeSection section)
    {
        string name = section.Text("adapter"), path = BundledFiles.Network(name) ?? name;
        return System.IO.File.Exists(path) ? path : throw new InputException($"{section.Where("adapter")}: there is no bundled network or file '{name}': make one with limpid train train/shapes-rap, and name it with --set {section.Where("adapter")}=FILE");
    }

    private static RapMode Mode(string name) => name switch
    {
        "iterative-pseudo-label" => RapMode.IterativePseudoLabel,
        "iterative-cold" => RapMode.IterativeCold,
        _ => RapMode.OneStep,
    };
}
