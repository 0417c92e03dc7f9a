"""One release as it talks: its servers, its clients, and which client talks to which server.

A client belongs to the server that takes its calls in the release itself, at the versions and with the
arguments that it sends; where several would, to the one in its own folder.
"""

from __future__ import annotations

import ast
import re
from typing import Final

from compatlint.notations.languages.python import Defined, Project
from compatlint.notations.openstack.rpc.client_class import Surface
from compatlint.notations.openstack.rpc.clients import surfaces
from compatlint.notations.openstack.rpc.endpoints import servers
from compatlint.notations.openstack.rpc.explore import follow
from compatlint.notations.openstack.rpc.inferred_servers import contextual, inferred
from compatlint.notations.openstack.rpc.inferred_servers import server as inferred_server
from compatlint.notations.openstack.rpc.model import (
    ANY,
    ClientCall,
    ServedClass,
    ServedMethod,
    Server,
    Speech,
    asked_of,
    same_namespace,
    serves,
)
from compatlint.notations.openstack.rpc.wants import wants
from compatlint.wire.ir.records import Version

# not what an object asks of itself or of its driver: a server's own method often bears the same name
_ASKED_OF_DRIVER: Final = rb"(?<!\bself)(?<!\bcls)(?<!super\(\))\.(?:%s)\b(?!\s*=[^=])"
_ASKED: Final = rb"(?<!\bself)(?<!\bcls)(?<!super\(\))(?<!driver)(?<!manager)\.(?:%s)\b(?!\s*=[^=])"


