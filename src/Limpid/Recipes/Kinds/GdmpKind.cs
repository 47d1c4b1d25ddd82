using Limpid.Defenses;
using Limpid.Diffusion;
using Limpid.Purification;
using Limpid.Torch;

namespace Limpid.Recipes.Kinds;

internal static class GdmpKind
{
    public static Kind<Defense> Kind { get; } = new("gdmp", "Guided purification: rounds of noising and denoising, pulled toward the input (Wang et al., 2022).",
        [
            new("rounds", KeyType.Whole(1, 100), "4", "How often the image is noised and denoised.", "CIFAR-10 under PGD"),
            new("steps", KeyType.Whole(1, 1000), "36", "Reverse steps of a round.", "CIFAR-10 under PGD"),
            new("calls", KeyType.OrWord("all", KeyType.Whole(1, 1000)), "all", "Network calls per round and image at most; all is one per step.", "as published"),
            new("guidance", KeyType.Choice("none", "mse", "ssim"), "mse", "What pulls the reverse process toward the input.", "CIFAR-10; none under SSNI"),
            new("guide-scale", KeyType.Real(0), "60000", "lambda, the strength of guidance.", "CIFAR-10 with mse; 70000 with ssim, 1000 on ImageNet"),
            new("perturbation", KeyType.Real(1e-9), "8", "The attack radius that the strength is tuned to, in units of 1/255.", "CIFAR-10; 4 on ImageNet"),
            new("literature-batch", KeyType.Real(1e-9), "100", "What a distance is divided by: the authors average it over a batch.", "the authors' batch of 100"),
            new("noised-reference", KeyType.Flag, "true", "Whether the input is noised to the state's level before it is compared.", "CIFAR-10; false on ImageNet"),
            new("one-step-more", KeyType.Flag, "true", "Whether the image gets one step more noise than is removed.", "the authors' program for CIFAR-10"),
            new("variance", KeyType.Choice("small", "large", "learned"), "large", "Variance of the reverse steps.", "CIFAR-10; learned on ImageNet"),
            new("clamp", KeyType.Flag, "true", "Whether the purified image is limited to [0,1].", "the authors' program"),
            DefenseKeys.SurrogateCalls("6", "4 rounds of 6 calls, as in SSNI"),
            DefenseKeys.Level,
            .. DefenseKeys.Votes("1", "as published"),
        ],
        Build);

    private static Defense Build(RecipeSection section, RecipeParts parts)
    {
        var options = new GdmpOptions
        {
            Rounds = section.Whole("rounds"),
            Count = new StepCount(section.Whole("steps")),
            Calls = section.Text("calls") == "all" ? null : section.Whole("calls"),
            Guidance = section.Text("guidance") switch { "none" => Guidance.None, "ssim" => Guidance.Ssim, _ => Guidance.Mse },
            GuideScale = section.Real("guide-scale"),
            Perturbation = section.Real("perturbation"),
            LiteratureBatch = section.Real("literature-batch"),
            NoisedReference = section.Flag("noised-reference"),
            OneStepMore = section.Flag("one-step-more"),
            Variance = section.Text("variance") switch { "small" => ReverseVariance.Small, "learned" => ReverseVariance.Learned, _ => ReverseVariance.Large },
            ClampOutput = section.Flag("clamp"),
        };
        if (options.OneStepMore && options.Count.Value == NoiseSchedule.Linear1000.Steps)
        {
            throw new InputException($"{section.Where("steps")}: one step more than {options.Count.Value} is beyond the schedule: use fewer steps, or one-step-more: false");
        }
        var level = LevelKinds.Table.Build(section.Section("level"), parts);
        return DefenseKeys.Diffusion(section, parts,
            new Gdmp(parts.Denoiser, options) { Level = level },
            new Gdmp(parts.Denoiser, options with { Calls = section.Whole("surrogate-calls") }) { Level = level });
    }
}
