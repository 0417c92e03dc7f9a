"""Files that a user names or a checkout holds: read within a limit, written whole or not at all.

A checkout may be hostile: a file may be a link to somewhere else, a pipe that never ends, or larger than
memory. What is written is written beside and then renamed, so that a full disk leaves the old file as it was,
and a link at that place is replaced and not followed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path

LIMIT = 4 * 1024 * 1024  # bytes
_NO_FILE_BESIDE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EXDEV)


def read_text(path: Path, limit: int = LIMIT) -> str:
    """Return the text of a regular file of at most `limit` bytes.

    Raise OSError or UnicodeDecodeError; its text says why, in words for the user.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is no regular file")
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise OSError(f"it is larger than {limit // 1024} kB")
    return content.decode("utf-8")


def leads_outside(path: Path, folder: Path) -> bool:
    """Tell whether `path`, with every link followed, is not below `folder`."""
    real, home = os.path.realpath(path), os.path.realpath(folder)
    return os.path.commonpath([real, home]) != home


def write_text(path: Path, text: str) -> None:
    """Write a text to `path`, whole or not at all; what has no UTF-8 is escaped.

    A link at that place is replaced. What is no file (`/dev/stdout`, a pipe) is written to as it is. Raise
    OSError if it cannot be done.
    """
    content = text.encode("utf-8", "backslashreplace")
    old = _status(path)
    if _is_stream(path, old):
        path.write_bytes(content)
        return
    try:
        _replace(path, content, old)
    except OSError as error:
        if error.errno not in _NO_FILE_BESIDE or old is None or not stat.S_ISREG(old.st_mode):
            raise
        _overwrite(path, content)


def _status(path: Path) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def _is_stream(path: Path, old: os.stat_result | None) -> bool:
    """Tell whether a path is a device, a pipe or the like; the links in /dev and /proc are the system's own."""
    if os.path.abspath(path).startswith(("/dev/", "/proc/")):
        return True
    return old is not None and not stat.S_ISREG(old.st_mode) and not stat.S_ISLNK(old.st_mode)


def _replace(path: Path, content: bytes, old: os.stat_result | None) -> None:
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:50]}.")
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(descriptor, _mode(old))
            os.fsync(descriptor)
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def _overwrite(path: Path, content: bytes) -> None:
    """Write into a file whose folder takes no other, as a file mounted into a container is."""
    descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0))
    with open(descriptor, "wb") as stream:
        stream.write(content)


def _mode(old: os.stat_result | None) -> int:
    """Return the permissions of the file that is replaced, or those that a new one gets."""
    if old is not None and stat.S_ISREG(old.st_mode):
        return stat.S_IMODE(old.st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
