"""Releases in memory, and what goes wrong between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import dedent

from compatlint.check.keyed.meet import by_key
from compatlint.notations.languages.python import Project
from compatlint.notations.openstack import rpc
from compatlint.notations.openstack.rpc.clients import surfaces
from compatlint.notations.openstack.rpc.explore import follow
from compatlint.notations.openstack.rpc.model import ClientCall
from compatlint.wire.ir.records import Lowered, Meeting, Version

Said = tuple[str, str, frozenset[str]]


def release(files: Mapping[str, str], commit: str = "c") -> Project:
    texts = {path: dedent(text).encode() for path, text in files.items()}

    def read(blobs: Iterable[str]) -> dict[str, bytes]:
        return {blob: texts[blob] for blob in blobs}

    return Project(commit, {path: path for path in texts}, read)


def said(text: str, cap: Version | None = None, name: str = "") -> tuple[ClientCall, ...]:
    """Return what the client in a module says to peers of a version."""
    found = surfaces(release({"shop/agent/rpcapi.py": text}))
    surface = next(each for each in found if name in ("", each.owner.name))
    return follow(surface, cap).calls


def spoken(text: str, cap: Version | None = None, name: str = "") -> set[Said]:
    return {
        (each.method, ".".join(map(str, each.version or ("?",))), each.keys) for each in said(text, cap, name)
    }


def sends(method: str, version: str, *keys: str) -> Said:
    return (method, version, frozenset(keys))


def lower(old: Mapping[str, str], new: Mapping[str, str]) -> Lowered:
    return rpc.lower(release(old, "a"), release(new, "b"), {*old, *new})


def broken(old: Mapping[str, str], new: Mapping[str, str]) -> set[tuple[str, str, str, str]]:
    """Return (codec, item, outcome, which side is newer) of all that goes wrong."""
    return {
        (meeting.name, clash.item, str(clash.outcome), meeting.newer)
        for meeting in lower(old, new).meetings
        for clash in by_key(meeting)
    }


def meeting(old: Mapping[str, str], new: Mapping[str, str]) -> Meeting:
    """Return the one meeting in which anything goes wrong."""
    (found,) = (each for each in lower(old, new).meetings if by_key(each))
    return found
