namespace Limpid.Torch.Tests.Architecture;

public sealed class PublicApiTests
{
    /// <summary>To approve a change: LIMPID_APPROVE=1 ./test --filter PublicApi; the review then shows the difference.</summary>
    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        string file = Checkout.Path("src/Limpid.Torch/PublicApi.approved.txt");
        string surface = PublicSurface.Of(typeof(Limpid.Torch.Tensor).Assembly);
        if (Checkout.Approves)
        {
            File.WriteAllText(file, surface);
        }

        string approved = File.ReadAllText(file);

        surface.Split('\n').Except(approved.Split('\n')).ShouldBeEmpty("new and not approved; LIMPID_APPROVE=1 ./test --filter PublicApi approves it");
        surface.ShouldBe(approved, "gone or moved; LIMPID_APPROVE=1 ./test --filter PublicApi approves it");
    }
}
