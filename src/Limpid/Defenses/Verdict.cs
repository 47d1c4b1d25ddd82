namespace Limpid.Defenses;

/// <summary>What a defense says about one image.</summary>
/// <param name="Class">The class it settles on.</param>
/// <param name="Confidence">Mean probability of that class over the draws, in [0,1].</param>
/// <param name="Votes">The class each draw named.</param>
public sealed record Verdict(int Class, double Confidence, IReadOnlyList<int> Votes);
