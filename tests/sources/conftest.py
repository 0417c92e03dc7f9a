"""A small repository to ask questions about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gitbox import GitBox


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitBox]:
    """Return an empty repository, and make its folder the current one."""
    made = GitBox(tmp_path / "repository")
    monkeypatch.chdir(made.path)
    return made
