using System.Buffers.Binary;
using System.Text;
using Limpid.Torch.Weights;

namespace Limpid.Torch.Tests.Weights;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(DType.UInt8, 1)]
    [InlineData(DType.Int8, 1)]
    [InlineData(DType.Bool, 1)]
    [InlineData(DType.Int16, 2)]
    [InlineData(DType.Float16, 2)]
    [InlineData(DType.BFloat16, 2)]
    [InlineData(DType.Int32, 4)]
    [InlineData(DType.Float32, 4)]
    [InlineData(DType.Int64, 8)]
    [InlineData(DType.Float64, 8)]
    public void Every_element_type_comes_back_bit_for_bit(DType dtype, int size)
    {
        byte[] content = [.. Enumerable.Range(0, 6 * size).Select(i => (byte)(37 * i + 1))];

        var back = RoundTrip(new StoredTensors { { "a", new StoredTensor(dtype, [2, 3], content) } });

        back["a"].DType.ShouldBe(dtype);
        back["a"].Shape.ShouldBe([2, 3]);
        back["a"].Data.ToArray().ShouldBe(content);
    }

    [Fact]
    public void Order_names_and_text_come_back()
    {
        var tensors = new StoredTensors
        {
            { "z \"quoted\" ü", StoredTensor.FromFloats([1, 2], 2) },
            { "scalar", StoredTensor.FromInt64s([5]) },
            { "empty", StoredTensor.FromFloats([], 0, 3) },
            { "a", new StoredTensor(DType.Bool, [3], new byte[] { 1, 0, 1 }) },
        };
        tensors.Metadata["step"] = "12";

        var back = RoundTrip(tensors);

        back.Names.ShouldBe(tensors.Names);
        back["scalar"].ToInt64s().ShouldBe([5L]);
        back["scalar"].Shape.ShouldBeEmpty();
        back["empty"].Count.ShouldBe(0);
        back.Metadata["step"].ShouldBe("12");
        SafetensorsFile.ReadMetadata(folder.File("a.safetensors"))["step"].ShouldBe("12");
    }

    [Fact]
    public void No_tensors_make_a_file_too() => RoundTrip([]).Count.ShouldBe(0);

    [Fact]
    public void The_header_is_padded_and_wide_elements_come_first_so_that_all_are_aligned()
    {
        RoundTrip(new StoredTensors { { "odd", new StoredTensor(DType.UInt8, [3], new byte[3]) }, { "wide", StoredTensor.FromInt64s([1], 1) } });

        byte[] file = File.ReadAllBytes(folder.File("a.safetensors"));
        long header = BinaryPrimitives.ReadInt64LittleEndian(file);
        (header % 8).ShouldBe(0);
        file[8 + header].ShouldBe((byte)1);
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes()
    {
        StoredTensors tensors = new() { { "a", StoredTensor.FromFloats([1], 1) } };
        SafetensorsFile.Write(folder.File("one"), tensors, new Dictionary<string, string>(StringComparer.Ordinal) { ["x"] = "1", ["y"] = "2" });
        SafetensorsFile.Write(folder.File("two"), tensors, new Dictionary<string, string>(StringComparer.Ordinal) { ["y"] = "2", ["x"] = "1" });

        File.ReadAllBytes(folder.File("one")).ShouldBe(File.ReadAllBytes(folder.File("two")));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", 8, "tensor a: 8 bytes do not hold a Float32 tensor of shape [1]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "tensor a: its data end at byte 8 but only 4 bytes follow")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "tensor a: its data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "tensor a: its data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "tensor a: its data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}""", 4, "tensor a: its data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "tensor a: its shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "tensor a: its shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":"x","data_offsets":[0,4]}}""", 4, "tensor a: its shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "tensor a: its shape is too large")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "tensor a: its element type F8_E4M3 is not supported")]
    [InlineData("""{"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}""", 4, "tensor a: its header entry")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "tensor a: its header entry")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "tensor a: its header entry")]
    [InlineData("""{"a":7}""", 0, "tensor a: its header entry")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "tensor b: its data overlap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}""", 5, "tensor b: its data leave a gap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 3, "1 bytes at the end belong to no tensor")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "header is damaged")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "__metadata__ entry k")]
    [InlineData("""{"__metadata__":[]}""", 0, "__metadata__ in the safetensors header is not a JSON object")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "header is damaged")]
    [InlineData("""{"a":{"dtype":"U8","shape":[[[[[1]]]]],"data_offsets":[0,1]}}""", 1, "header is damaged")]
    [InlineData("""{"a":""", 0, "header is damaged")]
    [InlineData("[]", 0, "not a JSON object")]
    public void A_header_that_contradicts_itself_is_refused_in_one_line(string header, int dataLength, string expected)
    {
        string path = folder.Write("hostile.safetensors", Assemble(Encoding.UTF8.GetBytes(header), dataLength));

        string message = Should.Throw<InputException>(() => SafetensorsFile.Read(path)).Message;

        message.ShouldStartWith(path);
        message.ShouldContain(expected);
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_header_that_is_not_text_is_refused()
    {
        string path = folder.Write("hostile.safetensors", Assemble([(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)'}'], 0));

        Should.Throw<InputException>(() => SafetensorsFile.Read(path)).Message.ShouldContain("not UTF-8");
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 62)]
    [InlineData(100_000_001UL)]
    [InlineData(17UL)]
    public void An_announced_header_longer_than_the_file_is_refused(ulong length)
    {
        var file = new byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        file[8] = (byte)'{';

        Should.Throw<InputException>(() => SafetensorsFile.Read(folder.Write("hostile.safetensors", file))).Message.ShouldContain("cut short");
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Should.Throw<InputException>(() => SafetensorsFile.Read(folder.File("absent"))).Message.ShouldEndWith("absent: there is no such file");

    [Fact]
    public void Two_tensors_of_one_name_cannot_be_written() =>
        Should.Throw<InputException>(() => new StoredTensors { { "a", StoredTensor.FromFloats([1], 1) }, { "a", StoredTensor.FromFloats([2], 1) } });

    [Fact]
    public void The_name_of_the_text_entry_is_not_for_tensors() =>
        Should.Throw<InputException>(() => SafetensorsFile.Write(folder.File("x"), new StoredTensors { { "__metadata__", StoredTensor.FromFloats([1], 1) } }));

    private StoredTensors RoundTrip(StoredTensors tensors)
    {
        SafetensorsFile.Write(folder.File("a.safetensors"), tensors);
        return SafetensorsFile.Read(folder.File("a.safetensors"));
    }

    private static byte[] Assemble(byte[] header, int dataLength)
    {
        var file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        return file;
    }
}
