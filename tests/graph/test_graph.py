"""Containment, evolution and the three formats of a graph."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx as nx
import pytest

from compatlint.errors import ConfigError
from compatlint.graph import ReleaseStructures, Structure, changed, containers, containment, evolution, write

ITEM = Structure("Item", "1", (("action", "u8"), ("ino", "u64"), ("size", "u64")), path="a.h", line=3)
STAMPED = Structure(
    "Item",
    "1",
    (("stamp", "utime_t"), ("action", "u8"), ("size", "u64"), ("ino", "u32")),
    ("utime_t",),
    "a.h",
    3,
)
QUEUE = Structure("Queue", "1", (("items", "list<Item>"),), ("Item",))
OTHER = Structure("Other", "", (("x", "u8"), ("x", "u8")))


@pytest.fixture
def graph() -> nx.DiGraph:
    """Return an evolution with a change in a contained codec."""
    return evolution(
        ReleaseStructures("v1", (ITEM, QUEUE, OTHER)), ReleaseStructures("v2", (STAMPED, QUEUE, OTHER))
    )


def test_containers_are_named_from_near_to_far() -> None:
    codecs = [
        Structure("a", uses=("b", "a")),
        Structure("b", uses=("c",)),
        Structure("z", uses=("c",)),
        Structure("c", uses=("a", "unknown")),
    ]
    graph = containment(codecs)
    assert containers(graph, "unknown") == ("c", "b", "z", "a")
    assert containers(graph, "c") == ("b", "z", "a")
    assert containers(graph, "c", most=2) == ("b", "z")
    assert containers(graph, "never heard of") == ()


def test_the_fate_of_every_item(graph: nx.DiGraph) -> None:
    fates = {node: facts["status"] for node, facts in graph.nodes(data=True)}
    assert fates["Item"] == "changed"
    assert fates["Queue"] == fates["Other"] == fates["Other.x#2"] == "same"
    assert fates["Item.stamp"] == "added"
    assert fates["Item.ino"] == "retyped"
    assert fates["Item.action"] == "same"
    assert graph.edges["Item", "utime_t"] == {"kind": "contains", "status": "added"}
    back = evolution(ReleaseStructures("v2", (STAMPED,)), ReleaseStructures("v1", (ITEM,)))
    assert back.nodes["Item.stamp"]["status"] == "removed"
    assert back.edges["Item", "utime_t"]["status"] == "removed"


def test_codecs_that_come_and_go_and_items_that_move() -> None:
    swapped = Structure("Item", "1", (ITEM.items[1], ITEM.items[0], ITEM.items[2]))
    graph = evolution(ReleaseStructures("v1", (ITEM, OTHER)), ReleaseStructures("v2", (swapped, QUEUE)))
    assert {node: graph.nodes[node]["status"] for node in ("Item", "Queue", "Other")} == {
        "Item": "changed",
        "Queue": "added",
        "Other": "removed",
    }
    assert [graph.nodes[f"Item.{name}"]["status"] for name in ("action", "ino", "size")].count("moved") == 1


def test_a_release_against_itself_is_all_the_same() -> None:
    graph = evolution(ReleaseStructures("v1", (ITEM, QUEUE)), ReleaseStructures("v1", (ITEM, QUEUE)))
    assert {facts["status"] for _node, facts in graph.nodes(data=True)} == {"same"}
    assert len(changed(graph)) == 0


def test_what_changed_comes_with_what_contains_it(graph: nx.DiGraph) -> None:
    assert set(changed(graph)) == {
        "Item",
        "Queue",
        *(f"Item.{name}" for name in ("stamp", "action", "size", "ino")),
    }


def test_json_reads_back(graph: nx.DiGraph, tmp_path: Path) -> None:
    write(graph, tmp_path / "g.json")
    again = nx.node_link_graph(json.loads((tmp_path / "g.json").read_text()), edges="edges")
    assert nx.utils.graphs_equal(graph, again)


def test_graphml_reads_back_whatever_the_names(tmp_path: Path) -> None:
    odd = Structure('a<"\x01&\udc80>', items=(("x", "map<u8, vector<u8>>"),))
    graph = evolution(ReleaseStructures("v1", (odd,)), ReleaseStructures("v2", ()))
    write(graph, tmp_path / "g.graphml")
    ET.parse(tmp_path / "g.graphml")
    again = nx.read_graphml(tmp_path / "g.graphml")
    assert again.nodes['a<"\ufffd&\ufffd>.x']["old_type"] == "map<u8, vector<u8>>"


def test_dot_shows_signs(graph: nx.DiGraph, tmp_path: Path) -> None:
    write(graph, tmp_path / "g.dot")
    text = (tmp_path / "g.dot").read_text()
    assert text.startswith('digraph "v1..v2" {')
    assert "+ stamp utime_t\\l" in text
    assert "! ino u64 -> u32\\l" in text
    assert '"Queue" -> "Item"' in text


@pytest.mark.parametrize("name", ["g.png", "g", "json"])
def test_the_suffix_decides(graph: nx.DiGraph, tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"one of \.json, \.graphml, \.dot"):
        write(graph, tmp_path / name)


def test_a_file_that_cannot_be_written(graph: nx.DiGraph, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        write(graph, tmp_path / "nowhere" / "g.json")
