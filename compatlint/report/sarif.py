"""The report as SARIF 2.1.0 (OASIS), for code hosts and editors that collect findings of many tools."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from compatlint.check.findings import Comparison, Finding, Fix, Unread
from compatlint.report import phrases
from compatlint.report.directions import sentences
from compatlint.report.fixes import fix_text
from compatlint.report.links import rule_page
from compatlint.report.phrases import clean
from compatlint.report.verdict import counts, verdict
from compatlint.report.version import tool_version
from compatlint.report.view import PLAIN, View
from compatlint.rulebook import Rule, Rulebook
from compatlint.wire.ir.span import Span

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE: Final = "SRCROOT"
_OLD_BASE: Final = "OLDROOT"


def render(comparison: Comparison, *, rulebook: Rulebook, view: View = PLAIN) -> str:
    """Return one SARIF run.

    A result for each finding, a notification for each unread codec and each warning.
    """
    findings = phrases.ordered(comparison.findings)
    rules = sorted({each.rule for each in findings})
    driver: dict[str, Any] = {"name": "compatlint", "version": tool_version()}
    driver["rules"] = [_rule(rulebook.rule(name), view) for name in rules]
    notes = [_unread(each) for each in comparison.unread]
    notes += [{"level": "warning", "message": {"text": clean(each)}} for each in comparison.warnings]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "originalUriBaseIds": _bases(comparison),
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules.index(each.rule), rulebook, comparison) for each in findings],
        "properties": {
            "old": {"rev": clean(comparison.old.rev), "commit": comparison.old.commit},
            "new": {"rev": clean(comparison.new.rev), "commit": comparison.new.commit},
            "summary": counts(comparison),
            "verdict": verdict(comparison),
        },
    }
    return (
        json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _bases(comparison: Comparison) -> dict[str, Any]:
    """Return the roots that places are relative to: the newer release's, and the older one's for its own lines."""
    named = ((_BASE, comparison.new), (_OLD_BASE, comparison.old))
    return {
        base: {"description": {"text": f"the root of the repository at {clean(side.rev)}"}}
        for base, side in named
    }


def _rule(rule: Rule, view: View) -> dict[str, Any]:
    page = rule_page(view.pages, rule)
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.sections.get("What breaks", rule.title)},
        "help": {"text": rule.text, "markdown": rule.text},
        "defaultConfiguration": {"level": rule.severity},
        **({"helpUri": page} if page else {}),
    }


def _result(finding: Finding, index: int, rulebook: Rulebook, comparison: Comparison) -> dict[str, Any]:
    said = "; ".join(f"{each.heading}: {each.text}" for each in sentences(finding) if each.kept)
    places = [(each.span, clean(each.label)) for each in finding.excerpts]
    places += [(each.span, clean(each.text)) for each in finding.related]
    related = [
        {**_location(span, comparison), "id": number, "message": {"text": text}}
        for number, (span, text) in enumerate(places)
    ]
    fix = fix_text(finding, rulebook.rule(finding.rule))
    text = f"{clean(finding.message)} ({said})" if said else clean(finding.message)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": str(finding.severity),
        "message": {"text": f"{text}\nFix: {fix}" if fix else text},
        "locations": [{**_location(finding.span, None), "logicalLocations": [_logical(finding)]}],
        "relatedLocations": related,
        "partialFingerprints": {
            "compatlint/v1": finding.fingerprint,
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
        },
        "properties": {
            "breaks": [str(each) for each in finding.breaks],
            "promised": [str(each) for each in finding.kept],
            "reason": clean(finding.reason),
            "link": finding.link,
            "notation": finding.notation,
            "containedIn": [clean(each) for each in finding.contained_in],
            "members": [clean(each) for each in finding.members],
        },
    }
    if finding.fix is not None and finding.fix.edits:
        result["fixes"] = [_fix(finding.fix)]
    # An empty list says that suppressions were looked for and there are none; a missing one says nothing
    # (3.27.23).
    result["suppressions"] = []
    if finding.waived is not None:
        kind = "inSource" if finding.waived.where == "comment" else "external"
        result["suppressions"] = [
            {"kind": kind, "status": "accepted", "justification": clean(finding.waived.reason)}
        ]
    return result


def _fix(fix: Fix) -> dict[str, Any]:
    """Return a fix: for each file, the regions to delete and the text to insert there."""
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        region: dict[str, Any] = {"startLine": edit.span.line, "startColumn": 1}
        inserts = edit.span.end_line < edit.span.line
        region |= {"endLine": edit.span.line if inserts else edit.span.end_line + 1, "endColumn": 1}
        replacement = {"deletedRegion": region, "insertedContent": {"text": phrases.whole(edit.text)}}
        changes.setdefault(edit.span.path, []).append(replacement)
    return {
        "description": {"text": clean(fix.text)},
        "artifactChanges": [
            {"artifactLocation": _artifact(path, _BASE), "replacements": some}
            for path, some in changes.items()
        ],
    }


def _unread(unread: Unread) -> dict[str, Any]:
    text = f"not understood: {clean(unread.codec)}: {clean(unread.reason)}"
    return {"level": "note", "message": {"text": text}, "locations": [_location(unread.span, None)]}


def _location(span: Span, comparison: Comparison | None) -> dict[str, Any]:
    """Return a place; with a comparison, lines of its older release are relative to that release's root."""
    first = max(span.line, 1)
    older = comparison is not None and comparison.old.commit == span.commit != comparison.new.commit
    region = {"startLine": first, "endLine": max(span.end_line, first)}
    artifact = _artifact(span.path, _OLD_BASE if older else _BASE)
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _artifact(path: str, base: str) -> dict[str, str]:
    return {"uri": quote(phrases.whole(path)), "uriBaseId": base}


def _logical(finding: Finding) -> dict[str, str]:
    return {
        "name": clean(finding.item_title or finding.codec),
        "fullyQualifiedName": phrases.subject(finding),
        "kind": "member",
    }
