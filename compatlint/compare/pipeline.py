"""From two releases to a `Comparison`.

What changed, which notations it concerns, what they find, what is waived.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from compatlint.check.findings import Comparison, Finding, Revision, Standing, Unread
from compatlint.compare import keyed, positional
from compatlint.compare.context import (
    PLACED,
    Context,
    Progress,
    project_of,
    selected,
    sound,
    version_at,
    waived,
)
from compatlint.compare.results_cache import Outcomes
from compatlint.config import Config
from compatlint.promise import Promise, assumption, choose
from compatlint.vocabulary import Severity

if TYPE_CHECKING:
    from compatlint.rulebook import Rulebook
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import FileChange, Repository, Tree

NOWHERE = "no component of this project is known: name them in the table `topology` of the configuration"


def compare(
    repository: Repository | str | os.PathLike[str],
    old: Tree | str,
    new: Tree | str,
    *,
    config: Config | None = None,
    promise: str | Mapping[str, object] | Promise | None = None,
    paths: Sequence[str] = (),
    cache: Cache | None = None,
    progress: Progress | None = None,
    rules: Rulebook | None = None,
    topology: bool = False,
) -> Comparison:
    """Return what `old` and `new` cannot read of each other.

    `repository` is an open one or a path in it; `old` and `new` are trees of it or whatever git takes for a
    revision. `promise` is a preset's name, a table or a Promise; None takes the notation's preset. `paths`
    limits the comparison to files at or below them. `progress` is called with (done, total, what). `topology`
    asks which stages of an upgrade work even if all do. Raises CompatlintError if it cannot run.
    """
    started = time.monotonic()
    repository, old, new = _opened(repository, old, new)
    config = sound(config if config is not None else Config())
    wish = promise if promise is not None else config.promise
    changed = [each for each in repository.changes(old, new) if selected(each.path, config, paths)]
    by_place = [each for each in changed if positional.is_asked(config) and positional.wants(each.path)]
    by_key = [each for each in changed if keyed.wants(each.path, config.notations)]
    results, promises = [], []
    for kind, mine, work in (("ceph", by_place, _positional), ("keyed", by_key, keyed.run)):
        if not mine:
            continue
        kept = wish if isinstance(wish, Promise) else choose(wish, kind)
        if kept.versions == "openstack" and not kept.project:
            kept = replace(kept, project=project_of(repository, new))
        promises.append(kept)
        scene = Context(repository, old, new, config, kept, cache, progress, rules)
        about = [kind, *((change.path, change.old, change.new) for change in mine)]
        results.append(scene.answer(about, lambda work=work, scene=scene, mine=mine: work(scene, mine)))  # type: ignore[misc]
    found = _sum(results)
    warnings, findings = waived(repository, new, config, found.findings, found.comments)
    known = bool(config.topology) or (bool(by_key) and results[-1].codecs > 0)
    remark = assumption(version_at(repository, old), version_at(repository, new)) if findings else None
    findings.sort(
        key=lambda each: (list(Severity).index(each.severity), each.span.path, each.span.line, each.codec)
    )
    return Comparison(
        Revision(old.rev, old.commit),
        Revision(new.rev, new.commit),
        tuple(findings),
        found.unread,
        found.codecs,
        found.changed,
        time.monotonic() - started,
        " and ".join(dict.fromkeys(each.name for each in promises)) or _preset(wish),
        warnings=(*warnings, *([remark] if remark else []), *([] if known or not topology else [NOWHERE])),
        standings=_stages(found, findings, config, (old.rev, new.rev), topology and known),
    )


def _stages(
    found: Outcomes, findings: Sequence[Finding], config: Config, revs: tuple[str, str], asked: bool
) -> tuple[Standing, ...]:
    """Return which stages of an upgrade work, if that was asked or some do not.

    Nothing where no components are known.

    Those of services are known; what stands in a service is what a keyed notation says.
    """
    mine = [each for each in findings if config.topology or each.notation != PLACED]
    if not (mine or found.early or asked):
        return ()
    from compatlint.stages import SERVICES, custom, standings

    topology = custom(config.topology) if config.topology else SERVICES
    stages = standings(mine, found.early, topology, *revs)
    return stages if asked or any(each.broken for each in stages) else ()


def check(
    repository: Repository,
    tree: Tree,
    *,
    config: Config,
    paths: Sequence[str] = (),
    cache: Cache | None = None,
    progress: Progress | None = None,
    rules: Rulebook | None = None,
) -> Comparison:
    """Return where one release does not decode what it encodes.

    `codecs` counts the pairs of encoder and decoder.
    """
    started = time.monotonic()
    scene = Context(repository, tree, tree, sound(config), choose("all", "ceph"), cache, progress, rules)
    results: list[Outcomes] = []

    def run() -> Outcomes:
        if positional.is_asked(config):
            results.append(positional.Positional(scene).alone(paths))
        results.append(keyed.alone(scene, paths))
        return _sum(results)

    found = scene.answer(("check", config.paths, config.exclude, config.notations, tuple(paths)), run)
    warnings, findings = waived(repository, tree, config, found.findings, ())
    end = Revision(tree.rev, tree.commit)
    return Comparison(
        end,
        end,
        tuple(findings),
        found.unread,
        found.codecs,
        found.changed,
        time.monotonic() - started,
        "self",
        "check",
        warnings,
        found.fingerprints,
    )


def _opened(
    repository: Repository | str | os.PathLike[str], old: Tree | str, new: Tree | str
) -> tuple[Repository, Tree, Tree]:
    """Return the repository and the trees that a caller names."""
    if isinstance(repository, str | os.PathLike):
        from compatlint.sources.git import Repository as Opening

        repository = Opening.open(repository)
    trees = [repository.tree(each) if isinstance(each, str) else each for each in (old, new)]
    return repository, trees[0], trees[1]


def _positional(scene: Context, changed: list[FileChange]) -> Outcomes:
    return positional.Positional(scene).run(changed)


def _sum(results: Sequence[Outcomes]) -> Outcomes:
    """Return the outcomes of several parts of the pipeline as one."""
    findings: tuple[Finding, ...] = tuple(finding for each in results for finding in each.findings)
    unread: tuple[Unread, ...] = tuple(missing for each in results for missing in each.unread)
    prints = next((each.fingerprints for each in results if each.fingerprints is not None), None)
    early = tuple(finding for each in results for finding in each.early)
    comments = tuple(dict.fromkeys(comment for each in results for comment in each.comments))
    codecs, changed = (sum(each.codecs for each in results), sum(each.changed for each in results))
    return Outcomes(findings, unread, codecs, changed, prints, early, comments)


def _preset(wish: str | Mapping[str, object] | Promise | None) -> str:
    return wish.name if isinstance(wish, Promise) else choose(wish, "ceph").name
