"""The words that every report format shares.

One sentence for each break, places, the summary line, clean text.

Names, paths and source lines come from the code under study and may hold anything. `clean` makes what a
terminal would obey visible instead; each format escapes further what its own syntax would obey.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from compatlint.check.findings import Evidence, Finding, Row, Standing, Unread
from compatlint.plain_text import clean as clean  # noqa: PLC0414  # the formats take it from here
from compatlint.report.verdict import listing as listing  # noqa: PLC0414  # likewise
from compatlint.report.verdict import several as several  # noqa: PLC0414  # likewise
from compatlint.report.view import ORDER
from compatlint.vocabulary import Direction, Outcome
from compatlint.wire.ir.span import Span

UNREAD_SHOWN: Final = 10  # names of codecs that could not be read

_BY_PLACE: Final = frozenset({Outcome.MISREAD, Outcome.OVERREAD, Outcome.LEFTOVER, Outcome.UNREAD})
_MARKS: Final = {
    Outcome.REFUSED: "refused",
    Outcome.DROPPED: "dropped",
    Outcome.LEFTOVER: "not read",
    Outcome.ABSENT: "absent",
    Outcome.REJECTED: "rejected",
}


def whole(text: str) -> str:
    """Return the text as valid Unicode: a file name's undecodable bytes become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def subject(finding: Finding) -> str:
    """Return "codec.item", or the codec alone; of one cause with many members, the first and how many more."""
    more = len(finding.members) - 1
    return clean(finding.subject) + (f" and {more} more" if more > 0 else "")


def place(span: Span) -> str:
    """Return "path:line"."""
    return clean(f"{span.path}:{span.line}")


def tables(finding: Finding) -> list[Evidence]:
    """Return the meetings whose byte tables are worth showing.

    One for each that differs from those before it.
    """
    shown: dict[tuple[Row, ...], Evidence] = {}
    for each in finding.evidence:
        if each.table:
            shown.setdefault(each.table, each)
    return list(shown.values())


def offset(row: Row) -> str:
    """Return the row's offset, or "..." where it depends on the content."""
    return "..." if row.offset is None else str(row.offset)


def placed(evidence: Evidence) -> bool:
    """Tell whether the rows of a table have places: on a keyed wire, items have names only."""
    return any(row.offset is not None for row in evidence.table) or evidence.outcome in _BY_PLACE


def standing(each: Standing) -> tuple[str, str]:
    """Return who runs what in a stage, and whether that works.

    "database new, agents old", "2 breaks: Instance.uuid, ...".
    """
    runs = ", ".join(f"{clean(name)} {release}" for name, release in each.releases)
    if not each.broken:
        return runs, "works"
    return runs, f"{several(len(each.broken), 'break')}: {listing([what for _, what in each.broken], 3)}"


def columns(evidence: Evidence) -> tuple[str, str]:
    """Return the heads of the byte table. Bytes that no release at hand writes are called by their version."""
    writer, reader = clean(evidence.writer), clean(evidence.reader)
    nobody = evidence.direction is Direction.SKIP and evidence.writer.startswith("version ")
    return writer if nobody else f"{writer} wrote", f"{reader} reads"


def mark(evidence: Evidence, row: Row) -> str:
    """Return what is wrong with a row of the byte table, or nothing."""
    if not row.bad:
        return ""
    if evidence.outcome in _MARKS or not placed(evidence):
        return _MARKS.get(evidence.outcome, str(evidence.outcome))
    if not row.wrote or row.wrote.strip().startswith("(end"):
        return "past the end"
    return "misread" if row.read else "not read"


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that count first, then by place."""
    return sorted(
        findings,
        key=lambda each: (ORDER[each.severity], each.span.path, each.span.line, each.codec, each.item),
    )


def unread_line(unread: Unread) -> str:
    """Return one line on a codec that was not understood, and how many structures hold it."""
    held = f", held by {several(len(unread.contained_in), 'structure')}" if unread.contained_in else ""
    return f"{clean(unread.codec)} ({place(unread.span)}{held}): {clean(unread.reason)}"
