using System.Diagnostics;
using System.Globalization;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Evaluation;
using Limpid.Purification.Heterogeneous;
using Limpid.Recipes;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Cli.Demo;

/// <summary>Measures the bundled classifier bare and behind bundled defenses, each attacked twice: not knowing it and through it.</summary>
/// <remarks>Few images and few steps, so that it ends soon; `limpid evaluate` measures in earnest.</remarks>
internal sealed class DemoRun
{
    /// <summary>The row of the bundled classifier alone.</summary>
    public const string Undefended = "none";

    // A quarter of the network calls of the recipes, for the defense and for gradients.
    private static readonly (string Row, string Recipe, string About, string[] Changes)[] Defenses =
    [
        (Undefended, "none", "The classifier alone.", []),
        ("diffpure", "diffpure", "Every image noised to t = 100 of 1000 and denoised again.", ["defense.calls=20", "defense.surrogate-calls=4", "gradient=surrogate"]),
        ("ssni-n", "ssni-n", "The same, but each image's own score norm says how far it is noised.", ["defense.calls=20", "defense.surrogate-calls=4", "gradient=surrogate", "defense.level.horizon=5", "defense.level.images=shapes:train[0..63]", "defense.level.relative-temperature=0.04"]),
        ("heterogeneous", "heterogeneous", "More noise where the classifier looks, less elsewhere.", ["defense.grid=100", "defense.surrogate-grid=20", "gradient=surrogate"]),
        ("dad", "dad", "Only what a detector calls adversarial goes through a trained denoiser.", []),
        ("pgd-at", "none", "Another classifier, trained against attacks (PGD-AT), alone.", ["classifier=shapes-pgd-at"]),
        ("rap", "rap", "An adapter that takes attacks back, before that robust classifier.", []),
    ];

    private readonly Session session;
    private readonly string[] common;
    private Tensor? againstBare;

    public DemoRun(Session session, int count)
    {
        this.session = session;
        common = [$"data=shapes:test[0..{count - 1}]", "attack.steps=10", "attack.samples=1"];
        var data = Datasets.Open($"shapes:test[0..{count - 1}]");
        Images = ImageBatch.Read(data, [.. Enumerable.Range(0, count)], session.Device);
        ClassNames = data.ClassNames;
    }

    /// <summary>The clean images.</summary>
    public ImageBatch Images { get; }

    /// <summary>What the classes are called.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"{Images.Indices.Length} painted shapes, PGD of 10 steps at linf:8/255; the attack that knows a diffusion defense takes gradients through 4 of its 20 network calls, all others are exact.");

    /// <summary>A row as soon as it is known.</summary>
    public IEnumerable<DemoRow> Rows()
    {
        foreach (var (row, recipe, about, changes) in Defenses)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            yield return Measure(row, RecipeOptions.Open(session, recipe, [.. common, .. changes]), about);
        }
    }

    private DemoRow Measure(string row, Recipe recipe, string about)
    {
        var clock = Stopwatch.StartNew();
        using var parts = new RecipeParts(recipe, session.Device);
        session.Progress($"{row}: preparing");
        var defense = parts.BuildDefense();
        var attack = parts.BuildAttack();
        var noise = Images.Noise((ulong)recipe.Values.Long("seed"));
        session.Progress($"{row}: attacking through it");
        var adversarial = attack.Run(defense.Target(parts.Gradient, session.Cancellation), Images.Images, Images.Labels, noise.Branch(NoisePurpose.Craft, 0), session.Cancellation).Adversarial.Keep();
        againstBare ??= adversarial;
        session.Progress($"{row}: judging");
        var judged = noise.Branch(NoisePurpose.Verify, 0);
        var draw = judged.Branch(NoisePurpose.Draw, 0);
        var verdicts = Judge(defense, adversarial, judged);
        return new DemoRow(row, about)
        {
            Clean = Right(Judge(defense, Images.Images, noise.Branch(NoisePurpose.Verify, 1))),
            Ignoring = Right(Judge(defense, againstBare, noise.Branch(NoisePurpose.Verify, 2))),
            Knowing = Right(verdicts),
            Adversarial = adversarial,
            Purified = defense.Purifier is null ? null : defense.Purify(adversarial, draw, session.Cancellation).Keep(),
            Mask = (defense.Purifier as HeterogeneousNoise)?.Mask(adversarial).Keep(),
            Samples = Samples(defense, verdicts, adversarial, draw),
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    // With noise that no attack has seen.
    private IReadOnlyList<Verdict> Judge(Defense defense, Tensor images, INoise noise) => defense.Predict(images, noise, session.Cancellation);

    private Interval Right(IReadOnlyList<Verdict> verdicts)
    {
        long[] labels = Images.Labels.ToLongs();
        return Interval.Wilson(verdicts.Select((verdict, i) => verdict.Class == labels[i] ? 1.0 : 0.0).Average(), labels.Length);
    }

    private DemoSample[] Samples(Defense defense, IReadOnlyList<Verdict> verdicts, Tensor adversarial, INoise draw)
    {
        var (counts, norms) = defense.Levels(adversarial, draw, session.Cancellation);
        var findings = defense.Findings(adversarial, draw, session.Cancellation);
        return [.. verdicts.Select((verdict, i) => new DemoSample(verdict.Class, norms?[i], counts?[i], findings?[i]))];
    }
}
