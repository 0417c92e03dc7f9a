"""The graph as a page."""

from __future__ import annotations

import json
import re

from compatlint.graph import ReleaseStructures, Structure, evolution, listing
from compatlint.report.graph_html import render


def facts(page: str) -> dict[str, list[list[object]]]:
    found = re.search(r'<script id="facts" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    content: dict[str, list[list[object]]] = json.loads(found[1])
    return content


def test_structures_items_and_what_contains_what() -> None:
    old = ReleaseStructures("v1", (Structure("A", "1", (("x", "u32"),), ("B",), "a.h", 3), Structure("B")))
    new = ReleaseStructures(
        "v2", (Structure("A", "2", (("y", "u8"), ("x", "u64")), (), "a.h", 3), Structure("B"))
    )
    content = facts(render(listing(evolution(old, new))))
    a, b = content["codecs"]
    assert a == [
        "A",
        "changed",
        "a.h:3",
        "1",
        "2",
        [["y", "added", "", "u8"], ["x", "retyped", "u32", "u64"]],
        [[1, "removed"]],
    ]
    assert b[:2] == ["B", "same"]


def test_a_hundred_thousand_nodes_and_a_hostile_name() -> None:
    items = tuple((f"i{number}", "u8") for number in range(19))
    codecs = tuple(Structure(f"T{number}</script>", "1", items) for number in range(5000))
    page = render(listing(evolution(ReleaseStructures("v1", codecs), ReleaseStructures("v2", codecs))))
    assert page.count("</script>") == 2
    assert len(facts(page)["codecs"]) == 5000
    assert len(page) < 5_000_000
