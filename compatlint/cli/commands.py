"""The commands. Each one gathers what it needs, calls one function of the house, and says how it ended."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from compatlint.cli import options

app = typer.Typer(
    name="compatlint",
    help="Find what one release writes and another cannot read: from source text in git alone, nothing is built.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_Range = Annotated[list[str] | None, typer.Argument(metavar="RANGE] [PATH", hidden=True)]
_Rev = Annotated[list[str] | None, typer.Argument(metavar="REV] [PATH", hidden=True)]


def _print_version(wanted: bool) -> None:
    if wanted:
        from compatlint.report.phrases import tool_version

        print(f"compatlint {tool_version()}")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Find what one release writes and another cannot read.

    From source text in git alone, nothing is built.
    """


@app.command()
def diff(
    terms: _Range = None,
    repo: options.Repo = None,
    staged: options.Staged = False,
    worktree: options.Worktree = False,
    form: options.ReportFormat = None,
    output: options.Output = None,
    fail_on: options.Fail = options.FailOn.ERROR,
    strict: options.Strict = False,
    promise: options.PromiseName = None,
    topology: Annotated[
        bool, typer.Option("--topology", help="Print which stages of an upgrade work, even if all do.")
    ] = False,
    corpus: Annotated[
        str | None,
        typer.Option("--corpus", metavar="PATH", help="Real bytes: findings that they show say so."),
    ] = None,
    config: options.ConfigFile = None,
    no_cache: options.NoCache = False,
    verbose: options.Verbose = False,
) -> int:
    """Find what one release writes and another cannot read.

    RANGE is A..B, A...B (from the merge base), or A against HEAD, the index or the working tree; A and B are
    whatever git takes for a revision. Without it: the last release tag, against HEAD. A PATH limits the
    comparison to what lies below.
    """
    from compatlint.cli import output as out
    from compatlint.cli.progress import Bar
    from compatlint.cli.startup import find_range, open_scene

    scene = open_scene(repo, config, no_cache=no_cache)
    old, new, paths = find_range(scene.repository, terms or (), staged=staged, worktree=worktree)
    from compatlint.compare import compare

    rules = scene.rules()
    with Bar() as bar:
        wish = scene.wish(promise)
        found = compare(
            scene.repository,
            old,
            new,
            config=scene.config,
            promise=wish,
            paths=paths,
            cache=scene.cache,
            progress=bar,
            rules=rules,
            topology=topology,
        )
    if corpus is not None:
        from compatlint.replay.confirm import confirm
        from compatlint.sources.corpus import open_corpus

        found = confirm(found, open_corpus(corpus), scene.repository, (old, new), cache=scene.cache)
    out.deliver(found, rules, form, output, verbose=verbose)
    return out.exit_code(found, fail_on, strict=strict)


@app.command()
def check(
    terms: _Rev = None,
    repo: options.Repo = None,
    staged: options.Staged = False,
    worktree: options.Worktree = False,
    form: options.ReportFormat = None,
    output: options.Output = None,
    fail_on: options.Fail = options.FailOn.ERROR,
    strict: options.Strict = False,
    config: options.ConfigFile = None,
    no_cache: options.NoCache = False,
    verbose: options.Verbose = False,
) -> int:
    """Find what a release cannot decode of what it encodes.

    REV is whatever git takes for a revision, HEAD without it. A PATH limits the check to what lies below.
    """
    from compatlint.cli import output as out
    from compatlint.cli.progress import Bar
    from compatlint.cli.startup import find_tree, open_scene

    scene = open_scene(repo, config, no_cache=no_cache)
    tree, paths = find_tree(scene.repository, terms or (), staged=staged, worktree=worktree)
    from compatlint.compare import check as check_release

    rules = scene.rules()
    with Bar() as bar:
        found = check_release(
            scene.repository,
            tree,
            config=scene.config,
            paths=paths,
            cache=scene.cache,
            progress=bar,
            rules=rules,
        )
    out.deliver(found, rules, form, output, verbose=verbose)
    return out.exit_code(found, fail_on, strict=strict)


@app.command()
def show(
    codec: Annotated[
        str, typer.Argument(metavar="CODEC", help="The name of a structure, as the source spells it.")
    ],
    rev: Annotated[str, typer.Argument(metavar="REV", help="A revision.")] = "HEAD",
    repo: options.Repo = None,
    staged: options.Staged = False,
    worktree: options.Worktree = False,
    output: options.Output = None,
    config: options.ConfigFile = None,
    no_cache: options.NoCache = False,
) -> int:
    """Show what a structure puts on the wire.

    Offsets, types, versions, conditions, and whatever was not understood, as REV (HEAD) has it.
    """
    from compatlint.cli.output import save
    from compatlint.cli.startup import find_tree, open_scene
    from compatlint.compare import show as show_codec
    from compatlint.report.program import render

    scene = open_scene(repo, config, no_cache=no_cache)
    terms = () if staged or worktree else (rev,)
    tree, _paths = find_tree(scene.repository, terms, staged=staged, worktree=worktree)
    found = show_codec(scene.repository, tree, codec, config=scene.config, cache=scene.cache)
    save("\n".join(render(each, remark) for each, remark in found), output)
    return 0


