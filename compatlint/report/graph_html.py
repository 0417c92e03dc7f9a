"""The graph of two releases as one page: start at a structure, go to what it contains and to what contains it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compatlint.report.pages import page
from compatlint.report.phrases import whole


def render(listing: Mapping[str, Any]) -> str:
    """Return a page that needs nothing but itself; `listing` as `graph.listing` returns it."""
    old, new = whole(listing["old"]), whole(listing["new"])
    return page("graph", f"{old} to {new}: what became of every structure", dict(listing))
