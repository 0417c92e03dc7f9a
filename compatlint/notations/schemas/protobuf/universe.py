"""The .proto files of one release: parsed once, found by import path, and what a name in them stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from compatlint.notations.languages.idl import SyntaxMistake
from compatlint.notations.languages.idl.tokens import Tokens
from compatlint.notations.schemas.protobuf.model import Enum, File, Message
from compatlint.notations.schemas.protobuf.parse import parse
from compatlint.wire.ir.span import Span

if TYPE_CHECKING:
    from compatlint.sources.release import Release


class ParsedFiles:
    """What was made of contents, by blob id; releases share most of them."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[File, Tokens] | str] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One parsed file of one release; `features` are those of messages that were asked for, by full name."""

    path: str
    commit: str
    file: File
    tokens: Tokens
    features: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def span(self, at: int) -> Span:
        """Return the line of a word."""
        line = self.tokens.line(at)
        return Span(self.commit, self.path, line, line)


class Named(NamedTuple):
    """What a name stands for, and the file that defines it."""

    source: Source
    found: Message | Enum


@dataclass(slots=True, eq=False)
class Universe:
    """All files of a release; they are read when they are asked for."""

    release: Release
    _sources: dict[str, Source | None] = field(default_factory=dict)
    _paths: dict[str, list[str]] = field(default_factory=dict)
    _visible: dict[str, list[Source]] = field(default_factory=dict)

    def load(self, paths: Iterable[str]) -> list[Source]:
        """Return the files of those paths that are there and can be parsed; the others are in `release.failed`."""
        wanted = [path for path in paths if path in self.release.files]
        fresh = [path for path in wanted if path not in self._sources]
        contents = self.release.sources(fresh)
        for path in fresh:
            self._sources[path] = self._parsed(path, contents.get(path))
        return [found for path in wanted if (found := self._sources[path]) is not None]

    def _parsed(self, path: str, content: bytes | None) -> Source | None:
        if content is None:
            self.release.failed[path] = "the file cannot be read, or is larger than any schema"
            return None
        known, blob = self.release.memory.of(ParsedFiles).known, self.release.files[path]
        if blob not in known:
            try:
                known[blob] = parse(content.decode("utf-8"))
            except SyntaxMistake as error:
                known[blob] = str(error)
            except UnicodeDecodeError:
                known[blob] = "the file is not UTF-8"
        found = known[blob]
        if isinstance(found, str):
            self.release.failed[path] = found
            return None
        return Source(path, self.release.commit, *found)

    def resolve(self, source: Source, scope: str, name: str) -> Named | None:
        """Return what a name stands for, seen from a scope: the innermost scope first (protobuf.dev, "Packages").

        None if no file that can be seen from here defines it: it stands in a file outside of the repository.
        """
        for full in candidates(scope, name):
            if (found := _defined(source, full)) is not None:
                return found
        for full in candidates(scope, name):
            for other in self._seen(source):
                if (found := _defined(other, full)) is not None:
                    return found
        return None

    def defines(self, full: str) -> bool:
        """Tell whether any file that was read defines a name."""
        read = (each for each in self._sources.values() if each is not None)
        return any(_defined(each, full) is not None for each in read)

    def _seen(self, source: Source) -> list[Source]:
        """Return the files that a file imports, with those that they import publicly."""
        if source.path not in self._visible:
            found: dict[str, Source] = {}
            waiting = [(source, each) for each, _ in source.file.imports]
            while waiting:
                importer, name = waiting.pop()
                path = self._imported(importer.path, name)
                if path is None or path in found:
                    continue
                for other in self.load([path]):
                    found[path] = other
                    waiting.extend((other, each) for each, public in other.file.imports if public)
            self._visible[source.path] = list(found.values())
        return self._visible[source.path]

    def _imported(self, importer: str, name: str) -> str | None:
        """Return the path that an import means: below the root that it shares most folders with."""
        if not self._paths:
            self._paths = defaultdict(list)
            for path in self.release.files:
                if path.endswith(".proto"):
                    self._paths[path.rpartition("/")[2]].append(path)
        fitting = [
            path
            for path in self._paths.get(name.rpartition("/")[2], ())
            if path == name or path.endswith(f"/{name}")
        ]
        return max(fitting, key=lambda path: (_shared(path, importer), -len(path)), default=None)


def candidates(scope: str, name: str) -> list[str]:
    """Return the full names that a name may mean, the innermost first."""
    if name.startswith("."):
        return [name[1:]]
    parts = scope.split(".") if scope else []
    return [".".join((*parts[:count], name)) for count in range(len(parts), -1, -1)]


def _defined(source: Source, full: str) -> Named | None:
    found = source.file.messages.get(full) or source.file.enums.get(full)
    return Named(source, found) if found is not None else None


def _shared(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
