"""The graph of two releases as one page: start at a structure, go to what it contains and to what contains it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compatlint.report.pages import page
from compatlint.report.phrases import whole

if TYPE_CHECKING:
    import networkx as nx


def render(graph: nx.DiGraph[str]) -> str:
    """Return a page that needs nothing but itself; it draws only what is looked at."""
    names = [node for node, facts in graph.nodes(data=True) if facts["kind"] == "codec"]
    places = {name: place for place, name in enumerate(names)}
    old, new = whole(graph.graph["old"]), whole(graph.graph["new"])
    content = {
        "old": old,
        "new": new,
        "codecs": [_codec(graph, name, places) for name in names],
    }
    return page("graph", f"{old} to {new}: what became of every structure", content)


def _codec(graph: nx.DiGraph[str], name: str, places: dict[str, int]) -> list[Any]:
    """Return name, fate, place, versions, items, and (index, fate) of what it contains: lists, since there are many."""
    facts = graph.nodes[name]
    items, inner = [], []
    for end in graph.successors(name):
        if graph.edges[name, end]["kind"] == "has":
            item = graph.nodes[end]
            items.append(
                (
                    item["position"],
                    [
                        whole(end.removeprefix(f"{name}.")),
                        item["status"],
                        whole(item.get("old_type", "")),
                        whole(item.get("new_type", "")),
                    ],
                )
            )
        else:
            inner.append([places[end], graph.edges[name, end]["status"]])
    where = f"{whole(facts['path'])}:{facts['line']}" if facts.get("path") else ""
    versions = [whole(str(facts.get(key, ""))) for key in ("old_version", "new_version")]
    return [whole(name), facts["status"], where, *versions, [each for _, each in sorted(items)], inner]
