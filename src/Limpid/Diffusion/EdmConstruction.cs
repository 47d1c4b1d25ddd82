using System.Globalization;
using System.Text.RegularExpressions;
using Limpid.Diffusion.Networks;
using Limpid.Torch;
using Limpid.Torch.Weights;

namespace Limpid.Diffusion;

/// <summary>How an EDM network is built, read from the names and shapes in its file: they say everything.</summary>
internal static partial class EdmConstruction
{
    /// <summary>The construction.</summary>
    /// <exception cref="InputException">The file has no weights under EDM's names.</exception>
    public static EdmUNetOptions Of(Checkpoint checkpoint)
    {
        if (checkpoint.Tensors.Names.FirstOrDefault(name => First().IsMatch(name)) is not { } first)
        {
            throw new InputException($"{checkpoint.Path} holds no EDM network: it has no weight such as enc.32x32_conv.weight");
        }
        string prefix = first[..first.IndexOf("enc.", StringComparison.Ordinal)];
        return new Names(checkpoint, prefix).Options(checkpoint.Tensors[first]);
    }

    [GeneratedRegex(@"(^|\.)enc\.\d+x\d+_conv\.weight$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex First();

    [GeneratedRegex(@"^(?<size>\d+)x\d+_block(?<index>\d+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();

    private sealed class Names(Checkpoint checkpoint, string prefix)
    {
        public EdmUNetOptions Options(StoredTensor convIn)
        {
            int width = (int)convIn.Shape[0];
            var blocks = checkpoint.Tensors.Names.Where(name => name.StartsWith($"{prefix}enc.", StringComparison.Ordinal))
                .Select(name => Block().Match(name[(prefix.Length + 4)..].Split('.')[0])).Where(match => match.Success)
                .Select(match => (Size: Number(match.Groups["size"]), Index: Number(match.Groups["index"]))).Distinct().ToList();
            int[] sizes = [.. blocks.Select(block => block.Size).Distinct().OrderDescending()];
            if (sizes.Length == 0 || width == 0)
            {
                throw new InputException($"{checkpoint.Path} holds no EDM network: it has no block such as enc.32x32_block0");
            }
            return new EdmUNetOptions
            {
                ImageSize = sizes[0],
                InChannels = (int)convIn.Shape[1],
                ModelChannels = width,
                ChannelMultipliers = [.. sizes.Select(size => (Rows($"enc.{size}x{size}_block0.conv0.weight") ?? width) / width)],
                ResBlocks = blocks.Count(block => block.Size == sizes[0]),
                AttentionSizes = [.. sizes.Where(size => Shape($"enc.{size}x{size}_block0.qkv.weight") is not null)],
                NoiseMultiplier = Math.Max(1, (Shape("map_layer0.weight") is [_, var features] ? (int)features : width) / width),
                Fourier = Shape("map_noise.freqs") is not null,
                InputPyramid = sizes.Length > 1 && Shape($"enc.{sizes[1]}x{sizes[1]}_aux_residual.weight") is not null,
                FilterTaps = sizes.Length > 1 && Shape($"enc.{sizes[1]}x{sizes[1]}_down.conv0.resample_filter") is [_, _, var taps, _] ? (int)taps : 2,
                ClassCount = Shape("map_label.weight") is [_, var classes] ? (int)classes : 0,
                AugmentCount = Shape("map_augment.weight") is [_, var labels] ? (int)labels : 0,
            };
        }

        private int? Rows(string name) => Shape(name) is [var rows, ..] ? (int)rows : null;

        private long[]? Shape(string name) => checkpoint.Tensors.TryGetValue(prefix + name, out var tensor) ? tensor.Shape.ToArray() : null;

        private static int Number(Group group) => int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }
}
