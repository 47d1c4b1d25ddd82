using Limpid.Defenses;
using Limpid.Diffusion;
using Limpid.Purification;

namespace Limpid.Recipes.Kinds;

internal static class DiffPureKind
{
    public static Kind<Defense> Kind { get; } = new("diffpure", "Noise the image to a level, denoise it again (Nie et al., ICML 2022).",
        [
            new("steps", KeyType.Whole(1, 1000), "100", "t*: how far images are noised, in steps of 1000.", "CIFAR-10 at linf:8/255; 75 at l2:0.5, 150 for ImageNet"),
            new("form", KeyType.Choice("ddpm", "ddim", "ancestral-learned", "sde", "ode"), "ddpm", "The reverse process.", "ddpm in the works that re-evaluate DiffPure; sde as published"),
            new("calls", KeyType.OrWord("all", KeyType.Whole(1, 1000)), "all", "Network calls per image at most; all is one per step.", "as published"),
            new("clamp", KeyType.Flag, "false", "Whether the purified image is limited to [0,1].", "DiffPure's program does not"),
            DefenseKeys.SurrogateCalls("20", "a stride of 5 at t* = 100, as in SSNI"),
            DefenseKeys.Level,
            .. DefenseKeys.Votes("1", "as published; 10 in Lee and Kim, ICCV 2023"),
        ],
        Build);

    private static Defense Build(RecipeSection section, RecipeParts parts)
    {
        var purifier = new DiffPure(parts.Denoiser, new DiffPureOptions
        {
            Count = new StepCount(section.Whole("steps")),
            Form = Form(section.Text("form")),
            Calls = section.Text("calls") == "all" ? null : section.Whole("calls"),
            ClampOutput = section.Flag("clamp"),
        })
        {
            Level = LevelKinds.Table.Build(section.Section("level"), parts),
        };
        return DefenseKeys.Diffusion(section, parts, purifier, purifier.Surrogate(section.Whole("surrogate-calls")));
    }

    private static ReverseForm Form(string name) => name switch
    {
        "ddim" => ReverseForm.Ddim,
        "ancestral-learned" => ReverseForm.AncestralLearned,
        "sde" => ReverseForm.Sde,
        "ode" => ReverseForm.Ode,
        _ => ReverseForm.Ddpm,
    };
}
