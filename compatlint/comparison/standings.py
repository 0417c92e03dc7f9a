"""Which stages of an upgrade work.

A finding says between whom it shows (`Evidence.writer_at`, `reader_at`); a stage says who runs what. A stage
is broken by every finding whose writer and reader can meet in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from compatlint.check.findings import Evidence, Finding, Standing
from compatlint.stages import NEW, OLD, Stage, Topology
from compatlint.vocabulary import Direction, Severity


def standings(
    findings: Iterable[Finding], early: Iterable[Finding], topology: Topology, old: str, new: str
) -> tuple[Standing, ...]:
    """Return how each stage stands between the releases `old` and `new` (the names that the evidence uses).

    `early` are findings that break no promise and count only where a component runs before the database is
    migrated.
    """
    errors = [each for each in findings if each.weight is Severity.ERROR and each.waived is None]
    known = [(each, each.fingerprint) for each in errors] + [(each, "") for each in early]
    found = []
    for stage in topology.stages:
        broken: dict[tuple[str, str], None] = {}
        for finding, fingerprint in known:
            if any(_shows(each, finding, stage, topology, old, new) for each in finding.evidence):
                broken[fingerprint, finding.subject] = None
        runs = tuple((name, stage.runs[name]) for name in topology.components)
        found.append(Standing(stage.name, runs, tuple(broken)))
    return tuple(found)


def _shows(
    evidence: Evidence, finding: Finding, stage: Stage, topology: Topology, old: str, new: str
) -> bool:
    """Tell whether a failing meeting can take place in a stage: between a writer and a reader that exist in it."""
    if old == new or not _happens(evidence, finding, stage):
        return False
    own = topology.component(finding.span.path)
    writers = _at(evidence.writer_at or own, topology)
    readers = _at(evidence.reader_at or ("" if finding.link == "peer" else own), topology)
    writes = NEW if evidence.writer == new else OLD
    reads = NEW if evidence.reader == new else OLD
    at_rest = (
        finding.link == "disk" and evidence.reader_at != "database"
    )  # a database is written to, not read later
    met = any(_wrote(stage, each, writes, at_rest=at_rest) for each in writers)
    return met and any(reads in stage.runs[each] for each in readers)


def _happens(evidence: Evidence, finding: Finding, stage: Stage) -> bool:
    """Tell whether a stage has meetings of the evidence's direction.

    What breaks in both directions between peers also breaks while both run. A component that is upgraded reads
    at once what its older release left at rest.
    """
    if evidence.direction in stage.directions:
        return True
    if Direction.MIXED not in stage.directions:
        return False
    if finding.link == "peer":
        return Direction.MIXED in finding.breaks
    return evidence.direction in stage.own and not (evidence.writer_at or evidence.reader_at)


def _at(name: str, topology: Topology) -> tuple[str, ...]:
    return (
        (name,)
        if name in topology.components
        else tuple(each for each in topology.components if each != "database")
    )


def _wrote(stage: Stage, component: str, release: str, *, at_rest: bool) -> bool:
    """Tell whether a component of that release has written what is read.

    `at_rest`: it outlives its writer. Then older releases have written it, always.
    """
    if release in stage.runs[component]:
        return True
    return at_rest and component != "database" and (release == OLD or component in stage.left)
