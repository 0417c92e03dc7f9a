"""What callers of a library's older release may ask for meets what its newer release has.

For every public module of the older release that changed: its classes, functions and methods, each looked up
by its own name in the newer release, through imports and bases. What cannot be followed there is taken to be
there.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from compatlint.notations.languages.python import UNKNOWN, Defined, External, Module, Project, methods
from compatlint.notations.openstack.library.public_names import wants
from compatlint.notations.openstack.library.signatures import (
    Function,
    announced,
    announced_arguments,
    documented,
    plain,
    signature,
)
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Entry, Meeting, Record

NAME: Final = "library"
BOTH: Final = (Direction.UPGRADE, Direction.SKIP)
_WHY: Final = "callers of the older release may use it"
_CLASS: Final = "__init__"


def meetings(old: Project, new: Project, changed: Collection[str]) -> Iterator[Meeting]:
    """Yield the meetings of callers of the older release with the newer one."""
    for path in sorted(changed):
        module = old.module(path) if wants(path) and path in old.files else None
        if module is None:
            continue
        after = new.find(module.name)
        if after is not None:
            yield from _of_module(old, new, module, after)
        elif new.path_of(module.name) is None and _holds(module):
            yield _gone(Record(module.name, module.span(module.tree)), announced=_says_so(module))


def _holds(module: Module) -> bool:
    """Tell whether a module defines anything public itself."""
    return any(
        isinstance(node, ast.ClassDef | Function) and not name.startswith("_")
        for name, node in module.names.items()
    )


def _says_so(module: Module) -> bool:
    """Tell whether a module says anywhere that it, or something in it, is deprecated."""
    return any("deprecat" in line.lower() for line in module.lines)


def _of_module(old: Project, new: Project, module: Module, after: Module) -> Iterator[Meeting]:
    listed = old.evaluate(module, ast.Name("__all__", ast.Load())) if "__all__" in module.names else UNKNOWN
    for name, node in module.names.items():
        if name.startswith("_") or (isinstance(listed, list | tuple | set) and name not in listed):
            continue
        if not isinstance(node, ast.ClassDef | Function) or not documented(node):
            continue
        if name not in after.names and not _starred(after):
            yield _gone(Record(name, module.span(node)), announced=announced(node))
            continue
        found = new.resolve(after, name)
        if not isinstance(found, Defined):
            continue
        if isinstance(node, ast.ClassDef) and isinstance(found.node, ast.ClassDef):
            yield from _of_class(new, module, node, found)
        elif isinstance(node, Function) and isinstance(found.node, Function):
            yield from _called(module, node, name, found, bound=False)


def _starred(module: Module) -> bool:
    """Tell whether a module takes names from others without saying which, or makes them when they are asked for."""
    return bool(module.scope_of(module.tree).stars) or "__getattr__" in module.names


def _of_class(new: Project, module: Module, node: ast.ClassDef, found: Defined) -> Iterator[Meeting]:
    for name, method in methods(node).items():
        if (name.startswith("_") and name != _CLASS) or not documented(method, node):
            continue
        title = node.name if name == _CLASS else f"{node.name}.{name}"
        here = new.attribute(found, name)
        if here is None and name != _CLASS and _known(new, found):
            yield _gone(Record(title, module.span(method)), announced=announced(method) or announced(node))
        elif isinstance(here, Defined) and isinstance(here.node, Function) and plain(method):
            yield from _called(module, method, title, here, bound=True, deprecated=announced(node))


def _known(release: Project, owner: Defined) -> bool:
    """Tell whether all bases of a class can be followed, and nothing in it makes attributes when they are asked for."""
    bases = [each for each in release.mro(owner) if isinstance(each, External)]
    if any(each.unresolved or not each.dotted.startswith("builtins.") for each in bases):
        return False
    return release.attribute(owner, "__getattr__") is None


def _called(
    module: Module, node: Function, title: str, found: Defined, *, bound: bool, deprecated: bool = False
) -> Iterator[Meeting]:
    """Yield the meetings of a function's callers with what it is now.

    Deprecated and renamed arguments apart from the others.
    """
    if not isinstance(found.node, Function) or not plain(found.node) or found.node.args.vararg is not None:
        return
    writer = signature(module, node, title, bound=bound, caller=True)
    was = signature(module, node, title, bound=bound)
    reader = signature(found.module, found.node, title, bound=bound)
    places = _renamed(was, reader)
    softer = announced_arguments(node) | (
        frozenset(each.key for each in writer.entries) if deprecated else frozenset()
    )
    apart = dict.fromkeys(places, Change.KEY_RENAMED) | dict.fromkeys(softer, Change.ANNOUNCED)
    lenient = replace(reader, entries=tuple(replace(each, required=False) for each in reader.entries))
    for change in (None, Change.ANNOUNCED, Change.KEY_RENAMED):
        sent = _anywhere(writer, [each for each in writer.entries if apart.get(each.key) is change])
        if sent.entries:
            yield Meeting(NAME, Link.DISK, BOTH, sent, lenient, "reader", was, change=change, why=_WHY)
    least = _anywhere(writer, [each for each in writer.entries if each.required])
    kept = [
        replace(each, required=each.required and each.type not in places.values()) for each in reader.entries
    ]
    yield Meeting(
        NAME,
        Link.DISK,
        BOTH,
        least,
        replace(reader, entries=tuple(kept), extra="kept"),
        "reader",
        was,
        why=_WHY,
    )
    moved = next((each for each in writer.entries if each.key not in apart and _moved(each, reader)), None)
    if moved is not None:
        yield Meeting(
            NAME,
            Link.DISK,
            BOTH,
            replace(writer, entries=(moved,)),
            lenient,
            "reader",
            was,
            change=Change.MOVED,
            why=_WHY,
        )


def _anywhere(record: Record, entries: Iterable[Entry]) -> Record:
    """Return a record with some of its entries, wherever they stand."""
    return replace(record, entries=tuple(replace(each, type="") for each in entries))


def _moved(entry: Entry, reader: Record) -> bool:
    """Tell whether an argument that may be passed by place is taken at another place, or by its name alone."""
    known = reader.entry(entry.key)
    return entry.type != "" and known is not None and known.type != entry.type


def _renamed(was: Record, reader: Record) -> dict[str, str]:
    """Return the arguments that are still taken at their place under another name, with that place."""
    known = {each.key for each in was.entries}
    places = {each.type: each.key for each in reader.entries if each.type.startswith("argument")}
    return {
        each.key: each.type
        for each in was.entries
        if each.required and reader.entry(each.key) is None and places.get(each.type, each.key) not in known
    }


def _gone(record: Record, announced: bool) -> Meeting:
    change = Change.ANNOUNCED if announced else None
    return Meeting(NAME, Link.DISK, BOTH, record, None, "reader", record, change=change, why=_WHY)
