"""The report as GitLab's code quality report: a list of problems that a merge request shows beside its lines."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from compatlint.check.findings import Comparison, Finding, Unread
from compatlint.report import phrases
from compatlint.report.directions import sentences
from compatlint.report.fixes import fix_text
from compatlint.report.phrases import clean, whole
from compatlint.report.view import PLAIN, View
from compatlint.rulebook import Rulebook
from compatlint.vocabulary import Severity

_WEIGHTS: Final = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}


def render(comparison: Comparison, *, rulebook: Rulebook, view: View = PLAIN) -> str:
    """Return one entry for each finding that is not waived and for each codec that could not be read."""
    del view
    entries = [
        _finding(each, rulebook) for each in phrases.ordered(comparison.findings) if each.waived is None
    ]
    entries += [_unread(each) for each in comparison.unread]
    entries += [_remark(each) for each in comparison.warnings]
    return json.dumps(_distinct(entries), indent=2, ensure_ascii=False) + "\n"


def _finding(finding: Finding, rulebook: Rulebook) -> dict[str, Any]:
    said = "; ".join(f"{each.heading}: {each.text}" for each in sentences(finding) if each.kept)
    fix = fix_text(finding, rulebook.rule(finding.rule))
    words = [
        f"{phrases.subject(finding)}: {clean(finding.message)}",
        *([said] if said else []),
        *([f"Fix: {fix}"] if fix else []),
        f"compatlint {finding.fingerprint}",
    ]
    return _entry(
        ". ".join(each.rstrip(".") for each in words),
        finding.rule,
        finding.fingerprint,
        _WEIGHTS[finding.severity],
        (finding.span.path, finding.span.line),
    )


def _unread(unread: Unread) -> dict[str, Any]:
    text = f"could not be read: {clean(unread.codec)}: {clean(unread.reason)}"
    return _entry(text, "unread", unread.codec, "info", (unread.span.path, unread.span.line))


def _remark(text: str) -> dict[str, Any]:
    return _entry(f"warning: {clean(text)}", "compatlint", text, "info", (".", 1))


def _entry(text: str, rule: str, key: str, severity: str, place: tuple[str, int]) -> dict[str, Any]:
    digest = hashlib.sha256(f"{rule}\0{key}\0{place[0]}".encode("utf-8", "surrogatepass")).hexdigest()
    location = {"path": whole(clean(place[0])), "lines": {"begin": max(place[1], 1)}}
    return {
        "description": text,
        "check_name": rule,
        "fingerprint": digest,
        "severity": severity,
        "location": location,
    }


def _distinct(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries without a fingerprint that was there before: GitLab takes it for the same problem."""
    return list({each["fingerprint"]: each for each in reversed(entries)}.values())[::-1]
