using Limpid.Torch;

namespace Limpid.Data;

/// <summary>CIFAR-10 (Krizhevsky 2009): 32 x 32 color images of ten classes, read from the binary version, plain or .gz.</summary>
public static class Cifar10
{
    /// <summary>The ten classes, in the order of the labels.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads <c>test_batch.bin</c>, or those of <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> that are there.</summary>
    /// <remarks>Original indices count as if all five training batches were there, 10,000 images each.</remarks>
    /// <param name="folder">The folder of the files, or the one that holds <c>cifar-10-batches-bin</c>.</param>
    /// <param name="split">Which part.</param>
    /// <exception cref="InputException">No file is there, or one is cut short or damaged.</exception>
    public static IImageDataset Open(string folder, DataSplit split)
    {
        string place = Path.Combine(folder, "cifar-10-batches-bin") is var inner && Directory.Exists(inner) ? inner : folder;
        string name = $"cifar10:{folder}:{(split == DataSplit.Test ? "test" : "train")}";
        if (split == DataSplit.Test)
        {
            return CifarRecords.Decode(name, [(Require(place, "test_batch"), 0)], ClassNames);
        }
        (DataFile, long)[] batches =
        [
            .. from number in Enumerable.Range(1, 5)
               let path = DataFile.Find(place, $"data_batch_{number}.bin")
               where path is not null
               select (DataFile.Read(path), (number - 1) * 10_000L),
        ];
        return CifarRecords.Decode(name, batches.Length > 0 ? batches : [(Require(place, "data_batch_1"), 0)], ClassNames);
    }

    private static DataFile Require(string folder, string batch) =>
        DataFile.Find(folder, batch + ".bin") is null && File.Exists(Path.Combine(folder, batch))
            ? throw new InputException($"{folder} holds the Python version of CIFAR-10; Limpid reads the binary version ({batch}.bin or .bin.gz)")
            : DataFile.ReadRequired(folder, batch + ".bin");
}
