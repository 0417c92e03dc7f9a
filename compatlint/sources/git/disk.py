"""Files of the working tree, read from disk by compatlint itself and hashed.

A repository may be hostile. Git would run every file that may differ from the index through its filters, and a
filter is a program that the repository names; so git is asked for the names of files only, and never looks at
what they hold. Symbolic links are not followed, and only regular files below the top folder are opened.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from compatlint.sources.git.objects import object_id

_KEPT = 512 * 1024 * 1024  # bytes of all files that differ; what is beyond counts as too large
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Disk:
    """The working tree: blob id by path, content by id where it is not in the store.

    `oversized` is the size by id of what is over the cap.
    """

    files: dict[str, str] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    oversized: dict[str, int] = field(default_factory=dict)


def read_disk(
    top: str,
    hash_name: str,
    cap: int,
    indexed: Mapping[str, str],
    absent: Iterable[str],
    others: Iterable[str],
) -> Disk:
    """Return the files below `top` as they are on disk.

    `indexed` are the blob ids of the index by path, `absent` the paths that a sparse checkout leaves out (as
    the index has them, then), `others` the paths that the index does not know. Files over `cap` bytes are not
    kept.
    """
    disk = Disk()
    reading = _Reading(os.path.realpath(top), hash_name, cap)
    left_out = set(absent)
    for path, known in [*indexed.items(), *((path, "") for path in others)]:
        blob = reading.blob(disk, path, known)
        if blob is not None:
            disk.files[path] = blob
        elif path in left_out:
            disk.files[path] = known
    return disk


class _Reading:
    """Opens and hashes files of one working tree."""

    def __init__(self, top: str, hash_name: str, cap: int) -> None:
        self._top, self._hash, self._cap = top, hash_name, cap
        self._folders: dict[str, bool] = {}
        self._kept = 0

    def blob(self, disk: Disk, path: str, known: str) -> str | None:
        """Return the id of what the file at `path` holds, None if there is no regular file.

        `known` is the id that the index has: no content is kept of what has it.
        """
        if not self._is_real(os.path.dirname(path)):
            return None  # behind a symbolic link: git takes such a file for deleted, too
        full = os.path.join(self._top, path)
        try:
            if not stat.S_ISREG(os.lstat(full).st_mode):
                return None
            descriptor = os.open(
                full, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            )
            with open(descriptor, "rb") as stream:
                size = os.fstat(descriptor).st_size
                if size > self._cap:
                    return self._large(disk, stream, size, path, known)
                content = stream.read(self._cap)
        except OSError:
            return None
        return self._small(disk, content, path, known)

    def _small(self, disk: Disk, content: bytes, path: str, known: str) -> str:
        name = object_id(content, self._hash)
        if name == known:
            return name
        if known and b"\r\n" in content:  # as git checks text out on some systems
            unix = content.replace(b"\r\n", b"\n")
            if object_id(unix, self._hash) == known:
                return known
        if self._kept + len(content) > _KEPT:
            return _oversized(disk, path, len(content))
        self._kept += len(content)
        disk.contents[name] = content
        return name

    def _large(self, disk: Disk, stream: BinaryIO, size: int, path: str, known: str) -> str:
        """Return the id of a file that is not kept: that of the index if it is the same."""
        digest = hashlib.new(self._hash, f"blob {size}\0".encode(), usedforsecurity=False)
        left = size if known and not _is_sparse(stream) else 0
        while left > 0 and (piece := stream.read(min(_PIECE, left))):
            digest.update(piece)
            left -= len(piece)
        return known if digest.hexdigest() == known else _oversized(disk, path, size)

    def _is_real(self, folder: str) -> bool:
        """Tell whether a folder of the working tree is reached without a symbolic link."""
        if folder not in self._folders:
            full = os.path.join(self._top, folder).rstrip(os.sep)
            self._folders[folder] = os.path.realpath(full) == full
        return self._folders[folder]


def _oversized(disk: Disk, path: str, size: int) -> str:
    name = f"worktree:{path}"
    disk.oversized[name] = size
    return name


def _is_sparse(stream: BinaryIO) -> bool:
    """Tell whether a file has less on disk than it claims: to read terabytes of nothing would take all day."""
    status = os.fstat(stream.fileno())
    return getattr(status, "st_blocks", status.st_size) * 512 < status.st_size // 2
