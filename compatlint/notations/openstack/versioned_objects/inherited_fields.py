"""The fields of a class.

Its own, and those of its bases that it does not override, merged as the registry does.

Registration gives a class a table of its own: what the class (or the first base that has any) writes down,
then what each base in turn brings, in the order in which Python asks them. A base that is registered itself
brings its merged table.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compatlint.notations.languages.python import (
    UNKNOWN,
    Defined,
    External,
    Project,
    decorator_names,
    text_of,
)
from compatlint.notations.openstack.versioned_objects.closures import Known, Term, follow, value
from compatlint.notations.openstack.versioned_objects.metaclasses import UnsureMetaclass, added, brought
from compatlint.notations.openstack.versioned_objects.oslo_facts import BROUGHT, PLAIN_BASES

MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where a field is written down: an expression in a class of the release, or a base of the library."""

    term: Term | None
    owner: Defined | External


class UnreadFields(Exception):
    """A table of fields that cannot be followed."""


def _brought(name: str) -> dict[str, FieldPlace]:
    """Return the fields that a base or a function of a library brings along."""
    return {key: FieldPlace(None, External(name)) for key, *_ in BROUGHT[name]}


def _may_bring(base: Defined | External) -> bool:
    """Tell whether a base outside the release may bring fields that are not known."""
    if isinstance(base, Defined):
        return False
    return base.unresolved or (
        base.dotted not in PLAIN_BASES and not base.dotted.startswith(("builtins.", "abc.", "collections."))
    )


@dataclass(frozen=True, slots=True)
class Merged:
    """All fields of a class by name, and what of them could not be followed."""

    table: Mapping[str, FieldPlace]
    reasons: tuple[str, ...] = ()


