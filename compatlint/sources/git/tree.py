"""What stands in one release: paths and blob ids, and how two such lists differ.

A tree is a commit, the index or the working tree; its list of files is only asked for when somebody needs it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from compatlint.errors import SourceError

INDEX = "index"
WORKTREE = "worktree"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path that differs: its blob id on either side, None where the file does not exist there."""

    path: str
    old: str | None
    new: str | None


class Tree:
    """The regular files of one release; symbolic links and submodules are left out.

    `rev` is the revision as the user wrote it, `commit` the full hash ("index" or "worktree" where there is
    none). `version` stands for the release among others where its name and its tags do not tell.
    """

    __slots__ = ("_files", "_key", "_list", "commit", "rev", "version")

    def __init__(
        self,
        rev: str,
        commit: str,
        key: str,
        list_files: Callable[[], dict[str, str]],
        version: tuple[int, ...] | None = None,
    ) -> None:
        self.rev = rev
        self.commit = commit
        self.version = version
        self._key = key
        self._list = list_files
        self._files: dict[str, str] | None = None

    def __repr__(self) -> str:
        return f"Tree({self.rev!r}, {self.commit!r})"

    def files(self) -> dict[str, str]:
        """Return blob ids by path; listed on the first call, then remembered."""
        if self._files is None:
            self._files = self._list()
        return self._files

    @property
    def key(self) -> str:
        """Return a name for the content.

        Git's tree hash, or a hash over the list of files where git has none.
        """
        if not self._key:
            digest = hashlib.sha256()
            for path, blob in sorted(self.files().items()):
                digest.update(f"{path}\0{blob}\0".encode(errors="surrogateescape"))
            self._key = f"files-{digest.hexdigest()}"
        return self._key


def decode_path(raw: bytes) -> str:
    """Return a path of git as text; bytes that are not UTF-8 survive the way back."""
    return raw.decode("utf-8", "surrogateescape")


def unmerged(path: str) -> SourceError:
    """Return the error for a file that a merge left with more than one content."""
    return SourceError(f"{path} is not merged yet: resolve the conflict and `git add` it first")


def compare_lists(old: dict[str, str], new: dict[str, str]) -> list[FileChange]:
    """Return the changes between two lists of files, by path."""
    paths = sorted(old.keys() | new.keys())
    return [
        FileChange(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)
    ]
