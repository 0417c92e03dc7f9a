"""The fix of a finding as reports show it: that of the case where it is known, else that of the rule."""

from __future__ import annotations

from compatlint.check.findings import Finding
from compatlint.plain_text import clean
from compatlint.rulebook import Rule


def fix_text(finding: Finding, rule: Rule) -> str:
    """Return how to mend a finding, in one paragraph; "" if nobody knows."""
    return clean(finding.fix.text) if finding.fix is not None else rule.fix
