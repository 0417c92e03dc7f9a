"""The .thrift files of one release, and what a name in them stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from compatlint.notations.languages.idl import SyntaxMistake
from compatlint.notations.languages.idl.tokens import Tokens
from compatlint.notations.schemas.thrift.model import (
    BASE,
    ThriftEnum,
    ThriftFile,
    ThriftService,
    ThriftStruct,
    ThriftType,
)
from compatlint.notations.schemas.thrift.parse import parse
from compatlint.wire.ir.span import Span

if TYPE_CHECKING:
    from compatlint.sources.release import Release


@dataclass(frozen=True, slots=True, eq=False)
class ThriftSource:
    """One parsed file of one release."""

    path: str
    commit: str
    file: ThriftFile
    tokens: Tokens

    @property
    def stem(self) -> str:
        """Return the name by which including files qualify the names of this one."""
        return self.path.rpartition("/")[2].removesuffix(".thrift")

    def span(self, at: int) -> Span:
        """Return the line of a word."""
        line = self.tokens.line(at)
        return Span(self.commit, self.path, line, line)


class ThriftNamed(NamedTuple):
    """What a type is: its kind on the wire, and where a struct or enumeration is defined."""

    kind: str  # a base type, list, set, map, struct, enum, or "unknown"
    type: ThriftType
    source: ThriftSource
    found: ThriftStruct | ThriftEnum | None = None


@dataclass(slots=True, eq=False)
class ThriftLibrary:
    """All files of a release; they are read when they are asked for."""

    release: Release
    _sources: dict[str, ThriftSource | None] = field(default_factory=dict)

    def load(self, paths: Iterable[str]) -> list[ThriftSource]:
        """Return the files of those paths that are there and can be parsed; the others are in `release.failed`."""
        wanted = [path for path in paths if path in self.release.files]
        fresh = [path for path in wanted if path not in self._sources]
        contents = self.release.sources(fresh)
        for path in fresh:
            self._sources[path] = self._parsed(path, contents.get(path))
        return [found for path in wanted if (found := self._sources[path]) is not None]

    def _parsed(self, path: str, content: bytes | None) -> ThriftSource | None:
        try:
            if content is None:
                self.release.failed[path] = "the file cannot be read, or is larger than any schema"
                return None
            return ThriftSource(path, self.release.commit, *parse(content.decode("utf-8")))
        except SyntaxMistake as error:
            self.release.failed[path] = str(error)
        except UnicodeDecodeError:
            self.release.failed[path] = "the file is not UTF-8"
        return None

    def resolve(self, source: ThriftSource, written: ThriftType) -> ThriftNamed:
        """Return what a type is, typedefs followed."""
        for _ in range(32):
            if written.parts or written.kind in BASE:
                return ThriftNamed(written.kind, written, source)
            home, name = self._home(source, written.kind)
            if home is None:
                return ThriftNamed("unknown", written, source)
            if name in home.file.structs:
                return ThriftNamed("struct", written, home, home.file.structs[name])
            if name in home.file.enums:
                return ThriftNamed("enum", written, home, home.file.enums[name])
            if name not in home.file.typedefs:
                return ThriftNamed("unknown", written, source)
            source, written = home, home.file.typedefs[name]
        return ThriftNamed("unknown", written, source)

    def bases(
        self, source: ThriftSource, service: ThriftService
    ) -> Iterator[tuple[ThriftSource, ThriftService]]:
        """Yield a service and those that it extends; what stands in no file of the release ends the chain."""
        seen: set[tuple[str, str]] = set()
        while (source.path, service.name) not in seen:
            seen.add((source.path, service.name))
            yield source, service
            home, name = self._home(source, service.base) if service.base else (None, "")
            if home is None or name not in home.file.services:
                return
            source, service = home, home.file.services[name]

    def _home(self, source: ThriftSource, name: str) -> tuple[ThriftSource | None, str]:
        """Return the file that a name is defined in, and the name without the file's stem."""
        stem, _, bare = name.rpartition(".")
        if not stem or stem == source.stem:
            return source, bare
        for include in source.file.includes:
            if include.rpartition("/")[2] == f"{stem}.thrift":
                path = self._included(source.path, include)
                loaded = self.load([path]) if path is not None else []
                return (loaded[0] if loaded else None), bare
        return None, bare

    def _included(self, importer: str, include: str) -> str | None:
        beside = "/".join([*importer.split("/")[:-1], *include.split("/")])
        if beside in self.release.files:
            return beside
        fitting = [
            each
            for each in self.release.files
            if each == include or each.endswith(f"/{include.lstrip('./')}")
        ]
        return min(fitting, key=len, default=None)
