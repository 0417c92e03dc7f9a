"""The report as GitHub workflow commands: annotations at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from compatlint.check.findings import Comparison, Finding
from compatlint.plain_text import no_command
from compatlint.report import phrases
from compatlint.report.directions import sentences
from compatlint.report.fixes import fix_text
from compatlint.report.links import rule_page
from compatlint.report.phrases import clean
from compatlint.report.verdict import counts, several, verdict
from compatlint.report.view import PLAIN, View
from compatlint.rulebook import Rulebook
from compatlint.vocabulary import Severity

LIMIT: Final = 10  # annotations of a kind that GitHub shows for one step
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(comparison: Comparison, *, rulebook: Rulebook, view: View = PLAIN) -> str:
    """Return one command for each error and warning that is not waived, one for all that is unread, and the verdict.

    Notes are left out unless they were asked for: GitHub shows ten annotations of a kind for each step.
    """
    shown = [
        each
        for each in phrases.ordered(comparison.findings)
        if each.waived is None and (view.notes or each.severity is not Severity.NOTE)
    ]
    lines = [_finding(each, rulebook, view) for each in shown]
    lines += [f"::warning title=compatlint::{_message(each)}" for each in comparison.warnings]
    if comparison.unread:
        most = len(comparison.unread) if view.verbose else phrases.UNREAD_SHOWN
        named = [phrases.unread_line(each) for each in comparison.unread[:most]]
        more = (
            [f"and {len(comparison.unread) - most} more (--verbose names all)"]
            if len(comparison.unread) > most
            else []
        )
        title = f"compatlint: {several(len(comparison.unread), 'codec')} could not be read"
        lines.append(f"::notice title={_property(title)}::{_message(chr(10).join([*named, *more]))}")
    ending = [*_beyond(shown), counts(comparison), verdict(comparison)]
    return "\n".join([*lines, *map(no_command, ending), ""])


def _beyond(shown: Sequence[Finding]) -> list[str]:
    """Say how many annotations GitHub will not show."""
    of = [(sum(1 for each in shown if each.severity is one), one) for one in Severity]
    said = ", ".join(several(count, one) for count, one in of if count > LIMIT)
    if not said:
        return []
    return [
        f"{said} above: GitHub shows {LIMIT} annotations of a kind for each step, this log has all of them"
    ]


def _finding(finding: Finding, rulebook: Rulebook, view: View) -> str:
    rule = rulebook.rule(finding.rule)
    fix, page = fix_text(finding, rule), rule_page(view.pages, rule)
    said = [
        f"{each.heading}: {each.text}" + ("" if each.kept else " (not promised)")
        for each in sentences(finding)
    ]
    text = "\n".join(
        [
            clean(finding.message),
            *said,
            *([f"Fix: {fix}"] if fix else []),
            *([page] if page else []),
            f"fingerprint {finding.fingerprint}",
        ]
    )
    where = f"file={_property(finding.span.path)},line={finding.span.line},endLine={finding.span.end_line}"
    title = f"{finding.rule}: {phrases.subject(finding)}"
    return f"::{_COMMANDS[finding.severity]} {where},title={_property(title)}::{_message(text)}"


def _message(text: str) -> str:
    """Escape a command's message; a line break would end the command and let the rest speak as commands."""
    return _harmless(clean(text, keep="\n").replace("%", "%25").replace("\n", "%0A"))


def _property(text: str) -> str:
    """Escape a command's property, where ':' and ',' end the value."""
    return _harmless(clean(text)).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def _harmless(text: str) -> str:
    """Break the older spelling of a command, which a runner obeys anywhere in a line."""
    return text.replace("##[", "## [")
