"""The presets that notations bring along: promises, ways of counting releases, and stages of an upgrade, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compatlint.notations.ceph import calendar as ceph
from compatlint.notations.openstack import calendar as openstack
from compatlint.promise import COUNTINGS, GENERAL, Presets

if TYPE_CHECKING:
    from compatlint.stages import Topology


def presets() -> Presets:
    """Return all promises and ways of counting, those of notations first."""
    mine = {each.name: each for each in (ceph.PROMISE, openstack.PROMISE)}
    countings = {each.versions.name: each.versions for each in mine.values()}
    return Presets({**mine, **GENERAL}, {**COUNTINGS, **countings})


def topology(name: str) -> Topology | None:
    """Return a preset of the stages of an upgrade, None if there is none of that name."""
    from compatlint.notations.openstack.stages import SERVICES

    return {"services": SERVICES}.get(name)
