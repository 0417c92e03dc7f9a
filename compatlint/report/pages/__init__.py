"""Pages that need no network: a template beside this module, and the facts in it as JSON."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any


def page(name: str, title: str, content: dict[str, Any]) -> str:
    """Return the page `name`.html with its title and its facts; no text in them can end the script they stand in."""
    folder = Path(__file__).parent
    template = (folder / f"{name}.html").read_text(encoding="utf-8")
    facts = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    facts = facts.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    look = (folder / "look.css").read_text(encoding="utf-8")
    head, _, rest = template.partition("/*LOOK*/")
    middle, _, tail = rest.partition("/*FACTS*/")
    filled = f"{head}{look}{middle}{facts}{tail}"
    return filled.replace("<!--TITLE-->", escape(title))
