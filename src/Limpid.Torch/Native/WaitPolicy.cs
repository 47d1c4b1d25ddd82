namespace Limpid.Torch.Native;

/// <summary>How OpenMP's threads wait for work: it must be settled before libtorch loads.</summary>
internal enum Waiting
{
    /// <summary>They sleep at once: best where other programs want the cores.</summary>
    Asleep,

    /// <summary>They spin for some microseconds, then sleep: best on quiet cores, where operators follow each other quickly.</summary>
    ShortSpin,

    /// <summary>As the environment says.</summary>
    Given,
}

/// <summary>Which way of waiting this process uses.</summary>
internal static class WaitPolicy
{
    // Of libgomp's waiting loop: a fraction of a millisecond.
    private const string SpinCount = "20000";

    /// <summary>Settled when the native library loads.</summary>
    public static Waiting InForce { get; private set; } = Waiting.Asleep;

    /// <summary>Decides, and tells OpenMP through the environment of the process.</summary>
    public static void Apply(Action<string, string> setVariable)
    {
        InForce = Decide(Given("OMP_WAIT_POLICY") || Given("GOMP_SPINCOUNT"), MachineLoad.IsBusy(), CalibrationFile.Read(null));
        if (InForce == Waiting.Asleep)
        {
            setVariable("OMP_WAIT_POLICY", "PASSIVE");
        }
        else if (InForce == Waiting.ShortSpin)
        {
            setVariable("GOMP_SPINCOUNT", SpinCount);
        }
    }

    /// <summary>The faster one on quiet cores, each being measured once; asleep on busy ones.</summary>
    public static Waiting Decide(bool given, bool busy, IReadOnlyList<Measured> known)
    {
        if (given)
        {
            return Waiting.Given;
        }
        if (busy)
        {
            return Waiting.Asleep;
        }
        foreach (var waiting in (ReadOnlySpan<Waiting>)[Waiting.Asleep, Waiting.ShortSpin])
        {
            if (known.All(m => m.Waiting != waiting))
            {
                return waiting;
            }
        }
        return known.Where(m => m.Waiting != Waiting.Given).MinBy(m => m.Seconds)!.Waiting;
    }

    public static string Describe(Waiting waiting) => waiting switch
    {
        Waiting.Asleep => "waiting asleep",
        Waiting.ShortSpin => "spinning shortly while they wait",
        _ => "waiting as the environment says",
    };

    private static bool Given(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