@app.command()
def graph(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="FILE.json, FILE.graphml or FILE.dot.")
    ],
    terms: _Range = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what differs, and what contains it.")
    ] = False,
    repo: options.Repo = None,
    staged: options.Staged = False,
    worktree: options.Worktree = False,
    config: options.ConfigFile = None,
    no_cache: options.NoCache = False,
) -> int:
    """Write items and containment of two releases as a graph.

    RANGE is A..B, A...B (from the merge base), or A against HEAD, the index or the working tree; A and B are
    whatever git takes for a revision. Without it: the last release tag, against HEAD. A PATH limits the graph
    to what lies below.
    """
    from compatlint import graph as graphs
    from compatlint.cli.progress import Bar
    from compatlint.cli.startup import find_range, open_scene

    graphs.check_suffix(output)  # before any work
    scene = open_scene(repo, config, no_cache=no_cache)
    old, new, paths = find_range(scene.repository, terms or (), staged=staged, worktree=worktree)
    from compatlint.compare import structures

    with Bar() as bar:
        gather = partial(
            structures, scene.repository, config=scene.config, paths=paths, cache=scene.cache, progress=bar
        )
        before, after = (
            graphs.ReleaseStructures(old.rev, tuple(gather(old))),
            graphs.ReleaseStructures(new.rev, tuple(gather(new))),
        )
    found = graphs.evolution(before, after)
    found = graphs.changed(found) if changed else found
    graphs.write(found, output)
    print(f"{output}: {len(found)} nodes, {found.number_of_edges()} edges in {old.rev}..{new.rev}")
    return 0


@app.command()
def replay(
    corpus: Annotated[
        str, typer.Argument(metavar="CORPUS", help="A folder or a git repository of objects, or one file.")
    ],
    types: Annotated[
        list[str] | None, typer.Argument(metavar="[TYPE]...", help="Only objects of these types.")
    ] = None,
    archive: Annotated[
        str | None, typer.Option("--archive", metavar="VERSION", help="Only this archive's objects.")
    ] = None,
    rev: Annotated[str, typer.Option("--rev", metavar="REV", help="The release that reads.")] = "HEAD",
    writer: Annotated[
        str | None, typer.Option("--from", metavar="REV", help="The release that writes, with --to.")
    ] = None,
    reader: Annotated[
        str | None, typer.Option("--to", metavar="REV", help="The release that reads what --from writes.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="The type of the object in one file.")
    ] = None,
    values: Annotated[bool, typer.Option("--values", help="Print what was decoded, as JSON.")] = False,
    reencode: Annotated[
        bool, typer.Option("--reencode", help="Encode again what was decoded, and compare the bytes.")
    ] = False,
    repo: options.Repo = None,
    form: options.ReportFormat = None,
    output: options.Output = None,
    strict: options.Strict = False,
    no_cache: options.NoCache = False,
    verbose: options.Verbose = False,
) -> int:
    """Decode real bytes with the decoders of a release, read from its source.

    CORPUS is laid out as archive/VERSION/objects/TYPE/FILE, in a folder or in a git repository; or it is one
    file.
    """
    from compatlint.cli.replay import Wish, run_replay

    return run_replay(
        Wish(
            corpus,
            types or (),
            archive,
            rev,
            writer,
            reader,
            repo,
            kind,
            values,
            reencode,
            form,
            output,
            no_cache,
            verbose,
            strict,
        )
    )


@app.command()
def rules(repo: options.Repo = None, config: options.ConfigFile = None) -> int:
    """List the rules."""
    from compatlint.cli.learn import list_rules

    return list_rules(repo, config)


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The name of a rule, as a finding gives it.")],
    repo: options.Repo = None,
    config: options.ConfigFile = None,
) -> int:
    """Explain a rule: what breaks, and how to fix it."""
    from compatlint.cli.learn import explain_rule

    return explain_rule(rule, repo, config)


@app.command()
def demo(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Where to make the repository; else a new folder.")
    ] = None,
) -> int:
    """Try it on a real incident, in a small new repository."""
    from compatlint.cli.learn import run_demo

    return run_demo(folder)


@app.command()
def waive(
    fingerprint: Annotated[
        str, typer.Argument(metavar="FINGERPRINT", help="The twelve digits that a finding ends with.")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is accepted.")],
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="WHEN", help="A date or a release after which it fails again."),
    ] = None,
    repo: options.Repo = None,
    config: options.ConfigFile = None,
) -> int:
    """Accept a finding: write it to the waiver file."""
    from compatlint.check.waivers import append
    from compatlint.cli.startup import open_scene
    from compatlint.errors import ConfigError

    path = open_scene(repo, config, no_cache=True).config.waivers
    if path is None:
        raise ConfigError(
            "a bare repository has no waiver file: run this in a working tree, or name a configuration with --config"
        )
    append(path, fingerprint, reason, until)
    print(f"{path}: {fingerprint} is waived; commit this file")
    return 0
