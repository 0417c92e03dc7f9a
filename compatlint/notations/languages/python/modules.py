"""The files of one release: read in batches, parsed once, found by path or by dotted name."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from compatlint import faults
from compatlint.notations.languages.python.module import Module
from compatlint.notations.languages.python.parse import parse

ROOTS = ("", "src/", "lib/")  # folders in which a project keeps its packages


@dataclass(frozen=True, slots=True)
class Blobs:
    """What is known of contents, by blob id: two releases share most of their files."""

    sources: dict[str, bytes | None] = field(default_factory=dict)
    trees: dict[str, ast.Module | str] = field(default_factory=dict)
    matches: dict[tuple[re.Pattern[bytes], str], bool] = field(default_factory=dict)


class Modules:
    """One release: `files` are blob ids by path, `read` returns the bytes of blobs by id and leaves out what it cannot read.

    `blobs` is what releases of one repository share.
    """

    def __init__(
        self,
        commit: str,
        files: Mapping[str, str],
        read: Callable[[Iterable[str]], Mapping[str, bytes]],
        blobs: Blobs | None = None,
    ) -> None:
        self.commit = commit
        self.files = files
        self.failed: dict[str, str] = {}
        self._read = read
        self._blobs = blobs if blobs is not None else Blobs()
        self._modules: dict[str, Module | None] = {}
        self._packages: set[str] | None = None

    def source(self, path: str) -> bytes | None:
        """Return the bytes of a file, None if there is none or it cannot be read."""
        return self.sources((path,)).get(path)

    def sources(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the bytes of files by path, read in one batch; what cannot be read is left out."""
        blobs = [(path, self.files[path]) for path in paths if path in self.files]
        known = self._blobs.sources
        wanted = dict.fromkeys(blob for _, blob in blobs if blob not in known)
        if wanted:
            contents = self._read(wanted)
            known.update((blob, contents.get(blob)) for blob in wanted)
        found = ((path, known[blob]) for path, blob in blobs)
        return {path: source for path, source in found if source is not None}

    def matching(self, pattern: re.Pattern[bytes], wanted: Callable[[str], bool]) -> list[str]:
        """Return the wanted paths whose content a pattern is found in, in order."""
        return self.matching_of(pattern, [path for path in self.files if wanted(path)])

    def matching_of(self, pattern: re.Pattern[bytes], paths: Collection[str]) -> list[str]:
        """Return those of `paths` whose content a pattern is found in, in order."""
        blobs = {path: self.files[path] for path in paths if path in self.files}
        known = self._blobs.matches
        for path, source in self.sources(
            [path for path, blob in blobs.items() if (pattern, blob) not in known]
        ).items():
            known[pattern, blobs[path]] = pattern.search(source) is not None
        return sorted(path for path, blob in blobs.items() if known.get((pattern, blob)))

    def module(self, path: str) -> Module | None:
        """Return a parsed file; None if it is not there or cannot be parsed, and then `failed` says why."""
        if path not in self._modules:
            self._modules[path] = self._parsed(path)
        return self._modules[path]

    def _parsed(self, path: str) -> Module | None:
        if path not in self.files:
            return None
        source = self.source(path)
        if source is None:
            self.failed[path] = "cannot be read"
            return None
        blob = self.files[path]
        tree = self._blobs.trees.get(blob)
        if tree is None:
            tree = self._blobs.trees[blob] = faults.attempt(partial(parse, source), str)
        if isinstance(tree, str):
            self.failed[path] = tree
            return None
        return Module(self.commit, path, self.name_of(path), tree, source)

    def name_of(self, path: str) -> str:
        """Return the dotted name of a path."""
        root = next((each for each in ROOTS[1:] if path.startswith(each)), "")
        bare = path[len(root) :].removesuffix(".py").removesuffix("/__init__")
        return bare.replace("/", ".")

    def path_of(self, name: str) -> str | None:
        """Return the path of a module or package by its dotted name."""
        bare = name.replace(".", "/")
        for root in ROOTS:
            for path in (f"{root}{bare}.py", f"{root}{bare}/__init__.py"):
                if path in self.files:
                    return path
        return None

    def find(self, name: str) -> Module | None:
        """Return a module or package by its dotted name."""
        path = self.path_of(name)
        return self.module(path) if path is not None else None

    def holds(self, name: str) -> bool:
        """Tell whether a dotted name lies in a package or module of this release, found or not."""
        return self.is_package(name.partition(".")[0]) or self.path_of(name.partition(".")[0]) is not None

    def is_package(self, name: str) -> bool:
        """Tell whether modules lie under a dotted name, with or without a file of the package's own."""
        if self._packages is None:
            self._packages = set()
            for path in self.files:
                if path.endswith(".py"):
                    self._packages.update(_above(self.name_of(path)))
        return name in self._packages


def _above(name: str) -> list[str]:
    """Return the packages that a dotted name lies in."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]
