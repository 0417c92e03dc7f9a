"""From two releases to a `Comparison`.

What changed, which notations it concerns, what they find, what is waived.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from compatlint.check.findings import Comparison, Considered, Finding, Revision, Standing, Unread
from compatlint.comparison.considered import consider, remark
from compatlint.comparison.context import (
    PairContext,
    Progress,
    idle_notations,
    known,
    project_of,
    selected,
    sound,
    version_at,
    waived,
)
from compatlint.comparison.range_remarks import (
    concerns,
    elsewhere,
    left_out,
    never_added,
    settings_changed,
    unpromised,
    wrong_way_round,
)
from compatlint.comparison.results_cache import Outcomes
from compatlint.comparison.shared_reading import SharedReading
from compatlint.config import Config
from compatlint.notations.notation import Keyed, Notation, Positional, asked, names, notation, reading
from compatlint.notations.presets import presets
from compatlint.notations.presets import topology as preset_topology
from compatlint.promise import GENERAL, Promise, assumption
from compatlint.vocabulary import Severity

if TYPE_CHECKING:
    from compatlint.rulebook import Rulebook
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import FileChange, Repository, Tree
    from compatlint.stages import Topology

Wish = str | Mapping[str, object] | Promise | None
FEW = 5  # codecs that a remark names
FEW_FILES = 64  # changed files that are looked at faster than a question about them is named
NOWHERE = "no component of this project is known: name them in the table `topology` of the configuration"


def compare(
    repository: Repository | SharedReading,
    old: Tree | str,
    new: Tree | str,
    *,
    config: Config | None = None,
    promise: Wish = None,
    paths: Sequence[str] = (),
    cache: Cache | None = None,
    progress: Progress | None = None,
    rules: Rulebook | None = None,
    topology: bool = False,
) -> Comparison:
    """Return what `old` and `new` cannot read of each other.

    `repository` may be what other comparisons of it read already. `old` and `new` are trees of it or whatever
    git takes for a revision. `promise` is a preset's name, a table or a Promise; None takes the notation's
    preset. `paths` limits the comparison to files at or below them. `progress` is called with (done, total,
    what). `topology` asks which stages of an upgrade work even if all do. Raises CompatlintError if it cannot run.
    """
    started = time.monotonic()
    shared = repository if isinstance(repository, SharedReading) else None
    if isinstance(repository, SharedReading):
        repository = repository.repository
    old, new = (repository.tree(each) if isinstance(each, str) else each for each in (old, new))
    config = sound(config if config is not None else Config())
    wish = promise if promise is not None else config.promise
    everything = repository.changes(old, new) if shared is None else shared.changes(old, new)
    changed = [each for each in everything if selected(each.path, config, paths)]
    parts = _parts(changed, config, wish, lambda: project_of(repository, new))
    results = []
    for part in parts:
        context = PairContext(repository, old, new, config, part.promise, cache, progress, rules, shared)
        results.append(context.answer(part.about(), partial(_run, context, part)))
    found = _sum(results)
    context = PairContext(repository, old, new, config, GENERAL["all"], cache, None, rules)
    considered = (
        Considered()  # who asks about many pairs wants to know of each what breaks, and no more
        if shared is not None
        else _considered(context, changed, len(everything) - len(changed), found)
    )
    book = context.book()
    warnings, findings = waived(
        repository, new, config, found.findings, found.comments, lambda rule: book.rule(rule).together
    )
    stale, findings = known(config, findings, old, new)
    stages = _topology(config, parts, results)
    remark = assumption(version_at(repository, old), version_at(repository, new)) if findings else None
    findings.sort(
        key=lambda each: (list(Severity).index(each.severity), each.span.path, each.span.line, each.codec)
    )
    here = [each for each in findings if not paths or concerns(each, paths)]
    remarks = [
        *(_about_range(repository, old, new, everything, config, parts, paths) if shared is None else []),
        *elsewhere(len(findings) - len(here)),
        *idle_notations(config, (old, new)),
        *_remarks(considered, found, old),
        *([remark] if remark else []),
    ]
    return Comparison(
        Revision(old.rev, old.commit),
        Revision(new.rev, new.commit),
        tuple(here),
        found.unread
        if not paths
        else tuple(each for each in found.unread if selected(each.span.path, config, paths)),
        found.codecs,
        found.changed,
        time.monotonic() - started,
        " and ".join(dict.fromkeys(part.promise.name for part in parts))
        or (_wished(wish, "").name if wish else ""),
        warnings=(*warnings, *stale, *remarks, *([NOWHERE] if topology and stages is None else [])),
        standings=_standings(found, here, config, (old.rev, new.rev), stages, topology),
        considered=considered,
    )


def _about_range(
    repository: Repository,
    old: Tree,
    new: Tree,
    changes: Sequence[FileChange],
    config: Config,
    parts: Sequence[Part],
    paths: Sequence[str],
) -> list[str]:
    """Return what a reader has to know about a range before he believes the report on it."""
    versions = [version_at(repository, tree) for tree in (old, new)]
    return [
        *wrong_way_round(repository, old, new),
        *unpromised((part.promise for part in parts), old, new, versions),
        *settings_changed(repository, old, new, changes, config),
        *(left_out(changes, config) if not paths else []),
        *never_added(repository, new, config),
    ]


def _considered(
    context: PairContext, changed: Sequence[FileChange], excluded: int, found: Outcomes
) -> Considered:
    """Return what of the changed files was read; SourceError if nothing in the newer release is readable."""
    files = [(change.path, change.old, change.new) for change in changed]

    def look() -> Outcomes:
        seen = consider(context, changed, excluded=excluded, found=found)
        return Outcomes((), (), 0, 0, considered=seen)

    about = ["considered", excluded, found.codecs, *found.found, *context.config.notations, *files]
    answered = context.answer(about, look, context.contents) if len(files) > FEW_FILES else look()
    return answered.considered or Considered()


def _remarks(considered: Considered, found: Outcomes, old: Tree) -> list[str]:
    """Return the sentences about what was not read, and about codecs that are gone."""
    said = remark(considered)
    gone = [each.rpartition("::")[2] if len(found.gone) > FEW else each for each in found.gone]
    more = f" and {len(gone) - FEW} more" if len(gone) > FEW else ""
    count = f"1 codec of {old.rev} is" if len(gone) == 1 else f"{len(gone)} codecs of {old.rev} are"
    lost = f"{count} gone: {', '.join(gone[:FEW])}{more}" if gone else None
    return [each for each in (said, lost) if each is not None]


@dataclass(frozen=True, slots=True)
class Part:
    """The notations of one promise, and the changed files that they may read: asked and answered as one question."""

    promise: Promise
    notations: tuple[Notation, ...]
    changed: tuple[FileChange, ...]

    def about(self) -> list[object]:
        """Return what the part's question depends on besides the two releases."""
        files = [(change.path, change.old, change.new) for change in self.changed]
        return [*(each.name for each in self.notations), *files]


