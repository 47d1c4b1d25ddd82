using System.Text;

namespace Limpid.Recipes;

/// <summary>Writes values as YAML.</summary>
internal static class RecipeYaml
{
    public static void Write(RecipeSection section, StringBuilder text, int indent)
    {
        string prefix = section.Path.Length == 0 ? "" : section.Path + ".";
        string margin = new(' ', indent);
        foreach (var (path, value) in section.Flatten())
        {
            string key = path[prefix.Length..];
            if (!key.Contains('.'))
            {
                text.Append(margin).Append(key).Append(": ").Append(Quoted(value)).Append('\n');
            }
            else if (key.EndsWith(".kind", StringComparison.Ordinal) && key.IndexOf('.', StringComparison.Ordinal) == key.Length - 5)
            {
                string below = key[..^5];
                text.Append(margin).Append(below).Append(":\n");
                Write(section.Section(below), text, indent + 2);
            }
        }
    }

    // A word that YAML would take for something else, or that holds its signs, goes into quotes.
    private static string Quoted(string value)
    {
        bool plain = value.Length > 0 && char.IsLetterOrDigit(value[0]) && value.All(c => char.IsLetterOrDigit(c) || c is '-' or '.' or '/' or '_' or '+' or ' ')
            && !value.EndsWith(' ');
        return plain ? value : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
    }
}
