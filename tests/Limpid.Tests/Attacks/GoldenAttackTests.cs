using Limpid.Attacks;
using Limpid.Defenses;
using Limpid.Torch;

namespace Limpid.Tests.Attacks;

/// <summary>Attacks against what torchattacks and the code of Lee and Kim return on the same network, images and random numbers.</summary>
public sealed class GoldenAttackTests
{
    private static readonly Threat linf = new(ThreatNorm.Linf, 8.0 / 255);
    private static readonly Threat l2 = new(ThreatNorm.L2, 1.25);

    // A pixel with nearly zero gradient may take the other sign: the tolerance of the golden data.
    private const double AllowedShare = 1e-3;

    public static TheoryData<string, IAttack> Basic => new()
    {
        { "fgsm", new Fgsm(linf) },
        { "bim", new Bim(linf) },
        { "bim_autosteps", new Bim(linf) { Steps = 0, StepSize = 1.0 / 255 } },
        { "pgd_linf_norand", new Pgd(linf) { Steps = 10, RandomStart = false } },
        { "pgd_linf_rand", new Pgd(linf) { Steps = 10 } },
        { "pgd_l2_norand", new Pgd(l2) { Steps = 10, StepSize = 0.3125, RandomStart = false } },
        { "pgd_l2_rand", new Pgd(l2) { Steps = 10, StepSize = 0.3125 } },
        { "gaussian_noise", new GaussianNoise(0.1) },
    };

    // torchattacks' EOTPGD starts at the image in the reference run: only so do its recorded logits come out.
    public static TheoryData<string, bool, GradientMode, IAttack> Expectation => new()
    {
        { "eotpgd_linf", false, GradientMode.Exact, new Pgd(linf) { Steps = 6, Samples = 4, RandomStart = false } },
        { "leekim_pgd_linf", false, GradientMode.Exact, Pgd.LeeKim(linf) with { Steps = 8, Samples = 5 } },
        { "leekim_pgd_l2", false, GradientMode.Exact, Pgd.LeeKim(l2) with { Steps = 8, Samples = 5 } },
        { "leekim_bpda_linf", true, GradientMode.Bpda, Pgd.LeeKim(linf) with { Steps = 8, Samples = 5 } },
    };

    [SharedTheory]
    [MemberData(nameof(Basic))]
    public void An_attack_on_a_classifier_returns_the_reference_images(string name, IAttack attack)
    {
        using var scope = TensorScope.Begin();
        var result = attack.Run(new ClassifierTarget(new GoldenNet()), GoldenAttacks.Images(), GoldenAttacks.Labels(), new StreamNoise(7, 12));

        GoldenAttacks.ShareOff(result.Adversarial, GoldenAttacks.Load("basic", $"{name}/adv")).ShouldBeLessThanOrEqualTo(AllowedShare);
        result.Success.ShouldBe(GoldenAttacks.Load("basic", $"{name}/success").ToBools());
    }

    [SharedTheory]
    [MemberData(nameof(Expectation))]
    public void An_attack_over_draws_returns_the_reference_images(string name, bool quantizes, GradientMode mode, IAttack attack)
    {
        using var scope = TensorScope.Begin();
        var defense = new Defense(new GoldenNet(), new ToyPurifier(quantizes));
        var result = attack.Run(defense.Target(mode), GoldenAttacks.Images(), GoldenAttacks.Labels(), new StreamNoise(7, 12));

        GoldenAttacks.ShareOff(result.Adversarial, GoldenAttacks.Load("eot", $"{name}/adv")).ShouldBeLessThanOrEqualTo(AllowedShare);
        var logits = defense.Target(mode).Logits(result.Adversarial, new StreamNoise(8, 12));
        bool[] success = logits.ArgMax(1).NotEqualTo(GoldenAttacks.Labels()).ToBools();
        success.Zip(GoldenAttacks.Load("eot", $"{name}/success").ToBools()).Count(pair => pair.First != pair.Second).ShouldBeLessThanOrEqualTo(1);
    }

    [SharedFact]
    public void The_attack_with_persistence_returns_the_reference_images_and_breaks_rows_when_the_reference_does()
    {
        using var scope = TensorScope.Begin();
        var target = new Defense(new GoldenNet(), new ToyPurifier(quantizes: true)).Target(GradientMode.Bpda);
        var attack = new PersistentBpda(linf) { Steps = 12, Samples = 5, VerifySamples = 9 };
        var defended = new List<bool[]>();

        var result = attack.Run(target, GoldenAttacks.Images(), GoldenAttacks.Labels(), new StreamNoise(7, 12), defended, CancellationToken.None);

        defended.SelectMany(rows => rows).ShouldBe(GoldenAttacks.Load("eot", "diffpure_bpda_eot_linf/class_batch").ToBools());
        GoldenAttacks.ShareOff(result.Adversarial, GoldenAttacks.Load("eot", "diffpure_bpda_eot_linf/adv")).ShouldBeLessThanOrEqualTo(AllowedShare);
        result.Success.Count(success => !success).ShouldBe(5);
    }

    [SharedFact]
    public void The_reference_network_gives_the_reference_logits_in_both_precisions()
    {
        using var scope = TensorScope.Begin();

        GoldenAttacks.LargestDifference(new GoldenNet().Logits(GoldenAttacks.Images()), GoldenAttacks.Load("data", "logits_f32")).ShouldBeLessThan(1e-5);
        GoldenAttacks.LargestDifference(new GoldenNet(DType.Float64).Logits(GoldenAttacks.Images(DType.Float64)), GoldenAttacks.Load("data", "logits_f64")).ShouldBeLessThan(1e-11);
    }
}
