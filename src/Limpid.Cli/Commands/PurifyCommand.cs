using System.CommandLine;
using Limpid.Cli.Inputs;
using Limpid.Cli.Watching;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Images;
using Limpid.Recipes;
using Limpid.Torch;
using Limpid.Torch.Noise;
using Limpid.Torch.Weights;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid purify</c>: images as the classifier behind a defense would see them.</summary>
internal static class PurifyCommand
{
    private static readonly Option<string> DefenseRecipe = new("--defense") { Description = "The recipe whose defense is used.", HelpName = "RECIPE", Required = true };

    private static readonly Option<string> Out = new("--out") { Description = "A .safetensors file, or a folder for PNG files named by index.", HelpName = "FILE|DIR", Required = true };

    public static Command Create() => new("purify", "Purifies images and writes them to a file or folder.")
    {
        InputImages.Argument, DefenseRecipe, Out, RecipeOptions.Classifier, RecipeOptions.Set,
    };

    public static int Run(Session session)
    {
        session.ApplyThreads();
        var recipe = RecipeOptions.OpenDefense(session, session.Get(DefenseRecipe)!);
        string path = session.Get(Out)!;
        OutputPath.Require(path);
        using var parts = new RecipeParts(recipe, session.Device);
        var defense = parts.BuildDefense();
        var purified = new PurifiedImages();
        foreach (var data in InputImages.Open(session.Get(InputImages.Argument)))
        {
            purified.Begin(data);
            Progress.Show(session, progress => Purify(session, data, parts, defense, purified, new Counter(progress, "images", data.Count)));
        }
        purified.Write(path, recipe.Hash);
        session.Result(new { path, count = purified.Count }, $"{path}: {purified.Count} purified images");
        return ExitCode.Done;
    }

    private static void Purify(Session session, IImageDataset data, RecipeParts parts, Defense defense, PurifiedImages purified, Counter counter)
    {
        ulong seed = (ulong)parts.Recipe.Values.Long("seed");
        int done = 0;
        foreach (int[] positions in Enumerable.Range(0, data.Count).Chunk(parts.Batch))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            using var batch = ImageBatch.Read(data, positions, parts.Device);
            // The first draw that a prediction is made from, so that classify and purify see the same images.
            var noise = batch.Noise(seed).Branch(NoisePurpose.Verify, 0).Branch(NoisePurpose.Draw, 0).Branch(NoisePurpose.Draw, 0);
            purified.Add(defense.Purify(batch.Images, noise, session.Cancellation).Clamp(0, 1).ToFloats(), batch);
            counter.Report(done += positions.Length);
        }
    }

    /// <summary>Collects images of one size and writes them.</summary>
    private sealed class PurifiedImages
    {
        private readonly List<float> values = [];
        private readonly List<long> indices = [];
        private readonly List<long> labels = [];
        private IImageDataset? shape;

        public int Count => indices.Count;

        public void Begin(IImageDataset data)
        {
            if (shape is not null && (shape.Channels, shape.Height, shape.Width) != (data.Channels, data.Height, data.Width))
            {
                throw new InputException($"{data.Name} has images of {data.Height}x{data.Width}, the inputs before have {shape.Height}x{shape.Width}: purify them in two calls");
            }
            shape ??= data;
        }

        public void Add(float[] images, ImageBatch batch)
        {
            values.AddRange(images);
            indices.AddRange(batch.Indices);
            labels.AddRange(batch.Labels.ToLongs());
        }

        public void Write(string path, string recipeHash)
        {
            if (path.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                WriteTensors(path, recipeHash);
                return;
            }
            int length = shape!.ImageLength();
            float[] all = [.. values];
            bool distinct = indices.Distinct().Count() == Count;
            for (int i = 0; i < Count; i++)
            {
                PngWriter.Write(Path.Combine(path, $"{(distinct ? indices[i] : i):D6}.png"), RgbImage.FromUnit(shape!.Channels, shape.Height, shape.Width, all.AsSpan(i * length, length)));
            }
        }

        private void WriteTensors(string path, string recipeHash)
        {
            var tensors = new StoredTensors
            {
                { "purified", StoredTensor.FromFloats([.. values], Count, shape!.Channels, shape.Height, shape.Width) },
                { "index", StoredTensor.FromInt64s([.. indices], Count) },
            };
            if (labels.TrueForAll(label => label >= 0))
            {
                tensors.Add("labels", StoredTensor.FromInt64s([.. labels], Count));
            }
            tensors.Metadata["classes"] = string.Join('\t', shape.ClassNames);
            tensors.Metadata["recipe-hash"] = recipeHash;
            SafetensorsFile.Write(path, tensors);
        }
    }
}
