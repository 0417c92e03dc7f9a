"""The report as one line for each finding, as compilers print it: for editors, `grep` and long lists."""

from __future__ import annotations

from compatlint.check.findings import Comparison, Finding
from compatlint.plain_text import no_command
from compatlint.report import phrases
from compatlint.report.directions import brief
from compatlint.report.phrases import clean
from compatlint.report.verdict import counts, verdict
from compatlint.report.view import PLAIN, View
from compatlint.rulebook import Rulebook


def render(comparison: Comparison, *, rulebook: Rulebook, view: View = PLAIN) -> str:
    """Return `path:line: severity: codec.item rule [directions] fingerprint` for each finding, then the unread.

    With `quiet`, only findings.
    """
    del rulebook
    lines = [_line(each) for each in phrases.ordered(comparison.findings) if each.waived is None]
    if not view.quiet:
        lines += [
            f"{phrases.place(each.span)}: unread: {clean(each.codec)}: {clean(each.reason)}"
            for each in comparison.unread
        ]
        lines += [f"warning: {clean(each)}" for each in comparison.warnings]
        lines += [counts(comparison), verdict(comparison)]
    return "".join(f"{no_command(line)}\n" for line in lines)


def _line(finding: Finding) -> str:
    return (
        f"{phrases.place(finding.span)}: {finding.severity}: {phrases.subject(finding)} {finding.rule} "
        f"[{brief(finding)}] {finding.fingerprint}"
    )
