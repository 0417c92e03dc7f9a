"""Two releases side by side: their objects, the ways to older ones, what lies in the database.

All found when asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

from compatlint.notations.languages.python import Project
from compatlint.notations.openstack.versioned_objects.backport_routes import Route, resources, routes
from compatlint.notations.openstack.versioned_objects.compat import has_compat
from compatlint.notations.openstack.versioned_objects.model import ObjectClass
from compatlint.notations.openstack.versioned_objects.objects import objects
from compatlint.notations.openstack.versioned_objects.stored_objects import Objects, Stored, stored
from compatlint.notations.openstack.versioned_objects.version_tables import (
    Rows,
    VersionTable,
    history,
    mapping,
    stamped_rows,
)
from compatlint.notations.openstack.versioned_objects.wants import wants

NAME: Final = "versioned_objects"


class ObjectRelease:
    """One release: its registered classes by name, its tables, and how its objects become older."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def paths(self) -> list[str]:
        """The files that hold code of the product."""
        return [path for path in self.project.files if wants(path)]

    @cached_property
    def objects(self) -> Objects:
        """The classes that travel by name."""
        known = objects(self.project)
        names = (name for name, found in known.found.items() if found[0].registered)
        return {name: each for name in names if (each := known.get(name)) is not None}

    @cached_property
    def routes(self) -> list[Route]:
        """The ways to older objects."""
        return routes(self.project, self.paths)

    @cached_property
    def history(self) -> VersionTable | None:
        """The table of object versions that services record."""
        return history(self.project, self.paths)

    @cached_property
    def mapping(self) -> VersionTable | None:
        """The table of releases that the project can be pinned to."""
        return mapping(self.project, self.paths)

    @cached_property
    def rows(self) -> Rows | None:
        """How rows are read that carry the version of their object."""
        return stamped_rows(self.project, self.paths)

    @cached_property
    def sent(self) -> frozenset[str] | None:
        """The objects that services send each other, by name; None: whatever a call passes."""
        if not self.routes or not all(each.chosen for each in self.routes):
            return None
        names = {each.defined: each.name for each in self.objects.values()}
        found = {names[each] for each in resources(self.project, self.paths) if each in names}
        waiting = list(found)
        while waiting:
            for field in self.objects[waiting.pop()].fields:
                if field.holds in self.objects and field.holds not in found:
                    found.add(field.holds)
                    waiting.append(field.holds)
        return frozenset(found) or None

    @cached_property
    def backlevels(self) -> bool:
        """Whether any class makes itself older."""
        return any(has_compat(each.order) for each in self.objects.values())


class Context:
    """The older and the newer release."""

    def __init__(self, old: Project, new: Project) -> None:
        self.old = ObjectRelease(old)
        self.new = ObjectRelease(new)

    @cached_property
    def adapts(self) -> bool:
        """Whether an older peer gets an object of the newer release in a version that it knows.

        The newer sender serializes for its peer; or the older receiver asks for an older object, and there is
        code that makes one.
        """
        sender = any(each.sender for each in self.new.routes)
        receiver = any(not each.sender for each in self.old.routes)
        return sender or (receiver and self.new.backlevels)

    @cached_property
    def stored(self) -> dict[str, Stored]:
        """What the older release reads from JSON in its database."""
        return stored(self.old.project, self.old.objects, self.new.objects, self.old.paths)

    def travels(self, of: ObjectClass) -> bool:
        """Tell whether services of the two releases may send each other an object.

        Not one for listeners outside.
        """
        if any("notification" in each.lower() for each in (of.defined.dotted, *of.bases)):
            return False
        return any(each.sent is None or of.name in each.sent for each in (self.old, self.new))

    def pairs(self) -> list[tuple[ObjectClass, ObjectClass]]:
        """Return the classes that both releases have under one name and of which the versions are known."""
        both = (
            (self.old.objects[name], self.new.objects[name])
            for name in self.old.objects
            if name in self.new.objects
        )
        return [(old, new) for old, new in both if old.version and new.version]

    def removed(self, keep: Callable[[ObjectClass], bool]) -> list[ObjectClass]:
        """Return the classes that only the older release has."""
        return [
            each for name, each in self.old.objects.items() if name not in self.new.objects and keep(each)
        ]
