"""What the notation knows of one release: who serves which calls, and which calls are sent at which version.

Pure values. A `Server` is what listens on one queue: a class with a target, and the further endpoints that it
brings along.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from compatlint.wire.ir.records import Entry, Missing, Version
from compatlint.wire.ir.span import Span

ANY: Final = "?"  # a namespace that could not be read


@dataclass(frozen=True, slots=True)
class ServedMethod:
    """One method that can be called from outside: its arguments behind the context.

    `open` if it takes any keyword.
    """

    name: str
    span: Span
    arguments: tuple[Entry, ...]
    open: bool = False

    def takes(self, keys: frozenset[str]) -> bool:
        """Tell whether a call with exactly these arguments would be accepted."""
        names = {each.key for each in self.arguments}
        return (self.open or keys <= names) and all(
            each.key in keys for each in self.arguments if each.required
        )


@dataclass(frozen=True, slots=True, eq=False)
class ServedClass:
    """One class that serves calls. `version` None: it is there, and could not be read.

    Without `checked` it has no target of its own, and takes calls at any version.
    """

    name: str
    span: Span
    version: Version | None
    namespace: str
    methods: dict[str, ServedMethod]
    checked: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Server:
    """A class that serves calls, with every endpoint that answers on its queue, its own first.

    `inferred`: nothing in the class says that it serves; clients call what it has.
    """

    name: str
    path: str
    span: Span
    endpoints: tuple[ServedClass, ...]
    inferred: bool = False

    @property
    def newest(self) -> Version | None:
        """Return the highest version that it serves."""
        return max((each.version for each in self.endpoints if each.version is not None), default=None)

    def majors(self) -> dict[int, Version]:
        """Return the highest version of each major version that it serves."""
        found: dict[int, Version] = {}
        for version in sorted(each.version for each in self.endpoints if each.version is not None):
            found[version[0]] = version
        return found

    def has(self, method: str, namespace: str) -> bool:
        """Tell whether any of its endpoints has a method under a namespace."""
        return any(
            method in each.methods and same_namespace(each.namespace, namespace) for each in self.endpoints
        )


@dataclass(frozen=True, slots=True)
class ClientCall:
    """One way in which a client calls a method. `version` None: not known; `open`.

    There may be more arguments.

    `sure`: it depends on nothing but what the caller of the client wants. `forgiven`: the client goes on
    without an answer where the server does not serve it. `by` is the client's method that was followed.
    `free`: no version is asked for, and that of the client's target is not known.
    """

    method: str
    version: Version | None
    namespace: str
    keys: frozenset[str]
    span: Span
    kind: str = "call"
    open: bool = False
    sure: bool = True
    forgiven: bool = False
    by: str = ""
    free: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """All that a client says to peers of one version (`cap` None: it does not know theirs)."""

    cap: Version | None
    calls: tuple[ClientCall, ...]
    lost: tuple[str, ...] = ()

    def of(self, method: str) -> tuple[ClientCall, ...]:
        """Return the ways in which it calls a method."""
        return tuple(each for each in self.calls if each.method == method)


@dataclass(frozen=True, slots=True)
class Aliases:
    """A client's table of version pins: names of releases and the versions they stand for, in order."""

    span: Span
    versions: dict[str, Version] = field(default_factory=dict)


def same_namespace(left: str, right: str) -> bool:
    """Tell whether two namespaces can be the same.

    One that begins with "?" is a constant whose value is not at hand.
    """
    if left == right or ANY in (left, right):
        return True
    return left.startswith("?") != right.startswith("?")


def served(version: Version, asked: Version) -> bool:
    """Tell whether a server of one version serves a call of another.

    The same major version, and no later minor one.
    """
    return version[:1] == asked[:1] and asked[1:] <= version[1:]


def serves(point: ServedClass, asked: Version) -> bool:
    """Tell whether an endpoint serves calls of a version."""
    return not point.checked or (point.version is not None and served(point.version, asked))


def asked_of(call: ClientCall, server: Server) -> Version | None:
    """Return the version at which a call reaches a server, None if that is not known."""
    return (server.newest or (1, 0)) if call.free else call.version


def version_of(value: object) -> Version | None:
    """Return the version that a text such as "5.12" spells, None if it spells none."""
    if not isinstance(value, str):
        return None
    parts = value.strip().split(".")
    if len(parts) not in (2, 3) or not all(part.isdigit() and len(part) < 6 for part in parts):
        return None
    return tuple(int(part) for part in parts)


def dotted(version: Version | None) -> str:
    """Return a version as text."""
    return ".".join(map(str, version)) if version is not None else "an unknown version"


def unread(client: str, span: Span, lost: tuple[str, ...]) -> list[Missing]:
    """Return what is to be said of the methods of a client that could not be followed in all their ways."""
    return [Missing(f"{client}.{name}", span, "its arguments depend on too many conditions") for name in lost]
