using System.Globalization;
using System.Net;
using System.Text;
using Limpid.Images;
using Limpid.Torch;

namespace Limpid.Cli.Demo;

/// <summary>The image-by-image part of the demo's report: a card per image, a figure per defense.</summary>
internal static class DemoCards
{
    private const int Most = 8;

    public static void Write(StringBuilder page, IReadOnlyList<DemoRow> rows, DemoRun run)
    {
        long[] labels = run.Images.Labels.ToLongs();
        string[] clean = Pictures(run.Images.Images);
        var columns = rows.Select(row => (Row: row, Attacked: Pictures(row.Adversarial), Mask: Pictures(row.Mask), Purified: Pictures(row.Purified))).ToList();
        for (int i = 0; i < clean.Length; i++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<div class=\"card\"><figure>{Picture(clean[i], "clean")}<figcaption>image {run.Images.Indices[i]}:<br>{Name(run, labels[i])}</figcaption></figure>\n");
            foreach (var (row, attacked, mask, purified) in columns)
            {
                bool right = row.Samples[i].Class == labels[i];
                page.Append(CultureInfo.InvariantCulture, $"<figure{(right ? "" : " class=\"wrong\"")}>{Picture(attacked[i], "attacked")}{Picture(mask.ElementAtOrDefault(i), "mask")}{Picture(purified.ElementAtOrDefault(i), "purified")}");
                page.Append(CultureInfo.InvariantCulture, $"<figcaption><b>{WebUtility.HtmlEncode(row.Defense)}</b>: {(right ? "" : "wrongly ")}{Name(run, row.Samples[i].Class)}{Said(row.Samples[i])}</figcaption></figure>\n");
            }
            page.Append("</div>\n");
        }
    }

    private static string Said(DemoSample sample)
    {
        var said = new StringBuilder();
        if (sample.ScoreNorm is { } norm)
        {
            said.Append(CultureInfo.InvariantCulture, $"<br>score norm {norm:F0}");
        }
        if (sample.Finding is { } finding)
        {
            said.Append(CultureInfo.InvariantCulture, $"<br>gate {(finding.IsAdversarial ? "shut" : "open")}: {finding.Score:g3}, limit {finding.Threshold:g3}");
        }
        if (sample.Count is { } count)
        {
            said.Append(CultureInfo.InvariantCulture, $"<br>noised to t = {count}");
        }
        return said.ToString();
    }

    private static string Name(DemoRun run, long label) => WebUtility.HtmlEncode(run.ClassNames[(int)label]);

    private static string Picture(string? data, string alt) => data is null ? "" : $"<img alt=\"{alt}\" src=\"data:image/png;base64,{data}\">";

    private static string[] Pictures(Tensor? images) => images is null ? [] : [.. DemoPictures.Of(images).Take(Most).Select(image => Convert.ToBase64String(PngWriter.Encode(image)))];
}
