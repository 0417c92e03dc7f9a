"""Causes on keyed wires to findings: the counterpart of `positional/findings`."""

from __future__ import annotations

from compatlint.check.facts import Facts, towards
from compatlint.check.findings import Evidence, Excerpt, Finding, Related, Row
from compatlint.check.keyed.causes import KeyedCause
from compatlint.check.keyed.clash import Clash
from compatlint.check.positional.findings import CONTEXT, FindingContext
from compatlint.vocabulary import Change, Direction
from compatlint.wire.ir.records import Meeting, Record, titled
from compatlint.wire.ir.span import Span

_MOST_ROWS = 12
EARLY = "servers are upgraded before their clients, so a new client meets no old server"


def keyed_finding_of(context: FindingContext, cause: KeyedCause) -> Finding | None:
    """Return the finding of a cause, None if the project ignores its rule."""
    facts = Facts(
        outcome=cause.outcome,
        direction=towards(cause.breaks),
        link=cause.link,
        notation=cause.notation,
        change=cause.change,
        keyed=True,
        framed=False,
    )
    rule, severity, render = context.naming(facts)
    if severity is None:
        return None
    meeting, clash = _told(cause)
    early = cause.change is Change.AHEAD and not context.alike
    weight = context.promised.weigh(severity, cause.outcome, cause.breaks, cause.link, EARLY if early else "")
    own, other = _places(meeting, clash)
    return Finding(
        rule=rule,
        severity=weight.severity,
        breaks=cause.breaks,
        link=cause.link,
        notation=cause.notation,
        codec=cause.codec,
        item=cause.item,
        label=_label(meeting, clash),
        message=render(_values(context, cause, meeting, clash)),
        span=own,
        evidence=tuple(_evidence(context, direction, *each) for (direction, _, _), each in _in_order(cause)),
        excerpts=_excerpts(context, meeting, own, other),
        related=_related(context, meeting, own, other),
        facts=facts.pairs(),
        promised=weight.promised,
        weight=weight.of_rule,
        kept=weight.kept,
        reason=weight.reason,
    )


def _told(cause: KeyedCause) -> tuple[Meeting, Clash]:
    """Return the meeting to tell of: that of the direction that reports name first."""
    return _in_order(cause)[0][1]


def _in_order(
    cause: KeyedCause,
) -> list[tuple[tuple[Direction, str, tuple[str, str]], tuple[Meeting, Clash]]]:
    return sorted(cause.shown.items(), key=lambda each: cause.breaks.index(each[0][0]))


def roles(context: FindingContext, meeting: Meeting) -> tuple[str, str]:
    """Return the names of the releases that write and read."""
    if Direction.SELF in meeting.directions:
        return context.new, context.new
    return (context.new, context.old) if meeting.newer == "writer" else (context.old, context.new)


def _values(context: FindingContext, cause: KeyedCause, meeting: Meeting, clash: Clash) -> dict[str, str]:
    writer, reader = roles(context, meeting)
    new = meeting.writer if meeting.newer == "writer" else meeting.reader
    return {
        "codec": cause.codec,
        "item": titled(cause.item, _label(meeting, clash)) or cause.codec,
        "wrote": clash.wrote,
        "read": clash.read,
        "writer": writer,
        "reader": reader,
        "version": _version(new),
        "old_version": _version(meeting.was),
    }


def _label(meeting: Meeting, clash: Clash) -> str:
    """Return the item's name for people: the newer release's, else the older one's."""
    sides = (clash.writing, clash.reading) if meeting.newer == "writer" else (clash.reading, clash.writing)
    return next((each.label for each in sides if each is not None and each.label), "")


def _version(record: Record | None) -> str:
    return ".".join(map(str, record.version)) if record is not None and record.version is not None else "none"


def _places(meeting: Meeting, clash: Clash) -> tuple[Span, Span | None]:
    """Return where the newer release has the item (or had it), and where the other side has it."""
    writing = clash.writing.span if clash.writing is not None else _span(meeting.writer)
    reading = clash.reading.span if clash.reading is not None else _span(meeting.reader)
    own, other = (writing, reading) if meeting.newer == "writer" else (reading, writing)
    gone = meeting.was.entry(clash.item) if meeting.was is not None and clash.item else None
    before = gone.span if gone is not None else _span(meeting.was)
    place = own or before or other
    assert place is not None  # a meeting has a writer or a reader
    rest = next((each for each in (other, before) if each is not None and each != place), None)
    return place, rest


def _span(record: Record | None) -> Span | None:
    return record.span if record is not None else None


def _evidence(context: FindingContext, direction: Direction, meeting: Meeting, clash: Clash) -> Evidence:
    writer, reader = roles(context, meeting)
    return Evidence(
        writer,
        reader,
        direction,
        clash.outcome,
        (),
        _table(meeting, clash),
        meeting.parties[0],
        meeting.parties[1],
        meeting.why,
    )


def _table(meeting: Meeting, clash: Clash) -> tuple[Row, ...]:
    """Return the items around the one that goes wrong, side by side."""
    rows = [Row(None, clash.wrote, clash.read, bad=True)]
    writer, reader = meeting.writer, meeting.reader
    if writer is None or reader is None or not (_has(writer, clash.item) or _has(reader, clash.item)):
        return tuple(rows)
    for entry in writer.entries:
        if len(rows) >= _MOST_ROWS:
            break
        known = reader.entry(entry.key)
        if entry.key != clash.item and known is not None:
            rows.append(
                Row(None, f"{entry.title} {entry.type}".strip(), f"{known.title} {known.type}".strip())
            )
    return tuple(rows)


def _has(record: Record, key: str) -> bool:
    """Tell whether an entry is found under a key that is its own."""
    found = record.entry(key)
    return found is not None and found.key == key


def _excerpts(
    context: FindingContext, meeting: Meeting, own: Span, other: Span | None
) -> tuple[Excerpt, ...]:
    writer, reader = roles(context, meeting)
    verbs = (f"{writer} writes", f"{reader} reads")
    labels = verbs if meeting.newer == "writer" else verbs[::-1]
    found = []
    for label, span in zip(labels, (own, other), strict=True):
        if span is None:
            continue
        last = max(span.line, min(span.end_line, span.line + CONTEXT))
        window = Span(span.commit, span.path, max(1, span.line - CONTEXT), last)
        text = context.lines(window)
        if text:
            found.append(Excerpt(label, window, text, span.line))
    return tuple(found)


def _related(context: FindingContext, meeting: Meeting, own: Span, other: Span | None) -> tuple[Related, ...]:
    """Return every other place of both sides."""
    writer, reader = roles(context, meeting)
    places: dict[Span, str] = {}
    for span, text in (
        (other, "the other side"),
        (_span(meeting.writer), f"{writer} writes it here"),
        (_span(meeting.reader), f"{reader} reads it here"),
        (_span(meeting.was), f"{context.old} has it here"),
    ):
        if span is not None and span != own:
            places.setdefault(span, text)
    return tuple(Related(span, text) for span, text in places.items())
