"""A front end that fails makes its file unread, and nothing else."""

from __future__ import annotations

import pytest

from compatlint import faults
from compatlint.errors import ConfigError
from compatlint.notations.languages.python import Project
from compatlint.sources.git import Repository
from tests.gitbox import GitBox


@pytest.fixture(autouse=True)
def as_users_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "loud", False)
    monkeypatch.setattr(faults, "_met", False)


def raising(error: Exception) -> str:
    raise error


def test_a_failure_becomes_a_reason() -> None:
    assert faults.attempt(lambda: "read", str) == "read"
    assert faults.attempt(lambda: raising(RecursionError()), str) == "nested too deeply"
    assert faults.attempt(lambda: raising(MemoryError()), str) == "it needs more memory than there is"
    assert "please report that: KeyError" in faults.attempt(lambda: raising(KeyError("\x1b[0m\n")), str)


def test_the_place_of_a_failure_is_one_of_ours() -> None:
    reason = faults.attempt(lambda: Project(3, {}, {}).module("a").x, str)  # type: ignore[arg-type, union-attr]
    assert "\n" not in reason
    assert "AttributeError in faults.py, line" in reason


def test_what_the_user_can_mend_ends_the_run_as_before() -> None:
    with pytest.raises(ConfigError):
        faults.attempt(lambda: raising(ConfigError("mend it")), str)
    with pytest.raises(KeyboardInterrupt):
        faults.attempt(lambda: (_ for _ in ()).throw(KeyboardInterrupt), str)


def test_a_file_that_the_parser_of_python_fails_over(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = GitBox(tmp_path / "repository")
    box.commit({"a.py": "1\n", "b.py": "2\n"})
    repository = Repository.open(box.path)
    release = Project("HEAD", repository.tree("HEAD").files(), repository.read)

    def parse(source: bytes) -> object:
        return raising(SystemError("broken")) if source == b"1\n" else real(source)

    from compatlint.notations.languages.python import modules

    real = modules.parse
    monkeypatch.setattr(modules, "parse", parse)
    assert release.module("a.py") is None
    assert release.module("b.py") is not None
    assert "SystemError" in release.failed["a.py"]
