using System.Globalization;
using System.Net;
using System.Text;
using Limpid.Evaluation;

namespace Limpid.Cli.Demo;

/// <summary>The report of the demo: one HTML file that needs nothing else, no script and no network.</summary>
internal static class DemoReport
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8886; }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
        th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        td small { display: block; opacity: .75; }
        td.headline { font-weight: 700; }
        figure { margin: 1.5rem 0; } img { image-rendering: pixelated; max-width: 100%; }
        .card { display: flex; flex-wrap: wrap; gap: 1rem; border-bottom: 1px solid var(--line); padding: 1rem 0; }
        .card figure { margin: 0; } .card img { width: 4rem; height: 4rem; } .card figcaption { font-size: .8rem; line-height: 1.3; max-width: 12rem; min-width: 7rem; }
        .wrong figcaption { opacity: .6; }
        code { background: #8882; padding: .1rem .3rem; border-radius: .2rem; }
        """;

    /// <summary>The whole page.</summary>
    public static string Html(IReadOnlyList<DemoRow> rows, byte[] pictures, DemoRun run)
    {
        var page = new StringBuilder();
        var best = rows.Skip(1).MaxBy(row => row.Knowing.Value)!;
        page.Append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append("<title>Limpid demo</title>\n<style>\n").Append(Style).Append("\n</style>\n<h1>Limpid demo</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>Attacked without a defense, the classifier is right on {Percent(rows[0].Knowing)} of the images. With {Text(best.Defense)}, which fares best here, it is right on {Percent(best.Ignoring)} when the attack ignores the defense, and on {Percent(best.Knowing)} when it goes through it. The last number is the honest one.</p>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{Text(run.Description)} Brackets are 95&nbsp;% Wilson intervals: with so few images they are wide.</p>\n");
        page.Append("<table>\n<thead><tr><th>defense<th>clean<th>attack that ignores it<th>attack that knows it<th>seconds</thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(row.Defense)}<small>{Text(row.About)}</small>{Cell(row.Clean, false)}{Cell(row.Ignoring, false)}{Cell(row.Knowing, true)}<td>{row.Seconds:F0}\n");
        }
        page.Append("</tbody>\n</table>\n<figure>\n");
        page.Append(CultureInfo.InvariantCulture, $"<img alt=\"Images before and after attack and purification\" src=\"data:image/png;base64,{Convert.ToBase64String(pictures)}\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<figcaption>Lines from the top: {string.Join("; ", DemoPictures.Captions(rows).Select(Text))}.</figcaption>\n</figure>\n");
        page.Append("<h2>Image by image</h2>\n<p>Each defense's own attack: the attacked image, the mask where there is one, and the purified image with the class that the defense names for it.</p>\n");
        DemoCards.Write(page, rows, run);
        page.Append("<p>To measure in earnest: <code>limpid evaluate ssni-n --out run</code>, and with your own data and networks as <code>limpid recipes show ssni-n</code> explains.</p>\n</html>\n");
        return page.ToString();
    }

    private static string Cell(Interval value, bool headline) =>
        string.Create(CultureInfo.InvariantCulture, $"<td{(headline ? " class=\"headline\"" : "")}>{value.Value * 100:0.0} %<small>[{value.Low * 100:0.0}, {value.High * 100:0.0}] n={value.Count}</small>");

    private static string Percent(Interval value) => string.Create(CultureInfo.InvariantCulture, $"{value.Value * 100:F0}&nbsp;%");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
