using System.CommandLine;
using Limpid.Cli.Doctor;

namespace Limpid.Cli.Commands;

/// <summary><c>limpid doctor</c>: what was found on this machine, and what to do about what is missing.</summary>
internal static class DoctorCommand
{
    public static Command Create() => new("doctor", "Says what libtorch, threads, CPU features and GPU were found, and what to do about what is missing.");

    /// <summary>Every check is a result; the exit code is 1 when something needed is broken.</summary>
    public static int Run(Session session)
    {
        bool works = true;
        foreach (var check in Checks.All())
        {
            session.Result(
                new { check = check.Name, status = check.Status.ToString().ToLowerInvariant(), found = check.Found, advice = check.Advice },
                $"{Mark(check.Status)} {check.Name,-14} {check.Found}{(check.Advice is null ? "" : $"\n   {"",-14} {check.Advice}")}");
            works &= check.Status != CheckStatus.Broken;
        }
        return works ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Mark(CheckStatus status) => status switch
    {
        CheckStatus.Good => "ok",
        CheckStatus.Note => "--",
        _ => "!!",
    };
}
