"""The report as JUnit's XML, which Jenkins, Zuul and GitLab read: a finding is a test case, an error a failed one."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from compatlint.check.findings import Comparison, Finding, Unread
from compatlint.report import phrases
from compatlint.report.directions import sentences
from compatlint.report.fixes import fix_text
from compatlint.report.phrases import clean
from compatlint.report.verdict import counts, range_of, verdict
from compatlint.report.view import PLAIN, View
from compatlint.rulebook import Rulebook
from compatlint.vocabulary import Severity


def render(comparison: Comparison, *, rulebook: Rulebook, view: View = PLAIN) -> str:
    """Return one suite: errors fail, warnings and notes pass with a text, waived and unread ones are skipped."""
    del view
    cases = [_case(each, rulebook) for each in phrases.ordered(comparison.findings)]
    cases += [_unread(each) for each in comparison.unread]
    cases = cases or [f'<testcase classname="compatlint" name={quoteattr(range_of(comparison))} time="0"/>']
    waived = sum(1 for each in comparison.findings if each.waived is not None)
    totals = (
        f'tests="{len(cases)}" failures="{comparison.count(Severity.ERROR)}" errors="0" '
        f'skipped="{waived + len(comparison.unread)}" time="{comparison.seconds:.3f}"'
    )
    said = "\n".join(
        [
            *(f"warning: {clean(each)}" for each in comparison.warnings),
            counts(comparison),
            verdict(comparison),
        ]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
        f"<testsuite name={quoteattr(f'compatlint {range_of(comparison)}')} {totals}>\n"
        + "\n".join(cases)
        + f"\n<system-out>{escape(said)}</system-out>\n</testsuite>\n</testsuites>\n"
    )


def _case(finding: Finding, rulebook: Rulebook) -> str:
    text = escape(_text(finding, rulebook))
    message = quoteattr(clean(finding.message))
    if finding.waived is not None:
        inside = f"<skipped message={quoteattr(f'waived: {clean(finding.waived.reason)}')}/>"
    elif finding.severity is Severity.ERROR:
        inside = f'<failure type="{finding.rule}" message={message}>{text}</failure>'
    else:
        inside = f"<system-out>{finding.severity}: {text}</system-out>"
    name = quoteattr(f"{phrases.subject(finding)} {finding.fingerprint}")
    return f'<testcase classname="{finding.rule}" name={name} time="0">{inside}</testcase>'


def _text(finding: Finding, rulebook: Rulebook) -> str:
    fix = fix_text(finding, rulebook.rule(finding.rule))
    lines = [f"{phrases.place(finding.span)}: {clean(finding.message)}"]
    lines += [
        f"{each.heading}: {each.text}" + ("" if each.kept else " (not promised)")
        for each in sentences(finding)
    ]
    lines += [f"fix: {fix}"] if fix else []
    return "\n".join([*lines, f"fingerprint {finding.fingerprint}"])


def _unread(unread: Unread) -> str:
    reason = quoteattr(f"could not be read: {clean(unread.reason)}")
    name = quoteattr(f"{clean(unread.codec)} {phrases.place(unread.span)}")
    return f'<testcase classname="unread" name={name} time="0"><skipped message={reason}/></testcase>'
