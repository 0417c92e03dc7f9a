"""The report as GitHub workflow commands: annotations at the lines of a pull request."""

from __future__ import annotations

from compatlint.check.findings import Comparison, Finding
from compatlint.report import phrases
from compatlint.report.phrases import clean
from compatlint.rulebook import Rulebook
from compatlint.vocabulary import Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(comparison: Comparison, *, rulebook: Rulebook, verbose: bool = False) -> str:
    """Return one command for each finding that is not waived, one for all that is unread, and the summary line."""
    lines = [_finding(each, rulebook) for each in phrases.ordered(comparison.findings) if each.waived is None]
    lines += [f"::warning title=compatlint::{_message(each)}" for each in comparison.warnings]
    if comparison.unread:
        most = len(comparison.unread) if verbose else phrases.UNREAD_SHOWN
        named = [phrases.unread_line(each) for each in comparison.unread[:most]]
        more = (
            [f"and {len(comparison.unread) - most} more (--verbose names all)"]
            if len(comparison.unread) > most
            else []
        )
        title = f"compatlint: {phrases.several(len(comparison.unread), 'codec')} not understood"
        lines.append(f"::notice title={_property(title)}::{_message(chr(10).join([*named, *more]))}")
    return "\n".join([*lines, _harmless(phrases.summary(comparison)), ""])


def _finding(finding: Finding, rulebook: Rulebook) -> str:
    breaks = [f"{direction}: {said}" if said else direction for direction, said in phrases.meetings(finding)]
    fix = rulebook.rule(finding.rule).fix
    text = "\n".join(
        [
            clean(finding.message),
            *breaks,
            *([f"Fix: {fix}"] if fix else []),
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