def _parts(
    changed: Sequence[FileChange], config: Config, wish: Wish, project: Callable[[], str]
) -> list[Part]:
    """Return what the changed files concern, one part for each promise, in the order of the registry."""
    concerned: dict[str, list[FileChange]] = {}
    notations: dict[str, dict[str, Notation]] = {}
    for change in changed:
        mine = reading(change.path, config.notations)
        for each in mine:
            notations.setdefault(each.promise, {}).setdefault(each.name, each)
        for preset in dict.fromkeys(each.promise for each in mine):
            concerned.setdefault(preset, []).append(change)
    order = names()
    found = []
    for preset, some in notations.items():
        asked = tuple(sorted(some.values(), key=lambda each: order.index(each.name)))
        promise = _wished(wish, preset)
        if promise.versions.by_project:
            promise = replace(promise, versions=promise.versions.of_project(project()))
        found.append(Part(promise, asked, tuple(concerned[preset])))
    return sorted(found, key=lambda part: order.index(part.notations[0].name))


def _run(context: PairContext, part: Part) -> Outcomes:
    """Return what the notations of a part find."""
    by_name = [each for each in part.notations if isinstance(each, Keyed)]
    by_place = [each for each in part.notations if isinstance(each, Positional)]
    results = []
    for each in by_place:
        from compatlint.comparison.positional import PositionalRun

        mine = [change for change in part.changed if each.wants(change.path)]
        results.append(PositionalRun(context, each).run(mine))
    if by_name:
        from compatlint.comparison import keyed

        mine = [change for change in part.changed if any(each.wants(change.path) for each in by_name)]
        results.append(keyed.run(context, by_name, mine))
    return _sum(results)


