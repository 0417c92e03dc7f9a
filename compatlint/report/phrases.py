"""The words that every report format shares.

One sentence for each break, places, the summary line, clean text.

Names, paths and source lines come from the code under study and may hold anything. `clean` makes what a
terminal would obey visible instead; each format escapes further what its own syntax would obey.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from compatlint.check.findings import Comparison, Evidence, Finding, Row, Standing, Unread
from compatlint.plain_text import clean as clean  # noqa: PLC0414  # the formats take it from here
from compatlint.vocabulary import Direction, Outcome, Severity
from compatlint.wire.ir.span import Span

UNREAD_SHOWN: Final = 10

_SENTENCES: Final = {
    Outcome.MISREAD: "{reader} misreads {bytes}",
    Outcome.OVERREAD: "{reader} reads past the end of {bytes}",
    Outcome.ABSENT: "{reader} needs an item that {writer} does not send",
    Outcome.REJECTED: "{reader} does not accept a value that {writer} sends",
    Outcome.REFUSED: "{reader} refuses {bytes}",
    Outcome.LEFTOVER: "{reader} stops before the end of {bytes}",
    Outcome.DROPPED: "{reader} skips and loses part of {bytes}",
    Outcome.UNREAD: "whether {reader} reads what {writer} wrote is not known",
}
_BY_PLACE: Final = frozenset({Outcome.MISREAD, Outcome.OVERREAD, Outcome.LEFTOVER, Outcome.UNREAD})
_MARKS: Final = {
    Outcome.REFUSED: "refused",
    Outcome.DROPPED: "dropped",
    Outcome.LEFTOVER: "not read",
    Outcome.ABSENT: "absent",
    Outcome.REJECTED: "rejected",
}
_ORDER: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def whole(text: str) -> str:
    """Return the text as valid Unicode: a file name's undecodable bytes become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def subject(finding: Finding) -> str:
    """Return "codec.item", or the codec alone."""
    return clean(finding.subject)


def place(span: Span) -> str:
    """Return "path:line"."""
    return clean(f"{span.path}:{span.line}")


def sentence(evidence: Evidence) -> str:
    """Return what one failing meeting means, in one sentence without its direction."""
    writer, reader = _party(evidence.writer, evidence.writer_at), _party(evidence.reader, evidence.reader_at)
    made = writer if evidence.direction is Direction.SKIP and not evidence.why else f"what {writer} wrote"
    words = _SENTENCES[evidence.outcome].format(reader=reader, writer=writer, bytes=made)
    if evidence.why:
        words += f": {clean(evidence.why)}"
    world = ", ".join(clean(each) for each in evidence.world)
    return f"{words} (if {world})" if world else words


def _party(release: str, component: str) -> str:
    return f"{clean(component)} of {clean(release)}" if component else clean(release)


def meetings(finding: Finding) -> list[tuple[str, str]]:
    """Return (direction, sentence) for each direction that breaks.

    A direction without evidence has no sentence.
    """
    said: dict[str, str] = {}
    for each in finding.evidence:
        said.setdefault(str(each.direction), sentence(each))
    return [(str(each), said.get(str(each), "")) for each in finding.breaks] or list(said.items())


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
        key=lambda each: (_ORDER[each.severity], each.span.path, each.span.line, each.codec, each.item),
    )


def several(count: int, noun: str) -> str:
    """Return "1 break", "2 breaks"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listing(names: Sequence[str], most: int) -> str:
    """Return "a, b and 3 more"."""
    shown = ", ".join(clean(each) for each in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def span_of(comparison: Comparison) -> str:
    """Return the range as the user knows it: "old..new", or one revision for a release against itself."""
    old, new = clean(comparison.old.rev), clean(comparison.new.rev)
    return new if comparison.command == "check" else f"{old}..{new}"


def summary(comparison: Comparison) -> str:
    """Return the last line of a report: what was found and what was looked at."""
    breaks = several(comparison.count(Severity.ERROR), "break")
    codecs = several(comparison.codecs, "codec")
    looked = (
        f"{codecs}, {comparison.changed} changed, {len(comparison.unread)} unread, {comparison.seconds:.1f} s"
    )
    return f"{breaks} in {span_of(comparison)}: {looked}"


def rest(comparison: Comparison) -> str:
    """Return what the summary line does not count ("1 warning, 5 notes, 1 waived"), or nothing."""
    waived = sum(1 for each in comparison.findings if each.waived is not None)
    counts = [(comparison.count(each), str(each)) for each in (Severity.WARNING, Severity.NOTE)]
    parts = [several(count, noun) for count, noun in counts if count]
    return ", ".join([*parts, *([f"{waived} waived"] if waived else [])])


def unread_line(unread: Unread) -> str:
    """Return one line on a codec that was not understood, and how many structures hold it."""
    held = f", held by {several(len(unread.contained_in), 'structure')}" if unread.contained_in else ""
    return f"{clean(unread.codec)} ({place(unread.span)}{held}): {clean(unread.reason)}"
