"""Which codec contains which: a break in a codec breaks every container of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from compatlint.graph.structure import Containing

if TYPE_CHECKING:
    import networkx as nx

MOST = 50  # containers in a report; a time stamp is in nearly every structure


def containment(codecs: Iterable[Containing]) -> nx.DiGraph[str]:
    """Return the graph with an edge from each codec to every codec that it contains."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    for codec in codecs:
        graph.add_node(codec.name)
        graph.add_edges_from((codec.name, used) for used in codec.uses if used != codec.name)
    return graph


def containers(graph: nx.DiGraph[str], name: str, most: int = MOST) -> tuple[str, ...]:
    """Return at most `most` codecs that contain `name`, directly or not: nearest first, then by name."""
    if name not in graph:
        return ()
    found: list[str] = []
    seen = {name}
    ring = [name]
    while ring and len(found) < most:
        around = {outer for inner in ring for outer in graph.predecessors(inner)} - seen
        ring = sorted(around)
        seen |= around
        found += ring
    return tuple(found[:most])
