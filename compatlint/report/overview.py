"""The findings as a list, for a terminal: grouped by severity and rule, one row each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from compatlint.check.findings import Finding
from compatlint.plain_text import clean
from compatlint.report import phrases
from compatlint.report.directions import brief
from compatlint.report.lines import STYLES, Line, wrapped
from compatlint.report.verdict import listing
from compatlint.report.view import ORDER, View
from compatlint.rulebook import Rulebook
from compatlint.vocabulary import Severity

MOST_WARNINGS: Final = 6  # rows of one rule
NAMED: Final = 3  # of the notes of one rule
_INDENT: Final = 2


def overview(findings: Sequence[Finding], rulebook: Rulebook, view: View) -> Iterable[Line]:
    """Yield the list: a heading for each rule with its findings below; of notes only names, unless asked for."""
    ordered = sorted(
        findings, key=lambda each: (ORDER[each.severity], each.rule, each.span.path, each.span.line)
    )
    for (severity, rule), group in groupby(ordered, key=lambda each: (each.severity, each.rule)):
        some = list(group)
        if severity is Severity.NOTE and not view.notes:
            yield from note_line(rule, some, view)
            continue
        title = rulebook.rule(rule).title
        count = f" ({_many(some)})" if _many(some) > 1 else ""
        yield from wrapped(
            [(f"{severity}: ", STYLES[severity]), (rule, "bold"), ("  ", ""), (f"{title}{count}", "dim")],
            view.width,
            _INDENT,
        )
        most = MOST_WARNINGS if severity is Severity.WARNING and view.least is None else len(some)
        for finding in some[:most]:
            yield from _row(finding, max(len(phrases.subject(each)) for each in some[:most]), view)
        if len(some) > most:
            yield [(f"  and {len(some) - most} more; --select {rule} --severity warning lists them", "dim")]


def note_line(rule: str, some: Sequence[Finding], view: View) -> Iterable[Line]:
    """Yield one line for the notes of one rule."""
    count = f" ({_many(some)})" if _many(some) > 1 else ""
    names = listing([phrases.subject(each) for each in some], NAMED)
    return wrapped(
        [("note: ", STYLES[Severity.NOTE]), (f"{rule}{count}  ", ""), (names, "dim")], view.width, 6
    )


def _many(some: Sequence[Finding]) -> int:
    """Return how many items are meant: members count each."""
    return sum(max(1, len(each.members)) for each in some)


def _row(finding: Finding, column: int, view: View) -> Iterable[Line]:
    subject, where = phrases.subject(finding), phrases.place(finding.span)
    rest = f"{brief(finding)}  {where}"
    mark = f"  {finding.fingerprint}"
    column = min(column, view.width // 2)
    lead = f"{'':{_INDENT}}{subject:<{column}}  "
    bare = f"{'':{_INDENT}}{subject}  "
    if len(lead) + len(rest) + len(mark) <= view.width:
        yield [(lead, ""), (rest, "dim"), (mark, "dim")]
    elif len(lead) + len(rest) <= view.width:
        yield [(lead, ""), (rest, "dim")]
    elif len(bare) + len(rest) <= view.width:
        yield [(bare, ""), (rest, "dim")]
    else:
        yield [(f"{'':{_INDENT}}{subject}", "")]
        yield from wrapped([(" " * 6, ""), (clean(rest), "dim")], view.width, 6)
