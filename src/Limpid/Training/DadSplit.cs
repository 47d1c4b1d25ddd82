using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>Which training images DAD keeps as clean reference, fits thresholds on, measures gates with, and trains its denoiser on; no image is in two parts.</summary>
/// <param name="Reference">The first images of each class, classes taking turns, so that any beginning is balanced.</param>
/// <param name="Calibration">For thresholds.</param>
/// <param name="Measured">For rates.</param>
/// <param name="Pairs">For the denoiser.</param>
internal sealed record DadSplit(IImageDataset Reference, IImageDataset Calibration, IImageDataset Measured, IImageDataset Pairs)
{
    /// <exception cref="InputException">The data are test images, have no labels, or are too few.</exception>
    public static DadSplit Of(IImageDataset data, DadTrainingOptions options)
    {
        int usable = TrainingData.TrainCount(data, heldOut: 0, options.Optimization.BatchSize);
        var perClass = new List<int>[data.ClassCount];
        var rest = new List<int>();
        int wanted = options.Validation + options.Pairs;
        for (int position = 0; position < usable && (rest.Count < wanted || perClass.Any(found => found is null || found.Count < options.ReferencePerClass)); position++)
        {
            if (data.Label(position) is >= 0 and int label && (perClass[label] ??= []).Count < options.ReferencePerClass)
            {
                perClass[label].Add(position);
            }
            else
            {
                rest.Add(position);
            }
        }
        int[] reference = [.. Enumerable.Range(0, options.ReferencePerClass).SelectMany(k => perClass.Where(found => found?.Count > k).Select(found => found[k]))];
        int half = options.Validation / 2;
        if (reference.Length < 2 || rest.Count < options.Validation + options.Optimization.BatchSize)
        {
            throw new InputException($"data '{data.Name}' are too few, or without labels, for {options.ReferencePerClass} reference images a class, {options.Validation} validation images and a batch of {options.Optimization.BatchSize} pairs");
        }
        IImageDataset Part(IEnumerable<int> positions) => new DatasetSelection(data, [.. positions], data.Name);
        return new DadSplit(
            Part(reference), Part(rest.Take(half)), Part(rest.Take(options.Validation).Skip(half)), Part(rest.Skip(options.Validation).Take(options.Pairs)));
    }
}
