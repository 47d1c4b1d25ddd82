using Limpid.Detection;
using Limpid.Tests.Support;
using Limpid.Torch;

namespace Limpid.Tests.Detection;

/// <summary>Kernel, estimators and gradients against DAD's and EPS-AD's programs, at the manifests' tolerances.</summary>
public sealed class DiscrepancyGoldenTests
{
    [SharedTheory]
    [InlineData("mmd_opt_null")]
    [InlineData("mmd_opt_small")]
    [InlineData("mmd_opt_large_shift")]
    public void Every_estimate_is_the_authors_own(string name)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden($"defences/{name}");
        var joint = new Represented(golden["features"], golden["images"]);
        int n = joint.Count / 2;
        var kernel = Kernel(golden);
        var blocks = kernel.Blocks(joint.Slice(0, n), joint.Slice(n, 2 * n));
        var full = Tensor.Concat([Tensor.Concat([blocks.Clean, blocks.Cross], 1), Tensor.Concat([blocks.Cross.Transpose(0, 1), blocks.Tested], 1)]);
        ShouldMatch(golden, "kernel", full);
        ShouldMatch(golden, "mmd_u", MaximumMeanDiscrepancy.Unbiased(blocks));
        ShouldMatch(golden, "variance", MaximumMeanDiscrepancy.Variance(blocks));
        ShouldMatch(golden, "objective", MaximumMeanDiscrepancy.TestPower(blocks));
        ShouldMatch(golden, "v_statistic", MaximumMeanDiscrepancy.Biased(blocks));
    }

    [SharedTheory]
    [InlineData("mmd_opt_null")]
    [InlineData("mmd_opt_small")]
    [InlineData("mmd_opt_large_shift")]
    public void Every_gradient_is_the_authors_own(string name)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden($"defences/{name}");
        foreach (var (estimate, of) in new (string, Func<KernelBlocks, Tensor>)[]
        {
            ("objective", MaximumMeanDiscrepancy.TestPower), ("mmd_u", MaximumMeanDiscrepancy.Unbiased), ("v_statistic", MaximumMeanDiscrepancy.Biased),
        })
        {
            var joint = new Represented(golden["features"].AsVariable(), golden["images"].AsVariable());
            int n = joint.Count / 2;
            var value = of(Kernel(golden).Blocks(joint.Slice(0, n), joint.Slice(n, 2 * n)));
            var gradients = Gradient.Of([value], [joint.Features, joint.Pixels]);
            ShouldMatch(golden, $"gradient.{estimate}.features", gradients[0]!);
            ShouldMatch(golden, $"gradient.{estimate}.images", gradients[1]!);
        }
    }

    [SharedTheory]
    [InlineData("mmd_opt_null")]
    [InlineData("mmd_opt_small")]
    [InlineData("mmd_opt_large_shift")]
    public void The_wild_bootstrap_decides_as_the_authors_own(string name)
    {
        using var scope = TensorScope.Begin();
        var golden = new Golden($"defences/{name}");
        var joint = new Represented(golden["features"], golden["images"]);
        int n = joint.Count / 2;
        var blocks = Kernel(golden).Blocks(joint.Slice(0, n), joint.Slice(n, 2 * n));
        var outcome = new WildBootstrap().Run(blocks, new RecordedNoise(AlongImages(golden["bootstrap_normals"])));
        outcome.IsRejected.ShouldBe(golden.Doubles("bootstrap_reject")[0] == 1);
        if (outcome.IsRejected)
        {
            outcome.Critical.ShouldBe(golden.Doubles("bootstrap_threshold")[0], 1e-5);
        }
    }

    // The authors filter along the draws; this is the noise whose filtering along the images gives their processes.
    private static Tensor AlongImages(Tensor normals)
    {
        double a = Math.Exp(-1 / 0.2), fresh = Math.Sqrt(1 - a * a);
        var (rows, draws) = ((int)normals.Size(0), (int)normals.Size(1));
        double[] values = normals.ToDoubles(), process = new double[values.Length], given = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            process[i] = fresh * values[i] + (i % draws == 0 ? 0 : a * process[i - 1]);
            given[i] = (process[i] - (i < draws ? 0 : a * process[i - draws])) / fresh;
        }
        return Tensor.From(given, rows, draws);
    }

    private static DeepKernel Kernel(Golden golden) =>
        new(golden.Doubles("epsilon")[0], golden.Doubles("sigma0")[0], golden.Doubles("sigma")[0]);

    private static void ShouldMatch(Golden golden, string tensor, Tensor found) =>
        Golden.Difference(found.Detach(), golden[tensor]).ShouldBeLessThanOrEqualTo(golden.Tolerance(tensor), tensor);
}
