using System.Text;
using Limpid.Recipes;

namespace Limpid.Tests.Recipes;

/// <summary>The reference of recipes in docs/ is generated from the keys themselves.</summary>
public sealed class RecipePageTests
{
    private const string Marker = "<!-- generated from the keys: LIMPID_APPROVE=1 ./test --filter RecipePage -->\n";

    [Fact]
    public void The_page_lists_every_key_as_it_is()
    {
        string file = Checkout.Path("docs/recipes.md");
        string page = File.ReadAllText(file);
        string introduction = page[..(page.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length)];
        string expected = introduction + Reference();
        if (Checkout.Approves)
        {
            File.WriteAllText(file, expected);
            page = expected;
        }

        page.ShouldBe(expected, "docs/recipes.md is out of date: LIMPID_APPROVE=1 ./test --filter RecipePage rewrites it");
    }

    private static string Reference()
    {
        var text = new StringBuilder();
        text.Append("\n## Keys of a recipe\n\n");
        Table(text, RecipeReference.Keys);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Kinds(text, RecipeReference.Keys, seen);
        return text.ToString();
    }

    private static void Kinds(StringBuilder text, IEnumerable<RecipeKey> keys, HashSet<string> seen)
    {
        foreach (var key in keys.Where(key => key.Kinds is not null && seen.Add(key.Kinds.Sort)))
        {
            text.Append($"\n## Kinds of {key.Kinds!.Sort}\n");
            foreach (var kind in key.Kinds.Kinds)
            {
                text.Append($"\n### `{kind.Name}`\n\n{kind.Summary}\n");
                if (kind.Keys.Count > 0)
                {
                    text.Append('\n');
                    Table(text, kind.Keys);
                }
            }
            Kinds(text, key.Kinds.Kinds.SelectMany(kind => kind.Keys), seen);
        }
    }

    private static void Table(StringBuilder text, IEnumerable<RecipeKey> keys)
    {
        text.Append("| key | default | type | meaning | source of the default |\n| --- | --- | --- | --- | --- |\n");
        foreach (var key in keys)
        {
            string written = key.Default.Length == 0 ? "" : $"`{key.Default}`";
            text.Append($"| `{key.Name}` | {written} | {key.Type.Name} | {key.Meaning} | {key.Source} |\n");
        }
    }
}
