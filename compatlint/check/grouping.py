"""One cause, one finding: what one change did to many items is told once, with the items as members.

A rule says whether its findings belong together: those in one `file` (sixteen old names that one commit removes),
or those of one `codec` (seven columns that one migration drops).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from compatlint.check.findings import Evidence, Finding, Related

MOST_ROWS: Final = 12
MOST_PLACES: Final = 20
Together = Callable[[str], str]


def grouped(
    findings: Iterable[Finding], together: Together, apart: Callable[[Finding], bool] = lambda each: False
) -> list[Finding]:
    """Return the findings, those of one cause as one: in place of the first, with the names of all.

    `together` returns "file", "codec" or "" for a rule. Findings that are `apart` (somebody waived one of them)
    stay as they are.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for number, each in enumerate(findings):
        key = None if apart(each) else _key(each, together(each.rule))
        groups.setdefault(key if key is not None else (number,), []).append(each)
    return [some[0] if len(some) == 1 else _one(some) for some in groups.values()]


def _key(finding: Finding, together: str) -> tuple[object, ...] | None:
    """Return what findings of one cause have in common, None for one that stands alone."""
    common = (
        finding.rule,
        finding.notation,
        finding.severity,
        finding.breaks,
        finding.kept,
        finding.span.path,
    )
    if together == "file":
        return common
    if together == "codec":
        return (*common, finding.codec, tuple(each.why for each in finding.evidence))
    return None


def _one(some: Sequence[Finding]) -> Finding:
    """Return one finding for several: the first, with the places and the rows of the others."""
    first = some[0]
    same_codec = all(each.codec == first.codec for each in some)
    members = tuple(dict.fromkeys(each.item_title if same_codec else each.subject for each in some))
    places = tuple(Related(each.span, each.subject) for each in some[1 : MOST_PLACES + 1])
    return replace(
        first,
        message=f"{first.message}; {len(some) - 1} more of this kind in {first.codec if same_codec else first.span.path}",
        members=members,
        related=(*first.related, *places),
        evidence=tuple(_together(each, some) for each in first.evidence),
    )


def _together(evidence: Evidence, some: Sequence[Finding]) -> Evidence:
    """Return a meeting with the rows that go wrong in each of the findings."""
    rows = [
        row
        for finding in some
        for each in finding.evidence
        if each.direction is evidence.direction
        for row in each.table
        if row.bad
    ]
    return replace(evidence, table=tuple(dict.fromkeys(rows))[:MOST_ROWS])
