"""Rules: Markdown files that name a kind of break and say what breaks and how to fix it.

`load` reads the folder of rules that ships with compatlint and the project's own, and returns a `Rulebook`
that names the most specific matching rule for a set of facts. The vocabulary of facts is the caller's
(`check/facts.py`).
"""

from compatlint.rulebook.book import Rulebook, demand_catch_alls, demand_order, home, load
from compatlint.rulebook.rule import (
    PLACEHOLDERS,
    SEVERITIES,
    Example,
    Rule,
    Vocabulary,
    read,
    render_message,
)

__all__ = [
    "PLACEHOLDERS",
    "SEVERITIES",
    "Example",
    "Rule",
    "Rulebook",
    "Vocabulary",
    "demand_catch_alls",
    "demand_order",
    "home",
    "load",
    "read",
    "render_message",
]
