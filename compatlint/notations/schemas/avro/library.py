"""The Avro files of one release: parsed once, and what a name in them stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from compatlint.notations.languages.idl import SyntaxMistake
from compatlint.notations.languages.json import JsonMistake
from compatlint.notations.schemas.avro.from_idl import parse_avdl
from compatlint.notations.schemas.avro.from_json import parse_avpr, parse_avsc
from compatlint.notations.schemas.avro.model import AvroFile, AvroType
from compatlint.wire.ir.span import Span

if TYPE_CHECKING:
    from compatlint.sources.release import Release

_PARSERS: Final = {".avsc": parse_avsc, ".avpr": parse_avpr, ".avdl": parse_avdl}


@dataclass(slots=True, eq=False)
class AvroLibrary:
    """All Avro files of a release; they are read when they are asked for."""

    release: Release
    _files: dict[str, AvroFile | None] = field(default_factory=dict)
    _elsewhere: dict[str, AvroType] | None = None

    def load(self, paths: Iterable[str]) -> dict[str, AvroFile]:
        """Return the files of those paths that are there and can be parsed; the others are in `release.failed`."""
        wanted = [path for path in paths if path in self.release.files]
        fresh = [path for path in wanted if path not in self._files]
        contents = self.release.sources(fresh)
        for path in fresh:
            self._files[path] = self._parsed(path, contents.get(path))
        return {path: found for path in wanted if (found := self._files[path]) is not None}

    def _parsed(self, path: str, content: bytes | None) -> AvroFile | None:
        try:
            if content is None:
                raise UnicodeError("the file cannot be read, or is larger than any schema")
            file = _PARSERS[path[-5:]](content.decode("utf-8"))
        except (SyntaxMistake, JsonMistake) as error:
            self.release.failed[path] = str(error)
            return None
        except UnicodeError as error:
            self.release.failed[path] = "the file is not UTF-8" if content is not None else str(error)
            return None
        for each in file.types():
            each.path, each.home = path, self.find
        return file

    def find(self, found: AvroType) -> AvroType:
        """Return what a reference stands for: a type of the same file, or of another one of the release.

        A name that no file defines stays a reference. Files are asked in the order of their paths.
        """
        own = self._files.get(found.path)
        if own is not None and found.name in own.named:
            return own.named[found.name]
        known = self._named()
        return known.get(found.name) or known.get(found.short) or found

    def _named(self) -> dict[str, AvroType]:
        if self._elsewhere is None:
            self._elsewhere = {}
            paths = sorted(path for path in self.release.files if path[-5:] in _PARSERS)
            for file in self.load(paths).values():
                for name, each in file.named.items():
                    self._elsewhere.setdefault(name, each)
        return self._elsewhere

    def span(self, path: str, line: int) -> Span:
        """Return a line of a file."""
        return Span(self.release.commit, path, line, line)
