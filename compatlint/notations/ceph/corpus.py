"""One release's C++ files, parsed when a name in them is asked for.

The cost follows what is asked: the index of names is made once per file content, a file is parsed when a name that
it may define is looked up, and both are kept by content in the cache. Lookups are by short name and prefer what is
nearest: the class and namespace scopes of the asker, its file, its folder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from compatlint.notations.cpp import facts as cpp_facts
from compatlint.notations.cpp import index
from compatlint.notations.cpp.facts import ClassFacts, Expression, FileFacts, FunctionFacts
from compatlint.notations.cpp.parse import parse


class Cache(Protocol):
    """Where results are kept by content."""

    def get_many(self, kind: str, version: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return what is known of `keys`."""

    def put_many(self, kind: str, version: str, items: dict[str, bytes]) -> None:
        """Keep `items`."""


Reader = Callable[[Iterable[str]], dict[str, bytes]]
MAX_FILES_PER_NAME = 60
SOURCES = (".cc", ".cpp", ".cxx", ".c")  # what only they declare, no other file sees


class Shared:
    """What two releases share: file contents by blob id, their facts and names, each made once."""

    def __init__(self, read: Reader, cache: Cache | None = None) -> None:
        self.read, self.cache = read, cache
        self.facts: dict[str, FileFacts] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        self.sources: dict[str, bytes] = {}
        self.parsed_bytes = 0
        self._fresh: dict[str, bytes] = {}

    def load_names(self, paths: Mapping[str, str]) -> None:
        """Make the names known that the files of `paths` (path -> blob id) define."""
        headers = {blob for path, blob in paths.items() if not path.endswith(SOURCES)}
        wanted = [blob for blob in dict.fromkeys(paths.values()) if blob not in self.names]
        known = self.cache.get_many("names", index.VERSION, wanted) if self.cache and wanted else {}
        for blob, packed in known.items():
            found = index.load(packed)
            if found is not None:
                self.names[blob] = found
        missing = [blob for blob in wanted if blob not in self.names]
        fresh: dict[str, bytes] = {}
        for start in range(0, len(missing), 400):
            for blob, source in self.read(missing[start : start + 400]).items():
                self.names[blob] = index.names(source, header=blob in headers)
                fresh[blob] = index.dump(self.names[blob])
        if self.cache and fresh:
            self.cache.put_many("names", index.VERSION, fresh)

    def load_facts(self, blobs: Iterable[str]) -> None:
        """Make the facts of `blobs` known."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob not in self.facts]
        if not wanted:
            return
        known = self.cache.get_many("facts", cpp_facts.VERSION, wanted) if self.cache else {}
        for blob, packed in known.items():
            found = cpp_facts.load(packed)
            if found is not None:
                self.facts[blob] = found
        missing = [blob for blob in wanted if blob not in self.facts]
        sources = self.read(missing) if missing else {}
        for blob in missing:
            source = sources.get(blob)
            if source is None:
                self.facts[blob] = FileFacts(failed="over the size limit")
                continue
            self.parsed_bytes += len(source)
            self.facts[blob] = parse(source)
            self._fresh[blob] = cpp_facts.dump(self.facts[blob])

    def save(self) -> None:
        """Write what was parsed to the cache."""
        if self.cache and self._fresh:
            self.cache.put_many("facts", cpp_facts.VERSION, self._fresh)
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
        self.classes: dict[str, list[tuple[ClassFacts, str]]] = defaultdict(list)
        self.methods: dict[str, list[tuple[FunctionFacts, str]]] = defaultdict(list)
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
                self.methods["::".join(parts[-2:])].append((function, path))
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
        short = _short(name)
        self.need(short)
        found = [pair for pair in self.classes.get(short, ()) if _fits(pair[0].name, name)]
        return min(found, key=lambda pair: _distance(pair[0].name, pair[1], name, scope, path)) if found else None

    def nearest(self, table: str, name: str, scope: str, path: str) -> tuple[str, object, str] | None:
        """Return (qualified name, content, path) of the alias, enumeration, constant or variable that `name` means."""
        short = _short(name)
        self.need(short)
        entries = getattr(self, table).get(short, ())
        found = [entry for entry in entries if _fits(entry[0], name)]
        if not found:
            return None
        best: tuple[str, object, str] = min(found, key=lambda entry: _distance(entry[0], entry[2], name, scope, path))
        return best

    def method(self, owner: str, name: str) -> tuple[FunctionFacts, str] | None:
        """Return the body of a member function of the class with the qualified name `owner`."""
        short = f"{_short(owner)}::{name}"
        self.need(short)
        self.need(_short(owner))
        found = [pair for pair in self.methods.get(short, ()) if _same_owner(pair[0], owner, name)]
        if not found:
            return None
        return min(found, key=lambda pair: (-_common(pair[0].name, f"{owner}::{name}"), -len(pair[0].body), pair[1]))

    def overloads(self, owner: str, name: str) -> list[tuple[FunctionFacts, str]]:
        """Return every body of a member function."""
        self.method(owner, name)
        return [pair for pair in self.methods.get(f"{_short(owner)}::{name}", ()) if _same_owner(pair[0], owner, name)]

    def free(self, name: str) -> list[tuple[FunctionFacts, str]]:
        """Return the bodies of free functions called `name`."""
        self.need(name + "()")
        return [pair for pair in self.functions.get(name, ()) if pair[0].owner == "" or not self._is_class(pair[0])]

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
    stem, other = path.rsplit(".", 1)[0], where.rsplit(".", 1)[0]
    folder = 0
    for one, two in zip(path.split("/"), where.split("/"), strict=False):
        if one != two:
            break
        folder += 1
    return (level, 0 if where == path else 1, 0 if stem == other else 1, -folder, qualified, where)
