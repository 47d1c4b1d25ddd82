using Limpid.Data;
using Limpid.Torch;

namespace Limpid.Training;

/// <summary>The images of a training, and those kept out of it at the end of the set.</summary>
internal static class TrainingData
{
    /// <summary>How many images to train on; the rest are held out.</summary>
    /// <exception cref="InputException">The data are test images, or too few.</exception>
    public static int TrainCount(IImageDataset data, int heldOut, int batchSize)
    {
        // Sets with parts say so in their name: shapes:test, cifar10:DIR:test[0..63].
        if (data.Name.Split('[')[0].EndsWith(":test", StringComparison.Ordinal))
        {
            throw new InputException($"data '{data.Name}' are test images: train on the training part, as in {data.Name.Split('[')[0][..^5]}:train");
        }
        int count = data.Count - heldOut;
        return count >= batchSize ? count : throw new InputException($"data '{data.Name}' have {data.Count} images: too few for batches of {batchSize} with {heldOut} held out");
    }

    /// <summary>Refuses data in which an image has no label.</summary>
    /// <exception cref="InputException">One has none.</exception>
    public static void RequireLabels(IImageDataset data)
    {
        for (int i = 0; i < data.Count; i++)
        {
            if (data.Label(i) < 0)
            {
                throw new InputException($"data '{data.Name}': image {i} has no label, and a classifier needs them all");
            }
        }
    }

    /// <summary>The data without the folder of the machine they lay on: <c>cifar10:train</c>.</summary>
    public static string PublicName(string data) => data.Split(':') is [var kind, .., var part] ? $"{kind}:{part}" : data;
}
