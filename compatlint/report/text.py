"""The report for people: plain text, coloured on a terminal, readable at 80 columns.

A report is a list of lines, a line a list of (text, style) pieces. Plain output joins the texts; only
coloured output imports rich, so that a hook that finds nothing does not pay for it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from compatlint.check.findings import Comparison, Evidence, Excerpt, Finding
from compatlint.report import phrases
from compatlint.report.phrases import clean
from compatlint.rulebook import Rulebook
from compatlint.vocabulary import Severity

Line = Sequence[tuple[str, str]]

_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_MARK_WIDTH: Final = len("  <- past the end")
_TAB: Final = 4


def render(
    comparison: Comparison, *, rulebook: Rulebook, verbose: bool = False, color: bool = False, width: int = 80
) -> str:
    """Return the report: errors and warnings in full, notes and waived findings on one line each unless `verbose`.

    `width` is in columns; source lines and table cells are cut to it, names and places never are.
    """
    width = max(width, 40)
    lines: list[Line] = []
    brief: list[Line] = []
    for finding in phrases.ordered(comparison.findings):
        if verbose or (finding.waived is None and finding.severity is not Severity.NOTE):
            lines += [*_finding(finding, rulebook, width), []]
        else:
            brief += _brief(finding, width)
    lines += [*brief, []] if brief else []
    lines += _unread(comparison, verbose, width)
    lines += _stages(comparison, width)
    lines += _prints(comparison, width)
    lines += [
        line
        for each in comparison.warnings
        for line in _wrapped([("warning: ", "yellow"), (clean(each), "")], width)
    ]
    rest = phrases.rest(comparison)
    lines += [[(f"also {rest}", "dim")]] if rest else []
    style = "bold red" if comparison.count(Severity.ERROR) else "bold green"
    lines.append([(phrases.summary(comparison), style)])
    return _coloured(lines) if color else "".join(f"{_plain(line)}\n" for line in lines)


def _finding(finding: Finding, rulebook: Rulebook, width: int) -> Iterable[Line]:
    style = _STYLES[finding.severity]
    yield [(f"{finding.severity}: ", style), (phrases.subject(finding), "bold"), (f"  {finding.rule}", style)]
    yield [
        ("  --> ", "dim"),
        (phrases.place(finding.span), ""),
        (f"  ({clean(finding.notation)}, {clean(finding.link)})", "dim"),
    ]
    yield from _wrapped([("  ", ""), (clean(finding.message), "")], width)
    yield []
    for direction, said in phrases.meetings(finding):
        yield from _wrapped([(f"  {direction:<11}", style), (said, "")], width, 13)
    for excerpt in finding.excerpts:
        yield []
        yield from _excerpt(excerpt, width)
    for evidence in phrases.tables(finding):
        yield []
        yield from _table(evidence, width)
    yield []
    yield from _tail(finding, rulebook, width)


def _tail(finding: Finding, rulebook: Rulebook, width: int) -> Iterable[Line]:
    for line in finding.confirmed:
        yield from _wrapped([("  real bytes ", "red"), (clean(line), "")], width, 13)
    for related in finding.related:
        yield from _wrapped(
            [("  see  ", "dim"), (f"{phrases.place(related.span)}: {clean(related.text)}", "")], width, 7
        )
    if finding.contained_in:
        inside = f"{phrases.listing(finding.contained_in, 12)}, by containing it"
        yield from _wrapped([("  and  ", "dim"), (inside, "")], width, 7)
    if finding.waived is not None:
        until = f" until {clean(finding.waived.until)}" if finding.waived.until else ""
        why = f"({clean(finding.waived.where)}){until}: {clean(finding.waived.reason)}"
        yield from _wrapped([("  waived ", "green"), (why, "")], width, 9)
    elif fix := rulebook.rule(finding.rule).fix:
        yield from _wrapped([("  fix  ", "green"), (fix, "")], width, 7)
    outside = "" if finding.promised else ", outside the promise"
    yield [("  rule ", "dim"), (finding.rule, ""), (f", fingerprint {finding.fingerprint}{outside}", "dim")]


def _excerpt(excerpt: Excerpt, width: int) -> Iterable[Line]:
    yield [(f"  {clean(excerpt.label)}", "bold"), (f"  {phrases.place(excerpt.span)}", "dim")]
    source = [clean(each.expandtabs(_TAB)) for each in excerpt.text.split("\n")]
    while source and not source[-1].strip():
        source.pop()
    digits = len(str(excerpt.span.line + len(source)))
    for number, text in enumerate(source, excerpt.span.line):
        marked = number == excerpt.mark
        head = f"  {'>' if marked else ' '} {number:>{digits}} | "
        yield [(head, "red" if marked else "dim"), (_cut(text, width - len(head)), "bold" if marked else "")]


def _table(evidence: Evidence, width: int) -> Iterable[Line]:
    writer, reader = phrases.columns(evidence)
    rows = [
        (phrases.offset(row), clean(row.wrote), clean(row.read), phrases.mark(evidence, row))
        for row in evidence.table
    ]
    first = max(6, *(len(row[0]) for row in rows)) + 2 if phrases.placed(evidence) else 0
    room = width - first - 4 - _MARK_WIDTH
    left = max(len(writer), *(len(row[1]) for row in rows))
    right = max(len(reader), *(len(row[2]) for row in rows))
    left = min(left, max(room // 2, room - right))
    right = min(right, room - left)
    head = f"{'offset':>{first - 2}}  " if first else ""
    yield [(f"  {head}{_cut(writer, left):<{left}}  {_cut(reader, right)}", "dim")]
    for at, wrote, read, mark in rows:
        place = f"{at:>{first - 2}}  " if first else ""
        text = f"  {place}{_cut(wrote, left):<{left}}  {_cut(read, right):<{right}}"
        yield [(text, "red" if mark else ""), (f"  <- {mark}" if mark else "", "bold red")]


def _stages(comparison: Comparison, width: int) -> list[Line]:
    """Return the table of an upgrade's stages: who runs what, and whether it works."""
    if not comparison.standings:
        return []
    lines: list[Line] = [[("stages of the upgrade", "bold")]]
    for each in comparison.standings:
        runs, verdict = phrases.standing(each)
        lines += _wrapped([(f"  {clean(each.stage)}: ", ""), (runs, "dim")], width, 4)
        lines += _wrapped([("    ", ""), (verdict, "red" if each.broken else "green")], width, 6)
    return [*lines, []]


