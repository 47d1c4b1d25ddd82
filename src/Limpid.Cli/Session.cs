using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Limpid.Torch;

namespace Limpid.Cli;

/// <summary>One call of a command: its options, where its results go, and whether it should stop.</summary>
internal sealed class Session(ParseResult parse, CancellationToken cancellation)
{
    private static readonly JsonSerializerOptions JsonStyle = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public CancellationToken Cancellation => cancellation;

    public bool Json => parse.GetValue(CommonOptions.Json);

    public bool Quiet => parse.GetValue(CommonOptions.Quiet);

    public long? Seed => parse.GetValue(CommonOptions.Seed);

    public int? Batch => (int?)parse.GetValue(CommonOptions.Batch);

    /// <summary>The device asked for, checked to be usable.</summary>
    /// <exception cref="InputException">The name is wrong, or this machine or this libtorch has no such device.</exception>
    public Device Device
    {
        get
        {
            var device = Device.Parse(parse.GetValue(CommonOptions.Device) ?? "cpu");
            return device.Kind == DeviceKind.Cpu || Engine.CanUse(device)
                ? device
                : throw new InputException($"device '{device}' cannot be used here: `limpid doctor` says why; --device cpu always works");
        }
    }

    /// <summary>Value of an option or null.</summary>
    public T? Get<T>(Option<T> option) => parse.GetValue(option);

    /// <summary>Value of an argument.</summary>
    public T Get<T>(Argument<T> argument) => parse.GetValue(argument)!;

    /// <summary>Sets whose kernels compute, where the call says it.</summary>
    public void ApplyKernels()
    {
        if (parse.GetValue(CommonOptions.Kernels) is { } kernels)
        {
            Engine.Kernels = kernels;
        }
    }

    /// <summary>Sets the number of threads before the first operator runs: as asked, as the environment says, or as measured here once.</summary>
    public void ApplyThreads()
    {
        if (parse.GetValue(CommonOptions.Threads) is { } threads)
        {
            Engine.Threads = (int)threads;
        }
        else if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_NUM_THREADS")))
        {
            Engine.Threads = ThreadCalibration.Choose();
        }
    }

    /// <summary>A result: the object as a line of JSON, or the text.</summary>
    public void Result(object json, string text) => Terminal.Out.WriteLine(Json ? JsonSerializer.Serialize(json, JsonStyle) : text);

    /// <summary>A line that only people need: with --json it is left out.</summary>
    public void Text(string text)
    {
        if (!Json)
        {
            Terminal.Out.WriteLine(text);
        }
    }

    /// <summary>A line about how it goes, on standard error.</summary>
    public void Progress(string text)
    {
        if (!Quiet)
        {
            Terminal.Line(text);
        }
    }
}
