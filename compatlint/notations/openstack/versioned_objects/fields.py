"""One field of a class.

From the expression that makes it to its type, whether it may be null, its default and its values.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from compatlint.notations.languages.python import UNKNOWN, Defined, External, Project, text_of
from compatlint.notations.languages.python.constants import UNSPECIFIED
from compatlint.notations.openstack.versioned_objects.closures import Term, called, follow, value
from compatlint.notations.openstack.versioned_objects.constructor_calls import LibraryCall, make
from compatlint.notations.openstack.versioned_objects.field_types import (
    automatic,
    enumeration,
    nested,
    read_type,
    uncalled,
)
from compatlint.notations.openstack.versioned_objects.model import Default, Field, FieldType
from compatlint.notations.openstack.versioned_objects.oslo_facts import (
    ARGUMENTS,
    AUTO_TYPES,
    COMMON,
    COMMON_FIELDS,
    COMMON_TYPES,
    FIELDS,
    KNOWN_FIELDS,
    UNSETTLED,
    chain,
)
from compatlint.notations.openstack.versioned_objects.reprs import own_repr, printed_field, printed_object

_ENUMS = ("BaseEnumField", "EnumField", "StateMachine", "ListOfEnumField")


def read_field(project: Project, name: str, term: Term, defined_in: str) -> Field:
    """Return the field that an expression makes; what could not be followed is named in its `reason`."""
    span = term.module.span(term.node)
    made_at = follow(project, term)
    of = called(project, made_at)
    if of is None or (isinstance(of, Defined) and not project.is_class(of)):
        return Field(
            name,
            "",
            FieldType("", reason="?"),
            span,
            defined_in,
            None,
            None,
            reason=f"the field {text_of(term.node, 60)}",
        )
    made = make(project, of, made_at, empty=_without_arguments(made_at.node))
    if made.library is None or made.library.dotted not in KNOWN_FIELDS:
        where = made.library.dotted if made.library is not None else of.name
        reason = made.reason or f"{where} is outside the repository"
        return Field(name, of.name, FieldType("", reason=reason), span, defined_in, None, None, reason=reason)
    return _described(project, Field(name, of.name, FieldType(""), span, defined_in), of, made)


def _described(project: Project, field: Field, of: Defined | External, made: LibraryCall) -> Field:
    """Return a field with all that its arguments say, once its constructor is followed to the library's."""
    library = made.library.name if made.library is not None else ""
    positional = ARGUMENTS.get(library, COMMON)
    kind = _type(project, of, library, made)
    nullable = _flag(project, made, positional, "nullable")
    default, worth = _default(project, made.argument(positional, "default"))
    own = own_repr(project, of)
    unexpected = set(made.named) - {*positional, *COMMON}
    return replace(
        field,
        type=kind,
        nullable=nullable,
        default=default,
        read_only=_flag(project, made, positional, "read_only") is True,
        shape="custom"
        if own is not None or library in UNSETTLED
        else "enum"
        if library in _ENUMS
        else "plain",
        printed=printed_field(project, own, kind, nullable, worth) if own is not None else "",
        reason=made.reason or (f"the argument {min(unexpected)}" if unexpected else "") or kind.reason,
    )


def _without_arguments(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and not node.args and not node.keywords


def _type(project: Project, of: Defined | External, library: str, made: LibraryCall) -> FieldType:
    """Return the type of a field whose constructor ended at a class of the library."""
    if library == "Field":
        term = made.argument(ARGUMENTS["Field"], "field_type")
        return read_type(project, term) if term is not None else FieldType("", reason="the type of a field")
    if library in ("EnumField", "StateMachine", "ListOfEnumField"):
        kind = enumeration(project, "Enum", made.argument(("valid_values",), "valid_values"))
        if library != "ListOfEnumField":
            return kind
        return FieldType(
            "List", "List", ("List",), values_text=kind.values_text, element=kind, reason=kind.reason
        )
    if library in ("ObjectField", "ListOfObjectsField"):
        kind = nested(project, made, "objtype")
        return (
            kind
            if library == "ObjectField"
            else FieldType("List", "List", ("List",), element=kind, reason=kind.reason)
        )
    if library == "DateTimeField":
        return automatic("DateTime")
    return _auto_type(project, of, library, made)


def _auto_type(project: Project, of: Defined | External, library: str, made: LibraryCall) -> FieldType:
    """Return the AUTO_TYPE of a field: the one that was set on it, that of its class, or the library's."""
    if "AUTO_TYPE" in made.instance.attributes:
        return read_type(project, made.instance.attributes["AUTO_TYPE"])
    for each in project.mro(of) if isinstance(of, Defined) else [of]:
        if isinstance(each, External):
            if each.dotted.startswith(COMMON_TYPES) and each.name in COMMON_FIELDS:
                name, base = COMMON_FIELDS[each.name]
                return FieldType(name, base, (name, *chain(base)))
            if each.dotted.startswith(FIELDS) and each.name in AUTO_TYPES:
                return automatic(AUTO_TYPES[each.name])
            continue
        found = project.own(each, "AUTO_TYPE")
        node = found.node if isinstance(found, Defined) else None
        if (
            isinstance(found, Defined)
            and isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value is not None
        ):
            return read_type(project, Term(found.module, node.value, found.inside))
        if isinstance(found, Defined) and project.is_class(found):
            return uncalled(project, found)
        if found is not None:
            break
    return (
        automatic(AUTO_TYPES[library])
        if library in AUTO_TYPES
        else FieldType("", reason=f"the type of {of.name}")
    )


def _flag(project: Project, made: LibraryCall, names: tuple[str, ...], name: str) -> bool | None:
    """Return a flag among the arguments; None where it cannot be told."""
    term = made.argument(names, name)
    if term is None:
        return False
    flag = value(project, term)
    return flag if isinstance(flag, bool) else None


def _default(project: Project, term: Term | None) -> tuple[Default | None, object]:
    """Return the default of a field, and what it is worth."""
    known = value(project, term) if term is not None else UNSPECIFIED
    if term is None or known is UNSPECIFIED:
        return None, UNSPECIFIED
    if isinstance(known, set | frozenset):
        return Default(f"set([{','.join(sorted(str(each) for each in known))}])"), known
    if isinstance(known, Defined) and isinstance(known.node, ast.ClassDef):
        return Default(f"<class '{known.dotted}'>"), known
    text = (
        str(known) if known is not UNKNOWN and not isinstance(known, Defined) else _new_object(project, term)
    )
    return Default(text or None, "" if text else f"the default {text_of(term.node, 60)}"), known


def _new_object(project: Project, term: Term) -> str:
    """Return what a default prints that is an object, made on the spot."""
    at = follow(project, term)
    of = called(project, at)
    if not isinstance(of, Defined) or not project.is_class(of) or not _without_arguments(at.node):
        return ""
    return printed_object(project, of)
