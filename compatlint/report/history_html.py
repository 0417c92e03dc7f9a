"""The history of a codec as one page."""

from __future__ import annotations

from compatlint.releases.history import CodecHistory
from compatlint.report import history_json
from compatlint.report.pages import page
from compatlint.report.phrases import whole


def render(history: CodecHistory) -> str:
    """Return a page that needs nothing but itself."""
    return page("history", f"{whole(history.codec)}: its history", history_json.content(history))
