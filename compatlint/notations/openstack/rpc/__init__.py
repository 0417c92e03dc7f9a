"""RPC: methods that one service calls in another, by name, at a version, with named arguments.

In come two releases, out come meetings: a client of one calls a server of the other. What a client sends is
found by following it for the version that its peers would have; what a server takes are the arguments of its
methods.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.languages.python_release import of_project, of_projects
from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.openstack.rpc.wants import MARK, wants
from compatlint.wire.ir.records import Lowered, Missing

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project
    from compatlint.notations.openstack.rpc.client_class import Surface
    from compatlint.notations.openstack.rpc.releases import Talk


NAME: Final = "rpc"
_HINTS: Final = (
    b"Target(",
    b".prepare(",
    b"cctxt",
    b"RPC_API_VERSION",
    b"can_send_version",
    b"SERVICE_VERSION",
    b"rpc",
    b"RPC",
    b"class ",
    b"task",
    b".delay(",
    b".apply_async(",
)


def lower(old: Project, new: Project, changed: Collection[str]) -> Lowered:
    """Return the meetings of each release's clients with the other's servers."""
    from compatlint.notations.openstack.rpc.floors import floors, history, pins
    from compatlint.notations.openstack.rpc.major_versions import dropped
    from compatlint.notations.openstack.rpc.meetings import calls_of_new, calls_of_old
    from compatlint.notations.openstack.rpc.releases import Talk
    from compatlint.notations.openstack.rpc.tasks import task_meetings

    before, after = Talk(old), Talk(new)
    meetings = [
        *calls_of_old(before, after),
        *calls_of_new(before, after),
        *dropped(before, after),
        *floors(old, new),
        *pins(before, after),
        *history(old, new, before),
        *task_meetings(old, new),
    ]
    return Lowered(tuple(meetings), tuple(_missing(after, changed)), _count(after))


def alone(release: Project) -> Lowered:
    """Return every method that a release serves, with the release's own call of it."""
    from compatlint.notations.openstack.rpc.meetings import own_calls
    from compatlint.notations.openstack.rpc.releases import Talk

    talk = Talk(release)
    return Lowered(tuple(own_calls(talk)), tuple(_missing(talk, release.files)), _count(talk))


def _count(talk: Talk) -> int:
    return sum(len(endpoint.methods) for server in talk.servers for endpoint in server.endpoints[:1])


def _missing(talk: Talk, changed: Collection[str]) -> list[Missing]:
    from compatlint.notations.openstack.rpc.model import unread

    found = [each for each in talk.missing if each.span.path in changed]
    for surface in talk.surfaces:
        if surface.owner.module.path in changed:
            if talk.names_calls(surface) or any(talk.links(surface).values()):
                found += unread(surface.owner.name, surface.owner.span, talk.speech(surface, None).lost)
            found += _unserved(talk, surface)
    return found


def _unserved(talk: Talk, surface: Surface) -> list[Missing]:
    """Return what is to be said of a client of which no server was found."""
    links = talk.links(surface)
    if not links or any(links.values()) or not talk.names_calls(surface):
        return []
    reason = f"no server of its calls was found ({', '.join(sorted(links)[:3])})"
    return [Missing(surface.owner.name, surface.owner.span, reason)]


NOTATION: Final = Keyed(
    "rpc",
    wants,
    of_projects(lower),
    of_project(alone),
    Marks(MARK, _HINTS),
    promise="openstack",
    topology="services",
)
