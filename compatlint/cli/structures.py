"""The commands about structures and not about what breaks: `show` and `graph`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from compatlint.cli.output import save
from compatlint.cli.progress import Bar
from compatlint.cli.startup import Startup, find_range, find_tree, open_scene
from compatlint.errors import UsageError
from compatlint.plain_text import one_line


def show(
    *,
    codec: str,
    rev: str,
    repo: str | None,
    staged: bool,
    worktree: bool,
    output: Path | None,
    config: Path | None,
    no_cache: bool,
) -> int:
    """Print the layout of a structure in one release."""
    scene = open_scene(repo, config, no_cache=no_cache)
    if ".." in rev:
        return _show_both(scene, codec, rev, output)
    terms = () if staged or worktree else (rev,)
    tree, _paths = find_tree(scene.repository, terms, staged=staged, worktree=worktree)
    from compatlint.comparison import show as show_codec
    from compatlint.report.program import render

    found = show_codec(scene.repository, tree, codec, config=scene.config, cache=scene.cache)
    save("\n".join(render(each, remark) for each, remark in found), output)
    return 0


def _show_both(scene: Startup, codec: str, text: str, output: Path | None) -> int:
    """Print a structure in two releases, side by side."""
    from compatlint.cli.output import view_of_terminal
    from compatlint.comparison import show as show_codec
    from compatlint.report.program import render
    from compatlint.report.side_by_side import render as beside

    old, new, _paths = find_range(scene.repository, (text,), staged=False, worktree=False)
    sides = []
    for tree in (old, new):
        found = show_codec(scene.repository, tree, codec, config=scene.config, cache=scene.cache)
        sides.append((tree.rev, "\n".join(render(each, remark) for each, remark in found)))
    look = view_of_terminal()
    color = output is None and look.color
    save(beside(sides[0], sides[1], color=color, width=look.width if output is None else 120), output)
    return 0


def graph(
    *,
    terms: Sequence[str],
    output: Path | None,
    changed: bool,
    every: bool,
    repo: str | None,
    staged: bool,
    worktree: bool,
    config: Path | None,
    no_cache: bool,
) -> int:
    """Write the graph of two releases to a file."""
    from compatlint import graph as graphs

    if output is None:
        raise UsageError("graph: -o FILE is required; FILE.json, FILE.graphml, FILE.dot or FILE.html")
    graphs.check_suffix(output)  # before any work
    scene = open_scene(repo, config, no_cache=no_cache)
    old, new, paths = find_range(scene.repository, terms, staged=staged, worktree=worktree)
    from compatlint.comparison import structures

    with Bar() as bar:
        gather = partial(
            structures, scene.repository, config=scene.config, paths=paths, cache=scene.cache, progress=bar
        )
        before, after = (
            graphs.ReleaseStructures(old.rev, tuple(gather(old))),
            graphs.ReleaseStructures(new.rev, tuple(gather(new))),
        )
    found = graphs.evolution(before, after)
    found = found if every and not changed else graphs.changed(found)
    if output.suffix.lower() == ".html":
        from compatlint.report import graph_html

        save(graph_html.render(graphs.listing(found)), output)
    else:
        graphs.write(found, output)
    print(one_line(f"{output}: {len(found)} nodes, {found.number_of_edges()} edges in {old.rev}..{new.rev}"))
    return 0
