using System.Buffers.Binary;
using System.IO.Compression;
using Limpid.Torch.Weights;

namespace Limpid.Torch.Tests.Weights;

/// <summary>Archives made by hand: honest ones in unusual shapes, and ones that lie about sizes and tensors.</summary>
public sealed class ZipCheckpointTests
{
    private static readonly byte[] FourFloats = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40]; // 1 2 3 4

    [Fact]
    public void A_view_is_read_along_its_strides() =>
        Read(Archive(4, 0, [2, 2], [1, 2])).Tensors["tensor"].ToFloats().ShouldBe([1f, 3, 2, 4]);

    [Fact]
    public void A_view_of_one_element_has_any_size_within_reason() =>
        Read(Archive(4, 2, [5], [0])).Tensors["tensor"].ToFloats().ShouldBe([3f, 3, 3, 3, 3]);

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 }, "reaches beyond its storage")]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 }, "reaches beyond its storage")]
    [InlineData(4, -1, new long[] { 2 }, new long[] { 1 }, "reaches beyond its storage")]
    [InlineData(4, long.MaxValue, new long[] { 1 }, new long[] { 1 }, "reaches beyond its storage")]
    [InlineData(4, 3, new long[] { 2 }, new long[] { -1 }, "reaches beyond its storage")]
    [InlineData(4, 0, new long[] { 3 }, new long[] { long.MaxValue }, "reaches beyond its storage")]
    [InlineData(4, 0, new long[] { 3, 3 }, new long[] { long.MaxValue, long.MaxValue }, "reaches beyond its storage")]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 1 }, "shape and strides do not match")]
    [InlineData(4, 0, new long[] { -2 }, new long[] { 1 }, "shape is too large")]
    [InlineData(4, 0, new long[] { 1L << 32, 1L << 32 }, new long[] { 0, 0 }, "shape is too large")]
    [InlineData(4, 0, new long[] { 1L << 28 }, new long[] { 0 }, "claims far more data than the file holds")]
    [InlineData(5, 0, new long[] { 1 }, new long[] { 1 }, "another length")]
    [InlineData(-4, 0, new long[] { 1 }, new long[] { 1 }, "another length")]
    [InlineData(long.MaxValue, 0, new long[] { 1 }, new long[] { 1 }, "another length")]
    public void A_tensor_that_its_storage_cannot_hold_is_refused(long count, long offset, long[] shape, long[] strides, string expected) =>
        Refusal(Archive(count, offset, shape, strides)).ShouldContain(expected);

    [Fact]
    public void Many_tensors_that_together_claim_too_much_are_refused()
    {
        var pickle = new Pickles().Add((byte)'(');
        for (int i = 0; i < 10; i++)
        {
            pickle.Tensor(4, 0, [1 << 22], [0]);
        }
        Refusal(Archive(("a/data.pkl", pickle.Add((byte)'t').Stop()), ("a/data/0", FourFloats))).ShouldContain("claims far more data");
    }

    [Fact]
    public void A_tensor_without_elements_may_stand_anywhere() =>
        Read(Archive(4, 77, [0, 3], [3, 1])).Tensors["tensor"].ToFloats().ShouldBeEmpty();

    [Fact]
    public void A_missing_storage_is_named() =>
        Refusal(Archive(("a/data.pkl", Pickle(4, 0, [4], [1])))).ShouldContain("storage 0 is missing");

    [Fact]
    public void An_archive_of_something_else_is_refused() => Refusal(Archive(("a/readme.txt", [1]))).ShouldContain("not one of PyTorch");

    [Fact]
    public void An_archive_with_two_checkpoints_is_refused() =>
        Refusal(Archive(("a/data.pkl", [1]), ("b/data.pkl", [1]))).ShouldContain("several data.pkl");

    [Fact]
    public void An_archive_with_two_entries_of_one_name_is_refused() =>
        Refusal(Archive(("a/data.pkl", [1]), ("a/data.pkl", [1]))).ShouldContain("two entries called a/data.pkl");

    [Fact]
    public void A_compressed_entry_is_refused_before_it_can_swell() =>
        Refusal(Archive(CompressionLevel.Optimal, ("a/data.pkl", new byte[100_000]))).ShouldContain("compressed or encrypted");

    [Fact]
    public void A_big_endian_file_is_refused() =>
        Refusal(Archive(("a/data.pkl", Pickle(4, 0, [4], [1])), ("a/data/0", FourFloats), ("a/byteorder", "big"u8.ToArray()))).ShouldContain("big-endian");

    [Theory]
    [InlineData(20, 0x7fffffffu)]
    [InlineData(24, 0x7fffffffu)]
    [InlineData(24, 3u)]
    [InlineData(42, 0x7fffffffu)]
    [InlineData(42, 5u)]
    [InlineData(24, uint.MaxValue)]
    public void An_entry_that_lies_about_its_size_or_place_is_refused(int field, uint value)
    {
        byte[] archive = Archive(4, 0, [4], [1]);
        BinaryPrimitives.WriteUInt32LittleEndian(archive.AsSpan(archive.AsSpan().IndexOf("PK\u0001\u0002"u8) + field), value);

        Refusal(archive).ShouldContain("damaged");
    }

    [Theory]
    [InlineData(12, 0x7fffffffu)]
    [InlineData(16, 0x7fffffffu)]
    [InlineData(16, uint.MaxValue)]
    public void A_directory_that_lies_outside_is_refused(int field, uint value)
    {
        byte[] archive = Archive(4, 0, [4], [1]);
        BinaryPrimitives.WriteUInt32LittleEndian(archive.AsSpan(archive.AsSpan().IndexOf("PK\u0005\u0006"u8) + field), value);

        Refusal(archive).ShouldContain("damaged");
    }

    [SharedFact]
    public void An_archive_with_wide_sizes_and_offsets_is_read_like_a_narrow_one()
    {
        string path = SharedData.Path("golden/pickles/state_dict_zip.pt");

        var wide = Read(Widen(File.ReadAllBytes(path)));

        var narrow = Checkpoint.Read(path);
        wide.Tensors.Names.ShouldBe(narrow.Tensors.Names);
        wide.Tensors["fc.weight"].ToFloats().ShouldBe(narrow.Tensors["fc.weight"].ToFloats());
    }

    [Fact]
    public void A_numpy_array_is_a_tensor_in_row_or_column_order()
    {
        Read(Archive(("a/data.pkl", Array(0x89)))).Tensors["tensor"].ToFloats().ShouldBe([1f, 2, 3, 4]);
        Read(Archive(("a/data.pkl", Array(0x88)))).Tensors["tensor"].ToFloats().ShouldBe([1f, 3, 2, 4]);
    }

    /// <summary>A 2 × 2 numpy array of single precision under the name <c>tensor</c>.</summary>
    private static byte[] Array(byte isColumnOrder) => new Pickles().Add((byte)'}').Text("tensor")
        .Global("numpy.core.multiarray", "_reconstruct").Global("numpy", "ndarray").Numbers(0).Add((byte)'C', 1, (byte)'b', 0x87, (byte)'R')
        .Add((byte)'(').Number(1).Numbers(2, 2)
        .Global("numpy", "dtype").Text("f4").Add(0x89, 0x88, 0x87, (byte)'R', (byte)'(').Number(3).Text("<").Add((byte)'N', (byte)'N', (byte)'N', (byte)'t', (byte)'b')
        .Add(isColumnOrder, (byte)'C', 16).Add(FourFloats).Add((byte)'t', (byte)'b', (byte)'s').Stop();

    private static byte[] Pickle(long count, long offset, long[] shape, long[] strides) => new Pickles().Tensor(count, offset, shape, strides).Stop();

    private static byte[] Archive(long count, long offset, long[] shape, long[] strides) =>
        Archive(("a/data.pkl", Pickle(count, offset, shape, strides)), ("a/data/0", FourFloats));

    private static byte[] Archive(params (string Name, byte[] Content)[] entries) => Archive(CompressionLevel.NoCompression, entries);

    private static byte[] Archive(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }
        return file.ToArray();
    }

    /// <summary>Moves the sizes and places of an archive's directory into the fields meant for archives beyond 4 GiB.</summary>
    private static byte[] Widen(byte[] narrow)
    {
        int start = narrow.AsSpan().IndexOf("PK\u0001\u0002"u8), end = narrow.AsSpan().IndexOf("PK\u0006\u0006"u8);
        using var wide = new MemoryStream();
        wide.Write(narrow.AsSpan(0, start));
        for (int at = start; at < end;)
        {
            int name = BinaryPrimitives.ReadUInt16LittleEndian(narrow.AsSpan(at + 28)), extra = BinaryPrimitives.ReadUInt16LittleEndian(narrow.AsSpan(at + 30));
            byte[] record = narrow[at..(at + 46 + name)];
            byte[] fields = new byte[4 + 24];
            BinaryPrimitives.WriteUInt16LittleEndian(fields, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(fields.AsSpan(2), 24);
            int[] places = [24, 20, 42]; // length, packed length, place, as the wide fields have them
            for (int i = 0; i < places.Length; i++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(fields.AsSpan(4 + (8 * i)), BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(places[i])));
                BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(places[i]), uint.MaxValue);
            }
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(30), (ushort)fields.Length);
            wide.Write(record);
            wide.Write(fields);
            at += 46 + name + extra;
        }
        byte[] tail = narrow[end..];
        BinaryPrimitives.WriteInt64LittleEndian(tail.AsSpan(40), wide.Length - start);
        BinaryPrimitives.WriteInt64LittleEndian(tail.AsSpan(56 + 8), wide.Length);
        tail.AsSpan(56 + 20 + 12, 8).Fill(0xff);
        wide.Write(tail);
        return wide.ToArray();
    }

    private static Checkpoint Read(byte[] content) => Checkpoint.Read("made", new MemoryBytes("made", content));

    private static string Refusal(byte[] content)
    {
        string message = Should.Throw<InputException>(() =>
        {
            foreach (var (_, tensor) in Read(content).Tensors)
            {
                _ = tensor.Data;
            }
        }).Message;
        message.ShouldNotContain("\n");
        return message;
    }
}
