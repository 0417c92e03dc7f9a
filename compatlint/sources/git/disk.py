"""Files of the working tree that differ from the index, read from disk.

A repository may be hostile: symbolic links are not followed, only regular files below the top folder are
opened, and git's filters are switched off, for a filter is a program that the repository names.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field

from compatlint.sources.git.call import Caller, GitFailed
from compatlint.sources.git.tree import decode_path


@dataclass(frozen=True, slots=True)
class Disk:
    """What lies over the index.

    Blob id by path (None: deleted), content by id, size by id of what is over the cap.

    `announced` are paths of which the index knows only that they will be added (`git add -N`), and no
    content.
    """

    files: dict[str, str | None] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    oversized: dict[str, int] = field(default_factory=dict)
    announced: set[str] = field(default_factory=set)


def read_disk(git: Caller, top: str, hash_name: str, cap: int) -> Disk:
    """Return the tracked files below `top` whose content is not that of the index.

    Files over `cap` bytes are not read.
    """
    options = ("--raw", "-z", "--no-abbrev", "--no-renames", "--ignore-submodules", "--no-ext-diff")
    output = _unfiltered(git).run("diff-files", *options)
    disk = Disk()
    fields = output.split(b"\0")
    for head, raw in zip(fields[::2], fields[1::2], strict=False):
        path = decode_path(raw)
        _old_mode, _new_mode, known, _zeros, status = head.decode("ascii").split(" ")
        if status == "A":
            disk.announced.add(path)
        blob = _blob(disk, top, path, hash_name, cap)
        if blob != known:
            disk.files[path] = blob
    return disk


def _blob(disk: Disk, top: str, path: str, hash_name: str, cap: int) -> str | None:
    """Return the blob id of the file at `path`, keeping what it holds; None if there is no regular file."""
    full = os.path.join(top, path)
    if os.path.realpath(os.path.dirname(full)) != os.path.join(
        os.path.realpath(top), os.path.dirname(path)
    ).rstrip(os.sep):
        return None  # behind a symbolic link: git takes such a file for deleted, too
    try:
        if not stat.S_ISREG(os.lstat(full).st_mode):
            return None
        descriptor = os.open(full, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as stream:
            size = os.fstat(descriptor).st_size
            if size > cap:
                name = f"worktree:{path}"
                disk.oversized[name] = size
                return name
            content = stream.read(cap)
    except OSError:
        return None
    name = blob_id(content, hash_name)
    disk.contents[name] = content
    return name


def blob_id(content: bytes, hash_name: str) -> str:
    """Return git's name for a blob: the hash over `blob SIZE`, NUL and the content."""
    digest = hashlib.new(hash_name, b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def _unfiltered(git: Caller) -> Caller:
    """Return a caller for which no filter driver has a program."""
    try:
        names = git.run(
            "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process|required)$"
        )
    except GitFailed:
        return git  # no filter is configured
    keys = sorted({name for name in decode_path(names).split("\0") if name})
    return git.with_settings(
        [f"{key}={'false' if key.endswith('.required') else ''}" for key in keys if "=" not in key]
    )
