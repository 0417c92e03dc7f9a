"""One release's C++ files, parsed when a name in them is asked for.

The cost follows what is asked: the index of names is made once per file content, a file is parsed when a name that
it may define is looked up, and both are kept by content in the cache. Lookups are by short name and prefer what is
nearest: the class and namespace scopes of the asker, its file, its folder.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from compatlint.notations.cpp import crew, index
from compatlint.notations.cpp import facts as cpp_facts
from compatlint.notations.cpp.facts import ClassFacts, Expression, FileFacts, FunctionFacts


class Cache(Protocol):
    """Where results are kept by content."""

    def get_many(self, kind: str, version: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return what is known of `keys`."""

    def put_many(self, kind: str, version: str, items: dict[str, bytes]) -> None:
        """Keep `items`."""


Result = TypeVar("Result")
Reader = Callable[[Iterable[str]], dict[str, bytes]]
Table = Mapping[str, Sequence[Any]]
MAX_FILES_PER_NAME = 60
SOURCES = (".cc", ".cpp", ".cxx", ".c")  # what only they declare, no other file sees


class Shared:
    """What two releases share: file contents by blob id, their facts and names, each made once."""

    def __init__(self, read: Reader, cache: Cache | None = None) -> None:
        self.read, self.cache = read, cache
        self.facts: dict[str, FileFacts] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        self._sources: dict[str, bytes] = {}
        self._fresh: dict[tuple[str, str], dict[str, bytes]] = {}

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of `blobs`, without those over the size limit; each is asked for once."""
        wanted = list(dict.fromkeys(blobs))
        self._sources.update(self.read(missing) if (missing := [blob for blob in wanted if blob not in self._sources]) else {})
        return {blob: self._sources[blob] for blob in wanted if blob in self._sources}

    def load_names(self, paths: Mapping[str, str]) -> None:
        """Make the names known that the files of `paths` (path -> blob id) define."""
        jobs = {blob: "source" for blob in paths.values() if blob not in self.names}
        jobs.update((blob, "header") for path, blob in paths.items() if blob in jobs and not path.endswith(SOURCES))
        self.names.update(self._made(jobs, index.VERSION, index.load))
        self.names.update((blob, ()) for blob in jobs if blob not in self.names)

    def load_facts(self, blobs: Iterable[str]) -> None:
        """Make the facts of `blobs` known."""
        jobs = {blob: "facts" for blob in blobs if blob not in self.facts}
        if jobs:
            self.facts.update(self._made(jobs, cpp_facts.VERSION, cpp_facts.load))
            self.facts.update((blob, FileFacts(failed="over the size limit")) for blob in jobs if blob not in self.facts)

    def _made(self, jobs: dict[str, str], version: str, load: Callable[[bytes], Result | None]) -> dict[str, Result]:
        """Return what each blob's job makes of it, from the cache or made now; what git leaves out is left out."""
        found: dict[str, Result] = {}
        if self.cache:
            for job in set(jobs.values()):
                known = self.cache.get_many(job, version, [blob for blob, each in jobs.items() if each == job])
                found.update((blob, result) for blob, packed in known.items() if (result := load(packed)) is not None)
        sources = self.contents(blob for blob in jobs if blob not in found)
        for blob, packed in crew.spread({blob: (jobs[blob], source) for blob, source in sources.items()}).items():
            self._fresh.setdefault((jobs[blob], version), {})[blob] = packed
            result = load(packed)
            if result is not None:
                found[blob] = result
        return found

    def save(self) -> None:
        """Write what was read to the cache."""
        if self.cache:
            for (kind, version), items in self._fresh.items():
                self.cache.put_many(kind, version, items)
        self._fresh = {}


