using System.CommandLine;

namespace Limpid.Cli.Commands;

/// <summary>Every command, a line each; the order is that of the help.</summary>
internal static class Registry
{
    public static IEnumerable<Command> Commands(CancellationToken cancellation) =>
    [
        DemoCommand.Create().Runs(DemoCommand.Run, cancellation),
        EvaluateCommand.Create().Runs(EvaluateCommand.Run, cancellation),
        AttackCommand.Create().Runs(AttackCommand.Run, cancellation),
        PurifyCommand.Create().Runs(PurifyCommand.Run, cancellation),
        ClassifyCommand.Create().Runs(ClassifyCommand.Run, cancellation),
        DetectCommand.Create().Runs(DetectCommand.Run, cancellation),
        TrainCommand.Create(cancellation),
        FitCommand.Create(cancellation),
        StatusCommand.Create().Runs(StatusCommand.Show, cancellation),
        CompareCommand.Create().Runs(CompareCommand.Run, cancellation),
        MergeCommand.Create().Runs(MergeCommand.Run, cancellation),
        DataCommand.Create(cancellation),
        ModelsCommand.Create(cancellation),
        RecipesCommand.Create(cancellation),
        BenchCommand.Create(cancellation),
        DoctorCommand.Create().Runs(DoctorCommand.Run, cancellation),
        CompletionCommand.Create().Runs(CompletionCommand.Run, cancellation),
    ];

    /// <summary>Runs a body that returns the exit code.</summary>
    public static Command Runs(this Command command, Func<Session, int> body, CancellationToken cancellation)
    {
        command.SetAction(parse =>
        {
            var session = new Session(parse, cancellation);
            session.ApplyKernels();
            return body(session);
        });
        return command;
    }
}
