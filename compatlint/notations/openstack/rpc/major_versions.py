"""Major versions as a whole: a server that drops one, a client that no longer speaks one.

Where most of what a client says is of a major version that its server does not know, that is one thing and
not as many as there are methods. And where a server or a client could still do with an older major version
than its own, it was there for the release before: what the newer release drops of that, it drops for whoever
jumps over a release.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from compatlint.notations.openstack.rpc.client_class import Surface
from compatlint.notations.openstack.rpc.meeting_terms import BOTH, LINK, NAME, parties
from compatlint.notations.openstack.rpc.model import Server, dotted
from compatlint.notations.openstack.rpc.releases import Talk
from compatlint.vocabulary import Change, Direction
from compatlint.wire.ir.records import Meeting, Record, Version

ALL: Final = 10**6  # a minor version that no project reaches


def whole(
    found: Sequence[Meeting], surface: Surface, reading: Server, serving: Server, methods: int
) -> list[Meeting]:
    """Return the meetings of a client with a server, those that fail over the major version made one if they are most.

    `reading` is the server that reads; `serving` the older release's; `methods` is how many the client calls
    in all.
    """
    known = reading.majors()
    lost = [
        each
        for each in found
        if each.writer is not None and _major(each.writer) not in known and each.was is not None
    ]
    if not known or len({each.name for each in lost}) * 2 <= methods:
        return list(found)
    first = lost[0]
    rest = [each for each in found if each not in lost]
    writer, was = first.writer, first.was
    if writer is None or was is None or writer.version is None:
        return rest
    newest = max(known.values())
    if first.newer == "reader":
        name = title(reading.name, writer.version)
        read = Record(name, reading.endpoints[0].span, version=newest)
        before = Record(name, serving.endpoints[0].span, version=serving.majors().get(writer.version[0]))
        sent = Record(name, surface.owner.span, version=writer.version)
        why = f"{surface.owner.name} of the older release calls at {dotted(writer.version)}, {_up_to(reading, newest)}"
        return [
            *rest,
            Meeting(
                NAME,
                LINK,
                BOTH,
                sent,
                read,
                "reader",
                before,
                parties=first.parties,
                change=Change.MAJOR_RAISED,
                why=why,
            ),
        ]
    name = title(surface.owner.name, newest)
    sent = Record(name, surface.owner.span, version=writer.version)
    before = Record(name, was.span, version=was.version)
    read = Record(name, reading.endpoints[0].span, version=newest)
    why = f"{surface.owner.name} of the newer release calls at {dotted(writer.version)}, {_up_to(reading, newest)}"
    return [
        *rest,
        Meeting(
            NAME,
            LINK,
            BOTH,
            sent,
            read,
            "writer",
            before,
            parties=first.parties,
            change=Change.MAJOR_RAISED,
            why=why,
        ),
    ]


def dropped(old: Talk, new: Talk) -> Iterator[Meeting]:
    """Yield a meeting for each major version that the older release understood and the newer does not."""
    for before in old.servers:
        after = new.counterpart(before)
        if after is None or after.newest is None or before.newest is None:
            continue
        for major, version in before.majors().items():
            if major < before.newest[0] and major not in after.majors() and after.newest > version:
                yield _unserved(old, before, after, version)
        for surface, earlier in _pairs(old, new, before):
            for major in _lost(old, new, earlier, surface, before):
                yield _unspoken(old, surface, earlier, before, major)


def _unserved(old: Talk, before: Server, after: Server, version: Version) -> Meeting:
    name = title(after.name, version)
    clients = [each for each in old.surfaces if before in old.servers_of(each)]
    place = clients[0].owner.span if clients else before.span
    was = next(each for each in before.endpoints if each.version == version)
    return Meeting(
        NAME,
        LINK,
        (Direction.SKIP,),
        Record(name, place, version=version),
        Record(name, after.endpoints[0].span, version=after.newest),
        "reader",
        Record(name, was.span, version=version),
        parties=parties(old, before),
        change=Change.MAJOR_RAISED,
        why=f"the older release still served {dotted(version)}, for clients of the release before it",
    )


def _pairs(old: Talk, new: Talk, before: Server) -> Iterator[tuple[Surface, Surface]]:
    """Yield the newer and the older client of a server that are pinned, by name."""
    for earlier in old.surfaces:
        if earlier.pinned and before in old.servers_of(earlier):
            for surface in new.surfaces:
                if surface.pinned and surface.owner.name == earlier.owner.name:
                    yield surface, earlier


def _lost(old: Talk, new: Talk, earlier: Surface, surface: Surface, before: Server) -> list[int]:
    """Return the major versions below its peers' own that the older client could be pinned to, and the newer one cannot."""
    newest = before.newest
    if newest is None:
        return []
    return [
        major
        for major in range(max(1, newest[0] - 1), newest[0])
        if _speaks(old, earlier, major) and not _speaks(new, surface, major)
    ]


def _speaks(talk: Talk, surface: Surface, major: int) -> bool:
    """Tell whether most of what a client says when it is pinned to a major version is of that version."""
    calls = talk.speech(surface, (major, ALL)).calls
    return sum(each.version is not None and each.version[0] == major for each in calls) * 2 > len(calls)


def _unspoken(old: Talk, surface: Surface, earlier: Surface, before: Server, major: int) -> Meeting:
    version = (major, ALL)
    name = title(surface.owner.name, version)
    spoken = max(each.version for each in old.speech(earlier, version).calls if each.version is not None)
    return Meeting(
        NAME,
        LINK,
        (Direction.SKIP,),
        Record(name, surface.owner.span, version=before.newest),
        Record(name, before.span, version=spoken),
        "writer",
        Record(name, earlier.owner.span, version=spoken),
        parties=parties(old, before),
        change=Change.MAJOR_RAISED,
        why=f"the older release could still be pinned to {dotted(spoken)}, for servers of the release before it",
    )


def title(name: str, version: Version) -> str:
    """Return what a major version of a class's interface is called."""
    return f"{name} RPC {version[0]}.x"


def _major(record: Record) -> int | None:
    return record.version[0] if record.version is not None else None


def _up_to(server: Server, newest: Version) -> str:
    return f"{server.name} serves up to {dotted(newest)}"
