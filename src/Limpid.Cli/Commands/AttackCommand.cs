using System.CommandLine;
using System.Globalization;
using Limpid.Attacks;
using Limpid.Cli.Inputs;
using Limpid.Cli.Watching;
using Limpid.Data;
using Limpid.Images;
using Limpid.Recipes;
using Limpid.Recipes.Kinds;
using Limpid.Torch;
using Limpid.Torch.Noise;
using Limpid.Torch.Weights;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid attack</c>: makes adversarial examples and keeps them.</summary>
internal static class AttackCommand
{
    private static readonly Argument<string?> RecipeName = new("RECIPE")
    {
        Description = "A recipe whose attack, defense and data are used; or none, and options say it.",
        Arity = ArgumentArity.ZeroOrOne,
        CompletionSources = { _ => BundledFiles.Recipes.Select(name => new System.CommandLine.Completions.CompletionItem(name)) },
        HelpName = "RECIPE",
    };

    private static readonly Option<string?> Kind = new("--kind") { Description = $"The attack: {string.Join(", ", AttackKinds.Table.Kinds.Select(kind => kind.Name))}.", HelpName = "NAME" };
    private static readonly Option<string?> Data = new("--data") { Description = "The images to attack.", HelpName = "D" };
    private static readonly Option<string?> ThreatOption = new("--threat") { Description = "What may be changed, such as linf:8/255 or l2:0.5.", HelpName = "THREAT" };
    private static readonly Option<long?> Limit = CommonOptions.Number("--limit", "Only the first images of the data.", 1, int.MaxValue);
    private static readonly Option<string> Out = new("--out") { Description = "A .safetensors file, or a folder for PNG files, which round the images to 8 bits.", HelpName = "FILE|DIR", Required = true };

    public static Command Create() => new("attack", "Makes adversarial examples.")
    {
        RecipeName, Kind, RecipeOptions.Classifier, Data, ThreatOption, RecipeOptions.Set, Limit, Out,
    };

    public static int Run(Session session)
    {
        session.ApplyThreads();
        string name = session.Get(RecipeName) ?? (session.Get(Kind) is null ? throw new InputException("name a recipe, or an attack with --kind") : "none");
        var recipe = RecipeOptions.Open(session, name, Changes(session));
        string path = session.Get(Out)!;
        OutputPath.Require(path);
        using var parts = new RecipeParts(recipe, session.Device);
        var defense = parts.BuildDefense();
        var attack = parts.BuildAttack();
        var data = parts.Data;
        int count = (int)Math.Min(data.Count, session.Get(Limit) ?? int.MaxValue);
        var found = new Findings(data, count);
        Progress.Show(session, progress =>
        {
            var counter = new Counter(progress, "images", count);
            foreach (int[] positions in Enumerable.Range(0, count).Chunk(parts.Batch))
            {
                session.Cancellation.ThrowIfCancellationRequested();
                using var scope = TensorScope.Begin();
                using var batch = ImageBatch.Read(data, positions, parts.Device);
                RequireLabels(batch, data);
                // The noise that an evaluation of the same recipe crafts with.
                var noise = batch.Noise((ulong)recipe.Values.Long("seed")).Branch(NoisePurpose.Craft, 0);
                var result = attack.Run(defense.Target(parts.Gradient, session.Cancellation), batch.Images, batch.Labels, noise, session.Cancellation);
                found.Add(session, batch, result);
                counter.Report(found.Count, $"{found.Successes} succeeded");
            }
        });
        found.Write(path, recipe);
        session.Result(
            new { path, count = found.Count, successes = found.Successes },
            $"{path}: {found.Count} images attacked by {recipe.Values.Section("attack").Kind} {parts.Threat}, {found.Successes} misclassified as the attack saw it");
        return ExitCode.Done;
    }

    private static List<string> Changes(Session session)
    {
        var changes = new List<string>();
        void Add(string key, Option<string?> option)
        {
            if (session.Get(option) is { } value)
            {
                changes.Add($"{key}={value}");
            }
        }
        Add("attack", Kind);
        Add("classifier", RecipeOptions.Classifier);
        Add("data", Data);
        Add("threat", ThreatOption);
        return changes;
    }

    private static void RequireLabels(ImageBatch batch, IImageDataset data)
    {
        if (Array.FindIndex(batch.Labels.ToLongs(), label => label < 0) is >= 0 and int row)
        {
            throw new InputException($"{data.Name}: image {batch.Indices[row]} has no label, which an attack needs: put pictures into a folder per class");
        }
    }

    /// <summary>Collects what was found and writes it.</summary>
    private sealed class Findings(IImageDataset data, int capacity)
    {
        private readonly float[] images = new float[(long)capacity * data.ImageLength()];
        private readonly List<long> labels = [];
        private readonly List<long> indices = [];
        private readonly List<long> iterations = [];
        private readonly List<byte> success = [];

        public int Count => indices.Count;

        public int Successes { get; private set; }

        public void Add(Session session, ImageBatch batch, AttackResult result)
        {
            result.Adversarial.ToFloats().CopyTo(images, (long)Count * data.ImageLength());
            double[] linf = Distances.Linf(result.Adversarial, batch.Images), l2 = Distances.L2(result.Adversarial, batch.Images);
            long[] truth = batch.Labels.ToLongs();
            for (int i = 0; i < batch.Indices.Length; i++)
            {
                indices.Add(batch.Indices[i]);
                labels.Add(truth[i]);
                iterations.Add(result.Iterations[i]);
                success.Add(result.Success[i] ? (byte)1 : (byte)0);
                Successes += result.Success[i] ? 1 : 0;
                if (session.Json)
                {
                    session.Result(new { index = batch.Indices[i], label = truth[i], success = result.Success[i], iterations = result.Iterations[i], linf = linf[i], l2 = l2[i] }, "");
                }
            }
        }

        public void Write(string path, Recipe recipe)
        {
            if (path.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                WriteTensors(path, recipe);
                return;
            }
            int length = data.ImageLength();
            for (int i = 0; i < Count; i++)
            {
                string folder = string.Create(CultureInfo.InvariantCulture, $"{labels[i]:D4}");
                PngWriter.Write(Path.Combine(path, folder, $"{indices[i]:D6}.png"), RgbImage.FromUnit(data.Channels, data.Height, data.Width, images.AsSpan(i * length, length)));
            }
        }

        private void WriteTensors(string path, Recipe recipe)
        {
            var tensors = new StoredTensors
            {
                { "adversarial", StoredTensor.FromFloats(images, Count, data.Channels, data.Height, data.Width) },
                { "labels", StoredTensor.FromInt64s([.. labels], Count) },
                { "success", new StoredTensor(DType.Bool, [Count], success.ToArray()) },
                { "iterations", StoredTensor.FromInt64s([.. iterations], Count) },
                { "index", StoredTensor.FromInt64s([.. indices], Count) },
            };
            tensors.Metadata["classes"] = string.Join('\t', data.ClassNames);
            tensors.Metadata["recipe"] = recipe.ToYaml();
            SafetensorsFile.Write(path, tensors);
        }
    }
}
