"""The report for people: plain text, coloured on a terminal, readable at 80 columns.

A list first; details for a few findings, or for all if asked. The last line says what it means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from compatlint.check.findings import Comparison, Finding
from compatlint.plain_text import clean
from compatlint.report import phrases
from compatlint.report.details import details
from compatlint.report.directions import MEANINGS, used
from compatlint.report.lines import STYLES, Line, joined, wrapped
from compatlint.report.overview import overview
from compatlint.report.verdict import counts, several, verdict
from compatlint.report.view import PLAIN, View
from compatlint.rulebook import Rulebook
from compatlint.vocabulary import Severity

FEW: Final = 3  # findings that are shown in detail without being asked for
UNREAD_SHOWN: Final = 5


def render(comparison: Comparison, *, rulebook: Rulebook, view: View = PLAIN) -> str:
    """Return the report. Source lines and table cells are cut to the width; names and places never are."""
    view = replace(view, width=max(view.width, 40))
    counting = [each for each in phrases.ordered(comparison.findings) if each.waived is None]
    weighty = [each for each in counting if view.notes or each.severity is not Severity.NOTE]
    in_detail = weighty if view.full or len(weighty) <= FEW else []
    lines: list[Line] = []
    for finding in in_detail:
        lines += [*details(finding, rulebook, view), []]
    listed = [each for each in counting if each not in in_detail] if in_detail else counting
    if view.quiet:
        listed = [each for each in listed if each.severity is not Severity.NOTE]
    brief = list(overview(listed, rulebook, view))
    lines += [*brief, []] if brief else []
    if not view.quiet:
        lines += _around(comparison, view)
        lines += _legend(weighty, view, told=not in_detail)
    return joined([*lines, *_ending(comparison, view)], color=view.color)


def _around(comparison: Comparison, view: View) -> list[Line]:
    """Return what belongs to a comparison besides its findings."""
    lines: list[Line] = []
    waived = [each for each in comparison.findings if each.waived is not None]
    for each in waived:
        said = f"{each.rule} at {phrases.place(each.span)}"
        lines += wrapped(
            [("waived: ", "green"), (phrases.subject(each), "bold"), (" ", ""), (said, "")], view.width, 6
        )
    lines += [[]] if waived else []
    lines += _unread(comparison, view)
    lines += _stages(comparison, view.width)
    lines += _prints(comparison, view.width)
    for warning in comparison.warnings:
        lines += wrapped([("warning: ", "yellow"), (clean(warning), "")], view.width)
    return lines


def _legend(findings: Sequence[Finding], view: View, *, told: bool) -> list[Line]:
    """Return what the directions of the findings mean; where details were shown, sentences have said it."""
    directions = used(findings)
    if not directions or not told:
        return []
    lines: list[Line] = []
    for each in directions:
        lines += wrapped([(f"{each:<10} ", "dim"), (MEANINGS[each], "dim")], view.width, 11)
    if any(each not in finding.kept for finding in findings for each in finding.breaks):
        lines += [[("(direction) is not promised to work; --full shows details", "dim")]]
    return [*lines, []]


def _ending(comparison: Comparison, view: View) -> list[Line]:
    errors, warnings = comparison.count(Severity.ERROR), comparison.count(Severity.WARNING)
    if view.quiet and not errors and not warnings:
        return []
    style = "bold green"
    if errors or warnings:
        style = STYLES[Severity.ERROR if errors else Severity.WARNING]
    return [[(counts(comparison), style)], *wrapped([("", ""), (verdict(comparison), style)], view.width, 2)]


def _stages(comparison: Comparison, width: int) -> list[Line]:
    """Return the table of an upgrade's stages: who runs what, and whether it works."""
    if not comparison.standings:
        return []
    lines: list[Line] = [[("stages of the upgrade", "bold")]]
    for each in comparison.standings:
        runs, said = phrases.standing(each)
        style = "red" if each.broken else "green"
        lead = "  breaks  " if each.broken else "  works   "
        lines += wrapped([(lead, style), (clean(each.stage), ""), (f" ({runs})", "dim")], width, 10)
        if each.broken:
            lines += wrapped([(" " * 10, ""), (said, "red")], width, 12)
    return [*lines, []]


def _unread(comparison: Comparison, view: View) -> list[Line]:
    if not comparison.unread:
        return []
    most = len(comparison.unread) if view.verbose else UNREAD_SHOWN
    lines: list[Line] = [[(f"could not be read: {several(len(comparison.unread), 'codec')}", "bold yellow")]]
    for each in comparison.unread[:most]:
        lines += wrapped([("  ", ""), (phrases.unread_line(each), "")], view.width, 4)
    if len(comparison.unread) > most:
        lines.append([(f"  and {len(comparison.unread) - most} more; --verbose names them all", "dim")])
    return [*lines, []]


def _prints(comparison: Comparison, width: int) -> list[Line]:
    """Return how the fingerprints that the project keeps compare with its source."""
    kept = comparison.fingerprints
    if kept is None or not kept.recorded:
        return []
    said = (
        f"{kept.recorded} recorded, {kept.reproduced} reproduced, {len(kept.mismatch)} differ, "
        f"{len(kept.unread)} unread"
    )
    return wrapped([("fingerprints: ", "bold"), (said, "")], width)
