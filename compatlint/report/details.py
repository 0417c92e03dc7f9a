"""One finding in full, for a terminal: what breaks for whom, both sources, the bytes, the fix."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from compatlint.check.findings import Evidence, Excerpt, Finding
from compatlint.plain_text import clean
from compatlint.report import phrases
from compatlint.report.directions import sentences
from compatlint.report.fixes import fix_text
from compatlint.report.lines import STYLES, Line, chunks, cut, wrapped
from compatlint.report.links import rule_page
from compatlint.report.verdict import listing
from compatlint.report.view import View
from compatlint.rulebook import Rulebook

MARK_WIDTH: Final = len("  <- past the end")
TAB: Final = 4
MOST_MEMBERS: Final = 12


def details(finding: Finding, rulebook: Rulebook, view: View) -> Iterable[Line]:
    """Yield the lines of one finding."""
    width, style = view.width, STYLES[finding.severity]
    yield [(f"{finding.severity}: ", style), (phrases.subject(finding), "bold"), (f"  {finding.rule}", style)]
    yield [
        ("  --> ", "dim"),
        (phrases.place(finding.span), ""),
        (f"  ({clean(finding.notation)}, {clean(finding.link)})", "dim"),
    ]
    yield from wrapped([("  ", ""), (clean(finding.message), "")], width)
    if finding.members:
        yield from wrapped([("  namely ", "dim"), (listing(finding.members, MOST_MEMBERS), "")], width, 9)
    yield []
    yield from _directions(finding, view)
    for excerpt in finding.excerpts:
        yield []
        yield from _excerpt(excerpt, width)
    for evidence in phrases.tables(finding):
        yield []
        yield from _table(evidence, width)
    yield []
    yield from _tail(finding, rulebook, view)


def _directions(finding: Finding, view: View) -> Iterable[Line]:
    said = sentences(finding)
    column = max((len(each.heading) for each in said), default=0) + 4
    column = min(column, 24)
    for each in said:
        style = STYLES[finding.severity] if each.kept else "dim"
        text = each.text if each.kept else f"{each.text} (not promised)"
        yield from wrapped(
            [(f"  {each.heading:<{column - 2}}", style), (text, "" if each.kept else "dim")],
            view.width,
            column,
        )


def _tail(finding: Finding, rulebook: Rulebook, view: View) -> Iterable[Line]:
    width, rule = view.width, rulebook.rule(finding.rule)
    for line in finding.confirmed:
        yield from wrapped([("  confirmed  ", "red"), (clean(line), "")], width, 13)
    for related in finding.related:
        yield from wrapped(
            [("  see  ", "dim"), (f"{phrases.place(related.span)}: {clean(related.text)}", "")], width, 7
        )
    if finding.contained_in:
        inside = f"{listing(finding.contained_in, MOST_MEMBERS)} (they contain it)"
        yield from wrapped([("  also in  ", "dim"), (inside, "")], width, 11)
    if finding.waived is not None:
        until = f" until {clean(finding.waived.until)}" if finding.waived.until else ""
        why = f"({clean(finding.waived.where)}){until}: {clean(finding.waived.reason)}"
        yield from wrapped([("  waived ", "green"), (why, "")], width, 9)
    elif fix := fix_text(finding, rule):
        yield from wrapped([("  fix  ", "green"), (fix, "")], width, 7)
    if finding.reason:
        yield from wrapped([("  why  ", "dim"), (clean(finding.reason), "dim")], width, 7)
    page = rule_page(view.pages, rule)
    more = f", {page}" if page else ""
    yield [("  rule ", "dim"), (finding.rule, ""), (f", fingerprint {finding.fingerprint}{more}", "dim")]


def _excerpt(excerpt: Excerpt, width: int) -> Iterable[Line]:
    """Yield source lines; the one that matters is shown whole, the others are cut."""
    yield [(f"  {clean(excerpt.label)}", "bold"), (f"  {phrases.place(excerpt.span)}", "dim")]
    source = [clean(each.expandtabs(TAB)) for each in excerpt.text.split("\n")]
    while source and not source[-1].strip():
        source.pop()
    digits = len(str(excerpt.span.line + len(source)))
    for number, text in enumerate(source, excerpt.span.line):
        marked = number == excerpt.mark
        head = f"  {'>' if marked else ' '} {number:>{digits}} | "
        room = width - len(head)
        first, *rest = chunks(text, room) if marked else [cut(text, room)]
        yield [(head, "red" if marked else "dim"), (first, "bold" if marked else "")]
        for more in rest:
            yield [(f"  > {'':>{digits}} | ", "red"), (more, "bold")]


def _table(evidence: Evidence, width: int) -> Iterable[Line]:
    """Yield the bytes side by side; a cell of a bad row that does not fit is said whole below it."""
    writer, reader = phrases.columns(evidence)
    rows = [
        (phrases.offset(row), clean(row.wrote), clean(row.read), phrases.mark(evidence, row))
        for row in evidence.table
    ]
    first = max(6, *(len(row[0]) for row in rows)) + 2 if phrases.placed(evidence) else 0
    room = width - first - 4 - MARK_WIDTH
    left, right = _split(room, max(len(writer), *(len(row[1]) for row in rows)), _widest(reader, rows))
    head = f"{'offset':>{first - 2}}  " if first else ""
    yield [(f"  {head}{cut(writer, left):<{left}}  {cut(reader, right)}", "dim")]
    for at, wrote, read, mark in rows:
        place = f"{at:>{first - 2}}  " if first else ""
        text = f"  {place}{cut(wrote, left):<{left}}  {cut(read, right):<{right}}"
        yield [(text, "red" if mark else ""), (f"  <- {mark}" if mark else "", "bold red")]
        for name, cell, space in ((writer, wrote, left), (reader, read, right)):
            if mark and len(cell) > max(space, 8):
                lead = f"  {'':>{first}}{name}: "
                yield from wrapped([(lead, "dim"), (cell.strip(), "red")], width, first + 6)


def _widest(reader: str, rows: list[tuple[str, str, str, str]]) -> int:
    return max(len(reader), *(len(row[2]) for row in rows))


def _split(room: int, left: int, right: int) -> tuple[int, int]:
    """Divide the room between two columns: what one does not need, the other gets."""
    left = min(left, max(room // 2, room - right))
    return left, min(right, room - left)