class Corpus:
    """The files of one release and what they declare. `paths` is path -> blob id of C++ files."""

    def __init__(self, commit: str, paths: dict[str, str], shared: Shared) -> None:
        self.commit, self.paths, self.shared = commit, paths, shared
        shared.load_names(paths)
        self.where: dict[str, list[str]] = defaultdict(list)
        for path, blob in paths.items():
            for name in shared.names.get(blob, ()):
                self.where[name].append(path)
        self.loaded: set[str] = set()
        self._asked: set[str] = set()
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

    def load(self, paths: Iterable[str]) -> None:
        """Parse files and enter what they declare."""
        fresh = [path for path in paths if path not in self.loaded and path in self.paths]
        if not fresh:
            return
        self.shared.load_facts(self.paths[path] for path in fresh)
        for path in fresh:
            self.loaded.add(path)
            self._enter(path, self.shared.facts[self.paths[path]])

    def _enter(self, path: str, facts: FileFacts) -> None:
        for each in facts.classes:
            self.classes[_short(each.name)].append((each, path))
            for name, value in each.constants.items():
                self.constants[name].append((f"{each.name}::{name}", value, path))
        for function in facts.functions:
            parts = function.name.split("::")
            if len(parts) > 1:
                key = "::".join(parts[-2:])
                self.methods[key].append((function, path))
                self._keys[parts[-2]][key] = None
            self.functions[parts[-1]].append((function, path))
        for table, source in ((self.types, facts.types), (self.enums, facts.enums), (self.variables, facts.variables)):
            for name, text in source.items():
                table[_short(name)].append((name, text, path))
        for name, value in facts.constants.items():
            self.constants[_short(name)].append((name, value, path))
        for macro, arguments, _ in facts.macros:
            if macro == "BOOST_STRONG_TYPEDEF" and "," in arguments:
                target, name = arguments.split(",", 1)
                self.types[name.strip()].append((name.strip(), target.strip(), path))
            self.macros[arguments.split(",")[0].strip().split("::")[-1]].append((macro, arguments))
        self.defines.update(facts.defines)

    def need(self, name: str) -> None:
        """Parse every file that may define `name`."""
        if name in self._asked:
            return
        self._asked.add(name)
        paths = self.where.get(name, ())
        self.load(paths[:MAX_FILES_PER_NAME])

    def nearest_class(self, name: str, scope: str, path: str) -> tuple[ClassFacts, str] | None:
        """Return the class that `name` means at `scope` in `path`."""
        key = ("classes", name, scope, path)
        if key not in self._known:
            self._known[key] = self._nearest(self.classes, name, scope, path, lambda pair: (pair[0].name, pair[1]))
        found: tuple[ClassFacts, str] | None = self._known[key]
        return found

    def nearest(self, table: str, name: str, scope: str, path: str) -> tuple[str, object, str] | None:
        """Return (qualified name, content, path) of the alias, enumeration, constant or variable that `name` means."""
        key = (table, name, scope, path)
        if key not in self._known:
            self._known[key] = self._nearest(getattr(self, table), name, scope, path, lambda entry: (entry[0], entry[2]))
        found: tuple[str, object, str] | None = self._known[key]
        return found

    def _nearest(self, table: Table, name: str, scope: str, path: str, place: Callable[[Any], tuple[str, str]]) -> Any:
        """Return the entry that `name` means, without parsing files that could only hold one farther away.

        `place` gives the qualified name and the file of an entry. One in the innermost scope is only
        surpassed by one in a nearer file.
        """
        short = _short(name)
        pending = self._pending(short, path)
        while True:
            fitting = [(entry, place(entry)) for entry in table.get(short, ())]
            found = [(_distance(*at, name, scope, path), entry) for entry, at in fitting if _fits(at[0], name)]
            best = min(found, key=lambda each: each[0]) if found else None
            if not pending:
                self._asked.add(short)
                return best[1] if best else None
            if best and best[0][0] == 0 and best[0][1:4] < pending[0][:3]:
                return best[1]
            self.load([pending.pop(0)[3]])

    def _pending(self, name: str, path: str) -> list[tuple[int, int, int, str]]:
        """Return the files still to be parsed that may define `name`, the nearest to `path` first."""
        if name in self._asked:
            return []
        files = self.where.get(name, ())[:MAX_FILES_PER_NAME]
        return sorted((*_farness(each, path), each) for each in files if each not in self.loaded)

    def method(self, owner: str, name: str) -> tuple[FunctionFacts, str] | None:
        """Return the body of a member function of the class with the qualified name `owner`."""
        short = f"{_short(owner)}::{name}"
        self.need(short)
        if not any(each.name == owner for each, _ in self.classes.get(_short(owner), ())):
            self.need(_short(owner))
        found = [pair for pair in self.methods.get(short, ()) if _same_owner(pair[0], owner, name)]
        if not found:
            return None
        return min(found, key=lambda pair: (-_common(pair[0].name, f"{owner}::{name}"), -len(pair[0].body), pair[1]))

    def methods_of(self, short: str) -> list[tuple[FunctionFacts, str]]:
        """Return every function parsed so far that is qualified with `short`."""
        return [pair for key in self._keys.get(short, ()) for pair in self.methods[key]]

    def overloads(self, owner: str, name: str) -> list[tuple[FunctionFacts, str]]:
        """Return every body of a member function."""
        self.method(owner, name)
        return [pair for pair in self.methods.get(f"{_short(owner)}::{name}", ()) if _same_owner(pair[0], owner, name)]

    def free(self, name: str, first: str | None = None) -> list[tuple[FunctionFacts, str]]:
        """Return the bodies of free functions called `name`; at least those whose first parameter is a `first`."""
        for suffix in ("()",) if first is None else (f"({first})", "(?)"):
            self.need(name + suffix)
        found = self.functions.get(name, [])
        if first is not None:
            found = [pair for pair in found if pair[0].params and first in pair[0].params[0][0]]
        return [pair for pair in found if pair[0].owner == "" or not self._is_class(pair[0])]

    def _is_class(self, function: FunctionFacts) -> bool:
        scope = function.name.rsplit("::", 1)[0] if "::" in function.name else ""
        return any(each.name == scope for each, _ in self.classes.get(_short(scope), ()))


