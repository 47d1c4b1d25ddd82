using Limpid.Data;
using Limpid.Purification;
using Limpid.Recipes.Kinds;
using Limpid.Torch;

namespace Limpid.Recipes;

/// <summary>The score norms of clean images that SSNI compares with, measured for the network and the level of a recipe.</summary>
public static class ScoreNormReference
{
    /// <summary>Images of the literature: 5000 of the training part.</summary>
    public const int LiteratureImages = 5000;

    /// <summary>The section of a recipe's SSNI level, wherever it stands.</summary>
    /// <exception cref="InputException">The recipe has no such level.</exception>
    public static RecipeSection Level(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        for (var section = recipe.Values.Section("defense"); ; section = section.Section("purifier"))
        {
            if (section.HasSection("level") && ScoreNormKinds.Includes(section.Section("level").Kind))
            {
                return section.Section("level");
            }
            if (!section.HasSection("purifier"))
            {
                throw new InputException($"recipe {recipe.Name} has no level that reads score norms: take ssni-n or ssni-l, or add --set defense.level=ssni-n");
            }
        }
    }

    /// <summary>Clean images to measure: those named, or the first of the training part of the recipe's data.</summary>
    /// <param name="level">The level's section.</param>
    /// <param name="recipe">The recipe, which names the data.</param>
    /// <param name="most">Images at most.</param>
    /// <exception cref="InputException">The data have no training part, or cannot be opened.</exception>
    public static IImageDataset CleanImages(RecipeSection level, Recipe recipe, int most)
    {
        ArgumentNullException.ThrowIfNull(level);
        ArgumentNullException.ThrowIfNull(recipe);
        string name = level.Text("images");
        string where = level.Where("images");
        var data = Datasets.Open(name != ScoreNormKinds.Auto ? name : DatasetSpec.Parse(recipe.Values.Text("data")).TrainingPart()
            ?? throw new InputException($"{where}: the data have no training part to measure clean images on; name some, such as --set {where}=images:DIR"));
        return data.Count <= most ? data : new DatasetSlice(data, 0, most - 1);
    }

    /// <summary>Measures clean images in the recipe's batches; the same on every machine but for rounding, whatever the run's seed.</summary>
    /// <param name="parts">The network, and the size it works at.</param>
    /// <param name="level">The level's section.</param>
    /// <param name="images">Clean images, at least two.</param>
    /// <param name="progress">Told how many are done; null for nobody.</param>
    /// <param name="cancellation">Looked at once per network call.</param>
    public static ScoreNormStatistics Measure(RecipeParts parts, RecipeSection level, IImageDataset images, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(images);
        var score = ScoreNormKinds.Score(level, parts);
        var norms = new List<double>(images.Count);
        long[] shape = [];
        foreach (int[] positions in Enumerable.Range(0, images.Count).Chunk(parts.Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            using var noGrad = GradMode.Off();
            using var batch = ImageBatch.Read(images, positions, parts.Device);
            var input = parts.Resize is { } side ? Functional.UpsampleBilinear(batch.Images, side, side) : batch.Images;
            norms.AddRange(score.Norms(input, batch.Noise(seed: 0), cancellation)); // the seed is fixed: statistics belong to the network, not to the run
            shape = input.Shape[1..].ToArray();
            progress?.Invoke(norms.Count);
        }
        return norms.Count >= 2
            ? ScoreNormStatistics.Of(norms, score.Horizon, shape, parts.Denoiser.Fingerprint)
            : throw new InputException($"{images.Name} has {images.Count} images: statistics need at least 2");
    }
}
