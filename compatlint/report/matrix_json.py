"""The matrix as JSON. A cell's `outcome` is that of its worst error or warning; notes stand apart."""

from __future__ import annotations

import json
from typing import Any

from compatlint.releases.matrix import Cell, CellFinding, Matrix
from compatlint.report.phrases import whole
from compatlint.report.version import tool_version
from compatlint.vocabulary import Severity


def render(matrix: Matrix) -> str:
    """Return the whole matrix."""
    return json.dumps(content(matrix), indent=1, ensure_ascii=False) + "\n"


def content(matrix: Matrix) -> dict[str, Any]:
    """Return what the JSON says, as plain values."""
    return {
        "version": 1,
        "tool": {"name": "compatlint", "version": tool_version()},
        "promise": matrix.promise,
        "releases": [whole(each.rev) for each in matrix.releases],
        "series": [whole(each.series) for each in matrix.releases],
        "codecs": matrix.codecs,
        "programs": matrix.programs,
        "known": [
            {
                "writer": whole(matrix.releases[each.writer].rev),
                "reader": whole(matrix.releases[each.reader].rev),
                "codec": whole(each.codec) or None,
                "why": whole(each.why),
                "see": whole(each.see) or None,
                "action": whole(each.action) or None,
            }
            for each in matrix.known
        ],
        "warnings": [whole(each) for each in matrix.warnings],
        "cells": [_cell(matrix, each) for each in matrix.cells],
        "unread": [
            {
                "old": whole(matrix.releases[old].rev),
                "new": whole(matrix.releases[new].rev),
                "codecs": count,
            }
            for old, new, count in matrix.unread
        ],
    }


def _cell(matrix: Matrix, cell: Cell) -> dict[str, Any]:
    found = matrix.of(cell)
    heavy = [each for each in found if each.severity is not Severity.NOTE]
    return {
        "writer": whole(matrix.releases[cell.writer].rev),
        "reader": whole(matrix.releases[cell.reader].rev),
        "direction": str(cell.direction),
        "promised": cell.promised,
        "severity": str(heavy[0].severity) if heavy else None,
        "outcome": str(heavy[0].outcome) if heavy else None,
        "guarded": bool(heavy) and all(each.guarded for each in heavy),
        "findings": [_finding(each) for each in heavy],
        "notes": [_finding(each) for each in found if each.severity is Severity.NOTE],
    }


def _finding(finding: CellFinding) -> dict[str, Any]:
    return {
        "codec": whole(finding.codec),
        "item": whole(finding.item),
        "rule": finding.rule,
        "severity": str(finding.severity),
        "outcome": str(finding.outcome),
        "link": finding.link,
        "guarded": finding.guarded,
        "path": whole(finding.path),
        "fingerprint": finding.fingerprint,
    }
