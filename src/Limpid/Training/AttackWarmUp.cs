namespace Limpid.Training;

/// <summary>How an attack grows over the first steps of a training.</summary>
internal static class AttackWarmUp
{
    /// <summary>Share of the whole radius, in (0,1], after so many steps of the training.</summary>
    public static double ShareAt(long step, int warmUpSteps) => step >= warmUpSteps ? 1 : (step + 1.0) / warmUpSteps;
}
