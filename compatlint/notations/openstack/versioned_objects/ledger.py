"""The fingerprints that a project's own tests record, set against those of its source.

A ledger is a dict of names and `VERSION-md5` in a test: the one handed to `ObjectVersionChecker.test_hashes`,
or one called `object_data`. Where a recorded fingerprint is not that of the source, the object moved without
its version, or the ledger was not kept; a fingerprint that cannot be computed with certainty is unread, never
a mismatch.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import (
    Defined,
    Module,
    Project,
    argument,
    assigned_value,
    calls,
    dotted,
)
from compatlint.notations.openstack.versioned_objects.fingerprint import Untold, fingerprint
from compatlint.notations.openstack.versioned_objects.model import ObjectClass
from compatlint.notations.openstack.versioned_objects.objects import Registered, objects
from compatlint.notations.openstack.versioned_objects.registry import REGISTERED
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Entry, Fingerprints, Lowered, Meeting, Missing, Record
from compatlint.wire.ir.span import Span

NAME: Final = "versioned_objects"
MARK: Final = re.compile(rb"\bObjectVersionChecker\b|\bobject_data\s*=\s*\{")
_RECORDED: Final = re.compile(r"\A(\d+(?:\.\d+){1,2})-([0-9a-f]{32})")
MAX_ENTRIES: Final = 5000


@dataclass(frozen=True, slots=True)
class Recorded:
    """One fingerprint that a project records, and where."""

    name: str
    text: str
    span: Span
    module: Module


def wants_ledger(path: str) -> bool:
    """Tell whether a file may hold a ledger: a test with objects in its name or its folder's."""
    folders, found = path.split("/"), False
    for folder in folders:
        if found and "object" in folder:
            return path.endswith(".py")
        found = found or folder in ("test", "tests")
    return False


def ledger(project: Project) -> list[Recorded]:
    """Return what the ledgers of a release record, the last of each name."""
    found: dict[str, Recorded] = {}
    for path in project.matching(MARK, wants_ledger):
        module = project.module(path)
        for table in _tables(project, module) if module is not None else ():
            for each in _entries(*table):
                found[each.name] = each
    return list(found.values())


def _tables(project: Project, module: Module) -> Iterator[tuple[Module, ast.Dict]]:
    """Yield the dicts that a test module compares with all fingerprints, or that bear a ledger's name."""
    checked = list(calls(module.tree, "test_hashes"))
    for call in checked:
        name = dotted(argument(call, "test_hashes" if not call.args else "", 0) or call)
        found = project.resolve(module, name) if name and len(call.args) == 1 and not call.keywords else None
        value = assigned_value(found.node, found.name) if isinstance(found, Defined) else None
        if isinstance(value, ast.Dict) and isinstance(found, Defined):
            yield found.module, value
    node = module.names.get("object_data")
    value = assigned_value(node, "object_data") if node is not None and not checked else None
    if isinstance(value, ast.Dict):
        yield module, value


def _entries(module: Module, table: ast.Dict) -> Iterator[Recorded]:
    for key, value in list(zip(table.keys, table.values, strict=True))[:MAX_ENTRIES]:
        if not isinstance(key, ast.Constant) or not isinstance(value, ast.Constant):
            continue
        if isinstance(key.value, str) and isinstance(value.value, str) and _RECORDED.fullmatch(value.value):
            yield Recorded(key.value, value.value, module.span(value), module)


def compare(
    project: Project,
) -> tuple[list[tuple[Recorded, ObjectClass | None, str | Untold]], list[Recorded]]:
    """Return each recorded fingerprint with its class and the one computed, and the list of what is recorded."""
    recorded = ledger(project)
    known = objects(project)
    own = {
        each.module.path for each in recorded if REGISTERED.search(project.source(each.module.path) or b"")
    }
    beside = Registered(project, sorted(own))  # a ledger may hold the objects that its own tests define
    compared: list[tuple[Recorded, ObjectClass | None, str | Untold]] = []
    for each in recorded:
        found = _class(known, each.name) or _class(beside, each.name)
        compared.append(
            (
                each,
                found,
                fingerprint(found) if found is not None else Untold("no class of that name is found"),
            )
        )
    return compared, recorded


def _class(known: Registered, name: str) -> ObjectClass | None:
    """Return the class that a ledger means.

    An older one of the same name bears its major version at its end.
    """
    found = known.get(name)
    if found is not None:
        return found
    bare = name.rstrip("0123456789")
    older = known.every(bare)[1:] if bare != name else ()
    return (
        next((each for each in older if str(each.version[0]) == name[len(bare) :]), None) if older else None
    )


def check_ledger(project: Project) -> Lowered:
    """Return how a release's ledger and its source agree.

    A meeting for each that does not, and the counts.
    """
    compared, recorded = compare(project)
    if not recorded:
        return Lowered()
    meetings: list[Meeting] = []
    missing: list[Missing] = []
    for each, found, computed in compared:
        if isinstance(computed, Untold) or found is None:
            reason = computed.reason if isinstance(computed, Untold) else ""
            missing.append(
                Missing(each.name, found.span if found else each.span, f"its fingerprint: {reason}")
            )
        elif computed != each.text:
            meetings.append(_meeting(each, found, computed))
    counts = Fingerprints(
        len(recorded),
        len(recorded) - len(meetings) - len(missing),
        tuple(each.name for each in meetings),
        tuple(each.codec for each in missing),
    )
    return Lowered(tuple(meetings), tuple(missing), fingerprints=counts)


def _meeting(recorded: Recorded, found: ObjectClass, computed: str) -> Meeting:
    """Set the ledger's fingerprint of an object against that of its source."""
    writer = Record(
        recorded.name, recorded.span, (Entry("fingerprint", recorded.span, recorded.text, nullable=False),)
    )
    reader = Record(recorded.name, found.span, (Entry("fingerprint", found.span, computed, nullable=False),))
    why = f"the tests record {recorded.text} for {recorded.name}, and its source has {computed}"
    return Meeting(
        NAME, Link.PEER, (Direction.SELF,), writer, reader, "reader", change=Change.LEDGER_DIFFERS, why=why
    )
