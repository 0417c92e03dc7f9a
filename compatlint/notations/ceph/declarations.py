"""One release's C++ files, parsed when a name in them is asked for, and only where they mention it.

The cost follows what is asked: the index of names is made once per file content, a piece of a file is parsed
when a name that it may define is looked up, and both are kept by content in the cache. Lookups are by short
name and prefer what is nearest: the class and namespace scopes of the asker, its file, its folder. What they
find does not depend on what was asked before.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from compatlint.notations.ceph.lookup_distance import (
    distance,
    farness,
    fits,
    last_part,
    same_owner,
    shared_tail,
    without_arguments,
)
from compatlint.notations.ceph.source_store import SOURCES, Reader, Shared
from compatlint.notations.languages.cpp.file_facts import ClassFacts, Expression, FileFacts, FunctionFacts

Table = Mapping[str, Sequence[Any]]
MAX_FILES_PER_NAME = 60
_COMPARED = re.compile(rb"[<>]=?\s{0,8}\*?struct_compat\b|\bstruct_compat\s{0,8}[<>]")


class Declarations:
    """The files of one release and what they declare. `paths` is path -> blob id of C++ files."""

    def __init__(self, commit: str, paths: dict[str, str], shared: Shared, denc: str = "") -> None:
        self.commit, self.paths, self.shared, self.denc = commit, paths, shared, denc
        shared.load_names(paths)
        self.where: dict[str, list[str]] = defaultdict(list)
        for path, blob in paths.items():
            for name in shared.names.get(blob, ()):
                self.where[name].append(path)
        self.loaded: set[str] = set()
        self._entered: dict[str, set[int]] = {}  # the pieces of each file that are in the tables
        self._sought: set[tuple[str, str]] = set()
        self._asked: set[str] = set()
        self._instead: dict[tuple[str, str], list[FunctionFacts]] = defaultdict(list)
        self._fitting: dict[tuple[str, re.Pattern[str] | str], list[FunctionFacts]] = {}
        self._known: dict[tuple[str, str, str, str], Any] = {}
        self.classes: dict[str, list[tuple[ClassFacts, str]]] = defaultdict(list)
        self.methods: dict[str, list[tuple[FunctionFacts, str]]] = defaultdict(list)
        self._keys: dict[str, dict[str, None]] = defaultdict(dict)
        self.functions: dict[str, list[tuple[FunctionFacts, str]]] = defaultdict(list)
        self.types: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self.enums: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self.constants: dict[str, list[tuple[str, Expression, str]]] = defaultdict(list)
        self.variables: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self.macros: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.defines: dict[str, str] = {}
        self._defining: dict[str, str] = {}

    @functools.cached_property
    def marked(self) -> list[str]:
        """Return the files that take part in an encoding.

        Signs stand before letters in the sorted names of a file.
        """
        names = self.shared.names
        return [
            path for path, blob in self.paths.items() if "".join(names.get(blob, ())[:1])[:1] in ("#", "!")
        ]

    @functools.cached_property
    def denc_compares_oldest(self) -> bool:
        """Whether DENC_START refuses what is for newer readers only, as the release's own denc.h defines it.

        For years it read the oldest version and compared it with nothing.
        """
        source = self.shared.contents([self.denc]).get(self.denc, b"") if self.denc else b""
        return not source or _COMPARED.search(source) is not None

    def load(self, paths: Iterable[str]) -> None:
        """Parse files as a whole and enter what they declare."""
        fresh = [path for path in paths if path not in self.loaded and path in self.paths]
        self.shared.expect(self.paths[path] for path in fresh)
        self.shared.outlines(self.paths[path] for path in fresh)
        pieces = {path: range(len(self.shared.outline(self.paths[path]).pieces)) for path in fresh}
        self.shared.prepare(
            (self.paths[path], number) for path, numbers in pieces.items() for number in numbers
        )
        self.loaded.update(fresh)
        for path, numbers in pieces.items():
            self.enter(path, numbers)

    def facts(self, path: str) -> list[FileFacts]:
        """Return the facts of a file, piece by piece."""
        self.load([path])
        return self.shared.facts(self.paths[path]) if path in self.paths else []

    def enter(self, path: str, numbers: Iterable[int]) -> list[FileFacts]:
        """Parse some pieces of a file and enter what they declare; return their facts."""
        blob = self.paths[path]
        wanted = list(numbers)
        found = self.shared.facts(blob, wanted)
        if path not in self._entered:
            self._entered[path] = set()
            self._enter_macros(path)
            self._enter_others(path)
        known = self._entered[path]
        for number, facts in zip(wanted, found, strict=True):
            if number not in known:
                known.add(number)
                self._enter(path, facts)
        return found

    def _enter_others(self, path: str) -> None:
        """Enter what a file declares in other builds; what stands for something of an ordinary one, apart."""
        blob = self.paths[path]
        outline = self.shared.outline(blob)
        if not outline.others:
            return
        usual = self.shared.facts(blob, outline.replaced)
        classes = {cls.name for facts in usual for cls in facts.classes}
        functions = {_signature(each) for facts in usual for each in facts.functions}
        for number, facts in zip(outline.others, self.shared.facts(blob, outline.others), strict=True):
            self._entered[path].add(number)
            for function in facts.functions:
                if _signature(function) in functions:
                    self._instead[path, function.name].append(function)
            fresh = [cls for cls in facts.classes if cls.name not in classes]
            alone = [each for each in facts.functions if _signature(each) not in functions]
            self._enter(path, replace(facts, classes=fresh, functions=alone))

    def instead(self, function: FunctionFacts, path: str) -> list[FunctionFacts]:
        """Return what stands in place of a function in other builds."""
        found = self._instead.get((path, function.name), ())
        return [each for each in found if each is not function and _signature(each) == _signature(function)]

    def macro(self, name: str) -> str | None:
        """Return a function-like macro that may touch a stream, as "parameters)body"."""
        key = f"{name}("
        if key not in self.where:
            return None
        self.need(key)
        return self.defines.get(key)

    def functions_in(self, path: str, what: re.Pattern[str] | str) -> list[FunctionFacts]:
        """Return the functions of the pieces of a file in which `what` is found."""
        if (path, what) not in self._fitting:
            pieces = self.shared.outline(self.paths[path]).pieces
            found = self.enter(
                path, [number for number, piece in enumerate(pieces) if _found_in(piece.text, what)]
            )
            self._fitting[path, what] = [
                each for facts in found for each in facts.functions if not self._stands_in(each, path)
            ]
        return self._fitting[path, what]

    def _stands_in(self, function: FunctionFacts, path: str) -> bool:
        """Tell whether a function stands in place of another, in a build that is not the ordinary one."""
        return bool(function.when) and function in self._instead.get((path, function.name), ())

    def _seek(self, path: str, name: str) -> None:
        """Enter the pieces of a file that may define `name`."""
        if path not in self.loaded and (path, name) not in self._sought:
            self._sought.add((path, name))
            self.enter(path, self.shared.outline(self.paths[path]).defining(name))

    def _enter_macros(self, path: str) -> None:
        """Enter what a file tells the preprocessor.

        A macro that several files define is the one of the first by path.
        """
        outline = self.shared.outline(self.paths[path])
        for macro, arguments, _ in outline.macros:
            if macro == "BOOST_STRONG_TYPEDEF" and "," in arguments:
                target, name = arguments.split(",", 1)
                self.types[name.strip()].append((name.strip(), target.strip(), path))
            self.macros[arguments.split(",")[0].strip().split("::")[-1]].append((macro, arguments))
        for name, value in outline.defines.items():
            if path <= self._defining.setdefault(name, path):
                self._defining[name], self.defines[name] = path, value

    def _enter(self, path: str, facts: FileFacts) -> None:
        for each in facts.classes:
            self.classes[last_part(each.name)].append((each, path))
            for name, value in each.constants.items():
                self.constants[name].append((f"{each.name}::{name}", value, path))
        for function in facts.functions:
            parts = function.name.split("::")
            if len(parts) > 1:
                key = "::".join(parts[-2:])
                self.methods[key].append((function, path))
                self._keys[parts[-2]][key] = None
            self.functions[parts[-1]].append((function, path))
        for table, source in (
            (self.types, facts.types),
            (self.enums, facts.enums),
            (self.variables, facts.variables),
        ):
            for name, text in source.items():
                table[last_part(name)].append((name, text, path))
        for name, value in facts.constants.items():
            self.constants[last_part(name)].append((name, value, path))

    def need(self, name: str) -> None:
        """Parse every piece of a file that may define `name`."""
        if name in self._asked:
            return
        self._asked.add(name)
        for path in self._files(name):
            self._seek(path, name)

    def _files(self, name: str, path: str = "") -> list[str]:
        """Return the files in which `name` is looked for.

        Not more than so many, but always `path` if it may define it.

        What else is in the tables was parsed for another reason: no lookup may see it, or its answer would
        depend on that.
        """
        found = self.where.get(name, [])
        return (
            [path, *found[:MAX_FILES_PER_NAME]]
            if path in found[MAX_FILES_PER_NAME:]
            else found[:MAX_FILES_PER_NAME]
        )

    def mention(self, name: str, paths: Iterable[str]) -> None:
        """Parse what mentions `name` in some files, those that there are."""
        for path in paths:
            if path in self.paths:
                self.enter(path, self.shared.outline(self.paths[path]).mentioning(name))

    def classes_called(self, short: str) -> list[tuple[ClassFacts, str]]:
        """Return the classes of a name without a scope."""
        self.need(short)
        return [pair for pair in self.classes.get(short, ()) if pair[1] in self._files(short)]

    def nearest_class(self, name: str, scope: str, path: str) -> tuple[ClassFacts, str] | None:
        """Return the class that `name` means at `scope` in `path`."""
        key = ("classes", name, scope, path)
        if key not in self._known:
            self._known[key] = self._nearest(
                self.classes, name, scope, path, lambda pair: (pair[0].name, pair[1])
            )
        found: tuple[ClassFacts, str] | None = self._known[key]
        return found

    def nearest(self, table: str, name: str, scope: str, path: str) -> tuple[str, object, str] | None:
        """Return (qualified name, content, path) of what `name` means.

        An alias, an enumeration, a constant or a variable.
        """
        key = (table, name, scope, path)
        if key not in self._known:
            self._known[key] = self._nearest(
                getattr(self, table), name, scope, path, lambda entry: (entry[0], entry[2])
            )
        found: tuple[str, object, str] | None = self._known[key]
        return found

    def _nearest(
        self, table: Table, name: str, scope: str, path: str, place: Callable[[Any], tuple[str, str]]
    ) -> Any:
        """Return the entry that `name` means, without parsing files that could only hold one farther away.

        `place` gives the qualified name and the file of an entry. One in the innermost scope is only
        surpassed by one in a nearer file.
        """
        short = last_part(name)
        files = self._files(without_arguments(short), path)
        if table is self.variables or "(anonymous" in short:  # no other file sees them
            files = [path] if path in self.paths else []
            self.mention(short.partition("(")[0], files if table is self.variables else ())
        pending = self._pending(short, path, files)
        while True:
            fitting = [(entry, at) for entry in table.get(short, ()) if (at := place(entry))[1] in files]
            found = [(distance(*at, name, scope, path), entry) for entry, at in fitting if fits(at[0], name)]
            best = min(found, key=lambda each: each[0]) if found else None
            if not pending:
                return best[1] if best else None
            if best and best[0][0] == 0 and best[0][1:4] < pending[0][:3]:
                return best[1]
            self._seek(pending.pop(0)[3], short)

    def _pending(self, name: str, path: str, files: Iterable[str]) -> list[tuple[int, int, int, str]]:
        """Return those of `files` that are still to be searched for `name`, the nearest to `path` first."""
        left = [each for each in files if each not in self.loaded and (each, name) not in self._sought]
        return sorted((*farness(each, path), each) for each in left)

    def method(self, owner: str, name: str) -> tuple[FunctionFacts, str] | None:
        """Return the body of a member function of the class with the qualified name `owner`."""
        found = self.overloads(owner, name)
        if not found:
            return None
        return min(
            found,
            key=lambda pair: (-shared_tail(pair[0].name, f"{owner}::{name}"), -len(pair[0].body), pair[1]),
        )

    def overloads(self, owner: str, name: str) -> list[tuple[FunctionFacts, str]]:
        """Return every body of a member function."""
        short = last_part(owner)
        self.need(f"{short}::{name}")
        if not any(each.name == owner for each, _ in self.classes.get(short, ())):
            self.need(short)
        return [pair for pair in self._methods(short, name) if same_owner(pair[0], owner, name)]

    def methods_called(self, short: str, name: str) -> list[tuple[FunctionFacts, str]]:
        """Return every body of a member function of any class of a name without a scope."""
        self.need(short)
        self.need(f"{short}::{name}")
        return self._methods(short, name)

    def methods_of(self, short: str, word: str) -> list[tuple[FunctionFacts, str]]:
        """Return the member functions of the classes called `short` whose name holds `word`."""
        self.need(short)
        for key in self._qualified.get(short, ()):
            if word in key:
                self.need(key)
        names = [key.rpartition("::")[2] for key in self._keys.get(short, ())]
        return [pair for name in names if word in name for pair in self._methods(short, name)]

    def _methods(self, short: str, name: str) -> list[tuple[FunctionFacts, str]]:
        key = f"{short}::{name}"
        files = {*self._files(without_arguments(short)), *self._files(key)}
        return [pair for pair in self.methods.get(key, ()) if pair[1] in files]

    @functools.cached_property
    def _qualified(self) -> dict[str, list[str]]:
        """Return the names of the index that are qualified, by what they are qualified with."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.where:
            if "::" in name:
                found[name.partition("::")[0]].append(name)
        return found

    def free(self, name: str, first: str | None = None, beside: str = "") -> list[tuple[FunctionFacts, str]]:
        """Return the bodies of free functions called `name`, or of those that are given a `first` first.

        The index only knows those that take part in an encoding or that headers define inline; all others are
        found in the file `beside`.
        """
        keys = [f"{name}()"] if first is None else [f"{name}({first})", f"{name}(?)"]
        for key in keys:
            self.need(key)
        files = {path for key in keys for path in self._files(key)}
        if beside in self.paths and f"{name}()" not in self.where:
            self._define(name, beside)
            files.add(beside)
        found = [pair for pair in self.functions.get(name, ()) if pair[1] in files]
        if first is not None:
            found = [pair for pair in found if pair[0].params and first in pair[0].params[0][0]]
        return [pair for pair in found if not self._is_method(pair[0])]

    def beside(self, name: str, path: str) -> list[tuple[FunctionFacts, str]]:
        """Return the functions called `name` of one file."""
        self._define(name, path)
        return sorted(
            (pair for pair in self.functions.get(name, ()) if pair[1] == path), key=lambda pair: pair[0].line
        )

    def _define(self, name: str, path: str) -> None:
        """Enter the pieces of a file that define a function called `name`, known to the index or not."""
        if path in self.paths and (path, f"{name}(") not in self._sought:
            self._sought.add((path, f"{name}("))
            outline, head = (
                self.shared.outline(self.paths[path]),
                re.compile(rf"\b{re.escape(name)}\s*\([^;{{}}]*\{{"),
            )
            self.enter(
                path,
                [number for number in outline.mentioning(name) if head.search(outline.pieces[number].text)],
            )

    def _is_method(self, function: FunctionFacts) -> bool:
        """Tell whether a function is of a class: its own name is qualified, or it stands in the class."""
        scope = function.name.rpartition("::")[0]
        return scope != function.owner or any(
            each.name == scope for each, _ in self.classes.get(last_part(scope), ())
        )


def _signature(function: FunctionFacts) -> tuple[str, tuple[str, ...]]:
    """Return what tells a function from its overloads."""
    return function.name, tuple(kind.replace(" ", "") for kind, _ in function.params)


def _found_in(text: str, what: re.Pattern[str] | str) -> bool:
    return what in text if isinstance(what, str) else what.search(text) is not None


__all__ = ["SOURCES", "Declarations", "Reader", "Shared"]
