"""The commands that compare: `diff` and `check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compatlint import deadline as clock
from compatlint.cli import output as out
from compatlint.cli.progress import Bar
from compatlint.cli.startup import find_range, find_tree, open_scene


def diff(
    *,
    terms: Sequence[str],
    repo: str | None,
    staged: bool,
    worktree: bool,
    form: str | None,
    output: Path | None,
    fail_on: str,
    strict: bool,
    promise: str | None,
    topology: bool,
    corpus: str | None,
    config: Path | None,
    no_cache: bool,
    deadline: float,
    verbose: bool,
) -> int:
    """Compare two releases, report, and return the exit code."""
    kind = out.choose_format(form, output)
    scene = open_scene(repo, config, no_cache=no_cache)
    old, new, paths = find_range(scene.repository, terms, staged=staged, worktree=worktree)
    from compatlint.comparison import compare

    rules = scene.rules()
    with Bar() as bar, clock.within(deadline):
        found = compare(
            scene.repository,
            old,
            new,
            config=scene.config,
            promise=scene.wish(promise),
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
    out.deliver(found, rules, kind, output, verbose=verbose)
    return out.exit_code(found, fail_on, strict=strict)


def check(
    *,
    terms: Sequence[str],
    repo: str | None,
    staged: bool,
    worktree: bool,
    form: str | None,
    output: Path | None,
    fail_on: str,
    strict: bool,
    config: Path | None,
    no_cache: bool,
    deadline: float,
    verbose: bool,
) -> int:
    """Check one release against itself, report, and return the exit code."""
    kind = out.choose_format(form, output)
    scene = open_scene(repo, config, no_cache=no_cache)
    tree, paths = find_tree(scene.repository, terms, staged=staged, worktree=worktree)
    from compatlint.comparison import check as check_release

    rules = scene.rules()
    with Bar() as bar, clock.within(deadline):
        found = check_release(
            scene.repository,
            tree,
            config=scene.config,
            paths=paths,
            cache=scene.cache,
            progress=bar,
            rules=rules,
        )
    out.deliver(found, rules, kind, output, verbose=verbose)
    return out.exit_code(found, fail_on, strict=strict)