class Tables:
    """The tables of fields of one release's classes."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._merged: dict[Defined, Merged] = {}
        self._written_down: dict[Defined, Merged | None] = {}

    def is_registered(self, owner: Defined) -> bool:
        """Tell whether some registry gives a class a table of its own: by its decorator."""
        return isinstance(owner.node, ast.ClassDef) and any(
            name.rpartition(".")[2].startswith(("register", "objectify"))
            for name in decorator_names(owner.node)
        )

    def merged(self, owner: Defined, depth: int = 0) -> Merged:
        """Return all fields of a class."""
        known = self._merged.get(owner)
        if known is None:
            self._merged[owner] = Merged({}, ("fields that depend on themselves",))
            known = self._merged[owner] = self._merge(owner, depth)
        return known

    def _merge(self, owner: Defined, depth: int) -> Merged:
        table: dict[str, FieldPlace] = {}
        order = self.project.mro(owner)
        order = [order[0], *(each for each in brought(self.project, owner) if each not in order), *order[1:]]
        reasons = [f"the base {each.dotted.removeprefix('?')}" for each in order if _may_bring(each)]
        for at, each in enumerate(order):
            if depth > MAX_DEPTH:
                return Merged(table, ("too many bases",))
            found = self._own(each) if at == 0 else self._attribute(each, depth + 1)
            if found is not None:
                reasons += found.reasons
                for name, place in found.table.items():
                    table.setdefault(name, place)
        return Merged(table, tuple(dict.fromkeys(reasons)))

    def _attribute(self, base: Defined | External, depth: int) -> Merged | None:
        """Return what a base holds under `fields`."""
        if isinstance(base, External):
            return self._own(base)
        if self.is_registered(base):
            return self.merged(base, depth)
        for each in self.project.mro(base):
            registered = isinstance(each, Defined) and self.is_registered(each)
            found = self.merged(each, depth) if registered and isinstance(each, Defined) else self._own(each)
            if found is not None:
                return found
        return None

    def _own(self, owner: Defined | External) -> Merged | None:
        """Return what a class itself writes down under `fields`, None if it does not."""
        if isinstance(owner, External):
            return Merged(_brought(owner.dotted)) if owner.dotted in BROUGHT else None
        if owner not in self._written_down:
            self._written_down[owner] = Merged({}, ("fields that depend on themselves",))
            try:
                table = self._written(owner)
                self._written_down[owner] = Merged(table) if table is not None else None
                more = added(self.project, owner)
                if more:
                    self._written_down[owner] = self._with(owner, more)
            except (UnreadFields, UnsureMetaclass) as error:
                self._written_down[owner] = Merged({}, (str(error),))
        return self._written_down[owner]

    def _with(self, owner: Defined, more: Sequence[Term | str]) -> Merged:
        """Return the table of a class to which a metaclass adds."""
        inherited = (self._attribute(each, 1) for each in self.project.mro(owner)[1:])
        known = self._written_down[owner] or next(
            (each for each in inherited if each is not None), Merged({})
        )
        table = dict(known.table)
        for each in more:
            if isinstance(each, str):
                table |= _brought(each)
            else:
                table |= {name: FieldPlace(term, owner) for name, term in self.terms(each).items()}
        return Merged(table, known.reasons)

    def _written(self, owner: Defined) -> dict[str, FieldPlace] | None:
        found = self.project.own(owner, "fields")
        if (
            not isinstance(found, Defined)
            or not isinstance(found.node, ast.Assign | ast.AnnAssign)
            or found.node.value is None
        ):
            return None
        names = owner.module.scope_of(owner.node)
        if any(node in names.branched for node in names.bindings["fields"]):
            raise UnreadFields("fields in a branch")
        table = {
            name: FieldPlace(term, owner)
            for name, term in self.terms(Term(found.module, found.node.value, owner.node)).items()
        }
        for change in names.mutations.get("fields", ()):
            if change in names.branched:
                raise UnreadFields("fields changed in a branch")
            self._change(owner, table, change)
        return table

    def _change(self, owner: Defined, table: dict[str, FieldPlace], change: ast.stmt) -> None:
        """Apply a statement of the class body that changes the table in place."""
        here = Term(owner.module, ast.Constant(None), owner.node)
        if (
            isinstance(change, ast.Assign)
            and len(change.targets) == 1
            and isinstance(change.targets[0], ast.Subscript)
        ):
            key = value(self.project, here.beside(change.targets[0].slice))
            if isinstance(key, str):
                table[key] = FieldPlace(here.beside(change.value), owner)
                return
        elif isinstance(change, ast.Expr) and isinstance(change.value, ast.Call):
            call = change.value
            method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if method == "update" and len(call.args) <= 1 and all(each.arg for each in call.keywords):
                changes = self.terms(here.beside(call.args[0])) if call.args else {}
                changes |= {str(each.arg): here.beside(each.value) for each in call.keywords}
                table |= {name: FieldPlace(term, owner) for name, term in changes.items()}
                return
            if method == "pop" and call.args:
                key = value(self.project, here.beside(call.args[0]))
                if isinstance(key, str):
                    table.pop(key, None)
                    return
        raise UnreadFields(f"fields changed: {text_of(change, 60)}")

    def terms(self, term: Term, depth: int = 0) -> dict[str, Term]:
        """Return the fields of a table by name, as expressions; raise Unread where that cannot be told."""
        if depth > MAX_DEPTH:
            raise UnreadFields("fields nested too deeply")
        fields = self._fields_of_class(term)
        if fields is not None:
            return fields
        term = follow(self.project, term)
        node = term.node
        if isinstance(node, ast.Dict):
            return self._literal(term, node, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self.terms(term.beside(node.left), depth + 1) | self.terms(
                term.beside(node.right), depth + 1
            )
        if isinstance(node, ast.Call):
            return self._called(term, node, depth)
        if isinstance(node, ast.DictComp):
            return self._comprehension(term, node, depth)
        fields = self._fields_of_class(term)
        if fields is None:
            raise UnreadFields(f"fields from {text_of(node, 60)}")
        return fields

    def _fields_of_class(self, term: Term) -> dict[str, Term] | None:
        """Return the table of `Class.fields`."""
        node = term.node
        if not isinstance(node, ast.Attribute) or node.attr != "fields":
            return None
        owner = self.project.resolve(term.module, node.value, term.scope)
        if not isinstance(owner, Defined) or not self.project.is_class(owner):
            return None
        found = self._attribute(owner, 1) or Merged({})
        if found.reasons or any(place.term is None for place in found.table.values()):
            raise UnreadFields(f"fields of {owner.name}")
        return {name: place.term for name, place in found.table.items() if place.term is not None}

    def _literal(self, term: Term, node: ast.Dict, depth: int) -> dict[str, Term]:
        result: dict[str, Term] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:
                result |= self.terms(term.beside(item), depth + 1)
                continue
            name = value(self.project, term.beside(key))
            if not isinstance(name, str):
                raise UnreadFields(f"the field {text_of(key, 60)}")
            result[name] = term.beside(item)
        return result

    def _called(self, term: Term, node: ast.Call, depth: int) -> dict[str, Term]:
        """Follow `dict(...)`, `x.copy()`, `copy.copy(x)`."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "copy" and not node.args and isinstance(node.func, ast.Attribute):
            return self.terms(term.beside(node.func.value), depth + 1)
        if name in ("dict", "copy", "deepcopy", "OrderedDict") and len(node.args) <= 1:
            result = self.terms(term.beside(node.args[0]), depth + 1) if node.args else {}
            for keyword in node.keywords:
                inner = term.beside(keyword.value)
                result |= {keyword.arg: inner} if keyword.arg is not None else self.terms(inner, depth + 1)
            return result
        raise UnreadFields(f"fields from {text_of(node, 60)}")

    def _comprehension(self, term: Term, node: ast.DictComp, depth: int) -> dict[str, Term]:
        """Follow `{key: field for key, field in Class.fields.items() if key ...}`."""
        loop = node.generators[0]
        call = loop.iter
        pair = loop.target.elts if isinstance(loop.target, ast.Tuple) else []
        names = [each.id for each in pair if isinstance(each, ast.Name)]
        if len(node.generators) > 1 or len(names) != 2 or not isinstance(call, ast.Call):
            raise UnreadFields("fields from a comprehension")
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "items" or call.args:
            raise UnreadFields("fields from a comprehension")
        result: dict[str, Term] = {}
        for key, item in self.terms(term.beside(call.func.value), depth + 1).items():
            inner = Term(term.module, node, term.scope, {**term.names, names[0]: Known(key), names[1]: item})
            tests = [value(self.project, inner.beside(each)) for each in loop.ifs]
            name = value(self.project, inner.beside(node.key))
            if UNKNOWN in tests or not isinstance(name, str):
                raise UnreadFields("fields from a comprehension")
            if all(tests):
                result[name] = inner.beside(node.value)
        return result


def tables(project: Project) -> Tables:
    """Return the fields of a release's classes, remembered with it."""
    known = project.remembered.get("versioned_objects.tables")
    if not isinstance(known, Tables):
        known = project.remembered["versioned_objects.tables"] = Tables(project)
    return known
