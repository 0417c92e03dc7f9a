"""How every codec and item changed from one release to the next, as one graph.

Nodes are codecs (`NAME`) and items (`NAME.item`), edges say `has` (codec to item) or `contains` (codec to
codec). Every node and edge has a `status`: added, removed, same, and for nodes also changed, retyped or
moved.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from compatlint.graph.structure import ReleaseStructures, Structure

if TYPE_CHECKING:
    import networkx as nx

_LONGEST = 500  # items of one codec whose order is compared; a longer list is compared by name alone


def evolution(old: ReleaseStructures, new: ReleaseStructures) -> nx.DiGraph[str]:
    """Return the graph of both releases; `graph.graph` names them under "old" and "new"."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph(old=old.rev, new=new.rev)
    before = {codec.name: codec for codec in old.codecs}
    after = {codec.name: codec for codec in new.codecs}
    for name in sorted(before.keys() | after.keys()):
        _add_codec(graph, before.get(name), after.get(name))
    for name in sorted(before.keys() | after.keys()):
        _add_uses(graph, name, before.get(name), after.get(name))
    return graph


def changed(graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """Return the subgraph of codecs that differ, with their items and all their containers."""
    wanted: set[str] = set()
    ring = [
        node
        for node, facts in graph.nodes(data=True)
        if facts["kind"] == "codec" and facts["status"] != "same"
    ]
    for codec in ring:
        wanted.update(
            inner for inner in graph.successors(codec) if graph.edges[codec, inner]["kind"] == "has"
        )
    while ring:
        wanted.update(ring)
        ring = sorted({outer for inner in ring for outer in graph.predecessors(inner)} - wanted)
    found: nx.DiGraph[str] = graph.subgraph(wanted).copy()
    return found


def _add_codec(graph: nx.DiGraph[str], old: Structure | None, new: Structure | None) -> None:
    """Add a codec with its items."""
    here = new or old
    assert here is not None
    before, after = _numbered(old), _numbered(new)
    moved = _moved(list(before), list(after))
    same = old is not None and new is not None and (old.version, old.items) == (new.version, new.items)
    status = "same" if same else _side(old is not None, new is not None) or "changed"
    graph.add_node(
        here.name, kind="codec", status=status, path=here.path, line=here.line, **_versions(old, new)
    )
    for position, item in enumerate([*after, *(name for name in before if name not in after)]):
        node = f"{here.name}.{item}"
        kinds = {"old_type": before.get(item), "new_type": after.get(item)}
        fate = _side(item in before, item in after)
        if fate is None:
            fate = _fate(before[item] != after[item], item in moved)
        known = {key: value for key, value in kinds.items() if value is not None}
        graph.add_node(node, kind="item", status=fate, codec=here.name, position=position, **known)
        graph.add_edge(here.name, node, kind="has", status=_side(item in before, item in after) or "same")


def _add_uses(graph: nx.DiGraph[str], name: str, old: Structure | None, new: Structure | None) -> None:
    """Add an edge to every codec that a codec contains, in either release."""
    before = set(old.uses) if old else set()
    after = set(new.uses) if new else set()
    for used in sorted((before | after) - {name}):
        if used not in graph:
            graph.add_node(used, kind="codec", status="same", path="", line=0)
        graph.add_edge(name, used, kind="contains", status=_side(used in before, used in after) or "same")


def _fate(retyped: bool, moved: bool) -> str:
    """Return the status of an item that both releases have."""
    if retyped:
        return "retyped"
    return "moved" if moved else "same"


def _side(old: bool, new: bool) -> str | None:
    """Return "added" or "removed" if only one side has the node, None if both have it."""
    if old and new:
        return None
    return "removed" if old else "added"


def _versions(old: Structure | None, new: Structure | None) -> dict[str, str]:
    """Return the frame versions of the sides that have one."""
    versions = {"old_version": old.version if old else "", "new_version": new.version if new else ""}
    return {key: value for key, value in versions.items() if value}


def _numbered(codec: Structure | None) -> dict[str, str]:
    """Return the type of each item by name; a repeated name gets a number: `x`, `x#2`."""
    found: dict[str, str] = {}
    count: dict[str, int] = {}
    for name, kind in codec.items if codec else ():
        count[name] = count.get(name, 0) + 1
        found[name if count[name] == 1 else f"{name}#{count[name]}"] = kind
    return found


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Return the names that both sides have, but not in the same order."""
    before = [name for name in old if name in set(new)]
    after = [name for name in new if name in set(old)]
    if before == after or len(before) > _LONGEST:
        return set()
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    kept = {name for block in blocks for name in before[block.a : block.a + block.size]}
    return set(before) - kept
