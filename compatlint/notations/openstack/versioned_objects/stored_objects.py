"""Which objects of a release lie in its database as JSON, each with its version.

It begins with the roots that the release's code reads back (`stored`) and goes through the fields that hold
objects. An object that has a row of its own is not written inside another: what lies there is a passing copy.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from compatlint.notations.languages.python import Project, calls, methods
from compatlint.notations.openstack.versioned_objects.model import Field, FieldType, ObjectClass
from compatlint.notations.openstack.versioned_objects.stored_roots import left_out, roots
from compatlint.wire.ir.span import Span

Objects = Mapping[str, ObjectClass]


@dataclass(frozen=True, slots=True)
class Stored:
    """An object that is stored.

    Where it is read, in which root (its own name for a root), and whether it keeps its version.
    """

    span: Span
    root: str
    kept: bool = False


def stored(project: Project, objects: Objects, writers: Objects, paths: Collection[str]) -> dict[str, Stored]:
    """Return the objects that a release reads from JSON in its database, by name.

    `writers` are the objects of the release that writes: what they empty before they are stored
    is not there.
    """
    names = {each.defined: each.name for each in objects.values()}
    found: dict[str, Stored] = {}
    for root in roots(project, paths):
        name = names.get(root.owner)
        if name is not None:
            kept = root.kept or (name in found and found[name].kept)
            found[name] = Stored(root.span, name, kept)
    open_names = list(found)
    while open_names:
        name = open_names.pop()
        writer = writers.get(name)
        emptied = left_out(writer.defined) if writer is not None else frozenset()
        listed = found[name].root == name and objects[name].is_list
        inside = (
            held
            for field in objects[name].fields
            if field.name not in emptied
            for held in _held(objects, field)
        )
        for held in inside:
            if held.name not in found and (listed or not has_row(objects, held)):
                found[held.name] = Stored(found[name].span, found[name].root)
                open_names.append(held.name)
    return found


def _held(objects: Objects, field: Field) -> list[ObjectClass]:
    """Return the classes whose objects a field may hold.

    The one that it names, and those that derive from it if it says so.
    """
    held = objects.get(field.holds)
    inner: FieldType | None = field.type
    while inner is not None and not inner.subclasses:
        inner = inner.element
    if held is None or inner is None:
        return [held] if held is not None else []
    return [held, *(each for each in objects.values() if held.defined.dotted in each.bases)]


def has_row(objects: Objects, of: ObjectClass) -> bool:
    """Tell whether an object has a row, or a column, of its own from which it is made.

    A list is what it lists.
    """
    if of.is_list:
        listed = of.field("objects")
        inner = objects.get(listed.holds) if listed is not None else None
        return inner is not None and inner.name != of.name and not inner.is_list and has_row(objects, inner)
    created = of.field("created_at")
    if created is not None and created.defined_in != of.defined.dotted:
        return True  # a mixin of those that have a row
    node = of.defined.node
    return isinstance(node, ast.ClassDef) and ("_from_db_object" in methods(node) or _parses_by_hand(node))


def _parses_by_hand(node: ast.ClassDef) -> bool:
    """Tell whether a class parses a text itself and makes its object from the parts."""
    parses = any(True for _ in calls(node, "loads"))
    return parses and not any(True for _ in calls(node, "obj_from_primitive"))
