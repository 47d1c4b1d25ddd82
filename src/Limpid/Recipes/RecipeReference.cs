using Limpid.Recipes.Kinds;

namespace Limpid.Recipes;

/// <summary>Every key of a recipe: the reference that documents and checks.</summary>
public static class RecipeReference
{
    /// <summary>The keys of a recipe; those that choose a kind have its keys below them.</summary>
    public static IReadOnlyList<RecipeKey> Keys { get; } =
    [
        new("about", KeyType.Text, "", "What the recipe is for; shown in lists.", "-"),
        new("data", KeyType.Text, "shapes:test[0..31]", "The images: `limpid data list` shows how they are written.", "our choice: small enough to try"),
        new("classifier", KeyType.Text, "shapes-classifier", "A bundled network's name, NET=FILE for published weights, or a file that `limpid train` wrote.", "bundled"),
        new("denoiser", KeyType.Text, "shapes-denoiser", "The diffusion network of purifiers that need one: a bundled name, NET=FILE for published weights, or a file that limpid wrote.", "bundled"),
        new("resize", KeyType.OrWord("none", KeyType.Whole(8, 4096)), "none", "Side to which images are brought for the diffusion network, and back.", "none on CIFAR-10; 256 on ImageNet, whose images are 224x224"),
        RecipeKey.Of("defense", DefenseKinds.Table, "none", "What stands between image and classifier.", "-"),
        RecipeKey.Of("attack", AttackKinds.Table, "pgd", "How adversarial images are sought.", "the field's usual one"),
        new("threat", KeyType.Threat, "linf:8/255", "What the attacker may change.", "the usual one for CIFAR-10"),
        new("gradient", KeyType.Choice(GradientModes.Names), "exact", "How the attack's gradient passes through the purifier.", "the strongest; surrogate is the protocol of Lee and Kim, ICCV 2023"),
        new("repetitions", KeyType.Whole(1, 1000), "1", "Times that the whole experiment is repeated with fresh noise.", "3 in published tables; 1 is quicker"),
        new("judgements", KeyType.Whole(1, 1000), "1", "Times that each final image is judged, each with fresh noise.", "1 in published tables; 10 shows worst-of-10"),
        new("seed", KeyType.Whole(0, long.MaxValue), "0", "Seed of all randomness.", "our choice"),
        new("batch", KeyType.OrWord("auto", KeyType.Whole(1, 1_000_000)), "16", "Images worked on at a time; auto: what is fastest here for the diffusion network, measured once on a quiet machine. Changes speed and memory, not results: on a GPU, or with other kernels than auto and precise, by rounding at most.", "our choice"),
    ];
}
