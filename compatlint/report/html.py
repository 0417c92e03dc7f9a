"""The report as one HTML page: works offline, light and dark, with search and filters, and asks nothing of anywhere.

Everything of the code under study goes through `_text`. The only script is the constant in `pages/report.js`, and the page's
own policy admits no other.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

from compatlint.check.findings import Comparison, Evidence, Excerpt, Finding
from compatlint.report import phrases
from compatlint.report.directions import MEANINGS, sentences, used
from compatlint.report.fixes import fix_text
from compatlint.report.links import rule_page
from compatlint.report.phrases import clean
from compatlint.report.verdict import counts, range_of, several, verdict
from compatlint.report.version import tool_version
from compatlint.report.view import PLAIN, View
from compatlint.rulebook import Rulebook
from compatlint.vocabulary import Severity

_FOLDER: Final = Path(__file__).resolve().parent / "pages"
_FILTERS: Final = (
    ("severity", "severity"),
    ("rule", "rule"),
    ("direction", "direction"),
    ("notation", "notation"),
)


def render(comparison: Comparison, *, rulebook: Rulebook, view: View = PLAIN) -> str:
    """Return the page."""
    style, script = (
        _FOLDER.joinpath(name).read_text(encoding="utf-8") for name in ("report.css", "report.js")
    )
    findings = phrases.ordered(comparison.findings)
    title = f"compatlint {_text(range_of(comparison))}"
    body = [
        "<header>",
        f"<h1>{title}</h1>",
        f'<p class="verdict {_worst(comparison)}">{_text(verdict(comparison))}</p>',
        f"<p>{_text(counts(comparison))}</p>",
        '<button type="button" id="theme">Light or dark</button>',
        "</header>",
        "<main>",
        *_remarks(comparison),
        *(_controls(findings) if findings else []),
        '<div id="findings">',
        *(_finding(each, rulebook, view, opened=len(findings) == 1) for each in findings),
        "</div>",
        *_stages(comparison),
        *_unread(comparison),
        *_legend(findings),
        "</main>",
        f"<footer>compatlint {_text(tool_version())}</footer>",
    ]
    inside = "\n".join(body)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{_head(title, style, script)}\n</head>\n'
        f"<body>\n{inside}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _head(title: str, style: str, script: str) -> str:
    """Return the head: the page's own policy admits its style and its script, and nothing from anywhere."""
    rules = (
        "default-src 'none'",
        f"style-src {_digest(style)}",
        f"script-src {_digest(script)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return (
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">\n'
        f'<meta name="referrer" content="no-referrer">\n<title>{title}</title>\n'
        f'<link rel="icon" href="data:,">\n<style>{style}</style>'
    )


