using Spectre.Console;
using Spectre.Console.Rendering;

namespace Limpid.Cli.Watching;

/// <summary>A task's line as it is: it may hold brackets, which are markup elsewhere.</summary>
internal sealed class DescriptionColumn : ProgressColumn
{
    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(task.Description);
}
