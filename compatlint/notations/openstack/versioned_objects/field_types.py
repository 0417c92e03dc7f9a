"""The type of a field's values.

Followed from `List(Enum(valid_values=ALL))` to what it is in the library's terms.
"""

from __future__ import annotations

from typing import Final

from compatlint.notations.languages.python import UNKNOWN, Defined, External, Project, text_of
from compatlint.notations.openstack.versioned_objects.closures import Term, called, follow, value
from compatlint.notations.openstack.versioned_objects.constructor_calls import LibraryCall, make
from compatlint.notations.openstack.versioned_objects.model import FieldType
from compatlint.notations.openstack.versioned_objects.oslo_facts import (
    FIELDS,
    TYPE_ARGUMENTS,
    TYPES,
    Auto,
    chain,
)

MAX_DEPTH: Final = 10
_CONTAINERS: Final = ("List", "Dict", "Set")


def read_type(project: Project, term: Term, depth: int = 0) -> FieldType:
    """Return the type that an expression makes; one that cannot be followed has a reason."""
    term = follow(project, term)
    of = called(project, term)
    if of is None or depth > MAX_DEPTH or (isinstance(of, Defined) and not project.is_class(of)):
        return FieldType("", reason=f"the type {text_of(term.node, 60)}")
    made = make(project, of, term)
    names = [of.name] if isinstance(of, External) else [each.name for each in project.mro(of)]
    library = next((each for each in (made.library, *_externals(project, of)) if each is not None), None)
    if library is None or not library.dotted.startswith(FIELDS) or library.name not in TYPES:
        return FieldType(
            of.name,
            "",
            tuple(names),
            reason=made.reason or f"{library.dotted if library else of.name} is outside the repository",
        )
    own = (
        [each.name for each in project.mro(of) if isinstance(each, Defined)]
        if isinstance(of, Defined)
        else []
    )
    read = _filled(project, of.name, library.name, made, depth)
    reason = made.reason if library.name in TYPE_ARGUMENTS else ""
    return FieldType(
        of.name,
        library.name,
        (*own, *chain(library.name)),
        read.values,
        read.values_text,
        read.element,
        read.element_nullable,
        read.holds,
        read.subclasses,
        reason or read.reason,
    )


def uncalled(project: Project, of: Defined) -> FieldType:
    """Return the type of a field that is given a class where an instance is meant.

    It works, and prints the class's class.
    """
    library = next((each.name for each in _externals(project, of) if each.dotted.startswith(FIELDS)), "")
    own = [each.name for each in project.mro(of) if isinstance(each, Defined)]
    return FieldType("ABCMeta", library, (*own, *chain(library)) if library in TYPES else tuple(own))


def _externals(project: Project, of: Defined | External) -> list[External]:
    """Return the bases of a class that stand outside the release, those of the library first."""
    order = [of] if isinstance(of, External) else project.mro(of)
    outside = [each for each in order if isinstance(each, External)]
    return sorted(outside, key=lambda each: not each.dotted.startswith(FIELDS))


def _filled(project: Project, name: str, library: str, made: LibraryCall, depth: int) -> FieldType:
    """Return what the arguments of a library's type say."""
    names = TYPE_ARGUMENTS.get(library, ())
    if library == "Enum":
        return enumeration(project, name, made.argument(names, "valid_values"))
    if library == "Object":
        return nested(project, made, "obj_name")
    if library in _CONTAINERS:
        term = made.argument(names, "element_type")
        if term is None:
            return FieldType(name, reason="the type of the elements")
        element = read_type(project, term, depth + 1)
        nullable = "nullable" in made.named and value(project, made.named["nullable"]) is True
        return FieldType(name, element=element, element_nullable=nullable, reason=element.reason)
    return FieldType(name)


def nested(project: Project, made: LibraryCall, argument: str) -> FieldType:
    """Return a type that holds an object, from the arguments that name it."""
    term = made.argument((argument, "subclasses"), argument)
    holds = value(project, term) if term is not None else UNKNOWN
    flag = made.argument((argument, "subclasses"), "subclasses")
    subclasses = flag is not None and value(project, flag) is True
    if not isinstance(holds, str):
        return FieldType("Object", "Object", chain("Object"), reason="the name of the nested object")
    return FieldType("Object", "Object", chain("Object"), holds=holds, subclasses=subclasses)


def enumeration(project: Project, name: str, term: Term | None) -> FieldType:
    """Return an enumeration with its values, in the order of the source."""
    values = value(project, term) if term is not None else UNKNOWN
    if isinstance(values, str) and values:  # a tuple whose comma was forgotten: any part of the text passes
        return FieldType(name, "Enum", chain("Enum"), (values,), values)
    if not isinstance(values, list | tuple | dict | set | frozenset):
        return FieldType(name, "Enum", reason=f"the values of {name}")
    listed = (
        sorted(map(str, values)) if isinstance(values, set | frozenset) else [str(each) for each in values]
    )
    ordered = not isinstance(values, set | frozenset) or len(values) < 2
    return FieldType(name, "Enum", chain("Enum"), tuple(listed), str(values) if ordered else "")


def automatic(auto: Auto) -> FieldType:
    """Return the type of a field that the library defines."""
    if isinstance(auto, str):
        return FieldType(auto, auto, chain(auto))
    name, nullable, inner = auto
    return FieldType(name, name, chain(name), element=automatic(inner), element_nullable=nullable)
