"""The commands that compare: `diff` and `check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from compatlint import deadline as clock
from compatlint.cli import last_question, say
from compatlint.cli.output import ReportOptions, deliver
from compatlint.cli.progress import Bar
from compatlint.cli.releases import Beyond, beyond
from compatlint.cli.startup import Startup, find_range, find_tree, open_scene, split_terms
from compatlint.report.formats import choose
from compatlint.sources.git import NoRelease

if TYPE_CHECKING:
    from compatlint.check.findings import Comparison
    from compatlint.rulebook import Rulebook
    from compatlint.sources.git import Tree


def diff(
    *,
    terms: Sequence[str],
    repo: str | None,
    staged: bool,
    worktree: bool,
    promise: str | None,
    topology: bool,
    corpus: str | None,
    successor: Sequence[str] | None,
    since: str | None,
    against: Sequence[str] | None,
    config: Path | None,
    config_from: str | None,
    no_cache: bool,
    deadline: float,
    **report: Unpack[ReportOptions],
) -> int:
    """Compare two releases, report, and return the exit code."""
    choose(report["form"], report["output"])  # a wrong suffix is said before any work
    scene = open_scene(repo, config, no_cache=no_cache, config_from=config_from)
    try:
        old, new, paths = find_range(scene.repository, terms, staged=staged, worktree=worktree)
    except NoRelease:
        if not (staged or worktree):
            raise
        say("nothing to compare with yet: no release is tagged; name a revision to compare with one")
        return 0
    rules = scene.rules()

    def compared(one: Tree, other: Tree, limits: Sequence[str] = paths) -> Comparison:
        return ask(scene, rules, (one, other), limits, promise=promise, deadline=deadline)

    found = ask(scene, rules, (old, new), paths, promise=promise, topology=topology, deadline=deadline)
    ranged = split_terms(scene.repository, terms)[0] is not None
    wanted = Beyond(successor, since, against)
    found = beyond(scene, found, (old, new), wanted, compared, ranged=ranged, wish=promise)
    last_question.keep(scene, last_question.RememberedDiff(old.rev, new.rev, tuple(paths), promise))
    if corpus is not None:
        from compatlint.replay.confirm import confirm
        from compatlint.sources.corpus import open_corpus

        found = confirm(found, open_corpus(corpus), scene.repository, (old, new), cache=scene.cache)
    return deliver(found, rules, report, scene.config.pages)


def ask(
    scene: Startup,
    rules: Rulebook,
    sides: tuple[Tree, Tree],
    paths: Sequence[str],
    *,
    promise: str | None,
    topology: bool = False,
    deadline: float = 0.0,
) -> Comparison:
    """Return the comparison of two releases; a bar shows its progress."""
    from compatlint.comparison import compare

    with Bar() as bar, clock.within(deadline):
        return compare(
            scene.repository,
            *sides,
            config=scene.config,
            promise=scene.wish(promise),
            paths=paths,
            cache=scene.cache,
            progress=bar,
            rules=rules,
            topology=topology,
        )


def check(
    *,
    terms: Sequence[str],
    repo: str | None,
    staged: bool,
    worktree: bool,
    config: Path | None,
    config_from: str | None,
    no_cache: bool,
    deadline: float,
    **report: Unpack[ReportOptions],
) -> int:
    """Check one release against itself, report, and return the exit code."""
    choose(report["form"], report["output"])
    scene = open_scene(repo, config, no_cache=no_cache, config_from=config_from)
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
    return deliver(found, rules, report, scene.config.pages)
