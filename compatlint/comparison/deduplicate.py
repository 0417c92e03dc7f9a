"""Findings of structures within structures: one finding for each cause, and who contains what is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from compatlint.check.findings import Finding
from compatlint.vocabulary import Severity

if TYPE_CHECKING:
    from compatlint.notations.notation import CodecSource, SourceReading


INSIDE = "a structure that contains it is covered by the promise"
APART = "only a note: no structure contains it in both releases, so neither meets the other's"

LEVELS = 3  # of containment that a report looks up


def once(findings: list[Finding]) -> list[Finding]:
    """Keep one finding of each cause: the one whose own decoder goes wrong, or whose own line it is.

    Name the others in it.
    """
    kept: dict[tuple[str, str, int, str], Finding] = {}
    for finding in sorted(findings, key=lambda each: (_inner(each, findings) is not None, len(each.item))):
        inner = _inner(finding, findings)
        key = (finding.rule, finding.span.path, finding.span.line, finding.item.rsplit(".", 1)[-1])
        found = next(
            (name for name, each in kept.items() if inner is not None and each.codec == inner.codec), key
        )
        if found not in kept:
            kept[key] = finding
            continue
        other = kept[found]
        around = dict.fromkeys((*other.contained_in, finding.codec, *finding.contained_in))
        breaks = tuple(dict.fromkeys((*other.breaks, *finding.breaks)))
        covered = tuple(dict.fromkeys((*other.kept, *finding.kept)))
        merged = replace(other, breaks=breaks, kept=covered, contained_in=tuple(around))
        kept[found] = promised(merged, finding.severity is not Severity.NOTE)
    return list(kept.values())


def promised(finding: Finding, also: bool) -> Finding:
    """Return a finding that weighs what its rule says if something that contains it was promised to work."""
    return (
        replace(finding, promised=True, severity=finding.weight, reason=INSIDE)
        if also and not finding.promised
        else finding
    )


def _inner(finding: Finding, findings: list[Finding]) -> Finding | None:
    """Return the finding about a structure within this one whose decoder is where this one goes wrong."""
    places = [each for each in finding.excerpts if each.reads]
    own = {each.span for each in finding.related}
    for place in places:
        for other in findings:
            if other.codec == finding.codec or not set(other.breaks) & set(finding.breaks):
                continue
            spans = [each.span for each in other.related if each.reads and each.span not in own]
            if any(
                span.path == place.span.path and span.line <= place.mark <= span.end_line for span in spans
            ):
                return other
    return None


class Containers:
    """Which codecs of one release hold which; asked once for each name."""

    def __init__(self, reading: SourceReading, release: CodecSource) -> None:
        self._reading, self._release = reading, release
        self._direct: dict[str, list[tuple[str, str]]] = {}

    def direct(self, name: str) -> list[tuple[str, str]]:
        """Return (container, contained) for what holds a codec directly."""
        if name not in self._direct:
            self._direct[name] = self._reading.containers(self._release, [name])
        return self._direct[name]

    def around(self, name: str, most: int = 30) -> tuple[str, ...]:
        """Return what contains a codec, nearest first, at most `most` names of three levels."""
        from compatlint import graph

        known: dict[str, tuple[str, ...]] = {}
        ring, seen = [name], {name}
        for depth in range(LEVELS):
            following: list[str] = []
            for outer, inner in self._reading.containers(self._release, ring) if depth else self.direct(name):
                known[outer] = (*known.get(outer, ()), inner)
                if outer not in seen:
                    seen.add(outer)
                    following.append(outer)
            ring = following
            if not ring or len(seen) > most:
                break
        structures = [graph.Structure(outer, uses=inner) for outer, inner in known.items()]
        return graph.containers(graph.containment(structures), name, most)

    def of_many(self, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return what contains each of some codecs, nearest first, three levels up; asked level by level for all."""
        around: dict[str, dict[str, None]] = {name: {} for name in names}
        ring = {name: {name} for name in names}  # what to look for next -> the codecs that it contains
        for _ in range(LEVELS):
            above: dict[str, set[str]] = {}
            for outer, inner in self._reading.containers(self._release, list(ring)) if ring else ():
                for name in ring.get(inner, ()):
                    if outer != name and outer not in around[name]:
                        around[name][outer] = None
                        above.setdefault(outer, set()).add(name)
            ring = above
        return {name: tuple(found) for name, found in around.items()}


def meets(old: Containers, new: Containers, name: str) -> bool:
    """Tell whether the encoder of one release can meet the decoder of the other.

    A structure that others hold is met where one that both releases have holds it in both; one that nobody
    holds, by itself. Holders are told by their last names: structures move to other namespaces.
    """
    before, after = ({outer.rpartition("::")[2] for outer, _ in each.direct(name)} for each in (old, new))
    return not before or not after or bool(before & after)
