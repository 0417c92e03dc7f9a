"""The report as JSON, version 1; `schema.json` beside this module is its published schema."""

from __future__ import annotations

import json
from typing import Any

from compatlint.check.findings import (
    Comparison,
    Considered,
    Evidence,
    Excerpt,
    Finding,
    Revision,
    Standing,
    Unread,
    Waived,
)
from compatlint.report import phrases
from compatlint.report.directions import sentences
from compatlint.report.links import rule_page
from compatlint.report.phrases import whole
from compatlint.report.verdict import verdict
from compatlint.report.version import tool_version
from compatlint.report.view import PLAIN, View
from compatlint.rulebook import Rule, Rulebook
from compatlint.vocabulary import Severity
from compatlint.wire.ir.records import Fingerprints

VERSION = 1


def render(comparison: Comparison, *, rulebook: Rulebook, view: View = PLAIN) -> str:
    """Return the whole comparison; this format leaves nothing out."""
    findings = phrases.ordered(comparison.findings)
    report: dict[str, Any] = {
        "version": VERSION,
        "tool": {"name": "compatlint", "version": tool_version()},
        "old": _endpoint(comparison.old),
        "new": _endpoint(comparison.new),
        "summary": {
            **{str(each): comparison.count(each) for each in Severity},
            "waived": sum(1 for each in findings if each.waived is not None),
            "codecs": comparison.codecs,
            "changed": comparison.changed,
            "unread": len(comparison.unread),
            "considered": _considered(comparison.considered),
            "left_out": comparison.left_out,
            "verdict": verdict(comparison),
        },
        "findings": [_finding(each, rulebook.rule(each.rule), view) for each in findings],
        "unread": [
            {
                "codec": whole(each.codec),
                "path": whole(each.span.path),
                "line": each.span.line,
                "reason": whole(each.reason),
                **_around(each),
            }
            for each in comparison.unread
        ],
        "warnings": [whole(each) for each in comparison.warnings],
    }
    if comparison.fingerprints is not None:
        report["fingerprints"] = _fingerprints(comparison.fingerprints)
    if comparison.against:
        report["against"] = [_endpoint(each) for each in comparison.against]
    if comparison.standings:
        report["topology"] = [_standing(each) for each in comparison.standings]
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _around(unread: Unread) -> dict[str, list[str]]:
    names = [whole(each) for each in unread.contained_in]
    return {"contained_in": names} if names else {}


def _considered(found: Considered) -> dict[str, Any]:
    return {
        "changed": found.changed,
        "read": found.read,
        "excluded": found.excluded,
        "left_out": [{"folder": whole(folder), "files": files} for folder, files in found.left_out],
        "not_read": [
            {"kind": each.title, "files": each.files, "paths": [whole(path) for path in each.paths]}
            for each in found.not_read
        ],
        "prose": found.prose,
        "other": found.other,
    }


def _fingerprints(kept: Fingerprints) -> dict[str, Any]:
    return {
        "recorded": kept.recorded,
        "reproduced": kept.reproduced,
        "mismatch": [whole(each) for each in kept.mismatch],
        "unread": [whole(each) for each in kept.unread],
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "stage": whole(standing.stage),
        "runs": {whole(name): release for name, release in standing.releases},
        "works": not standing.broken,
        "broken": [{"fingerprint": mark or None, "what": whole(what)} for mark, what in standing.broken],
    }


def _endpoint(endpoint: Revision) -> dict[str, str]:
    return {"rev": whole(endpoint.rev), "commit": endpoint.commit}


def _finding(finding: Finding, rule: Rule, view: View) -> dict[str, Any]:
    confirmed = {"confirmed": [whole(each) for each in finding.confirmed]} if finding.confirmed else {}
    label = {"label": whole(finding.label)} if finding.label else {}
    related = [(each.span, each.text) for each in finding.related]
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "breaks": [str(each) for each in finding.breaks],
        "link": finding.link,
        "notation": finding.notation,
        "codec": whole(finding.codec),
        "item": whole(finding.item),
        **label,
        "message": whole(finding.message),
        "path": whole(finding.span.path),
        "line": finding.span.line,
        "fingerprint": finding.fingerprint,
        "waived": _waived(finding.waived) if finding.waived else None,
        "contained_in": [whole(each) for each in finding.contained_in],
        "evidence": [_evidence(each) for each in finding.evidence],
        "related": [
            {"path": whole(span.path), "line": span.line, "text": whole(text)} for span, text in related
        ],
        "title": rule.title,
        "page": rule_page(view.pages, rule) or None,
        "directions": [
            {"directions": [str(one) for one in each.directions], "promised": each.kept, "text": each.text}
            for each in sentences(finding)
        ],
        "reason": whole(finding.reason),
        "members": [whole(each) for each in finding.members],
        "excerpts": [_excerpt(each) for each in finding.excerpts],
        "fix": _fix(finding, rule),
        **confirmed,
    }


def _excerpt(excerpt: Excerpt) -> dict[str, Any]:
    return {
        "label": whole(excerpt.label),
        "commit": excerpt.span.commit,
        "path": whole(excerpt.span.path),
        "line": excerpt.span.line,
        "mark": excerpt.mark,
        "reads": excerpt.reads,
        "text": whole(excerpt.text),
    }


def _fix(finding: Finding, rule: Rule) -> dict[str, Any]:
    """Return the fix; `of` says whether it knows the case or is the paragraph of the rule."""
    edits = finding.fix.edits if finding.fix is not None else ()
    return {
        "of": "rule" if finding.fix is None else "finding",
        "text": whole(finding.fix.text if finding.fix is not None else rule.fix),
        "edits": [
            {
                "path": whole(each.span.path),
                "line": each.span.line,
                "end_line": each.span.end_line,
                "text": whole(each.text),
            }
            for each in edits
        ],
    }


def _waived(waived: Waived) -> dict[str, str | None]:
    return {"reason": whole(waived.reason), "until": waived.until, "where": whole(waived.where)}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    parties = {"writer_at": evidence.writer_at, "reader_at": evidence.reader_at, "why": evidence.why}
    return {
        "writer": whole(evidence.writer),
        "reader": whole(evidence.reader),
        "direction": str(evidence.direction),
        "outcome": str(evidence.outcome),
        "world": [whole(each) for each in evidence.world],
        "table": [
            {
                "offset": each.offset,
                "wrote": whole(each.wrote),
                "read": whole(each.read),
                "mark": phrases.mark(evidence, each),
            }
            for each in evidence.table
        ],
        **{key: whole(text) for key, text in parties.items() if text},
    }
