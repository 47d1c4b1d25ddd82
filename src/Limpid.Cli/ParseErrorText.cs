using System.CommandLine;
using System.CommandLine.Parsing;
using Limpid.Data;

namespace Limpid.Cli;

/// <summary>The first thing that is wrong with a call, in one line, with the nearest name where one was mistyped.</summary>
internal static class ParseErrorText
{
    public static string Of(ParseResult parse, Command command)
    {
        if (parse.UnmatchedTokens is [var token, ..])
        {
            return Unknown(token, command);
        }
        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            return $"say what to do: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}";
        }
        return parse.Errors[0].SymbolResult switch
        {
            ArgumentResult { Tokens.Count: 0 } missing => $"{missing.Argument.Name} is missing",
            OptionResult { Tokens.Count: 0, Implicit: false } bare => $"{bare.Option.Name} needs a value",
            OptionResult { Tokens.Count: 0 } missing => $"{missing.Option.Name} is missing",
            _ => parse.Errors[0].Message.TrimEnd('.'),
        };
    }

    private static string Unknown(string token, Command command)
    {
        if (token.StartsWith('-'))
        {
            var options = command.Options.Concat(CommonOptions.All).SelectMany(option => option.Aliases.Append(option.Name));
            return $"option '{token}' is not known{NearestName.Hint(token, options)}";
        }
        return command.Subcommands.Count > 0
            ? $"command '{token}' is not known{NearestName.Hint(token, command.Subcommands.Select(sub => sub.Name))}"
            : $"'{token}' is one argument too many for {command.Name}";
    }
}