def _short(name: str) -> str:
    return name.rsplit("::", 1)[-1]


def _bare(name: str) -> str:
    """Return a class name without the arguments of a specialisation."""
    return name.split("<", 1)[0]


def _fits(qualified: str, asked: str) -> bool:
    asked = asked.removeprefix("::")
    return (
        qualified == asked or qualified.endswith("::" + asked) or asked.endswith("::" + qualified) or _short(qualified) == asked
    )


def _same_owner(function: FunctionFacts, owner: str, name: str) -> bool:
    """Tell whether an out-of-line definition can belong to the class `owner`: one qualified name ends the other."""
    mine = function.name.rsplit("::", 1)[0]
    owner = _bare(owner)
    return function.name.rsplit("::", 1)[-1] == name and (
        mine == owner or owner.endswith("::" + mine) or mine.endswith("::" + owner)
    )


def _common(left: str, right: str) -> int:
    """Return how many trailing components two qualified names share."""
    count = 0
    for one, other in zip(reversed(left.split("::")), reversed(right.split("::")), strict=False):
        if one != other:
            break
        count += 1
    return count


def _distance(qualified: str, where: str, asked: str, scope: str, path: str) -> tuple[int, int, int, int, str, str]:
    """Order candidates for a name: enclosing scopes first, then the same file, then the nearest folder."""
    parts = scope.split("::") if scope else []
    wanted = asked.removeprefix("::")
    level = len(parts) + 1
    for depth in range(len(parts), -1, -1):
        if "::".join((*parts[:depth], wanted)) == qualified:
            level = len(parts) - depth
            break
    return (level, *_farness(where, path), qualified, where)


@functools.lru_cache(maxsize=100_000)
def _farness(where: str, path: str) -> tuple[int, int, int]:
    """Order files as seen from `path`: itself, its header or source file, then by how much of the folder is the same."""
    folder = 0
    for one, two in zip(path.split("/"), where.split("/"), strict=False):
        if one != two:
            break
        folder += 1
    return (0 if where == path else 1, 0 if path.rsplit(".", 1)[0] == where.rsplit(".", 1)[0] else 1, -folder)
