"""What fields and objects print where the release has a say in it.

Its own `__repr__`, and objects as defaults.
"""

from __future__ import annotations

import ast

from compatlint.notations.languages.python import UNKNOWN, Defined, External, Project, Thing
from compatlint.notations.openstack.versioned_objects.inherited_fields import FieldPlace, tables
from compatlint.notations.openstack.versioned_objects.model import FieldType
from compatlint.notations.openstack.versioned_objects.oslo_facts import LIST, OBJECT


def own_repr(project: Project, of: Defined | External) -> Defined | None:
    """Return the release's own `__repr__` of a class, None where the library's holds."""
    for each in project.mro(of) if isinstance(of, Defined) else ():
        if isinstance(each, External):
            return None
        found = project.own(each, "__repr__")
        if isinstance(found, Defined):
            return found
    return None


def printed_field(
    project: Project, function: Defined, kind: FieldType, nullable: bool | None, default: object
) -> str:
    """Return what a field prints by its own `__repr__`, "" where that cannot be told.

    `default` is what it is worth.
    """
    values: object = UNKNOWN
    if kind.values_text:
        try:
            values = ast.literal_eval(kind.values_text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            values = kind.values_text
    held = {"__class__": Thing({"__name__": kind.name}), "_valid_values": values, "valid_values": values}
    known = {
        "_type": Thing(held),
        "_nullable": nullable,
        "nullable": nullable,
        "_default": default,
        "default": default,
    }
    text = project.call(function, [Thing({**known, "_valid_values": values, "valid_values": values})])
    return text if isinstance(text, str) else ""


def printed_object(project: Project, of: Defined) -> str:
    """Return what a new object of a class prints, made without arguments, "" where that cannot be told."""
    order = project.mro(of)
    outside = {each.dotted for each in order if isinstance(each, External)}
    merged = tables(project).merged(of)
    if OBJECT not in outside or merged.reasons or own_repr(project, of) is not None:
        return ""
    for each in order:
        found = project.own(each, "__init__") if isinstance(each, Defined) else None
        if isinstance(found, Defined) and (
            not _only_defaults(found) or any(map(_has_default, merged.table.values()))
        ):
            return ""
    shown = (
        f"{name}={'[]' if LIST in outside and name == 'objects' else '<?>'}" for name in sorted(merged.table)
    )
    return f"{of.name}({','.join(shown)})"


def _has_default(place: FieldPlace) -> bool:
    """Tell whether a field may have a default, which a constructor may set."""
    node = place.term.node if place.term is not None else None
    return isinstance(node, ast.Call) and any(each.arg in ("default", None) for each in node.keywords)


def _only_defaults(function: Defined) -> bool:
    """Tell whether a constructor does nothing but call its base's and set what has a default."""
    for node in function.node.body if isinstance(function.node, ast.FunctionDef) else ():
        value = node.value if isinstance(node, ast.Expr) else None
        if isinstance(value, ast.Constant):
            continue
        called = value.func if isinstance(value, ast.Call) else None
        if not isinstance(called, ast.Attribute) or called.attr not in ("__init__", "obj_set_defaults"):
            return False
    return True
