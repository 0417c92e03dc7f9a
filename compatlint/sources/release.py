"""One release as a front end sees it: paths, blobs and their text, and a memory for what was made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from compatlint.sources.git.tree import Tree

Read = Callable[[Iterable[str]], Mapping[str, bytes]]
Made = TypeVar("Made")


class Memory:
    """What the releases of one run share: one value of each class, made when it is first asked for."""

    def __init__(self) -> None:
        self._made: dict[type, Any] = {}

    def of(self, kind: type[Made]) -> Made:
        """Return the one value of a class; its constructor takes no arguments."""
        if kind not in self._made:
            self._made[kind] = kind()
        found: Made = self._made[kind]
        return found


class Contents:
    """File contents by blob id; two releases share most of them. None: the blob cannot be read."""

    def __init__(self) -> None:
        self.known: dict[str, bytes | None] = {}


class Release:
    """One commit: `files` holds blob ids by path, `read` returns the bytes of blobs and leaves out the unreadable.

    `failed` holds, by path, why a file could not be read; front ends add to it. `memory` is shared by the
    releases of one run.
    """

    def __init__(
        self, commit: str, files: Mapping[str, str], read: Read, memory: Memory | None = None
    ) -> None:
        self.commit = commit
        self.files = files
        self.read = read
        self.memory = memory if memory is not None else Memory()
        self.failed: dict[str, str] = {}
        self._derived: dict[object, Any] = {}

    @classmethod
    def of(cls, tree: Tree, read: Read, memory: Memory | None = None) -> Release:
        """Return the release of a tree."""
        return cls(tree.commit, tree.files(), read, memory)

    def source(self, path: str) -> bytes | None:
        """Return the bytes of a file, None if there is none or it cannot be read."""
        return self.sources((path,)).get(path)

    def sources(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the bytes of files by path, read in one batch; what cannot be read is left out."""
        blobs = [(path, self.files[path]) for path in paths if path in self.files]
        known = self.memory.of(Contents).known
        wanted = dict.fromkeys(blob for _, blob in blobs if blob not in known)
        if wanted:
            contents = self.read(wanted)
            known.update((blob, contents.get(blob)) for blob in wanted)
        found = ((path, known[blob]) for path, blob in blobs)
        return {path: source for path, source in found if source is not None}

    def derive(self, make: Callable[[Release], Made]) -> Made:
        """Return what `make` makes of this release; it is asked once."""
        if make not in self._derived:
            self._derived[make] = make(self)
        found: Made = self._derived[make]
        return found
