using System.Diagnostics;
using System.Globalization;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Evaluation;
using Limpid.Recipes;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Cli.Demo;

/// <summary>Measures the bundled classifier bare and behind bundled defenses, each attacked twice: not knowing it and through it.</summary>
/// <remarks>Few images and few steps, so that it ends soon; `limpid evaluate` measures in earnest.</remarks>
internal sealed class DemoRun
{
    // A quarter of the network calls of the recipes, for the defense and for gradients.
    private static readonly (string Recipe, string[] Changes)[] Defenses =
    [
        ("none", []),
        ("diffpure", ["defense.calls=20", "defense.surrogate-calls=4", "gradient=surrogate"]),
        ("ssni-n", ["defense.calls=20", "defense.surrogate-calls=4", "gradient=surrogate", "defense.level.horizon=5", "defense.level.images=shapes:train[0..63]", "defense.level.relative-temperature=0.04"]),
    ];

    private readonly Session session;
    private readonly string[] common;
    private Tensor? againstBare;

    public DemoRun(Session session, int count)
    {
        this.session = session;
        common = [$"data=shapes:test[0..{count - 1}]", "attack.steps=10", "attack.samples=1"];
        Images = ImageBatch.Read(Datasets.Open($"shapes:test[0..{count - 1}]"), [.. Enumerable.Range(0, count)], session.Device);
    }

    /// <summary>The clean images.</summary>
    public ImageBatch Images { get; }

    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"{Images.Indices.Length} painted shapes, PGD of 10 steps at linf:8/255; the attack that knows a defense takes gradients through 4 of its 20 network calls.");

    /// <summary>A row as soon as it is known.</summary>
    public IEnumerable<DemoRow> Rows()
    {
        foreach (var (name, changes) in Defenses)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            yield return Measure(RecipeOptions.Open(session, name, [.. common, .. changes]));
        }
    }

    private DemoRow Measure(Recipe recipe)
    {
        var clock = Stopwatch.StartNew();
        using var parts = new RecipeParts(recipe, session.Device);
        session.Progress($"{recipe.Name}: preparing");
        var defense = parts.BuildDefense();
        var attack = parts.BuildAttack();
        var noise = Images.Noise((ulong)recipe.Values.Long("seed"));
        session.Progress($"{recipe.Name}: attacking through it");
        var adversarial = attack.Run(defense.Target(parts.Gradient), Images.Images, Images.Labels, noise.Branch(NoisePurpose.Craft, 0), session.Cancellation).Adversarial.Keep();
        againstBare ??= adversarial;
        session.Progress($"{recipe.Name}: judging");
        var (clean, ignoring, knowing) = (Right(defense, Images.Images, noise, 1), Right(defense, againstBare, noise, 2), Right(defense, adversarial, noise, 0));
        var purified = defense.Purifier is null ? null : defense.Purify(adversarial, noise.Branch(NoisePurpose.Verify, 0).Branch(NoisePurpose.Draw, 0), session.Cancellation).Keep();
        return new DemoRow(recipe.Name, recipe.Values.Text("about"), clean, ignoring, knowing, adversarial, purified, clock.Elapsed.TotalSeconds);
    }

    // Judged with noise that no attack has seen.
    private Interval Right(Defense defense, Tensor images, KeyedNoise noise, int purpose)
    {
        var verdicts = defense.Predict(images, noise.Branch(NoisePurpose.Verify, purpose), session.Cancellation);
        long[] labels = Images.Labels.ToLongs();
        return Interval.Wilson(verdicts.Select((verdict, i) => verdict.Class == labels[i] ? 1.0 : 0.0).Average(), labels.Length);
    }
}
