"""Migrations that rewrite a stored object and leave its version as it was.

The object comes back with the version it was stored with; a field that a later version brought is set, and
the whole is stored again. An older release accepts that version, does not know the field, and loses what was
moved into it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from compatlint.notations.languages.python import Module, calls, walk
from compatlint.notations.openstack.versioned_objects.effects import Function
from compatlint.notations.openstack.versioned_objects.meet_peers import ClassPair
from compatlint.notations.openstack.versioned_objects.model import Field
from compatlint.notations.openstack.versioned_objects.records import record, sent
from compatlint.notations.openstack.versioned_objects.stored_roots import functions
from compatlint.notations.openstack.versioned_objects.two_releases import NAME, Context
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Meeting


def rewrites(context: Context, each: ClassPair) -> Iterator[Meeting]:
    """Yield the meeting of a stored class whose new fields a migration fills without raising the stored version."""
    if each.old.name not in context.stored or not each.raised:
        return
    module = each.new.defined.module
    added = {field.name: field for field in each.new.fields if each.old.field(field.name) is None}
    filled = _filled(module, added) if added else ()
    found = {field.name: replace(sent(field), span=module.span(place)) for place, field in filled}
    if found:
        writer = replace(record(each.new, found.values()), version=each.old.version)
        why = "a migration moves stored data into it and stores the object again under its old version"
        yield Meeting(
            NAME,
            Link.DISK,
            (Direction.DOWNGRADE, Direction.MIXED),
            writer,
            record(each.old),
            "writer",
            record(each.old),
            change=Change.UNVERSIONED,
            why=why,
        )


def _filled(module: Module, added: dict[str, Field]) -> Iterator[tuple[ast.AST, Field]]:
    for function, _ in functions(module):
        found = [] if function.name == "__init__" else list(_assigned(function))
        filled = [(node, added[name]) for node, name in found if name in added]
        if filled and all(name != "VERSION" for _, name in found) and _stores_again(module, function):
            yield from filled


def _assigned(function: Function) -> Iterator[tuple[ast.AST, str]]:
    """Yield the attributes that a function sets on other objects than its own."""
    for node in walk(function):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if (
                isinstance(target, ast.Attribute)
                and isinstance(target.value, ast.Name)
                and target.value.id not in ("self", "cls")
            ):
                yield node, target.attr


def _stores_again(module: Module, function: Function) -> bool:
    """Tell whether a function writes an object as JSON, or is called by one that does."""
    writers = [
        each
        for each, _ in functions(module)
        if any(any(True for _ in calls(call, "obj_to_primitive")) for call in calls(each, "dumps"))
    ]
    return function in writers or any(any(True for _ in calls(each, function.name)) for each in writers)
