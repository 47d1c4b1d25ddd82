using System.Text.Json;
using Limpid.Evaluation;

namespace Limpid.Cli.Watching;

/// <summary>Shows how far a run is and how it stands, and prints samples as they are finished.</summary>
internal sealed class EvaluationWatcher(Session session, Progress progress) : IProgress<EvaluationProgress>
{
    private Counter? counter;

    public void Report(EvaluationProgress value)
    {
        counter ??= new Counter(progress, "samples", value.Items, value.Done);
        counter.Report(value.Done, value.Done == 0 ? null : $"clean {value.Clean}, robust {value.Robust}");
        foreach (var sample in session.Json ? value.Finished : [])
        {
            Terminal.Out.WriteLine(JsonSerializer.Serialize(sample, RunJson.Line));
        }
    }
}
