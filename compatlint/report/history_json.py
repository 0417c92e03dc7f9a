"""The history of a codec as JSON."""

from __future__ import annotations

import json
from typing import Any

from compatlint.releases.history import CodecChange, CodecHistory
from compatlint.releases.layout import Layout
from compatlint.report.phrases import whole
from compatlint.report.version import tool_version


def render(history: CodecHistory) -> str:
    """Return the whole history."""
    return json.dumps(content(history), indent=1, ensure_ascii=False) + "\n"


def content(history: CodecHistory) -> dict[str, Any]:
    """Return what the JSON says, as plain values."""
    dates = {each.rev: each.date for each, _ in history.releases}
    return {
        "version": 1,
        "tool": {"name": "compatlint", "version": tool_version()},
        "codec": whole(history.codec),
        "notation": history.notation,
        "ordered": all(layout.ordered for _, layout in history.releases if layout is not None),
        "releases": [
            {
                "tag": whole(each.rev),
                "series": whole(each.series),
                "date": each.date,
                "layout": None if layout is None else _layout(layout),
            }
            for each, layout in history.releases
        ],
        "changes": [_change(each, dates) for each in history.changes],
    }


def _layout(layout: Layout) -> dict[str, Any]:
    return {
        "version": list(layout.version),
        "items": [
            {"name": whole(each.name), "type": whole(each.type), "guard": whole(each.guard)}
            for each in layout.items
        ],
        "unread": whole(layout.unread) or None,
    }


def _change(each: CodecChange, dates: dict[str, str]) -> dict[str, Any]:
    return {
        "tag": whole(each.release),
        "since": whole(each.since),
        "date": dates.get(each.release, ""),
        "item": whole(each.change.item) or None,
        "kind": each.change.kind,
        "was": whole(each.change.was) or None,
        "now": whole(each.change.now) or None,
        "version": list(each.version),
        "commits": [one.commit for one in each.makers],
        "makers": [
            {
                "commit": one.commit,
                "date": one.date,
                "title": whole(one.title),
                "origin": None
                if one.origin is None
                else {"commit": one.origin.commit, "how": one.origin.how},
            }
            for one in each.makers
        ],
        "branch": whole(each.branch) or "development",
        "origin_in": whole(each.origin_in) or None,
        "backports": [whole(one) for one in each.backports],
    }
