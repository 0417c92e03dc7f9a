"""The report as a pull-request comment: GitHub-flavoured Markdown, a table on top and one fold for each finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from compatlint.check.findings import Comparison, Evidence, Excerpt, Finding
from compatlint.report import phrases
from compatlint.report.directions import brief, sentences
from compatlint.report.fixes import fix_text
from compatlint.report.links import rule_page
from compatlint.report.phrases import clean
from compatlint.report.verdict import counts, listing, several, verdict
from compatlint.report.view import PLAIN, View
from compatlint.rulebook import Rulebook
from compatlint.vocabulary import Severity

ROWS: Final = 60  # of the table
OPENED: Final = 5  # findings whose details are open, if there are no more
LIMIT: Final = 60_000  # GitHub takes 65,536 characters in a comment

_RESERVE: Final = 2_000
_SIGNS: Final = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "📝"}
_SPECIAL: Final = re.compile(r"([\\`*_\[\]#|~$]|^[-+]|^\d+(?=[.)]))")
_CALLS: Final = re.compile(r"(?<=[@#])(?=\w)|(?<=:)(?=//)")
_NOTHING: Final = "\u200b"


def render(comparison: Comparison, *, rulebook: Rulebook, view: View = PLAIN) -> str:
    """Return the comment, at most `LIMIT` characters: the verdict, a table of findings, details in folds.

    Findings that do not fit are counted instead of shown.
    """
    findings = phrases.ordered(comparison.findings)
    parts = [
        f"### compatlint: {_text(verdict(comparison))}\n",
        f"{_text(counts(comparison))}\n",
        *(f"> ⚠️ {_text(each)}\n" for each in comparison.warnings[:20]),
        *_list(findings, rulebook, view),
    ]
    tail = _unread(comparison, view)
    room = LIMIT - _RESERVE - sum(map(len, parts)) - len(tail)
    weighty = [each for each in findings if each.waived is None and each.severity is not Severity.NOTE]
    for number, finding in enumerate(findings if view.full else weighty):
        block = _finding(finding, rulebook, opened=number < OPENED and len(weighty) <= OPENED)
        if len(block) > room:
            left = len(findings if view.full else weighty) - number
            parts.append(f"\n… details of {several(left, 'more finding')}: see the text report.\n")
            break
        parts.append(block)
        room -= len(block)
    return "\n".join([*parts, tail])[:LIMIT]


def _list(findings: Sequence[Finding], rulebook: Rulebook, view: View) -> list[str]:
    """Return the table of findings."""
    if not findings:
        return []
    rows = [
        "| | finding | rule | directions | place | fingerprint |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for finding in findings[:ROWS]:
        rule = rulebook.rule(finding.rule)
        page = rule_page(view.pages, rule)
        named = f"[{finding.rule}]({page})" if page else _code(finding.rule)
        cells = (
            _sign(finding),
            f"**{_code(phrases.subject(finding))}**",
            named,
            _text(brief(finding)),
            _code(phrases.place(finding.span)),
            _code(finding.fingerprint),
        )
        rows.append(f"| {' | '.join(cells)} |")
    more = [f"\n… and {several(len(findings) - ROWS, 'more finding')}\n"] if len(findings) > ROWS else []
    unpromised = any(each not in one.kept for one in findings for each in one.breaks)
    legend = ["\nA direction in parentheses is not promised to work.\n"] if unpromised else []
    return ["\n".join(rows) + "\n", *more, *legend]


def _sign(finding: Finding) -> str:
    return "☑️" if finding.waived is not None else _SIGNS[finding.severity]


def _finding(finding: Finding, rulebook: Rulebook, *, opened: bool) -> str:
    said = [
        f"- **{each.heading}**: {_text(each.text)}" + ("" if each.kept else " *(not promised)*")
        for each in sentences(finding)
    ]
    parts = [
        f"<details{' open' if opened else ''}><summary>{_summary(finding)}</summary>",
        _text(finding.message),
        "\n".join(said),
    ]
    if finding.members:
        parts.append(f"Namely: {_text(listing(finding.members, 30))}")
    parts += [_excerpt(each) for each in finding.excerpts]
    parts += [_table(each) for each in phrases.tables(finding)]
    if finding.contained_in:
        parts.append(f"Also in: {_text(listing(finding.contained_in, 12))} (they contain it)")
    if finding.waived is not None:
        parts.append(f"Waived ({_text(finding.waived.where)}): {_text(finding.waived.reason)}")
    elif fix := fix_text(finding, rulebook.rule(finding.rule)):
        parts.append(f"**Fix**: {fix if finding.fix is None else _text(fix)}")
    if finding.reason:
        parts.append(f"*Why*: {_text(finding.reason)}")
    parts.append(f"Rule {_code(finding.rule)}, fingerprint {_code(finding.fingerprint)}")
    return "\n\n".join([*parts, "</details>\n"])


def _summary(finding: Finding) -> str:
    """Return one line of HTML, where a backslash would show."""
    where = f"<code>{_html(phrases.place(finding.span))}</code>"
    subject = _html(phrases.subject(finding))
    return f"{_sign(finding)} <b>{subject}</b> {finding.rule} ({_html(brief(finding))}) {where}"


def _excerpt(excerpt: Excerpt) -> str:
    source = clean(excerpt.text.expandtabs(4), keep="\n").rstrip("\n")
    return f"{_text(excerpt.label)}, {_code(f'{excerpt.span.path}:{excerpt.span.line}')}\n\n{_fence(source)}"


def _table(evidence: Evidence) -> str:
    writer, reader = phrases.columns(evidence)
    if not phrases.placed(evidence):
        head = f"| {_text(writer)} | {_text(reader)} | |\n| --- | --- | --- |\n"
        return head + "\n".join(
            f"| {_code(row.wrote)} | {_code(row.read)} | {phrases.mark(evidence, row)} |"
            for row in evidence.table
        )
    head = f"| offset | {_text(writer)} | {_text(reader)} | |\n| ---: | --- | --- | --- |\n"
    rows = [
        f"| {phrases.offset(row)} | {_code(row.wrote)} | {_code(row.read)} | {phrases.mark(evidence, row)} |"
        for row in evidence.table
    ]
    return head + "\n".join(rows)


def _unread(comparison: Comparison, view: View) -> str:
    if not comparison.unread:
        return ""
    most = min(len(comparison.unread), 200 if view.verbose else phrases.UNREAD_SHOWN)
    named = [f"- {_text(phrases.unread_line(each)[:300])}" for each in comparison.unread[:most]]
    left = len(comparison.unread) - most
    lines = [*named, *([f"- … and {left} more"] if left else [])]
    title = f"{several(len(comparison.unread), 'codec')} could not be read"
    return f"<details><summary>{title}</summary>\n\n" + "\n".join(lines) + "\n\n</details>\n"


def _text(text: str) -> str:
    """Escape text for a paragraph.

    No markup, no HTML, no mention of a person, no link to an issue or elsewhere.
    """
    return _CALLS.sub(_NOTHING, _SPECIAL.sub(r"\\\1", _entities(clean(text))))


def _html(text: str) -> str:
    """Escape text for a line of HTML."""
    return _CALLS.sub(_NOTHING, _entities(text))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code(text: str) -> str:
    """Return a code span, also in a table's cell.

    A backtick or a bar would end it, so both are written otherwise.
    """
    safe = clean(text).replace("`", "'").replace("|", "¦").strip()
    return f"`{safe}`" if safe else ""


def _fence(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}cpp\n{text}\n{ticks}"
