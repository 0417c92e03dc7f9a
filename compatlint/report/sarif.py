"""The report as SARIF 2.1.0 (OASIS), for code hosts and editors that collect findings of many tools."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from compatlint.check.findings import Comparison, Finding, Unread
from compatlint.report import phrases
from compatlint.report.phrases import clean
from compatlint.report.version import tool_version
from compatlint.rulebook import Rule, Rulebook
from compatlint.wire.ir.span import Span

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE: Final = "SRCROOT"


def render(comparison: Comparison, *, rulebook: Rulebook, verbose: bool = False) -> str:
    """Return one SARIF run.

    A result for each finding, a notification for each unread codec and each warning.
    """
    del verbose
    findings = phrases.ordered(comparison.findings)
    rules = sorted({each.rule for each in findings})
    driver: dict[str, Any] = {"name": "compatlint", "version": tool_version()}
    driver["rules"] = [_rule(rulebook.rule(name)) for name in rules]
    notes = [_unread(each) for each in comparison.unread]
    notes += [{"level": "warning", "message": {"text": clean(each)}} for each in comparison.warnings]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "originalUriBaseIds": {_BASE: {"description": {"text": "the root of the repository"}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules.index(each.rule)) for each in findings],
        "properties": {
            "old": {"rev": clean(comparison.old.rev), "commit": comparison.old.commit},
            "new": {"rev": clean(comparison.new.rev), "commit": comparison.new.commit},
            "summary": phrases.summary(comparison),
        },
    }
    return (
        json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _rule(rule: Rule) -> dict[str, Any]:
    level = rule.severity
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.sections.get("What breaks", rule.title)},
        "help": {"text": rule.text, "markdown": rule.text},
        "defaultConfiguration": {"level": level},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    breaks = "; ".join(
        f"{direction}: {said}" if said else direction for direction, said in phrases.meetings(finding)
    )
    places = [(each.span, clean(each.label)) for each in finding.excerpts]
    places += [(each.span, clean(each.text)) for each in finding.related]
    related = [
        {**_location(span), "id": number, "message": {"text": text}}
        for number, (span, text) in enumerate(places)
    ]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": str(finding.severity),
        "message": {"text": f"{clean(finding.message)} ({breaks})" if breaks else clean(finding.message)},
        "locations": [{**_location(finding.span), "logicalLocations": [_logical(finding)]}],
        "relatedLocations": related,
        "partialFingerprints": {"compatlint/v1": finding.fingerprint},
        "properties": {
            "breaks": [str(each) for each in finding.breaks],
            "link": finding.link,
            "notation": finding.notation,
            "containedIn": [clean(each) for each in finding.contained_in],
        },
    }
    # An empty list says that suppressions were looked for and there are none; a missing one says nothing
    # (3.27.23).
    result["suppressions"] = []
    if finding.waived is not None:
        kind = "inSource" if finding.waived.where == "comment" else "external"
        result["suppressions"] = [
            {"kind": kind, "status": "accepted", "justification": clean(finding.waived.reason)}
        ]
    return result


def _unread(unread: Unread) -> dict[str, Any]:
    text = f"not understood: {clean(unread.codec)}: {clean(unread.reason)}"
    return {"level": "note", "message": {"text": text}, "locations": [_location(unread.span)]}


def _location(span: Span) -> dict[str, Any]:
    first = max(span.line, 1)
    region = {"startLine": first, "endLine": max(span.end_line, first)}
    artifact = {"uri": quote(phrases.whole(span.path)), "uriBaseId": _BASE}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _logical(finding: Finding) -> dict[str, str]:
    return {
        "name": clean(finding.item_title or finding.codec),
        "fullyQualifiedName": phrases.subject(finding),
        "kind": "member",
    }
