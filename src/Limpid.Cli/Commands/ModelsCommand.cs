using System.CommandLine;
using System.Globalization;
using Limpid.Classifiers;
using Limpid.Cli.Runs;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Purification.ReverseAdversarial;
using Limpid.Recipes;
using Limpid.Torch;
using Limpid.Torch.Layers;
using Limpid.Torch.Weights;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid models</c>: networks and weight files.</summary>
internal static class ModelsCommand
{
    private static readonly Argument<string> Name = new("MODEL") { Description = "A bundled network's name, NET=FILE, or a weight file." };
    private static readonly Argument<string> File = new("FILE") { Description = "A weight file: PyTorch (zip, legacy, pickle) or safetensors; or NET=FILE of a diffusion network." };
    private static readonly Option<string> Out = new("--out") { Description = "A .safetensors file.", HelpName = "FILE", Required = true };

    public static Command Create(CancellationToken cancellation) => new("models", "Networks and weights: lists, describes, converts and verifies them.")
    {
        new Command("list", "The bundled networks, and the architectures whose published weights can be opened.").Runs(List, cancellation),
        new Command("info", "What a weight file holds, tensor by tensor; nothing in it is executed.") { Name }.Runs(Info, cancellation),
        new Command("convert", "Writes the tensors of any weight file as safetensors, under the same names; of NET=FILE, a diffusion network that needs no NET any more.") { File, Out }.Runs(Convert, cancellation),
        new Command("verify", "Opens a network strictly and runs it once.") { Name }.Runs(Verify, cancellation),
    };

    private static int List(Session session)
    {
        foreach (string name in BundledFiles.Networks)
        {
            string about = WhatIs(BundledFiles.Network(name)!);
            session.Result(new { name, bundled = true, description = about }, $"{name,-24} bundled: {about}");
        }
        foreach (var family in ClassifierFamilies.All)
        {
            foreach (string name in family.ExampleNames)
            {
                session.Result(new { name, bundled = false, description = family.Description }, $"{name + "=FILE",-24} {family.Description}");
            }
        }
        foreach (var family in DenoiserFamilies.All)
        {
            string about = $"diffusion: {family.Description}";
            session.Result(new { name = family.Name, bundled = false, description = about }, $"{family.Name + "=FILE",-24} {about}");
        }
        session.Result(new { name = "torchscript", bundled = false, description = "a TorchScript module, executed: open only your own" }, $"{"torchscript=FILE",-24} a TorchScript module, executed: open only your own");
        return ExitCode.Done;
    }

    private static int Info(Session session)
    {
        string path = PathOf(session.Get(Name));
        var checkpoint = Checkpoint.Read(path);
        long values = checkpoint.Tensors.Sum(tensor => tensor.Value.Count);
        string hash = Hashes.OfFile(path);
        foreach (var (name, tensor) in checkpoint.Tensors)
        {
            session.Result(new { name, dtype = tensor.DType.ToString(), shape = tensor.Shape }, $"{name,-48} {tensor}");
        }
        foreach (var (name, value) in checkpoint.Scalars.Where(scalar => scalar.Value is string or long or double or bool))
        {
            session.Text(string.Create(CultureInfo.InvariantCulture, $"{name,-48} {value}"));
        }
        session.Result(
            new { path, format = checkpoint.Format.ToString(), tensors = checkpoint.Tensors.Count, values, sha256 = hash },
            $"{path}: {checkpoint.Format}, {checkpoint.Tensors.Count} tensors of {values} values, SHA-256 {hash}");
        return ExitCode.Done;
    }

    private static int Convert(Session session)
    {
        string name = session.Get(File), path = session.Get(Out)!;
        if (KnownDenoisers.Names(name))
        {
            using var network = KnownDenoisers.Open(name);
            DenoiserFile.Save(network, path);
            session.Result(
                new { path, kind = network.Kind, parameters = network.Network.ParameterCount },
                $"{path}: {network.Kind}, {network.Network.ParameterCount} parameters, opened by its path alone from now on");
            return ExitCode.Done;
        }
        var checkpoint = Checkpoint.Read(name);
        SafetensorsFile.Write(path, checkpoint.Tensors);
        session.Result(new { path, tensors = checkpoint.Tensors.Count }, $"{path}: {checkpoint.Tensors.Count} tensors");
        return ExitCode.Done;
    }

