using Limpid.Torch.Noise;

namespace Limpid.Torch.Tests;

public sealed class KeyedNoiseTests
{
    [Fact]
    public void Philox_matches_the_published_test_vector()
    {
        // Known-answer test of the Random123 distribution: philox4x32 10, all ones.
        Philox.Next(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue).ShouldBe((0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu));
        Philox.Next(0, 0, 0).ShouldBe((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u));
    }

    [Fact]
    public void A_row_does_not_depend_on_its_neighbors_or_its_place()
    {
        using var scope = TensorScope.Begin();
        var all = new KeyedNoise(7, [new(3), new(5), new(9, 1)]);
        var one = new KeyedNoise(7, [new(9, 1)]);
        var expected = one.Normal(NoisePurpose.Reverse, 4, [3, 5]).ToFloats();
        all.Normal(NoisePurpose.Reverse, 4, [3, 5]).Select(0, 2).ToFloats().ShouldBe(expected);
        all.Rows([2, 0]).Normal(NoisePurpose.Reverse, 4, [3, 5]).Select(0, 0).ToFloats().ShouldBe(expected);
    }

    [Fact]
    public void Several_threads_make_the_numbers_of_one()
    {
        var noise = new KeyedNoise(7, [.. Enumerable.Range(0, 31).Select(i => new SampleKey(i))]);
        float[] Made(int threads) => noise.Numbers(NoisePurpose.Reverse, 4, 1001, (draw, row) => draw.FillNormal(row), threads);
        Made(threads: 4).ShouldBe(Made(threads: 1));
        Made(threads: 1).Distinct().Count().ShouldBeGreaterThan(30_000);
    }

    [Fact]
    public void Seed_sample_repetition_branch_purpose_and_step_each_change_the_numbers()
    {
        using var scope = TensorScope.Begin();
        static float[] Draw(INoise noise, NoisePurpose purpose = NoisePurpose.Forward, int step = 0) => noise.Normal(purpose, step, [8]).ToFloats();
        var noise = new KeyedNoise(1, [new(0)]);
        float[][] draws =
        [
            Draw(noise), Draw(new KeyedNoise(2, [new(0)])), Draw(new KeyedNoise(1, [new(1)])), Draw(new KeyedNoise(1, [new(0, 1)])),
            Draw(noise.Branch(NoisePurpose.Draw, 0)), Draw(noise.Branch(NoisePurpose.Draw, 1)), Draw(noise.Branch(NoisePurpose.Round, 0)),
            Draw(noise, NoisePurpose.Reverse), Draw(noise, step: 1),
        ];
        draws.Select(d => string.Join(' ', d)).Distinct().Count().ShouldBe(draws.Length);
    }

    [Fact]
    public void Normals_have_mean_zero_and_variance_one()
    {
        using var scope = TensorScope.Begin();
        var values = new KeyedNoise(11, [new(0), new(1)]).Normal(NoisePurpose.Forward, 0, [100_000]).ToDoubles();
        values.Average().ShouldBe(0, 0.01); // standard error 0.0022
        values.Select(v => v * v).Average().ShouldBe(1, 0.015); // standard error 0.0032
    }
}
