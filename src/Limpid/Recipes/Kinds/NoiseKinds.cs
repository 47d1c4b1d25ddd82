using Limpid.Attacks;

namespace Limpid.Recipes.Kinds;

internal static class NoiseKinds
{
    public static Kind<IAttack> Uniform { get; } = new("noise", "Noise of the threat's own size, knowing nothing of the target: the control.", [],
        (_, parts) => new RandomNoise(parts.Threat));

    public static Kind<IAttack> Gaussian { get; } = new("gaussian", "Gaussian noise without a budget.",
        [new("sigma", KeyType.Real(0, 10), "0.1", "Standard deviation, in units of pixels in [0,1].", "the literature's tables")],
        (section, _) => new GaussianNoise(section.Real("sigma")));
}
