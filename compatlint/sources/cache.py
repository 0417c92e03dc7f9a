"""What was read before, by content: opaque bytes in one SQLite file of the user's cache folder.

A cache is never needed. Whatever goes wrong with it (locked, full, corrupt, not ours) makes it go without, in
silence: a row that fails its checksum is missing, and a file that is not a database is made anew.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import time
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from compatlint import faults

LIMIT = 256 * 1024 * 1024
_FILE = "cache-1.sqlite"  # the number counts the shape of the table
_CHUNK = 400  # SQLite allows 999 parameters in a statement, or more
_SUFFIXES = ("", "-wal", "-shm", "-journal")  # of the file, and of what SQLite keeps beside it
_DAY = 24 * 3600
_TABLE = """CREATE TABLE IF NOT EXISTS entry(
    id BLOB PRIMARY KEY, packed INTEGER NOT NULL, checksum BLOB NOT NULL, used INTEGER NOT NULL, value BLOB NOT NULL)"""


def default_folder() -> Path | None:
    """Return the user's cache folder for compatlint.

    COMPATLINT_CACHE, or below XDG_CACHE_HOME, or below ~/.cache.
    """
    own = os.environ.get("COMPATLINT_CACHE")
    if own:
        return Path(own).absolute()
    base = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):  # the XDG specification: a relative path is to be ignored
        return Path(base) / "compatlint"
    try:
        return Path.home() / ".cache" / "compatlint"
    except RuntimeError:
        return None


class Cache:
    """Bytes by kind, version of the kind, and key. `folder=None` is a cache that remembers nothing.

    At most about `limit_bytes` are kept; what was not used for the longest time goes first.
    """

    def __init__(self, folder: str | os.PathLike[str] | None, limit_bytes: int = LIMIT) -> None:
        self._path = None if folder is None else Path(folder) / _FILE
        self._limit = limit_bytes
        self._connection: sqlite3.Connection | None = None
        self._opened_by = 0
        self._foreign: list[sqlite3.Connection] = []

    @property
    def remembers(self) -> bool:
        """Tell whether there is a place to keep anything at all."""
        return self._path is not None

    def get_many(self, kind: str, version: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the values that are known and intact, by key."""
        names = {_id(kind, version, key): key for key in keys}
        if not names:
            return {}
        found: dict[str, bytes] = {}
        try:
            connection = self._open()
            if connection is None:
                return {}
            stale: list[bytes] = []
            today = int(time.time())
            for some in _chunks(list(names)):
                marks = ",".join("?" * len(some))
                query = f"SELECT id, packed, checksum, used, value FROM entry WHERE id IN ({marks})"
                for name, packed, checksum, used, stored in connection.execute(query, some):
                    value = _unpack(name, packed, checksum, stored)
                    if value is not None:
                        found[names[name]] = value
                        if isinstance(used, int) and used < today - _DAY:
                            stale.append(name)
            self._touch(connection, stale, today)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
        return found

    def put_many(self, kind: str, version: str, values: Mapping[str, bytes]) -> None:
        """Remember values by key; nothing where compatlint failed over something that it read."""
        if not values or faults.met():
            return
        now = int(time.time())
        rows = [_row(_id(kind, version, key), value, now) for key, value in values.items()]
        try:
            connection = self._open()
            if connection is None:
                return
            with connection:
                connection.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?)", rows)
            self._evict(connection)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> sqlite3.Connection | None:
        """Return the connection, opening or creating the file; None where there is no cache."""
        if self._connection is not None and self._opened_by != os.getpid():
            # Of the process that this one was forked off: SQLite allows neither to use it here nor to close
            # it.
            self._foreign.append(self._connection)
            self._connection = None
        if self._path is None or self._connection is not None:
            return self._connection
        self._opened_by = os.getpid()
        folder = self._path.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = (self._path.with_name(self._path.name + each) for each in _SUFFIXES)
        if not all(_is_ours(each) for each in (folder, *beside)):
            self._path = None  # values that someone else may have written are not read
            return None
        try:
            self._connection = self._connect(self._path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            self._discard()
            self._connection = self._connect(self._path)
        return self._connection

    def _connect(self, path: Path) -> sqlite3.Connection:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path, timeout=2.0)
        try:
            connection.execute(
                "PRAGMA auto_vacuum=INCREMENTAL"
            )  # before the first table, or it has no effect
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(_TABLE)
            connection.commit()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _touch(self, connection: sqlite3.Connection, names: list[bytes], now: int) -> None:
        """Note that entries were used; once a day is enough, so that reading hardly ever writes."""
        if names:
            with connection:
                connection.executemany(
                    "UPDATE entry SET used = ? WHERE id = ?", [(now, name) for name in names]
                )

    def _evict(self, connection: sqlite3.Connection) -> None:
        """Bring the file below three quarters of the limit once it has grown over it."""
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        size = (pages - free) * page
        if size <= self._limit:
            return
        excess = size - self._limit * 3 // 4
        doomed: list[tuple[bytes]] = []
        for name, length in connection.execute("SELECT id, length(value) FROM entry ORDER BY used, rowid"):
            if excess <= 0:
                break
            doomed.append((name,))
            excess -= length + 100  # about what a row costs besides its value
        with connection:
            connection.executemany("DELETE FROM entry WHERE id = ?", doomed)
        connection.execute("PRAGMA incremental_vacuum").fetchall()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _give_up(self, error: Exception) -> None:
        """Go without a cache from here on; a corrupt file is removed, so that the next run has one again."""
        corrupt = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        try:
            self.close()
            if corrupt:
                self._discard()
        except (sqlite3.Error, OSError):
            pass
        self._path = None

    def _discard(self) -> None:
        """Remove the file and what SQLite keeps beside it."""
        if self._path is not None:
            for suffix in _SUFFIXES:
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    """Tell whether only this user can write to a file or a folder; one that is not there yet is his, too.

    Who can write to the cache decides what a report says.
    """
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return True
    if not hasattr(os, "getuid"):
        return True
    mine = status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return mine and not stat.S_ISLNK(status.st_mode)


def _id(kind: str, version: str, key: str) -> bytes:
    """Return the 16 bytes under which a value is filed."""
    text = "\0".join((kind, version, key))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _checksum(name: bytes, stored: bytes) -> bytes:
    """Return 8 bytes over a stored value and the name it belongs to."""
    return hashlib.blake2b(stored, digest_size=8, key=name).digest()


def _row(name: bytes, value: bytes, now: int) -> tuple[bytes, int, bytes, int, bytes]:
    """Return the table row of a value, compressed where that saves anything."""
    packed = zlib.compress(value, 1) if len(value) > 200 else value
    smaller = len(packed) < len(value)
    stored = packed if smaller else value
    return name, int(smaller), _checksum(name, stored), now, stored


def _unpack(name: bytes, packed: object, checksum: object, stored: object) -> bytes | None:
    """Return the value of a row, or None if the row is not what was written."""
    if not isinstance(stored, bytes) or checksum != _checksum(name, stored):
        return None
    try:
        return zlib.decompress(stored) if packed else stored
    except zlib.error:
        return None


def _chunks(names: list[bytes]) -> Iterable[list[bytes]]:
    return (names[start : start + _CHUNK] for start in range(0, len(names), _CHUNK))
