"""The calls of one release meet the servers of the other.

An old client calls a new server, and a new client calls an old one. A client that is pinned says what it says
to peers of the older release's version. A client that speaks no major version any more that its peers serve
meets them once, as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from compatlint.notations.openstack.rpc.client_class import Surface
from compatlint.notations.openstack.rpc.major_versions import whole
from compatlint.notations.openstack.rpc.meeting_terms import BOTH, LINK, NAME, parties
from compatlint.notations.openstack.rpc.model import (
    ClientCall,
    ServedClass,
    ServedMethod,
    Server,
    asked_of,
    dotted,
    served,
)
from compatlint.notations.openstack.rpc.releases import Talk, answering
from compatlint.vocabulary import Change, Direction
from compatlint.wire.ir.records import Entry, Meeting, Record, Version

_Case = tuple[Meeting, tuple[ClientCall, ...]]


def calls_of_old(old: Talk, new: Talk) -> Iterator[Meeting]:
    """Yield the meetings of the older release's clients with newer servers, where anything goes wrong."""
    for surface in old.surfaces:
        for server in old.servers_of(surface):
            after = new.counterpart(server)
            if after is not None:
                methods = old.methods(surface, server)
                found = [each for method in methods for each in _taken(old, surface, method, server, after)]
                yield from _told(found, old, surface, after, server, len(methods))


def calls_of_new(old: Talk, new: Talk) -> Iterator[Meeting]:
    """Yield the meetings of the newer release's clients with older servers, where anything goes wrong."""
    for surface in new.surfaces:
        for server in new.servers_of(surface):
            before = old.counterpart(server) or (old.beside(surface) if server.inferred else None)
            if before is not None:
                methods = new.methods(surface, server)
                found = [each for method in methods for each in _sent(old, new, surface, method, before)]
                yield from _told(found, new, surface, before, before, len(methods))


def own_calls(talk: Talk) -> Iterator[Meeting]:
    """Yield a meeting for each method of a release.

    With what its own client sends, or with itself where nobody calls it.
    """
    for server in talk.servers:
        for endpoint in server.endpoints:
            for method in endpoint.methods.values():
                read = _read(server, endpoint, method)
                called = _own_call(talk, server, endpoint, method)
                sent, why = called or (read, "no client in the release calls it")
                if not endpoint.checked:
                    read = replace(read, version=sent.version)
                yield Meeting(
                    NAME,
                    LINK,
                    (Direction.SELF,),
                    sent,
                    read,
                    "reader",
                    parties=parties(talk, server),
                    why=why,
                )


def _own_call(
    talk: Talk, server: Server, endpoint: ServedClass, method: ServedMethod
) -> tuple[Record, str] | None:
    """Return what a client of the release sends to an endpoint's method, and who it is; None if none does."""
    for surface in talk.callers(server, method.name):
        calls = talk.speech(surface, None).of(method.name)
        sent, faulty = _best(calls, server)
        if any(each.open for each in calls):
            continue
        meant = (
            sent is not None
            and answering(server, method.name, sent.version or (), calls[0].namespace)[0] is endpoint
        )
        if sent is not None and meant and (not faulty or talk.used(surface, calls)):
            return sent, f"{surface.owner.name} calls it"
    return None


def _read(server: Server, endpoint: ServedClass, method: ServedMethod) -> Record:
    """Return how a server reads a call of a method."""
    extra: Literal["kept", "rejected"] = "kept" if method.open else "rejected"
    return Record(
        _named(server, endpoint, method.name), method.span, method.arguments, endpoint.version, extra=extra
    )


def _told(
    found: list[_Case], talk: Talk, surface: Surface, reading: Server, before: Server, methods: int
) -> Iterator[Meeting]:
    """Yield what is to be told of a client and a server.

    Calls that somebody asks for, or their major versions as a whole.
    """
    calls = {id(meeting): sent for meeting, sent in found}
    for meeting in whole([each for each, _ in found], surface, reading, before, methods):
        if id(meeting) not in calls or talk.used(surface, calls[id(meeting)]):
            yield meeting


def _taken(old: Talk, surface: Surface, method: str, before: Server, after: Server) -> Iterator[_Case]:
    """Let a call of the older release meet the newer server."""
    calls = old.speech(surface, before.newest).of(method)
    for sent in sendings(calls, before):
        reader, was = reading(after, sent, _widest(calls)), reading(before, sent, _widest(calls))
        if was is None or unknown(reader) or not faults(sent, reader) - faults(sent, was):
            continue
        change = Change.UNHEARD if reader is None and all(each.kind == "cast" for each in calls) else None
        why = f"{surface.owner.name} of the older release calls {method} at {dotted(sent.version)}"
        who = parties(old, before)
        yield (
            Meeting(NAME, LINK, BOTH, sent, reader, "reader", was, parties=who, change=change, why=why),
            calls,
        )


