using Limpid.Attacks;
using Limpid.Classifiers;
using Limpid.Data;
using Limpid.Defenses;
using Limpid.Diffusion;
using Limpid.Recipes.Kinds;
using Limpid.Torch;

namespace Limpid.Recipes;

/// <summary>The objects that a recipe describes, each made when it is first asked for.</summary>
/// <remarks>Owns the networks. Not safe for several threads until everything needed has been made.</remarks>
public sealed class RecipeParts : IDisposable
{
    private readonly Lazy<IClassifier> classifier;
    private readonly Lazy<DenoiserNetwork> denoiser;
    private readonly Lazy<IImageDataset> data;
    private readonly Lazy<int> fastest;
    private readonly List<IDisposable> owned = [];

    /// <summary>Prepares to make the parts.</summary>
    /// <param name="recipe">What to make.</param>
    /// <param name="device">Where the networks live.</param>
    public RecipeParts(Recipe recipe, Device device)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        (Recipe, Device) = (recipe, device);
        classifier = new(() => BundledNetworks.OpenClassifier(recipe.Values.Text("classifier"), device));
        denoiser = new(() => BundledNetworks.OpenDenoiser(recipe.Values.Text("denoiser"), device));
        data = new(() => Datasets.Open(recipe.Values.Text("data")));
        fastest = new(FastestBatch);
    }

    /// <summary>What is made.</summary>
    public Recipe Recipe { get; }

    /// <summary>Where the networks live.</summary>
    public Device Device { get; }

    /// <summary>The images.</summary>
    /// <exception cref="InputException">They cannot be opened.</exception>
    public IImageDataset Data => data.Value;

    /// <summary>The classifier, undefended.</summary>
    /// <exception cref="InputException">It cannot be opened.</exception>
    public IClassifier Classifier => classifier.Value;

    /// <summary>The diffusion network.</summary>
    /// <exception cref="InputException">It cannot be opened.</exception>
    public DenoiserNetwork Denoiser => denoiser.Value;

    /// <summary>Side to which images are brought for the diffusion network; null to leave them.</summary>
    public int? Resize => Recipe.Values.Text("resize") == "none" ? null : Recipe.Values.Whole("resize");

    /// <summary>What the attacker may change.</summary>
    public Threat Threat => Threat.Parse(Recipe.Values.Text("threat"));

    /// <summary>How gradients pass through the purifier.</summary>
    public GradientMode Gradient => GradientModes.Of(Recipe.Values.Text("gradient"));

    /// <summary>Images worked on at a time: as the recipe says, or what is fastest here for the diffusion network if one was made.</summary>
    public int Batch => Recipe.Values.Text("batch") != "auto" ? Recipe.Values.Whole("batch")
        : denoiser.IsValueCreated ? fastest.Value
        : BatchCalibration.Unmeasured;

    /// <summary>The defense as it is judged.</summary>
    public Defense BuildDefense() => DefenseKinds.Table.Build(Recipe.Values.Section("defense"), this);

    /// <summary>The attack.</summary>
    public IAttack BuildAttack() => AttackKinds.Table.Build(Recipe.Values.Section("attack"), this);

    private int FastestBatch()
    {
        var image = Denoiser.Input;
        long[] size = [image.Channels, Resize ?? image.Height, Resize ?? image.Width];
        return BatchCalibration.Choose($"{Denoiser.Kind} {Denoiser.Options} {string.Join('x', size)} {Device}", images =>
        {
            using var scope = TensorScope.Begin();
            using var noGrad = GradMode.Off();
            var noisy = Tensor.Zeros([images, .. size]).To(Device);
            Denoiser.PredictNoise(noisy, new double[images]).Sum().Item();
        });
    }

    /// <summary>Keeps a further part until the networks are freed.</summary>
    internal T Own<T>(T part)
        where T : IDisposable
    {
        owned.Add(part);
        return part;
    }

    /// <summary>Frees the networks.</summary>
    public void Dispose()
    {
        owned.ForEach(part => part.Dispose());
        (classifier.IsValueCreated ? classifier.Value as IDisposable : null)?.Dispose();
        (denoiser.IsValueCreated ? denoiser.Value : null)?.Dispose();
    }
}
