"""The cache: what it keeps, and that nothing that happens to it matters."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from compatlint.sources.cache import Cache, default_folder


def file_of(folder: Path) -> Path:
    (path,) = folder.glob("*.sqlite")
    return path


def test_what_was_put_is_found_again(tmp_path: Path) -> None:
    values = {f"k{number}": bytes([number % 256]) * number for number in range(1500)}
    first = Cache(tmp_path / "cache")
    first.put_many("cpp", "1", values)
    first.close()
    second = Cache(tmp_path / "cache")
    assert second.get_many("cpp", "1", [*values, "absent"]) == values
    assert second.get_many("cpp", "2", values) == {}
    assert second.get_many("other", "1", values) == {}
    second.put_many("cpp", "1", {"k1": b"new"})
    assert second.get_many("cpp", "1", ["k1", "k1"]) == {"k1": b"new"}
    second.close()


def test_the_folder_is_private(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "a" / "cache")
    cache.put_many("k", "1", {"a": b"1"})
    cache.close()
    assert stat.S_IMODE((tmp_path / "a" / "cache").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "cache" / "cache-1.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
@pytest.mark.parametrize("name", ["", "cache-1.sqlite", "cache-1.sqlite-wal"])
def test_what_others_can_write_is_not_read(tmp_path: Path, name: str, mode: int) -> None:
    folder = tmp_path / "cache"
    cache = Cache(folder)
    cache.put_many("k", "1", {"a": b"1"})
    cache.close()
    if name.endswith("-wal"):
        (folder / name).touch()
    (folder / name).chmod(mode)
    assert Cache(folder).get_many("k", "1", ["a"]) == {}
    (folder / name).chmod(0o700)
    again = Cache(folder)
    assert again.get_many("k", "1", ["a"]) == {"a": b"1"}
    again.close()


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    real = Cache(tmp_path / "real")
    real.put_many("k", "1", {"a": b"1"})
    real.close()
    (tmp_path / "cache").mkdir(mode=0o700)
    (tmp_path / "cache" / "cache-1.sqlite").symlink_to(tmp_path / "real" / "cache-1.sqlite")
    assert Cache(tmp_path / "cache").get_many("k", "1", ["a"]) == {}


def test_no_folder_is_no_cache() -> None:
    cache = Cache(None)
    cache.put_many("k", "1", {"a": b"1"})
    assert cache.get_many("k", "1", ["a"]) == {}
    cache.close()


def test_a_corrupt_file_is_made_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put_many("k", "1", {"a": b"1"})
    cache.close()
    file_of(tmp_path).write_bytes(b"this is not a database" * 1000)
    cache = Cache(tmp_path)
    assert cache.get_many("k", "1", ["a"]) == {}
    cache.put_many("k", "1", {"a": b"2"})
    assert cache.get_many("k", "1", ["a"]) == {"a": b"2"}
    cache.close()


def test_a_damaged_file_never_yields_a_wrong_value(tmp_path: Path) -> None:
    values = {f"k{number}": os.urandom(700) for number in range(300)}
    cache = Cache(tmp_path)
    cache.put_many("k", "1", values)
    cache.close()
    path = file_of(tmp_path)
    whole = bytearray(path.read_bytes())
    for position in range(5000, len(whole), 3001):
        whole[position] ^= 0xFF
    path.write_bytes(whole)
    damaged = Cache(tmp_path)
    assert damaged.get_many("k", "1", values).items() <= values.items()
    damaged.put_many("k", "1", {"after": b"1"})
    damaged.close()
    again = Cache(tmp_path)
    again.put_many("k", "1", {"after": b"1"})
    assert again.get_many("k", "1", ["after"]) == {"after": b"1"}
    again.close()


@pytest.mark.parametrize("column", ["value", "checksum", "packed", "used"])
def test_a_row_that_was_tampered_with_is_missing(tmp_path: Path, column: str) -> None:
    cache = Cache(tmp_path)
    cache.put_many("k", "1", {"a": b"x" * 500})
    cache.close()
    connection = sqlite3.connect(file_of(tmp_path))
    connection.execute(f"UPDATE entry SET {column} = 'text'")
    connection.commit()
    connection.close()
    cache = Cache(tmp_path)
    assert cache.get_many("k", "1", ["a"]) in ({}, {"a": b"x" * 500})
    cache.close()


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put_many("k", "1", {"a": b"1"})
    assert cache.get_many("k", "1", ["a"]) == {}


def test_the_size_is_bounded_and_the_oldest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 1024 * 1024
    cache = Cache(tmp_path, limit_bytes=limit)
    now = time.time()
    for number in range(40):
        monkeypatch.setattr("time.time", lambda number=number: now + number * 100_000)
        cache.put_many("k", "1", {f"k{number}": os.urandom(100_000)})
        assert "k0" in cache.get_many("k", "1", ["k0"]), "what is used every day stays"
    assert set(cache.get_many("k", "1", ["k0", "k1", "k39"])) == {"k0", "k39"}
    cache.close()
    assert file_of(tmp_path).stat().st_size < limit * 1.3


def write_and_read(folder: Path, worker: int) -> int:
    """Fill a cache and return how many wrong values come back."""
    wrong = 0
    for turn in range(15):
        cache = Cache(folder, limit_bytes=200_000)
        cache.put_many("k", "1", {f"k{number}": b"%d" % number * 500 for number in range(turn, turn + 50)})
        found = cache.get_many("k", "1", [f"k{number}" for number in range(100)])
        wrong += sum(value != key[1:].encode() * 500 for key, value in found.items())
        cache.close()
    return wrong


def test_processes_share_one_file(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        assert sum(pool.map(write_and_read, [tmp_path] * 4, range(4))) == 0


def test_a_locked_file_is_gone_without(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put_many("k", "1", {"a": b"1"})
    cache.close()
    other = sqlite3.connect(file_of(tmp_path), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    cache = Cache(tmp_path)
    cache.put_many("k", "1", {"b": b"1"})
    other.execute("ROLLBACK")
    other.close()
    cache.close()


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COMPATLINT_CACHE", str(tmp_path / "own"))
    assert default_folder() == tmp_path / "own"
    monkeypatch.delenv("COMPATLINT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "compatlint"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_folder() == tmp_path / ".cache" / "compatlint"
