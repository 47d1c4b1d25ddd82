using Limpid.Torch.Weights;

namespace Limpid.Torch.Tests.Weights;

public sealed class StoredTensorTests
{
    [Fact]
    public void Half_brain_float_double_and_integers_convert_to_floats()
    {
        // 1.5 and −2 in half, brain float and double; 7 and −3 in 16 bits.
        new StoredTensor(DType.Float16, [2], new byte[] { 0x00, 0x3e, 0x00, 0xc0 }).ToFloats().ShouldBe([1.5f, -2f]);
        new StoredTensor(DType.BFloat16, [2], new byte[] { 0xc0, 0x3f, 0x00, 0xc0 }).ToFloats().ShouldBe([1.5f, -2f]);
        new StoredTensor(DType.Float64, [2], new byte[] { 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0 }).ToFloats().ShouldBe([1.5f, -2f]);
        new StoredTensor(DType.Int16, [2], new byte[] { 7, 0, 0xfd, 0xff }).ToFloats().ShouldBe([7f, -3f]);
    }

    [Fact]
    public void Booleans_and_bytes_convert_to_integers()
    {
        new StoredTensor(DType.Bool, [3], new byte[] { 0, 1, 2 }).ToInt64s().ShouldBe([0L, 1, 1]);
        new StoredTensor(DType.UInt8, [1], new byte[] { 200 }).ToInt64s().ShouldBe([200L]);
        new StoredTensor(DType.Int8, [1], new byte[] { 200 }).ToInt64s().ShouldBe([-56L]);
    }

    [Fact]
    public void Real_numbers_do_not_pass_for_integers() =>
        Should.Throw<InvalidOperationException>(() => StoredTensor.FromFloats([1], 1).ToInt64s());

    [Theory]
    [InlineData(3)]
    [InlineData(-2)]
    public void Bytes_must_match_the_shape(long size) =>
        Should.Throw<ArgumentException>(() => new StoredTensor(DType.Float32, [size], new byte[8]));

    [Fact]
    public void A_copy_goes_only_to_a_place_of_the_right_size() =>
        Should.Throw<ArgumentException>(() => StoredTensor.FromFloats([1, 2], 2).CopyTo(new byte[7]));

    [Fact]
    public void A_tensor_says_its_type_and_shape() => StoredTensor.FromFloats([1, 2], 2, 1).ToString().ShouldBe("Float32 [2, 1]");
}