def _brief(finding: Finding, width: int) -> Iterable[Line]:
    lead, style = (
        ("waived: ", "green") if finding.waived else (f"{finding.severity}: ", _STYLES[finding.severity])
    )
    directions = "/".join(map(str, finding.breaks))
    said = f"{finding.rule} at {phrases.place(finding.span)}" + (f" ({directions})" if directions else "")
    return _wrapped([(lead, style), (phrases.subject(finding), "bold"), (" ", ""), (said, "")], width, 6)


def _unread(comparison: Comparison, verbose: bool, width: int) -> list[Line]:
    if not comparison.unread:
        return []
    most = len(comparison.unread) if verbose else phrases.UNREAD_SHOWN
    lines: list[Line] = [
        [(f"not understood: {phrases.several(len(comparison.unread), 'codec')}", "bold yellow")]
    ]
    for each in comparison.unread[:most]:
        lines += _wrapped([("  ", ""), (phrases.unread_line(each), "")], width, 4)
    if len(comparison.unread) > most:
        lines.append([(f"  and {len(comparison.unread) - most} more; --verbose names them all", "dim")])
    return [*lines, []]


def _prints(comparison: Comparison, width: int) -> list[Line]:
    """Return how the fingerprints that the project keeps compare with its source."""
    kept = comparison.fingerprints
    if kept is None or not kept.recorded:
        return []
    said = f"{kept.recorded} recorded, {kept.reproduced} reproduced, {len(kept.mismatch)} differ, {len(kept.unread)} unread"
    return _wrapped([("fingerprints: ", "bold"), (said, "")], width)


def _wrapped(pieces: Line, width: int, indent: int = 2) -> list[Line]:
    """Break a line at spaces; what does not fit continues below, `indent` columns in.

    The last piece is the one broken.
    """
    *leads, (text, style) = pieces
    used = sum(len(each) for each, _ in leads)
    broken = textwrap.wrap(
        text,
        width,
        initial_indent=" " * used,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    first = broken[0][used:] if broken else ""
    return [[*leads, (first, style)], *([(each, style)] for each in broken[1:])]


def _cut(text: str, room: int) -> str:
    room = max(room, 8)
    return text if len(text) <= room else text[: room - 3] + "..."


def _plain(line: Line) -> str:
    return "".join(text for text, _ in line).rstrip()


def _coloured(lines: Iterable[Line]) -> str:
    import io

    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    console = Console(
        file=out, force_terminal=True, color_system="standard", highlight=False, markup=False, emoji=False
    )
    for line in lines:
        console.print(Text.assemble(*((text, style) for text, style in line)), soft_wrap=True)
    return out.getvalue()