def _topology(config: Config, parts: Sequence[Part], results: Sequence[Outcomes]) -> Topology | None:
    """Return the stages of an upgrade: those of the configuration, or of the first notation that found its codecs."""
    if config.topology:
        from compatlint.stages import custom

        return custom(config.topology)
    found = (
        each.topology
        for part, outcomes in zip(parts, results, strict=True)
        for each in part.notations
        if each.topology and outcomes.codecs
    )
    name = next(found, "")
    return preset_topology(name) if name else None


def _standings(
    found: Outcomes,
    findings: Sequence[Finding],
    config: Config,
    revs: tuple[str, str],
    topology: Topology | None,
    asked: bool,
) -> tuple[Standing, ...]:
    """Return which stages of an upgrade work, if that was asked or some do not; nothing without a topology.

    Without a configured topology, only the findings of notations that have one count.
    """
    mine = [each for each in findings if config.topology or notation(each.notation).topology]
    if topology is None or not (mine or found.early or asked):
        return ()
    from compatlint.comparison.standings import standings

    stages = standings(mine, found.early, topology, *revs)
    return stages if asked or any(each.broken for each in stages) else ()


def check(
    repository: Repository | SharedReading,
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
    shared = repository if isinstance(repository, SharedReading) else None
    if isinstance(repository, SharedReading):
        repository = repository.repository
    config = sound(config)
    context = PairContext(repository, tree, tree, config, GENERAL["all"], cache, progress, rules, shared)
    about = ("check", config.paths, config.exclude, config.notations, tuple(paths))
    found = context.answer(about, partial(_alone, context, paths))
    warnings, findings = waived(repository, tree, config, found.findings, ())
    warnings = (*warnings, *idle_notations(config, (tree,)))
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


def _alone(context: PairContext, paths: Sequence[str]) -> Outcomes:
    """Return what every notation finds in one release by itself."""
    from compatlint.comparison import keyed
    from compatlint.comparison.positional import PositionalRun

    notations = asked(context.config.notations)
    by_place = [each for each in notations if isinstance(each, Positional)]
    by_name = [each for each in notations if isinstance(each, Keyed)]
    found = [PositionalRun(context, each).check_itself(paths) for each in by_place if context.concerns(each)]
    return _sum([*found, keyed.alone(context, by_name, paths)])


def _sum(results: Sequence[Outcomes]) -> Outcomes:
    """Return the outcomes of several parts of the pipeline as one."""
    findings: tuple[Finding, ...] = tuple(finding for each in results for finding in each.findings)
    unread: tuple[Unread, ...] = tuple(missing for each in results for missing in each.unread)
    prints = next((each.fingerprints for each in results if each.fingerprints is not None), None)
    early = tuple(finding for each in results for finding in each.early)
    comments = tuple(dict.fromkeys(comment for each in results for comment in each.comments))
    codecs, changed = (sum(each.codecs for each in results), sum(each.changed for each in results))
    seen = tuple(dict.fromkeys(path for each in results for path in each.found))
    gone = tuple(name for each in results for name in each.gone)
    return Outcomes(findings, unread, codecs, changed, prints, early, comments, seen, gone)


def _wished(wish: Wish, preset: str) -> Promise:
    return wish if isinstance(wish, Promise) else presets().choose(wish, preset)
