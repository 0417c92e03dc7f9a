"""What a registered class of versioned objects says.

Its version, its fields with their types, and its remotable methods.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from compatlint.notations.languages.python import Defined, External
from compatlint.wire.ir.records import Version
from compatlint.wire.ir.span import Span

Shape = Literal["plain", "enum", "custom"]


@dataclass(frozen=True, slots=True)
class FieldType:
    """The type of a field's values.

    `name` is its class, `library` the nearest class of oslo.versionedobjects that this derives from ("" if
    that is not known), `chain` the names of all classes on the way. `values`: what an enumeration takes, in
    the order of the source (None: it is none, or they are not known: then `reason` says why). `element` is
    what a container holds, `holds` the object that is nested, in a container too; `subclasses`: also objects
    that derive from it.
    """

    name: str
    library: str = ""
    chain: tuple[str, ...] = ()
    values: tuple[str, ...] | None = None
    values_text: str = ""
    element: FieldType | None = None
    element_nullable: bool = False
    holds: str = ""
    subclasses: bool = False
    reason: str = ""

    @property
    def text(self) -> str:
        """Return the type as one text: of library classes where there are any.

        Two equal texts accept the same, values aside.
        """
        if self.element is not None:
            return f"{self.library or self.name}({self.element.text}{'?' if self.element_nullable else ''})"
        if self.library == "Object":
            return f"Object({self.holds})"
        return self.library if self.library not in ("", "FieldType") else self.name


@dataclass(frozen=True, slots=True)
class Default:
    """The default of a field.

    `text` as Python prints it, None where that is not known and `reason` says why.
    """

    text: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a class, its own or inherited.

    `kind` is the field's class, `shape` how it prints itself: as any field, with its values, or in a way of
    the project's own, and then `printed` is what that makes ("" if not known). `nullable` None and `default`
    with a reason: not known. `default` None: it has none. `defined_in` is the class that writes it down.
    `reason`: what could not be read.
    """

    name: str
    kind: str
    type: FieldType
    span: Span
    defined_in: str
    nullable: bool | None = False
    default: Default | None = None
    read_only: bool = False
    shape: Shape = "plain"
    printed: str = ""
    reason: str = ""

    @property
    def values(self) -> tuple[str, ...] | None:
        """Return the values that an enumeration takes, the one in a container too."""
        inner: FieldType | None = self.type
        while inner is not None:
            if inner.values is not None:
                return inner.values
            inner = inner.element
        return None

    @property
    def holds(self) -> str:
        """Return the name of the object that is nested, "" if none is."""
        inner: FieldType | None = self.type
        while inner is not None:
            if inner.holds:
                return inner.holds
            inner = inner.element
        return ""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a method: `default` is its text, None if it has none.

    `value` is what that prints, None if not known.
    """

    name: str
    default: str | None = None
    value: str | None = None
    kind: Literal["plain", "keyword"] = "plain"
    annotation: str | None = None


@dataclass(frozen=True, slots=True)
class RemotableMethod:
    """A remotable method, with the arguments of the function that its decorators lay bare (`self` or `cls` included).

    `hidden`: another decorator stands between, and these arguments are of what that one returns. `reason`:
    they are not known.
    """

    name: str
    span: Span
    arguments: tuple[Argument, ...] = ()
    variable: str = ""
    keywords: str = ""
    hidden: bool = False
    returns: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ObjectClass:
    """One registered class.

    `name` is the one it is registered by, `defined` its definition, `order` the classes that Python asks for
    an attribute, in order. `version` is empty and `version_text` "" where it cannot be told. `how` is the
    registry's method: `register`, `register_if`, or one of the project's own (`register_notification`).
    `registered`: it can be sent by name, as told by the registry's code. `child_versions`: which version of
    its members a list of that version writes, None if it has no such table. `unread`: what could not be read
    of the class as a whole (a base, a computed `fields`).
    """

    name: str
    defined: Defined
    span: Span
    version: Version
    version_text: str
    fields: tuple[Field, ...]
    methods: tuple[RemotableMethod, ...]
    order: tuple[Defined | External, ...]
    how: str = "register"
    registered: bool = True
    is_list: bool = False
    child_versions: tuple[tuple[str, str], ...] | None = None
    unread: tuple[str, ...] = field(default=())

    @property
    def path(self) -> str:
        """Return the file that defines the class."""
        return self.defined.module.path

    @property
    def bases(self) -> tuple[str, ...]:
        """Return the dotted names of all bases."""
        return tuple(each.dotted for each in self.order[1:])

    def field(self, name: str) -> Field | None:
        """Return a field by its name."""
        return next((each for each in self.fields if each.name == name), None)
