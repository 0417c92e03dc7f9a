"""The graph of two releases as plain lists, for a page that draws only what is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx


def listing(graph: nx.DiGraph[str]) -> dict[str, Any]:
    """Return the names of both releases, and the codecs: name, fate, place, versions, items, what it contains."""
    names = [node for node, facts in graph.nodes(data=True) if facts["kind"] == "codec"]
    places = {name: place for place, name in enumerate(names)}
    return {
        "old": graph.graph["old"],
        "new": graph.graph["new"],
        "codecs": [_codec(graph, name, places) for name in names],
    }


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
                        str(end.removeprefix(f"{name}.")),
                        item["status"],
                        str(item.get("old_type", "")),
                        str(item.get("new_type", "")),
                    ],
                )
            )
        else:
            inner.append([places[end], graph.edges[name, end]["status"]])
    where = f"{facts['path']!s}:{facts['line']}" if facts.get("path") else ""
    versions = [str(str(facts.get(key, ""))) for key in ("old_version", "new_version")]
    return [str(name), facts["status"], where, *versions, [each for _, each in sorted(items)], inner]
