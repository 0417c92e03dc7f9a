"""Servers that nothing marks as such: classes that have the methods that clients call, a context first.

How a project hands its endpoints to the messaging library differs from project to project; which class has
the methods that a client calls does not. A class is a server of a client if it has most of what the client
calls and nobody else serves, or if most of its own methods are called.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import (
    Defined,
    External,
    Module,
    Project,
    calls,
    decorator_names,
    methods,
)
from compatlint.notations.openstack.rpc.endpoints import public_methods, served_without_target
from compatlint.notations.openstack.rpc.model import ServedMethod, Server
from compatlint.notations.openstack.rpc.wants import wants

Function = ast.FunctionDef | ast.AsyncFunctionDef
MAX_NAMES: Final = 2_000
_CONTEXT: Final = re.compile(r"\w{0,80}?(?:ctxt|ctx|cnxt|context)\w{0,80}")
_HEAD: Final = rb"def (?:%s)\(\s*(?:(?:self|cls)\s*,\s*)?\w{0,20}(?:ctxt|ctx|cnxt|context)"
_PLAIN_SERVER: Final = re.compile(rb"RPCServer|get_rpc_server")
_DEFINES: Final = re.compile(rb"\bclass ")
_SERVING: Final = re.compile(
    r"(?:Manager|Server|Service|Handler|Endpoints?|Conductor|Listener|Callbacks?|Agent)$"
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A class that may serve: its methods that take a context, by name."""

    owner: Defined
    served: dict[str, ServedMethod]

    def weight(self, asked: Collection[str], near: str) -> tuple[int, bool, bool, int]:
        """Return how well it serves some calls of a client in a folder: the more, the better."""
        covered = len(self.served.keys() & set(asked))
        mine = methods(self.owner.node).keys() if isinstance(self.owner.node, ast.ClassDef) else ()
        close = self.owner.module.path.rpartition("/")[0] == near
        return covered, _SERVING.search(self.owner.name) is not None, close, len(set(mine) & set(asked))

    def serves(self, asked: Collection[str], called: Collection[str]) -> bool:
        """Tell whether it serves most of what is asked for, or most of its methods are called."""
        covered = len(self.served.keys() & set(asked))
        share = len(self.served.keys() & set(called)) / max(len(self.served), 1)
        named = _SERVING.search(self.owner.name) is not None
        return bool(covered) and (2 * covered > len(asked) or share > (0.2 if named else 0.4))


def inferred(
    release: Project, asked: Mapping[Defined, Collection[str]], mirrors: Iterable[Defined]
) -> list[Server]:
    """Return the servers of what clients call and no known server has: `asked` are its names, by client.

    `mirrors` are clients whose own methods have the names of those that they call: they are no servers.
    """
    called = {name for names in asked.values() for name in names}
    if not called or len(called) > MAX_NAMES:
        return []
    clients = set(mirrors)
    left_out = {each for client in clients for each in release.mro(client)}
    candidates = [
        each
        for each in _candidates(release, called)
        if each.owner not in left_out and not clients & set(release.mro(each.owner))
    ]
    known = {name for each in candidates for name in each.served}
    if called - known:
        candidates += _without_context(release, called - known)
    found: dict[tuple[str, str], Server] = {}
    for client, names in asked.items():
        for each in _chosen(candidates, names, called, client.module.path.rpartition("/")[0]):
            key = (each.owner.module.path, each.owner.name)
            if key not in found:
                found[key] = server(release, each.owner, each.served)
    return list(found.values())


def server(release: Project, owner: Defined, served: dict[str, ServedMethod]) -> Server:
    """Return a class as a server that nothing marks."""
    point = served_without_target(release, owner, served)
    return Server(owner.name, owner.module.path, owner.span, (point,), inferred=True)


def _chosen(
    candidates: list[_Candidate], names: Collection[str], called: Collection[str], folder: str
) -> Iterator[_Candidate]:
    """Yield the classes that together serve what a client asks for, the best first."""
    asked = set(names)
    rest = list(candidates)
    while asked and rest:
        best = max(rest, key=lambda each: each.weight(asked, folder))
        if not best.serves(asked, called):
            rest = [each for each in rest if each is not best and each.served.keys() & asked]
            continue
        yield best
        asked -= best.served.keys()
        rest.remove(best)


def _candidates(release: Project, called: Collection[str]) -> list[_Candidate]:
    words = b"|".join(re.escape(name).encode() for name in sorted(called))
    pattern = re.compile(_HEAD % words)
    found: list[_Candidate] = []
    for path in release.matching(pattern, wants):
        module = release.module(path)
        for node in module.names.values() if module is not None else ():
            if isinstance(node, ast.ClassDef) and module is not None:
                owner = Defined(module, node)
                served = contextual(release, owner)
                if served.keys() & set(called) and not _abstract(node, called):
                    found.append(_Candidate(owner, served))
    return found


def _without_context(release: Project, called: Collection[str]) -> Iterator[_Candidate]:
    """Yield the classes with called methods, in a project whose servers remove the context first."""
    for path in release.matching_of(_DEFINES, release.matching(_PLAIN_SERVER, wants)):
        module = release.module(path)
        for node in module.names.values() if module is not None else ():
            if (
                isinstance(node, ast.ClassDef)
                and module is not None
                and _serves_itself(release, node, module)
            ):
                owner = Defined(module, node)
                served = public_methods(release, owner, context=False)
                if served.keys() & set(called) and not contextual(release, owner):
                    yield _Candidate(owner, served)


def _serves_itself(release: Project, node: ast.ClassDef, module: Module) -> bool:
    """Tell whether a class, or a base of it, hands itself to the messaging library."""
    for each in release.mro(Defined(module, node)):
        if each.name == "RPCServer":
            return True
        if isinstance(each, Defined) and next(calls(each.node, "get_rpc_server"), None) is not None:
            return True
    return False


def contextual(release: Project, owner: Defined) -> dict[str, ServedMethod]:
    """Return the public methods of a class and its bases that take a context first."""
    known: set[str] = set()
    for each in release.mro(owner):
        if not isinstance(each, External) and isinstance(each.node, ast.ClassDef):
            known |= {name for name, node in methods(each.node).items() if _takes_context(node)}
    return {name: each for name, each in public_methods(release, owner).items() if name in known}


def _takes_context(node: Function) -> bool:
    listed = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    first = listed[0] if "staticmethod" in decorator_names(node) and listed else "".join(listed[1:2])
    return _CONTEXT.fullmatch(first) is not None


def _abstract(node: ast.ClassDef, called: Collection[str]) -> bool:
    """Tell whether a class only declares the methods that are called, for others to define."""
    mine = [each for name, each in methods(node).items() if name in called]
    return bool(mine) and all(_declares(each) for each in mine)


def _declares(node: Function) -> bool:
    return any(each.rpartition(".")[2] == "abstractmethod" for each in decorator_names(node))
