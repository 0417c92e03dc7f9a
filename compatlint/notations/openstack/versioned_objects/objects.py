"""The versioned objects of a release.

`objects(project, under=None)` returns a `Registered`: `.classes` are the newest classes by the name that they
are registered by, `.get(name)` reads one of them without the others, `.every(name)` gives all that share a
name, newest first. `under` limits the search to paths that begin so; tests are left out. `read(project,
defined)` reads any class, registered or not. Nothing is read before it is asked for, and all is remembered
with the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from compatlint.notations.languages.python import UNKNOWN, Defined, External, Project
from compatlint.notations.openstack.versioned_objects.field_types import automatic
from compatlint.notations.openstack.versioned_objects.fields import read_field
from compatlint.notations.openstack.versioned_objects.inherited_fields import FieldPlace, tables
from compatlint.notations.openstack.versioned_objects.model import Field, FieldType, ObjectClass
from compatlint.notations.openstack.versioned_objects.oslo_facts import (
    AUTO_TYPES,
    BROUGHT,
    LIST,
    OBJECT,
    VERSION,
)
from compatlint.notations.openstack.versioned_objects.registry import (
    REGISTERED,
    ClassRegistration,
    registered_name,
    registrations,
)
from compatlint.notations.openstack.versioned_objects.remotables import remotables
from compatlint.wire.ir.records import Version

_TESTS = re.compile(r"(?:^|/)(?:tests?|testing|fakes?)(?:/|_)|(?:^|/)test_[^/]*$|(?:^|/)fake_[^/]*$")
_VERSION = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,3}")
MAX_FILES = 3000


class Registered:
    """The registered classes of a release, or of some files of it."""

    def __init__(self, project: Project, paths: Iterable[str]) -> None:
        self.project = project
        self._paths = list(paths)[:MAX_FILES]
        self._known: dict[Defined, ObjectClass] = {}

    @cached_property
    def found(self) -> dict[str, list[ClassRegistration]]:
        """The registrations by name, those that travel by name before those that do not, newest version first."""
        result: dict[str, list[ClassRegistration]] = {}
        for path in self._paths:
            module = self.project.module(path)
            for each in registrations(self.project, module) if module is not None else ():
                name = registered_name(self.project, each.defined) or each.defined.name
                result.setdefault(name, []).append(each)
        for found in result.values():
            found.sort(
                key=lambda one: (one.registered, version_of(self.project, one.defined)[0]), reverse=True
            )
        return dict(sorted(result.items()))

    @cached_property
    def classes(self) -> dict[str, ObjectClass]:
        """The newest class of every name."""
        return {name: self._read(found[0]) for name, found in self.found.items()}

    def get(self, name: str) -> ObjectClass | None:
        """Return the newest class of a name."""
        found = self.found.get(name)
        return self._read(found[0]) if found else None

    def every(self, name: str) -> tuple[ObjectClass, ...]:
        """Return all classes of a name, newest first."""
        return tuple(self._read(each) for each in self.found.get(name, ()))

    def _read(self, registration: ClassRegistration) -> ObjectClass:
        known = self._known.get(registration.defined)
        if known is None:
            known = self._known[registration.defined] = read(
                self.project, registration.defined, registration.how, registered=registration.registered
            )
        return known


def objects(project: Project, under: str | None = None) -> Registered:
    """Return the registered classes of a release, tests left out; `under`: only of paths that begin so."""
    key = ("versioned_objects", under)
    known = project.remembered.get(key)
    if not isinstance(known, Registered):
        paths = project.matching(
            REGISTERED, lambda path: wanted(path) and (under is None or path.startswith(under))
        )
        known = project.remembered[key] = Registered(project, paths)
    return known


def wanted(path: str) -> bool:
    """Tell whether a file may define objects of the product."""
    return path.endswith(".py") and _TESTS.search(path) is None


def read(project: Project, defined: Defined, how: str = "", *, registered: bool = False) -> ObjectClass:
    """Return all that a class says."""
    try:
        return _read(project, defined, how, registered)
    except RecursionError:
        unread = ("nested too deeply",)
        return ObjectClass(
            defined.name, defined, defined.span, (), "", (), (), (defined,), how, registered, unread=unread
        )


def _read(project: Project, defined: Defined, how: str, registered: bool) -> ObjectClass:
    order = project.mro(defined)
    merged = tables(project).merged(defined)
    version, text = version_of(project, defined)
    name = registered_name(project, defined)
    is_list = any(isinstance(each, External) and each.dotted == LIST for each in order)
    unread = list(merged.reasons)
    unread += [] if name is not None else ["the name under which it is registered"]
    unread += [] if text else ["its version"]
    children = _child_versions(project, defined, is_list=is_list)
    unread += [] if children is not UNKNOWN else ["its child_versions"]
    fields = tuple(_field(project, defined, key, place) for key, place in sorted(merged.table.items()))
    hidden = set(merged.table)
    methods = tuple(each for each in remotables(project, defined) if each.name not in hidden)
    return ObjectClass(
        name or defined.name,
        defined,
        defined.span,
        version,
        text,
        fields,
        methods,
        tuple(order),
        how,
        registered,
        is_list,
        children if isinstance(children, tuple) else None,
        tuple(unread),
    )


def _field(project: Project, defined: Defined, name: str, place: FieldPlace) -> Field:
    if place.term is not None:
        return read_field(project, name, place.term, place.owner.dotted)
    for key, kind, holds, nullable in BROUGHT[place.owner.dotted]:
        if key == name:
            inner = (
                FieldType("Object", "Object", ("Object",), holds=holds)
                if holds
                else automatic(AUTO_TYPES[kind])
            )
            whole = FieldType("List", "List", ("List",), element=inner) if holds else inner
            return Field(name, kind, whole, defined.span, place.owner.dotted, nullable)
    raise AssertionError(name)


def version_of(project: Project, defined: Defined) -> tuple[Version, str]:
    """Return the version of a class as numbers and as text; empty where it cannot be told."""
    found = project.attribute(defined, "VERSION")
    if found is None:
        order = project.mro(defined)
        known = any(isinstance(each, External) and each.dotted == OBJECT for each in order)
        return ((1, 0), VERSION) if known else ((), "")
    value = project.value_of(found) if isinstance(found, Defined) else UNKNOWN
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        return (), ""
    return tuple(int(each) for each in value.split(".")), value


def _child_versions(project: Project, defined: Defined, *, is_list: bool) -> object:
    """Return which versions of its members a list writes at which of its own, None if it has no such table, or UNKNOWN."""
    found = project.attribute(defined, "child_versions")
    if found is None:
        return () if is_list else None
    value = project.value_of(found)
    if not isinstance(value, dict) or not all(
        isinstance(each, str) for pair in value.items() for each in pair
    ):
        return UNKNOWN
    return tuple(sorted(value.items()))
