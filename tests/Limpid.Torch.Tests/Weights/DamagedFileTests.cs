using Limpid.Torch.Weights;

namespace Limpid.Torch.Tests.Weights;

/// <summary>Damaged files end in a result or in one clear error: never in another exception, a hang or a flood of memory.</summary>
public sealed class DamagedFileTests
{
    public static TheoryData<string> Files => SharedData.Root is null
        ? ["absent"]
        : [.. Directory.GetFiles(SharedData.Path("golden/pickles")).Select(path => Path.GetFileName(path)).Where(IsWeightFile).Order(StringComparer.Ordinal)];

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_file_cut_at_any_length_is_refused_or_read(string name)
    {
        byte[] whole = File.ReadAllBytes(SharedData.Path($"golden/pickles/{name}"));
        for (int length = 0; length < whole.Length; length++)
        {
            ShouldEndWell(whole.AsMemory(0, length), $"{name} cut at {length}");
        }
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_file_with_any_bytes_changed_is_refused_or_read(string name)
    {
        byte[] whole = File.ReadAllBytes(SharedData.Path($"golden/pickles/{name}"));
        ulong state = 0x9e3779b97f4a7c15;
        for (int round = 0; round < 1000; round++)
        {
            var changed = (byte[])whole.Clone();
            for (int flip = 0; flip <= round % 4; flip++)
            {
                changed[Next(ref state) % (ulong)whole.Length] = (byte)Next(ref state);
            }
            ShouldEndWell(changed, $"{name} in round {round}");
        }
    }

    [SharedTheory]
    [InlineData("odd_tensors.pt")]
    [InlineData("nested_checkpoint_legacy.pth.tar")]
    [InlineData("persistent_class.pkl")]
    [InlineData("odd_tensors.pt.expected.safetensors")]
    public void A_file_with_any_byte_at_its_extremes_is_refused_or_read(string name)
    {
        byte[] whole = File.ReadAllBytes(SharedData.Path($"golden/pickles/{name}"));
        for (int at = 0; at < whole.Length; at++)
        {
            byte kept = whole[at];
            whole[at] = (byte)(at % 3 == 0 ? 0 : at % 3 == 1 ? 0xff : 0x7f);
            ShouldEndWell(whole, $"{name} with {whole[at]} at {at}");
            whole[at] = kept;
        }
    }

    private static void ShouldEndWell(ReadOnlyMemory<byte> content, string what)
    {
        try
        {
            foreach (var (_, tensor) in Checkpoint.Read("fuzz", new MemoryBytes("fuzz", content)).Tensors)
            {
                tensor.Data.Length.ShouldBe((int)tensor.ByteLength);
            }
        }
        catch (InputException e)
        {
            e.Message.ShouldNotContain('\n', what);
        }
        catch (Exception e) when (e is not ShouldAssertException)
        {
            throw new ShouldAssertException(what, e);
        }
    }

    /// <summary>Marsaglia's xorshift: the same sequence everywhere and forever.</summary>
    private static ulong Next(ref ulong state)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return state;
    }

    private static bool IsWeightFile(string name) =>
        !name.EndsWith(".md", StringComparison.Ordinal) && !name.EndsWith(".json", StringComparison.Ordinal) && !name.EndsWith(".io.safetensors", StringComparison.Ordinal);
}
