namespace Limpid.Recipes.Kinds;

/// <summary>Keys that several attacks share.</summary>
internal static class AttackKeys
{
    public static RecipeKey Samples { get; } =
        new("samples", KeyType.Whole(1, 100_000), "1", "Draws of a random defense that a gradient is averaged over (EOT).", "1 for a deterministic target; 20 in Lee and Kim, ICCV 2023");

    public static RecipeKey StepSize(string auto) =>
        new("step-size", KeyType.OrWord("auto", KeyType.Real(1e-9)), "auto", $"Length of a step in units of pixels, such as 2/255; {auto}.", "Madry et al., ICLR 2018");
}
