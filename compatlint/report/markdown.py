"""The report as a pull-request comment: GitHub-flavoured Markdown with one fold for each finding."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from compatlint.check.findings import Comparison, Evidence, Excerpt, Finding
from compatlint.report import phrases
from compatlint.report.phrases import clean
from compatlint.rulebook import Rulebook
from compatlint.vocabulary import Severity

LIMIT: Final = 60_000  # GitHub takes 65,536 characters in a comment

_RESERVE: Final = 2_000
_SIGNS: Final = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "📝"}
_SPECIAL: Final = re.compile(r"([\\`*_\[\]#|~$]|^[-+]|^\d+(?=[.)]))")
_CALLS: Final = re.compile(r"(?<=[@#])(?=\w)|(?<=:)(?=//)")
_NOTHING: Final = "\u200b"


def render(comparison: Comparison, *, rulebook: Rulebook, verbose: bool = False) -> str:
    """Return the comment, at most `LIMIT` characters.

    Findings that do not fit are counted instead of shown.
    """
    head = f"### compatlint: {_text(phrases.summary(comparison))}\n"
    rest = phrases.rest(comparison)
    parts = [
        head,
        *([f"Also {rest}.\n"] if rest else []),
        *(f"> ⚠️ {_text(each)}\n" for each in comparison.warnings[:20]),
    ]
    tail = _unread(comparison, verbose)
    room = LIMIT - _RESERVE - sum(map(len, parts)) - len(tail)
    findings = phrases.ordered(comparison.findings)
    for number, finding in enumerate(findings):
        full = verbose or (finding.waived is None and finding.severity is not Severity.NOTE)
        for block in (_finding(finding, rulebook) if full else "", _short(finding)):
            if block and len(block) <= room:
                parts.append(block)
                room -= len(block)
                break
        else:
            parts.append(
                f"\n… and {phrases.several(len(findings) - number, 'more finding')}; the text report shows all.\n"
            )
            break
    return "\n".join([*parts, tail])[:LIMIT]


def _finding(finding: Finding, rulebook: Rulebook) -> str:
    opened = " open" if finding.severity is Severity.ERROR and finding.waived is None else ""
    said = phrases.meetings(finding)
    breaks = [
        f"- **{direction}**: {_text(words)}" if words else f"- **{direction}**" for direction, words in said
    ]
    parts = [
        f"<details{opened}><summary>{_summary(finding, _html)}</summary>",
        _text(finding.message),
        "\n".join(breaks),
    ]
    parts += [_excerpt(each) for each in finding.excerpts]
    parts += [_table(each) for each in phrases.tables(finding)]
    if finding.contained_in:
        parts.append(
            f"Also broken, since it contains this one: {_text(phrases.listing(finding.contained_in, 12))}"
        )
    if finding.waived is not None:
        parts.append(f"Waived ({_text(finding.waived.where)}): {_text(finding.waived.reason)}")
    elif fix := rulebook.rule(finding.rule).fix:
        parts.append(f"**Fix**: {fix}")
    parts.append(f"Rule {_code(finding.rule)}, fingerprint {_code(finding.fingerprint)}")
    return "\n\n".join([*parts, "</details>\n"])


def _short(finding: Finding) -> str:
    return f"- {_summary(finding, _text)}\n"


def _summary(finding: Finding, escape: Callable[[str], str]) -> str:
    """Return one line; a fold's title is HTML, where a backslash would show, and a list's item is Markdown."""
    sign = "☑️" if finding.waived is not None else _SIGNS[finding.severity]
    directions = ", ".join(map(str, finding.breaks))
    where = f"<code>{escape(phrases.place(finding.span))}</code>"
    return f"{sign} <b>{escape(phrases.subject(finding))}</b> {finding.rule} ({directions}) {where}"


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


def _unread(comparison: Comparison, verbose: bool) -> str:
    if not comparison.unread:
        return ""
    most = min(len(comparison.unread), 200 if verbose else phrases.UNREAD_SHOWN)
    named = [f"- {_text(phrases.unread_line(each)[:300])}" for each in comparison.unread[:most]]
    left = len(comparison.unread) - most
    lines = [*named, *([f"- … and {left} more"] if left else [])]
    title = f"{phrases.several(len(comparison.unread), 'codec')} not understood"
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