    private static int Verify(Session session)
    {
        string name = session.Get(Name), path = BundledFiles.Network(name) ?? name;
        var checkpoint = System.IO.File.Exists(path) ? Checkpoint.Read(path) : null;
        using var scope = TensorScope.Begin();
        using var noGrad = GradMode.Off();
        var (found, values) =
            KnownDenoisers.Names(name) || (checkpoint is not null && DenoiserFile.Recognizes(checkpoint)) ? RunDenoiser(name)
            : checkpoint is not null && RapAdapterFile.Recognizes(checkpoint) ? RunAdapter(path)
            : checkpoint?.Scalars.GetValueOrDefault("network") is "dad-denoiser" ? RunDadDenoiser(path)
            : checkpoint?.Scalars.GetValueOrDefault("detector") is string ? ReadDetector(path)
            : RunClassifier(name);
        if (!values.All(float.IsFinite))
        {
            throw new InputException($"{name}: its output is not finite: the weights are damaged");
        }
        session.Result(new { name, valid = true, description = found }, $"{name}: {found}; its output is finite");
        return ExitCode.Done;
    }

    /// <summary>What a bundled file says it is: an architecture, a part of DAD, an adapter.</summary>
    private static string WhatIs(string path)
    {
        var text = SafetensorsFile.ReadMetadata(path);
        return text.GetValueOrDefault("architecture") ?? text.GetValueOrDefault("detector") ?? text.GetValueOrDefault("network", "");
    }

    private static (string Found, float[] Output) RunClassifier(string name)
    {
        var classifier = BundledNetworks.OpenClassifier(name, Device.Cpu);
        using var owned = classifier as IDisposable;
        var network = classifier as NetworkClassifier;
        var input = network?.Input ?? ImageShape.Color32;
        float[] logits = classifier.Logits(Tensor.Full([1, input.Channels, input.Height, input.Width], 0.5, DType.Float32, Device.Cpu)).ToFloats();
        string size = network is null ? "" : $", {network.Network.ParameterCount} parameters, images {input}";
        return ($"a classifier of {logits.Length} classes{size}", logits);
    }

    private static (string Found, float[] Output) RunDenoiser(string name)
    {
        using var network = BundledNetworks.OpenDenoiser(name, Device.Cpu);
        var input = network.Input;
        float[] noise = network.PredictNoise(Tensor.Zeros([1, input.Channels, input.Height, input.Width]), [100]).ToFloats();
        string variance = network.HasLearnedVariance ? ", predicts its variance" : "";
        return ($"a diffusion network of {network.Network.ParameterCount} parameters, tried with an image {input}{variance}", noise);
    }

    private static (string Found, float[] Output) RunAdapter(string path)
    {
        using var adapter = RapAdapterFile.Open(path);
        float[] restored = adapter.Forward(Tensor.Zeros([1, adapter.Options.Channels, 32, 32])).ToFloats();
        return ($"a RAP adapter of {adapter.ParameterCount} parameters, {adapter.Process.Threat}, T = {adapter.Steps}", restored);
    }

    private static (string Found, float[] Output) RunDadDenoiser(string path)
    {
        using var network = DadDenoiserFile.Open(path);
        float[] denoised = network.Forward(Tensor.Full([1, network.Options.Channels, 32, 32], 0.5)).ToFloats();
        return ($"DAD's denoiser of {network.ParameterCount} parameters", denoised);
    }

    // What its numbers mean, only the classifier that it was fitted with can tell; recipes check that.
    private static (string Found, float[] Output) ReadDetector(string path)
    {
        var features = SafetensorsFile.Read(path)["reference.features"];
        return ($"DAD's detector with {features.Shape[0]} reference images", features.ToFloats());
    }

    private static string PathOf(string name) =>
        Hashes.FileOf(name) ?? throw new InputException($"there is no bundled network or file '{name}' (bundled: {string.Join(", ", BundledFiles.Networks)})");
}