class Talk:
    """The servers and clients of one release; what clients say is found out when it is asked for."""

    def __init__(self, release: Project) -> None:
        self.release = release
        self._speeches: dict[tuple[Surface, Version | None], Speech] = {}
        self._links: dict[Surface, dict[str, tuple[Server, ...]]] = {}
        self.surfaces = surfaces(release)
        declared, self.missing = servers(release)
        mirrors = [each.owner for each in self.surfaces if self._mirrors(each)]
        self.servers = [each for each in declared if not any(_is(each, owner) for owner in mirrors)]
        self.servers += inferred(release, self._unserved(), mirrors)

    def _mirrors(self, surface: Surface) -> bool:
        """Tell whether most calls are sent in a method with the name of what is called."""
        calls = self.speech(surface, None).calls
        return bool(calls) and 2 * sum(each.by.startswith(each.method) for each in calls) > len(calls)

    def _unserved(self) -> dict[Defined, set[str]]:
        """Return the names of what clients call and no server has that says that it is one."""
        found: dict[Defined, set[str]] = {}
        for surface in self.surfaces:
            names = {each.method for each in self.speech(surface, None).calls}
            lost = {name for name in names if not any(each.has(name, ANY) for each in self.servers)}
            if lost:
                found[surface.owner] = lost
        return found

    def speech(self, surface: Surface, cap: Version | None) -> Speech:
        """Return what a client says to peers of a version."""
        key = (surface, cap if surface.pinned else None)
        if key not in self._speeches:
            self._speeches[key] = follow(surface, cap)
        return self._speeches[key]

    def links(self, surface: Surface) -> dict[str, tuple[Server, ...]]:
        """Return the servers of each method that a client calls."""
        if surface not in self._links:
            speech = self.speech(surface, None)
            methods = dict.fromkeys(each.method for each in speech.calls)
            self._links[surface] = {name: self._servers(surface, speech.of(name)) for name in methods}
        return self._links[surface]

    def _servers(self, surface: Surface, calls: tuple[ClientCall, ...]) -> tuple[Server, ...]:
        named = [each for each in self.servers if each.has(calls[0].method, surface.namespace)]
        exact = [
            each for each in named if any(point.namespace == surface.namespace for point in each.endpoints)
        ]
        near = [each for each in named if _folder(each.path) == _folder(surface.owner.module.path)]
        taking = [each for each in named if any(takes(each, call) for call in calls)]
        nearest = [each for each in taking if each in near] or taking
        return tuple([each for each in nearest if each in exact] or nearest or near)

    def names_calls(self, surface: Surface) -> bool:
        """Tell whether a client makes a target, or prepares its calls for versions."""
        return surface.identified or any(
            each.version is not None for each in self.speech(surface, None).calls
        )

    def servers_of(self, surface: Surface) -> list[Server]:
        """Return the servers that a client calls, in order."""
        return list(dict.fromkeys(each for linked in self.links(surface).values() for each in linked))

    def methods(self, surface: Surface, server: Server) -> list[str]:
        """Return the methods of a server that a client calls."""
        return [method for method, linked in self.links(surface).items() if server in linked]

    def callers(self, server: Server, method: str) -> list[Surface]:
        """Return the clients that call a method of a server."""
        return [each for each in self.surfaces if server in self.links(each).get(method, ())]

    def used(self, surface: Surface, calls: tuple[ClientCall, ...]) -> bool:
        """Tell whether anybody asks a client for one of some calls.

        Nobody may, of a method that was left behind.
        """
        names = {each.by for each in calls}
        if any(name.startswith("_") for name in names) or self._asks(surface, names):
            return True
        # a driver is asked through a name that the release may not spell
        return _is_driver(surface) and not self._asks(
            surface, {each.by for each in self.speech(surface, None).calls}
        )

    def _asks(self, surface: Surface, names: set[str]) -> bool:
        """Tell whether anybody asks a client for one of its methods."""
        asked = "|".join(sorted(re.escape(name) for name in names)).encode()
        pattern = _ASKED_OF_DRIVER if _is_driver(surface) else _ASKED
        return bool(self.release.matching(re.compile(pattern % asked), wants))

    def counterpart(self, server: Server) -> Server | None:
        """Return the server of this release that another release has at some place.

        By name, or by its file and its methods.
        """
        named = [each for each in self.servers if each.name == server.name]
        same = [each for each in named if each.path == server.path]
        if same or len(named) == 1:
            return (same or named)[0]
        mine = set(server.endpoints[0].methods)
        near = [each for each in self.servers if each.path == server.path and not named]
        alike = [each for each in near if len(mine & set(each.endpoints[0].methods)) * 2 > len(mine)]
        if alike:
            return alike[0] if len(alike) == 1 else None
        return self._inferred_again(server)

    def beside(self, client: Surface) -> Server | None:
        """Return a server that the client of the same name calls in this release."""
        same = [each for each in self.surfaces if each.owner.name == client.owner.name]
        placed = [each for each in same if each.owner.module.path == client.owner.module.path]
        return next((server for each in placed or same for server in self.servers_of(each)), None)

    def _inferred_again(self, server: Server) -> Server | None:
        """Return the class at the place of a server that nothing marks in another release."""
        module = self.release.module(server.path) if server.inferred else None
        node = module.names.get(server.name) if module is not None else None
        if module is None or not isinstance(node, ast.ClassDef):
            return None
        owner = Defined(module, node)
        return inferred_server(self.release, owner, contextual(self.release, owner))


def answering(
    server: Server, method: str, version: Version, namespace: str
) -> tuple[ServedClass | None, ServedMethod | None]:
    """Return the endpoint that serves a version and its method, as the dispatcher would choose.

    None twice if no version fits.
    """
    fitting = [
        each
        for each in server.endpoints
        if serves(each, version) and same_namespace(each.namespace, namespace)
    ]
    for each in fitting:
        if method in each.methods:
            return each, each.methods[method]
    return (fitting[0], None) if fitting else (None, None)


def takes(server: Server, call: ClientCall) -> bool:
    """Tell whether a server takes a call as it is sent."""
    version = asked_of(call, server)
    if version is None:
        return False
    _, method = answering(server, call.method, version, call.namespace)
    return method is not None and (call.open or method.takes(call.keys))


def _is_driver(surface: Surface) -> bool:
    return "driver" in surface.owner.name.lower()


def _is(server: Server, owner: Defined) -> bool:
    return server.name == owner.name and server.path == owner.module.path


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
