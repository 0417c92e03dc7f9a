"""Addresses of the documentation's pages, below a base that the configuration names."""

from __future__ import annotations

from compatlint.rulebook import Rule
from compatlint.vocabulary import Direction


def rule_page(base: str, rule: Rule) -> str:
    """Return the address of a rule's page, "" without a base and for a project's own rule, which has no page."""
    return f"{base.rstrip('/')}/rules/{rule.id}.html" if base and not rule.layer else ""


def direction_page(base: str, direction: Direction) -> str:
    """Return the address where a direction is explained, "" without a base."""
    del direction  # one section explains all of them
    return f"{base.rstrip('/')}/glossary.html#directions" if base else ""
