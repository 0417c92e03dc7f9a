"""JSON Schema files of one release: what a `$ref` means, and one form for all drafts.

json-schema.org, drafts 4 to 2020-12. Beside a `$ref` everything is ignored up to draft 7 and counts from 2019-09 on.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compatlint.notations.languages.json import JsonMistake, JsonObject, parse_json

if TYPE_CHECKING:
    from compatlint.sources.release import Release

_ANNOTATIONS = frozenset(
    (
        "title", "description", "examples", "example", "default", "deprecated", "readOnly", "writeOnly", "$comment",
        "$id", "id", "$schema", "$defs", "definitions", "$anchor", "$vocabulary", "externalDocs", "xml",
        "contentEncoding", "contentMediaType", "format", "discriminator",
    )
)  # fmt: skip
Schema = Mapping[str, Any] | bool


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A schema and the file that it stands in; `modern`: what stands beside a `$ref` counts."""

    library: SchemaLibrary
    path: str
    value: Any

    def within(self, value: Any) -> Placed:
        """Return another schema of the same file."""
        return Placed(self.library, self.path, value)

    @property
    def line(self) -> int:
        """Return the line of the schema, 1 where it is none that has a line."""
        return self.value.line if isinstance(self.value, JsonObject) else 1

    @property
    def keywords(self) -> Mapping[str, Any]:
        """Return what the schema demands; true demands nothing, false is `{"not": {}}`."""
        if self.value is False:
            return {"not": {}}
        if not isinstance(self.value, dict):
            return {}
        return {
            key: each
            for key, each in self.value.items()
            if key not in _ANNOTATIONS and not key.startswith("x-")
        }


@dataclass(slots=True, eq=False)
class SchemaLibrary:
    """All files of a release, parsed when they are asked for."""

    release: Release
    _files: dict[str, Any] = field(default_factory=dict)

    def load(self, path: str) -> Placed | None:
        """Return the top schema of a file, None if it is not there or cannot be read; then `failed` says why."""
        if path not in self._files:
            self._files[path] = self._parsed(path)
        value = self._files[path]
        return Placed(self, path, value) if value is not None else None

    def _parsed(self, path: str) -> Any:
        if path not in self.release.files:
            return None
        content = self.release.source(path)
        if content is None:
            self.release.failed[path] = "the file cannot be read, or is larger than any schema"
            return None
        try:
            return parse_json(content.decode("utf-8"))
        except JsonMistake as error:
            self.release.failed[path] = str(error)
        except UnicodeDecodeError:
            self.release.failed[path] = "the file is not UTF-8"
        return None

    def follow(self, placed: Placed) -> Placed | None:
        """Return what a schema stands for, references followed; None for one that leads out of the repository.

        What stands beside a reference becomes an `allOf`, in drafts in which it counts.
        """
        for _ in range(32):
            value = placed.value
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return placed
            target = self._target(placed, value["$ref"])
            if target is None:
                return None
            beside = {key: each for key, each in placed.keywords.items() if key != "$ref"}
            if beside and self._modern(placed.path):
                return (
                    placed.within({"allOf": [target.value, beside]}) if target.path == placed.path else None
                )
            placed = target
        return None

    def _modern(self, path: str) -> bool:
        top = self._files.get(path)
        draft = str(top.get("$schema", "")) if isinstance(top, dict) else ""
        return "/20" in draft

    def _target(self, placed: Placed, reference: str) -> Placed | None:
        file, _, pointer = reference.partition("#")
        path = placed.path
        if "://" in file:
            return None
        if file:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
        top = self.load(path)
        value = top.value if top is not None else None
        for part in pointer.split("/")[1:] if pointer else []:
            key = part.replace("~1", "/").replace("~0", "~").replace("%25", "%")
            if isinstance(value, dict) and key in value:
                value = value[key]
            elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
                value = value[int(key)]
            else:
                return None
        if pointer and not pointer.startswith("/"):
            return None
        return Placed(self, path, value) if top is not None else None
