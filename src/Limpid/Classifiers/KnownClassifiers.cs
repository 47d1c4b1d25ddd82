using Limpid.Torch;

namespace Limpid.Classifiers;

/// <summary>Opens classifiers by the names users write.</summary>
public static class KnownClassifiers
{
    private const string TorchScript = "torchscript";

    /// <summary>Opens <c>NET=FILE</c> (published weights), <c>NET=FILE#part</c>, <c>torchscript=FILE</c>, or <c>FILE.safetensors</c> of our own.</summary>
    /// <returns>A classifier in evaluation mode on the processor; dispose it.</returns>
    /// <exception cref="InputException">The name is not known (the message names the nearest), or the file is missing or does not fit.</exception>
    public static IClassifier Open(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int equals = name.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || File.Exists(name))
        {
            return OpenOwn(name);
        }
        var (network, file) = (name[..equals], name[(equals + 1)..]);
        if (network == TorchScript)
        {
            return TorchScriptClassifier.Open(file);
        }
        int hash = File.Exists(file) ? -1 : file.LastIndexOf('#');
        return hash < 0 ? ClassifierFile.Open(network, file) : ClassifierFile.Open(network, file[..hash], file[(hash + 1)..]);
    }

    private static NetworkClassifier OpenOwn(string name)
    {
        if (File.Exists(name))
        {
            return ClassifierFile.Open(name);
        }
        throw ClassifierFile.IsKnown(name)
            ? new InputException($"classifier '{name}' is an architecture without weights: give a file, {name}=FILE")
            : new InputException($"there is no classifier or file '{name}': write NET=FILE, such as cifar-resnet20=FILE or torchscript=FILE, or the path of a classifier that limpid wrote");
    }
}
