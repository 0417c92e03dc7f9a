"""Objects that lie in the database.

What the older release finds there after a rollback, the newer one after an upgrade.

A stored object carries the version of the release that wrote it, nobody makes it older, and a reader refuses
a version beyond its own. It may be JSON (`closure`), or a row with a column for the version of its object
(`histories.Rows`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from compatlint.notations.languages.python import Defined, calls, decorator_names, methods
from compatlint.notations.openstack.versioned_objects.backport_routes import sends_stored_versions
from compatlint.notations.openstack.versioned_objects.coercion import takes_null
from compatlint.notations.openstack.versioned_objects.meet_peers import ClassPair, older_to_newer, own
from compatlint.notations.openstack.versioned_objects.model import ObjectClass
from compatlint.notations.openstack.versioned_objects.records import read, record, sent
from compatlint.notations.openstack.versioned_objects.stored_objects import Stored
from compatlint.notations.openstack.versioned_objects.stored_roots import stores_older
from compatlint.notations.openstack.versioned_objects.two_releases import NAME, Context, ObjectRelease
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Meeting


def disk(context: Context, each: ClassPair) -> Iterator[Meeting]:
    """Yield the meetings of a stored class: nothing if neither release stores it."""
    found = context.stored.get(each.old.name)
    if found is not None:
        root = context.new.objects.get(found.root)
        yield from _stored(
            each, _where(each.old, found), older=root is not None and stores_older(root.defined)
        )
        if found.kept and each.raised:
            yield from _kept(context, each)
    elif has_versioned_row(context.old, each.old):
        yield from _stored(each, f"a row of {each.old.name} keeps the version of its object")
    elif each.raised and reads_row(each.new):
        yield from _emptied(each)


def _where(of: ObjectClass, found: Stored) -> str:
    inside = f" inside {found.root}" if found.root != of.name else ""
    return f"it is stored as JSON{inside} and loaded unchanged"


def _stored(each: ClassPair, why: str, *, older: bool = False) -> Iterator[Meeting]:
    """Yield the meetings of what lies in the database, where the newer release does not store the `older` version itself."""
    old, new = each.old, each.new
    if not older:
        writer = record(new, [replace(sent(now, was), nullable=False) for was, now in each.common])
        reader = record(old, [read(was, now) for was, now in each.common])
        yield Meeting(NAME, Link.DISK, (Direction.DOWNGRADE,), writer, reader, "writer", own(old), why=why)
    if new.version >= old.version:
        writer, reader = older_to_newer(old, new)
        yield Meeting(
            NAME, Link.DISK, (Direction.UPGRADE, Direction.SKIP), writer, reader, "reader", own(old), why=why
        )


def _emptied(each: ClassPair) -> Iterator[Meeting]:
    """Yield the meeting of rows in which the newer release leaves out what the older one's objects cannot be made without."""
    gone = [
        field for field in each.old.fields if each.new.field(field.name) is None and not takes_null(field)
    ]
    if gone:
        reader = record(each.old, [replace(read(field), required=True) for field in gone])
        reader = replace(reader, version=each.new.version)  # a row carries no version that could be refused
        why = "it is loaded from its row, and the newer release no longer fills these columns"
        yield Meeting(
            NAME,
            Link.DISK,
            (Direction.DOWNGRADE,),
            record(each.new),
            reader,
            "writer",
            None,
            change=Change.KEY_REMOVED,
            why=why,
        )


def reads_row(of: ObjectClass) -> bool:
    """Tell whether a class makes its objects from a row by itself."""
    node = of.defined.node
    return isinstance(node, ast.ClassDef) and "_from_db_object" in methods(node)


def _kept(context: Context, each: ClassPair) -> Iterator[Meeting]:
    """Yield the meeting of an object that is returned as it was stored with a peer that asks for its newest version."""
    if not any(isinstance(owner, Defined) and _reads_itself(owner) for owner in each.new.order[:1]):
        return
    span = sends_stored_versions(context.new.project, context.new.paths)
    if span is not None:
        why = f"it keeps its stored version, and {span.path} replaces it by the version of the request without a comparison"
        reader = record(each.new, oldest=each.new.version)
        yield Meeting(
            NAME,
            Link.DISK,
            (Direction.UPGRADE, Direction.MIXED, Direction.SKIP),
            record(each.old),
            reader,
            "reader",
            record(each.old),
            why=why,
        )


def _reads_itself(owner: Defined) -> bool:
    """Tell whether a class is fetched by a peer through a method that returns what was stored."""
    if not isinstance(owner.node, ast.ClassDef):
        return False
    for method in methods(owner.node).values():
        names = {name.rpartition(".")[2] for name in decorator_names(method)}
        if "remotable_classmethod" in names or {"classmethod", "remotable"} <= names:
            return True
    return False


def has_versioned_row(release: ObjectRelease, of: ObjectClass) -> bool:
    """Tell whether an object of a release is read from a row that carries its version."""
    rows = release.rows
    if rows is None:
        return False
    return any(
        isinstance(owner, Defined)
        and owner.module.path != rows.span.path
        and any(True for _ in calls(owner.node, rows.reader, f"{rows.reader}_list"))
        for owner in of.order
    )
