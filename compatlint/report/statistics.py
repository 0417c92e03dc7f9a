"""How many findings each rule has, for a terminal."""

from __future__ import annotations

from collections import Counter

from compatlint.check.findings import Comparison
from compatlint.report.verdict import counts
from compatlint.report.view import ORDER
from compatlint.rulebook import Rulebook


def render(comparison: Comparison, *, rulebook: Rulebook) -> str:
    """Return one line for each severity and rule, most findings first, and the counts."""
    found = Counter((each.severity, each.rule) for each in comparison.findings if each.waived is None)
    rows = sorted(found.items(), key=lambda each: (ORDER[each[0][0]], -each[1], each[0][1]))
    width = max((len(rule) for _, rule in found), default=0)
    lines = [
        f"{count:5}  {severity:7}  {rule:{width}}  {rulebook.rule(rule).title}"
        for (severity, rule), count in rows
    ]
    return "\n".join([*lines, counts(comparison)]) + "\n"
