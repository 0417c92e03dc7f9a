"""Write a graph to a file: JSON (node-link), GraphML or DOT, by the suffix of the file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from compatlint import files
from compatlint.errors import ConfigError

if TYPE_CHECKING:
    import networkx as nx

SUFFIXES = (".json", ".graphml", ".dot", ".html")  # the last one is a report
_COLOURS = {"added": "darkgreen", "removed": "red", "changed": "blue", "retyped": "red", "moved": "red"}
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def write(graph: nx.DiGraph[str], path: Path) -> None:
    """Write `graph` to `path`.

    Raises ConfigError for a suffix outside SUFFIXES, and for a file that cannot be written.
    """
    check_suffix(path)
    text = {".json": _json, ".graphml": _graphml, ".dot": _dot}[path.suffix.lower()](graph)
    try:
        files.write_text(path, text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from error


def check_suffix(path: Path) -> None:
    """Raise ConfigError if the suffix of `path` names no format."""
    if path.suffix.lower() not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        given = path.suffix or "none"
        raise ConfigError(
            f"{path}: the suffix names the format of a graph, and {given} is not one of {known}"
        )


def _json(graph: nx.DiGraph[str]) -> str:
    """Return networkx's node-link form."""
    import networkx as nx

    return json.dumps(nx.node_link_data(graph, edges="edges"), indent=1) + "\n"


def _graphml(graph: nx.DiGraph[str]) -> str:
    """Return GraphML; characters that XML cannot hold become U+FFFD."""
    import networkx as nx

    clean: nx.DiGraph[str] = nx.DiGraph(**_clean(graph.graph))
    for node, facts in graph.nodes(data=True):
        clean.add_node(_text(node), **_clean(facts))
    for start, end, facts in graph.edges(data=True):
        clean.add_edge(_text(start), _text(end), **_clean(facts))
    return "\n".join(nx.generate_graphml(clean)) + "\n"


def _dot(graph: nx.DiGraph[str]) -> str:
    """Return Graphviz's language: one box for each codec with its items, one arrow for each containment."""
    title = _quoted("..".join((graph.graph["old"], graph.graph["new"])))
    lines = [f"digraph {title} {{", "  node [shape=box];"]
    for node, facts in graph.nodes(data=True):
        if facts["kind"] == "codec":
            items = [end for _start, end, edge in graph.out_edges(node, data=True) if edge["kind"] == "has"]
            rows = [node, *(_row(graph.nodes[item], item.removeprefix(f"{node}.")) for item in items), ""]
            label = _quoted("\n".join(rows))
            colour = _COLOURS.get(facts["status"], "black")
            lines.append(f"  {_quoted(node)} [color={colour}, label={label}];")
    for start, end, facts in graph.edges(data=True):
        if facts["kind"] == "contains":
            lines.append(
                f"  {_quoted(start)} -> {_quoted(end)} [color={_COLOURS.get(facts['status'], 'black')}];"
            )
    return "\n".join([*lines, "}"]) + "\n"


def _row(item: dict[str, object], name: str) -> str:
    """Return one item as a line, `+ name type`, with a sign for its change."""
    sign = {"added": "+", "removed": "-", "retyped": "!", "moved": "~"}.get(str(item["status"]), " ")
    kinds = dict.fromkeys(str(item[key]) for key in ("old_type", "new_type") if key in item)
    return f"{sign} {name} {' -> '.join(kinds)}".rstrip()


def _quoted(text: str) -> str:
    """Return a DOT string; a line break becomes one in the label, aligned to the left."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\l")
    return f'"{escaped}"'


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _clean(facts: dict[str, object]) -> dict[str, object]:
    return {key: _text(value) if isinstance(value, str) else value for key, value in facts.items()}
