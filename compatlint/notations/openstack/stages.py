"""The stages of a rolling upgrade of services around one database: control plane and agents."""

from __future__ import annotations

from typing import Final

from compatlint.stages import BOTH, MIXED, NEW, OLD, ONWARD, Stage, Topology
from compatlint.vocabulary import Direction


def _service(
    name: str, database: str, control: str, agents: str, directions: frozenset[Direction], left: str = ""
) -> Stage:
    runs = {"database": database, "control": control, "agents": agents}
    return Stage(name, runs, directions, frozenset(left.split()))


SERVICES: Final = Topology(
    ("database", "control", "agents"),
    (
        _service("after the database is migrated", NEW, OLD, OLD, MIXED),
        _service("control plane first", NEW, NEW, OLD, MIXED),
        _service("control plane before the database", OLD, NEW, OLD, MIXED),
        _service("agents one by one", NEW, NEW, BOTH, MIXED),
        _service("all new", NEW, NEW, NEW, ONWARD),
        _service(
            "rollback of the code", NEW, OLD, OLD, frozenset({Direction.DOWNGRADE}), left="control agents"
        ),
    ),
    {},
)
