using FsCheck;
using FsCheck.Fluent;
using Limpid.Attacks;
using Limpid.Torch;
using Limpid.Torch.Noise;

namespace Limpid.Tests.Attacks;

public sealed class GeometryTests
{
    private static readonly double[] radii = [0.001, 0.03, 0.3, 1, 2.5];

    [SharedTheory]
    [InlineData("linf_eps0.03", ThreatNorm.Linf, 0.03)]
    [InlineData("linf_eps0.3", ThreatNorm.Linf, 0.3)]
    [InlineData("l2_torchattacks_eps0.1", ThreatNorm.L2, 0.1)]
    [InlineData("l2_torchattacks_eps1.0", ThreatNorm.L2, 1.0)]
    public void A_projection_is_the_reference_one(string name, ThreatNorm norm, double epsilon)
    {
        using var scope = TensorScope.Begin();
        var x = GoldenAttacks.Load("proj", "x");
        var moved = x + GoldenAttacks.Load("proj", "perturbation");

        GoldenAttacks.LargestDifference(new Threat(norm, epsilon).Geometry().Project(moved, x), GoldenAttacks.Load("proj", name)).ShouldBeLessThan(1e-12);
    }

    [Theory]
    [InlineData(ThreatNorm.Linf)]
    [InlineData(ThreatNorm.L2)]
    public void Projecting_lands_in_the_ball_and_in_the_box_and_twice_is_once(ThreatNorm norm) =>
        Check.QuickThrowOnFailure(Prop.ForAll(Case().ToArbitrary(), c =>
        {
            using var scope = TensorScope.Begin();
            var geometry = new Threat(norm, c.Epsilon).Geometry();
            var (images, moved) = Points(c);
            var once = geometry.Project(moved, images);
            var twice = geometry.Project(once, images);

            return geometry.Distance(once, images).Max() <= c.Epsilon * (1 + 1e-9) + 1e-12
                && once.Min().Item() >= 0
                && once.Max().Item() <= 1
                && GoldenAttacks.LargestDifference(twice, once) <= 1e-12;
        }));

    [Theory]
    [InlineData(ThreatNorm.Linf)]
    [InlineData(ThreatNorm.L2)]
    public void Projecting_a_point_of_ball_and_box_changes_nothing(ThreatNorm norm) =>
        Check.QuickThrowOnFailure(Prop.ForAll(Case().ToArbitrary(), c =>
        {
            using var scope = TensorScope.Begin();
            var geometry = new Threat(norm, c.Epsilon).Geometry();
            var (images, _) = Points(c);
            var inside = geometry.RandomStart(images, new KeyedNoise(c.Seed, [new(0), new(1)]));

            return GoldenAttacks.LargestDifference(geometry.Project(inside, images), inside) <= 1e-12;
        }));

    [Theory]
    [InlineData(ThreatNorm.Linf)]
    [InlineData(ThreatNorm.L2)]
    public void No_step_of_its_length_gains_more_on_a_linear_function(ThreatNorm norm) =>
        Check.QuickThrowOnFailure(Prop.ForAll(Case().ToArbitrary(), c =>
        {
            using var scope = TensorScope.Begin();
            var geometry = new Threat(norm, c.Epsilon).Geometry();
            var noise = new KeyedNoise(c.Seed, [new(0), new(1)]);
            var slope = noise.Normal(NoisePurpose.Control, 0, [1, 4, 4]).To(DType.Float64);
            var zero = slope.ZerosLike();
            var step = geometry.Step(zero, slope, c.Epsilon);
            var rival = noise.Normal(NoisePurpose.Control, 1, [1, 4, 4]).To(DType.Float64);
            var rivalLength = rival.Norm(norm == ThreatNorm.Linf ? double.PositiveInfinity : 2, [1, 2, 3], keepDimensions: true);
            double[] gains = (step * slope).Sum([1, 2, 3]).ToDoubles();
            double[] others = (rival / rivalLength * c.Epsilon * slope).Sum([1, 2, 3]).ToDoubles();

            return gains.Zip(others).All(pair => pair.First >= pair.Second - 1e-9);
        }));

    [Fact]
    public void A_zero_gradient_moves_nothing_in_either_norm()
    {
        using var scope = TensorScope.Begin();
        var at = Tensor.Full([1, 1, 2, 2], 0.5);

        new LinfGeometry(1).Step(at, at.ZerosLike(), 1).ToFloats().ShouldBe(at.ToFloats());
        new L2Geometry(1).Step(at, at.ZerosLike(), 1).ToFloats().ShouldBe(at.ToFloats());
        new L2Geometry(1).Project(at, at).ToFloats().ShouldBe(at.ToFloats());
    }

    private static Gen<(ulong Seed, double Epsilon, double Reach)> Case() =>
        from seed in Gen.Choose(0, int.MaxValue)
        from epsilon in Gen.Elements(radii)
        from reach in Gen.Elements(0.001, 0.1, 1, 10)
        select ((ulong)seed, epsilon, reach);

    private static (Tensor Images, Tensor Moved) Points((ulong Seed, double Epsilon, double Reach) c)
    {
        var noise = new KeyedNoise(c.Seed, [new(0), new(1)]);
        var images = noise.Uniform(NoisePurpose.Control, 0, [1, 4, 4]).To(DType.Float64);
        return (images, images + noise.Normal(NoisePurpose.Control, 1, [1, 4, 4]).To(DType.Float64) * c.Reach);
    }
}
