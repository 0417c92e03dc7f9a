"""A repository from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from compatlint.errors import SourceError
from compatlint.sources.git import Repository, build


def test_each_release_becomes_a_tag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    first = {"src/a b.h": b"one\n", 'odd "name"\n\\.h': b"", "gone": b"\0\xff"}
    build(tmp_path / "made", [("v1.0.0", first), ("v1.1.0", {"src/a b.h": b"two"})])
    repository = Repository.open(tmp_path / "made")
    old, new = repository.range("v1.0.0..v1.1.0")
    blobs = repository.read([*old.files().values(), *new.files().values()])
    assert {path: blobs[blob] for path, blob in old.files().items()} == first
    assert {path: blobs[blob] for path, blob in new.files().items()} == {"src/a b.h": b"two"}
    assert (tmp_path / "made" / "src" / "a b.h").read_text() == "two"
    assert repository.worktree().files() == new.files()


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    with pytest.raises(SourceError, match="is not empty"):
        build(tmp_path, [])
