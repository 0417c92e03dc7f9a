"""What a release says about versions of its peers in constants.

Service versions, their floor, and tables of pins.

    SERVICE_VERSION = 66
    SERVICE_VERSION_ALIASES = {'Yoga': 61, 'Zed': 64}
    OLDEST_SUPPORTED_SERVICE_VERSION = 'Yoga'
    SERVICE_VERSION_HISTORY = ({'compute_rpc': '4.0'}, ...)      # by service version

A service whose peers are below the floor refuses to start. A client that looks its pin up (by service version
or by the name of a release) and finds too high a version says what its peers do not understand.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from compatlint.notations.languages.python import Module, Project
from compatlint.notations.openstack.rpc.client_class import Surface
from compatlint.notations.openstack.rpc.meeting_terms import BOTH, LINK, NAME, parties
from compatlint.notations.openstack.rpc.model import Server, dotted, version_of
from compatlint.notations.openstack.rpc.releases import Talk
from compatlint.notations.openstack.rpc.wants import wants
from compatlint.vocabulary import Change
from compatlint.wire.ir.records import Domain, Entry, Meeting, Record
from compatlint.wire.ir.span import Span

_CONSTANT: Final = re.compile(rb"^SERVICE_VERSION\s*=", re.MULTILINE)
_FLOOR: Final = "OLDEST_SUPPORTED_SERVICE_VERSION"
_HISTORY: Final = "SERVICE_VERSION_HISTORY"
_RPC: Final = re.compile(r"^(\w+)_rpc$")


def floors(old: Project, new: Project) -> Iterator[Meeting]:
    """Yield the meetings of the older release's services with the floor of the newer release."""
    for before, after in _modules(old, new):
        version = _number(old, before, "SERVICE_VERSION")
        least, was = _floor(new, after), _floor(old, before)
        if version is None or least is None:
            continue
        writer = Record(
            _FLOOR,
            _span(before, "SERVICE_VERSION"),
            (_entry(_span(before, "SERVICE_VERSION"), version, version),),
        )
        reader = Record(_FLOOR, _span(after, _FLOOR), (_entry(_span(after, _FLOOR), least, None),))
        earlier = (
            Record(_FLOOR, _span(before, _FLOOR), (_entry(_span(before, _FLOOR), was, None),))
            if was is not None
            else None
        )
        why = (
            f"services of the older release are at {version}, those of the newer one require at least {least}"
        )
        yield Meeting(
            NAME, LINK, BOTH, writer, reader, "reader", earlier, parties=("agents", "control"), why=why
        )


def pins(old: Talk, new: Talk) -> Iterator[Meeting]:
    """Yield the meetings of what the newer release's tables say of the older one with the servers that are there."""
    for surface in new.surfaces:
        before = [found for each in new.servers_of(surface) if (found := old.counterpart(each)) is not None]
        if surface.aliases is None or not before:
            continue
        name = _own_name(old, surface, before[0])
        version = surface.aliases.versions.get(name)
        if version is not None and before[0].newest is not None:
            codec = f"{surface.owner.name}.VERSION_ALIASES[{name}]"
            place = Record(codec, surface.aliases.span, version=version)
            read = Record(codec, before[0].endpoints[0].span, version=before[0].newest)
            why = f"{surface.owner.name} of the newer release uses {dotted(version)} for {name}"
            was = _was(old, surface, name, codec)
            yield Meeting(
                NAME,
                LINK,
                BOTH,
                place,
                read,
                "writer",
                was,
                parties=parties(old, before[0]),
                change=Change.RENUMBERED,
                why=why,
            )


def history(old: Project, new: Project, talk: Talk) -> Iterator[Meeting]:
    """Yield the meetings of what the newer release's history says of the older one's service version with its servers."""
    for before, after in _modules(old, new):
        number = _number(old, before, "SERVICE_VERSION")
        table = _worth(new, after, _HISTORY)
        if (
            number is None
            or not isinstance(table, tuple | list)
            or not 0 <= number < len(table)
            or not isinstance(table[number], dict)
        ):
            continue
        for key, text in table[number].items():
            version, found = version_of(text), _RPC.match(str(key))
            for server in talk.servers if version is not None and found else ():
                if (
                    found is not None
                    and f"/{found[1]}/" in f"/{server.path}"
                    and server.newest is not None
                    and version is not None
                ):
                    codec = f"{server.name}.{_HISTORY}[{number}]"
                    sent = Record(codec, _span(after, _HISTORY), version=version)
                    read = Record(codec, server.endpoints[0].span, version=server.newest)
                    why = f"the newer release uses {key} {text} for service version {number}"
                    yield Meeting(
                        NAME,
                        LINK,
                        BOTH,
                        sent,
                        read,
                        "writer",
                        parties=parties(talk, server),
                        change=Change.RENUMBERED,
                        why=why,
                    )


def _own_name(old: Talk, surface: Surface, server: Server) -> str:
    """Return under which name the newer client's table has the older release, "" if that cannot be told.

    The older release's table ends with its own name or with that of the release before; its own version tells
    which.
    """
    earlier = next((each for each in old.surfaces if each.owner.name == surface.owner.name), None)
    known = earlier.aliases.versions if earlier is not None and earlier.aliases is not None else None
    added = (
        [name for name in surface.aliases.versions if known is not None and name not in known]
        if surface.aliases
        else []
    )
    if not known or (last := list(known)[-1]) is None:
        return ""
    return last if known[last] == server.newest else next(iter(added), "")


def _was(old: Talk, surface: Surface, name: str, codec: str) -> Record | None:
    earlier = next((each for each in old.surfaces if each.owner.name == surface.owner.name), None)
    if earlier is None or earlier.aliases is None or name not in earlier.aliases.versions:
        return None
    return Record(codec, earlier.aliases.span, version=earlier.aliases.versions[name])


def _modules(old: Project, new: Project) -> Iterator[tuple[Module, Module]]:
    for path in new.matching(_CONSTANT, wants):
        before, after = old.module(path), new.module(path)
        if before is not None and after is not None:
            yield before, after


def _worth(release: Project, module: Module, name: str) -> object:
    """Return what a constant of a module is worth, None if there is none; UNKNOWN where that is not sure."""
    return release.evaluate(module, ast.Name(name, ast.Load())) if name in module.names else None


def _number(release: Project, module: Module, name: str) -> int | None:
    value = _worth(release, module, name)
    return value if isinstance(value, int) else None


def _floor(release: Project, module: Module) -> int | None:
    """Return the lowest service version that a release works with.

    A number, or the name of a release that stands for one.
    """
    value = _worth(release, module, _FLOOR)
    if isinstance(value, str):
        names = _worth(release, module, "SERVICE_VERSION_ALIASES")
        value = names.get(value) if isinstance(names, dict) else None
    return value if isinstance(value, int) else None


def _entry(span: Span, least: int, most: int | None) -> Entry:
    return Entry("service version", span, domain=Domain(least=least, most=most))


def _span(module: Module, name: str) -> Span:
    return module.span(module.names[name]) if name in module.names else Span(module.commit, module.path, 1, 1)
