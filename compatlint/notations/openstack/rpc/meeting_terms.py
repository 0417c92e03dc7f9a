"""What all meetings of the notation have in common."""

from __future__ import annotations

from typing import Final

from compatlint.notations.openstack.rpc.model import Server
from compatlint.notations.openstack.rpc.releases import Talk
from compatlint.notations.openstack.rpc.wants import side
from compatlint.vocabulary import Direction, Link

NAME: Final = "rpc"
LINK: Final = Link.PEER
BOTH: Final = (Direction.MIXED, Direction.SKIP)


def parties(talk: Talk, server: Server) -> tuple[str, str]:
    """Return who calls a server, and as what it serves."""
    if side(server.path) == "agents":
        return "control", "agents"
    distributed = any(side(each.path) == "agents" for each in talk.servers)
    return "agents" if distributed else "control", "control"