def _digest(text: str) -> str:
    """Return how a content security policy names an inline text that it admits."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _text(text: str, keep: str = "") -> str:
    """Return any text as text of HTML, also inside an attribute in double quotes."""
    return escape(clean(text, keep=keep), quote=True)


def _worst(comparison: Comparison) -> str:
    return next((str(each) for each in Severity if comparison.count(each)), "clean")


def _remarks(comparison: Comparison) -> Iterable[str]:
    for each in comparison.warnings:
        yield f'<p class="remark">{_text(each)}</p>'


def _controls(findings: list[Finding]) -> Iterable[str]:
    """Yield the search field and one choice for each property by which findings differ."""
    yield '<form id="controls" role="search">'
    yield '<label>Search <input type="search" id="search" placeholder="name, rule, path, fingerprint"></label>'
    for name, label in _FILTERS:
        values = sorted({value for each in findings for value in _property(each, name)})
        options = "".join(f'<option value="{_text(value)}">{_text(value)}</option>' for value in values)
        yield f'<label>{label} <select data-filter="{name}"><option value="">all</option>{options}</select></label>'
    yield '<button type="button" id="open">Open all</button> <button type="button" id="close">Close all</button>'
    yield '<output id="shown" aria-live="polite"></output></form>'


def _property(finding: Finding, name: str) -> list[str]:
    if name == "direction":
        return [str(each) for each in finding.breaks]
    if name == "severity":
        return ["waived" if finding.waived is not None else str(finding.severity)]
    return [str(getattr(finding, name))]


def _finding(finding: Finding, rulebook: Rulebook, view: View, *, opened: bool) -> str:
    rule = rulebook.rule(finding.rule)
    data = " ".join(f'data-{name}="{_text(" ".join(_property(finding, name)))}"' for name, _ in _FILTERS)
    (severity,) = _property(finding, "severity")
    chips = "".join(
        f'<span class="chip{"" if each in finding.kept else " other"}">{each}</span>'
        for each in finding.breaks
    )
    summary = (
        f'<summary><span class="severity {severity}">{severity}</span> '
        f'<strong>{_text(phrases.subject(finding))}</strong> <span class="rule">{finding.rule}</span> {chips} '
        f"<code>{_text(phrases.place(finding.span))}</code></summary>"
    )
    page = rule_page(view.pages, rule)
    title = f'<a href="{_text(page)}" rel="noreferrer">{_text(rule.title)}</a>' if page else _text(rule.title)
    parts = [
        f'<details class="finding" {data}{" open" if opened else ""}>{summary}',
        f"<p>{_text(finding.message)}</p>",
        *_members(finding),
        *_directions(finding),
        '<div class="sides">',
        *(_excerpt(each) for each in finding.excerpts),
        "</div>",
        *(_table(each) for each in phrases.tables(finding)),
        *_more(finding),
        *_ending(finding, fix_text(finding, rule)),
        f'<p class="about">{title}, fingerprint <code>{finding.fingerprint}</code></p>',
        "</details>",
    ]
    return "\n".join(parts)


def _members(finding: Finding) -> Iterable[str]:
    if finding.members:
        yield f"<p>Namely: {', '.join(f'<code>{_text(each)}</code>' for each in finding.members)}</p>"


def _directions(finding: Finding) -> Iterable[str]:
    yield '<dl class="directions">'
    for each in sentences(finding):
        style, rest = ("", "") if each.kept else (' class="other"', " (not promised)")
        yield f"<dt{style}>{each.heading}</dt><dd{style}>{_text(each.text)}{rest}</dd>"
    yield "</dl>"


def _excerpt(excerpt: Excerpt) -> str:
    lines = excerpt.text.rstrip("\n").split("\n")
    rows = []
    for number, line in enumerate(lines, excerpt.span.line):
        style = "line marked" if number == excerpt.mark else "line"
        shown = _text(line.expandtabs(4)) or " "
        rows.append(f'<span class="{style}" data-line="{number}">{shown}</span>')
    where = _text(f"{excerpt.span.path}:{excerpt.mark}")
    return f"<figure><figcaption>{_text(excerpt.label)} <code>{where}</code></figcaption><pre>{''.join(rows)}</pre></figure>"


def _table(evidence: Evidence) -> str:
    writer, reader = phrases.columns(evidence)
    placed = phrases.placed(evidence)
    head = (
        "<th>offset</th>" if placed else ""
    ) + f"<th>{_text(writer)}</th><th>{_text(reader)}</th><th></th>"
    rows = []
    for row in evidence.table:
        mark = phrases.mark(evidence, row)
        at = f'<td class="offset">{phrases.offset(row)}</td>' if placed else ""
        cells = f"{at}<td><code>{_text(row.wrote)}</code></td><td><code>{_text(row.read)}</code></td><td>{mark}</td>"
        style = ' class="bad"' if mark else ""
        rows.append(f"<tr{style}>{cells}</tr>")
    world = ", ".join(_text(each) for each in evidence.world)
    caption = f"<caption>if {world}</caption>" if world else ""
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="scroll"><table class="bytes">{caption}{body}</table></div>'


def _more(finding: Finding) -> Iterable[str]:
    for line in finding.confirmed:
        yield f"<p>confirmed: {_text(line)}</p>"
    if finding.contained_in:
        names = ", ".join(f"<code>{_text(each)}</code>" for each in finding.contained_in)
        yield f"<p>Also in (they contain it): {names}</p>"
    if finding.related:
        yield "<ul>"
        for each in finding.related:
            yield f"<li><code>{_text(phrases.place(each.span))}</code> {_text(each.text)}</li>"
        yield "</ul>"


def _ending(finding: Finding, fix: str) -> Iterable[str]:
    if finding.waived is not None:
        yield f"<p>Waived ({_text(finding.waived.where)}): {_text(finding.waived.reason)}</p>"
    elif fix:
        yield f'<p class="fix"><b>Fix</b> {_text(fix)}</p>'
    if finding.reason:
        yield f'<p class="about">{_text(finding.reason)}</p>'


def _stages(comparison: Comparison) -> Iterable[str]:
    if not comparison.standings:
        return
    yield '<section><h2>Stages of the upgrade</h2><div class="scroll"><table>'
    yield "<thead><tr><th>stage</th><th>who runs what</th><th></th></tr></thead><tbody>"
    for each in comparison.standings:
        runs, said = phrases.standing(each)
        style = "bad" if each.broken else "good"
        yield f'<tr class="{style}"><td>{_text(each.stage)}</td><td>{_text(runs)}</td><td>{_text(said)}</td></tr>'
    yield "</tbody></table></div></section>"


def _unread(comparison: Comparison) -> Iterable[str]:
    if not comparison.unread:
        return
    title = f"{several(len(comparison.unread), 'codec')} could not be read"
    yield f"<section><h2>{title}</h2><ul>"
    for each in comparison.unread:
        yield f"<li><b>{_text(each.codec)}</b> <code>{_text(phrases.place(each.span))}</code> {_text(each.reason)}</li>"
    yield "</ul></section>"


def _legend(findings: list[Finding]) -> Iterable[str]:
    directions = used(findings)
    if not directions:
        return
    yield '<section><h2>Directions</h2><dl class="directions">'
    for each in directions:
        yield f"<dt>{each}</dt><dd>{_text(MEANINGS[each])}</dd>"
    yield "</dl><p>A faint direction is not promised to work between these releases.</p></section>"