def _sent(old: Talk, new: Talk, surface: Surface, method: str, before: Server) -> Iterator[_Case]:
    """Let a call of the newer release meet the older server.

    Where one way to call it works, the others are for what is new; where none does, what was there before is
    lost.
    """
    calls = new.speech(surface, before.newest).of(method)
    known = [
        each
        for caller in old.callers(before, method)
        for each in old.speech(caller, before.newest).of(method)
    ]
    was, earlier = _best(known, before)
    sent, faulty = _best(calls, before)
    if sent is None or not faulty - earlier:
        return
    reader, who = reading(before, sent, _widest(calls)), parties(old, before)
    if unknown(reader):
        return
    change: Change | None
    if reader is None and was is None:
        change = Change.UNVERSIONED
    elif was is not None or _argued(faulty):
        change = Change.AHEAD if who[1] == "control" else None
    else:
        return
    pinned = f", pinned to {dotted(before.newest)}" if surface.pinned else ""
    why = f"{surface.owner.name} of the newer release calls {method} at {dotted(sent.version)}{pinned}"
    yield Meeting(NAME, LINK, BOTH, sent, reader, "writer", was, parties=who, change=change, why=why), calls


def _argued(faulty: frozenset[tuple[str, str]]) -> bool:
    """Tell whether what goes wrong are arguments, and no version would have kept the call back."""
    return bool(faulty) and all(kind in ("more", "less") for kind, _ in faulty)


def _best(calls: Sequence[ClientCall], server: Server) -> tuple[Record | None, frozenset[tuple[str, str]]]:
    """Return the way of calling that a server takes best, and what goes wrong with it."""
    found: Record | None = None
    least: frozenset[tuple[str, str]] = frozenset()
    for each in _sure(calls):
        for sent in sendings([each], server):
            faulty = faults(sent, reading(server, sent, each))
            if found is None or len(faulty) < len(least):
                found, least = sent, faulty
    return found, least


def _widest(calls: Sequence[ClientCall]) -> ClientCall:
    """Return a call that stands for all ways of calling.

    One of which not all arguments are known, if there is one.
    """
    return next((each for each in calls if each.open), calls[0])


def _sure(calls: Iterable[ClientCall]) -> list[ClientCall]:
    """Return the calls that count.

    What hangs on things that the source does not tell, only where nothing else is sent.
    """
    known = [each for each in calls if (each.free or each.version is not None) and not each.forgiven]
    return [each for each in known if each.sure] or known


def sendings(calls: Iterable[ClientCall], server: Server) -> list[Record]:
    """Return one record for each version, the lowest first, with every argument that is sent at all."""
    sure = _sure(calls)
    found: list[Record] = []
    for version in sorted({asked for each in sure if (asked := asked_of(each, server)) is not None}):
        same = [each for each in sure if asked_of(each, server) == version]
        keys = frozenset[str]().union(*(each.keys for each in same))
        entries = tuple(Entry(key, same[0].span, required=True) for key in sorted(keys))
        found.append(Record(title(server, same[0], version), same[0].span, entries, version))
    return found


def unknown(reader: Record | None) -> bool:
    """Tell whether there is a server whose version could not be read."""
    return reader is not None and reader.version is None


def faults(writer: Record, reader: Record | None) -> frozenset[tuple[str, str]]:
    """Return at a glance what goes wrong when a server reads a call, so that others are passed over."""
    if reader is None:
        return frozenset({("method", "")})
    if writer.version is None or reader.version is None or not served(reader.version, writer.version):
        return frozenset({("version", "")})
    keys, names = {each.key for each in writer.entries}, {each.key for each in reader.entries}
    more = {("more", key) for key in keys - names if reader.extra == "rejected"}
    return frozenset(
        more | {("less", each.key) for each in reader.entries if each.required and each.key not in keys}
    )


def reading(server: Server, sent: Record, call: ClientCall) -> Record | None:
    """Return how a server reads what is sent of a call.

    None if it serves the version and has no such method.
    """
    method, version = call.method, sent.version or ()
    endpoint, found = answering(server, method, version, call.namespace)
    if endpoint is None:
        newest = _nearest(server, version)
        return Record(f"{newest.name}.{method}", newest.span, (), newest.version, extra="kept")
    if found is None:
        return None
    read = _read(server, endpoint, found)
    if not endpoint.checked:
        read = replace(read, version=version)
    if call.open:  # what else it sends, nobody knows: nothing is missing for sure
        return replace(read, entries=tuple(replace(each, required=False) for each in read.entries))
    return read


def _nearest(server: Server, version: Version) -> ServedClass:
    """Return the endpoint of the same major version, or else the newest."""
    return max(
        server.endpoints,
        key=lambda each: (each.version is not None and each.version[0] == version[0], each.version or ()),
    )


def title(server: Server, call: ClientCall, version: Version) -> str:
    """Return the name of a call: that of the class that serves it and of the method."""
    endpoint, _ = answering(server, call.method, version, call.namespace)
    having = next((each for each in server.endpoints if call.method in each.methods), server.endpoints[0])
    return _named(server, endpoint or having, call.method)


def _named(server: Server, endpoint: ServedClass, method: str) -> str:
    return f"{server.name if endpoint.name.startswith('_') else endpoint.name}.{method}"
