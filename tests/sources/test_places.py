"""Where repositories are found, what clones lack, and what a hostile repository may not do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compatlint.errors import SourceError
from compatlint.sources.git import Repository
from compatlint.sources.git.place import _refused
from tests.gitbox import GitBox


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of every file below a folder."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def test_bare_repositories_have_commits_only(box: GitBox, tmp_path: Path) -> None:
    box.commit({"a": "1"}, tag="v1.0.0")
    box.commit({"a": "2"})
    box.git("clone", "-q", "--bare", str(box.path), str(tmp_path / "bare.git"))
    repository = Repository.open(tmp_path / "bare.git")
    old, new = repository.range(None)
    assert [change.path for change in repository.changes(old, new)] == ["a"]
    assert repository.root is None
    with pytest.raises(SourceError, match="no working tree"):
        repository.range(None, staged=True)


def test_a_linked_worktree_and_a_named_repository(
    box: GitBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.commit({"a": "1"}, tag="v1.0.0")
    box.git("worktree", "add", "-q", "-b", "wip", str(tmp_path / "linked"))
    (tmp_path / "linked" / "a").write_text("2")
    (tmp_path / "linked" / "deep").mkdir()
    for place in ("linked", "linked/deep", "linked/a"):
        repository = Repository.open(tmp_path / place)
        assert repository.root == str(tmp_path / "linked")
        old, new = repository.range("wip", worktree=True)
        assert [change.path for change in repository.changes(old, new)] == ["a"]
    assert Repository.open(box.path / ".git").root == str(box.path)


def test_a_named_repository_wins_over_a_surrounding_hook(
    box: GitBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.commit({"a": "1"})
    other = GitBox(tmp_path / "other")
    other.commit({"b": "1"})
    monkeypatch.setenv("GIT_DIR", str(box.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(box.path / ".git" / "index"))
    assert set(Repository.open(other.path).index().files()) == {"b"}
    assert set(Repository.open().index().files()) == {"a"}
    assert os.environ["GIT_DIR"] == str(box.path / ".git")


def test_the_index_of_a_partial_commit(box: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.commit({"a": "1", "b": "1"})
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index.lock")
    (box.path / ".git" / "next-index.lock").write_bytes((box.path / ".git" / "index").read_bytes())
    (box.path / ".git" / "index").unlink()
    for repository in (Repository.open(), Repository.open("."), Repository.open(box.path)):
        assert set(repository.index().files()) == {"a", "b"}


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(SourceError, match="not in a git repository"):
        Repository.open(tmp_path)
    with pytest.raises(SourceError, match="does not exist"):
        Repository.open(tmp_path / "nowhere")


def test_a_repository_without_commits(box: GitBox) -> None:
    with pytest.raises(SourceError, match="no commit yet"):
        Repository.open().range(None)
    with pytest.raises(SourceError, match="no commit yet"):
        Repository.open().tree("HEAD~3")


def test_no_git(box: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(box.path))
    with pytest.raises(SourceError, match="git cannot be run"):
        Repository.open()


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_somebody_else(box: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.commit({"a": "1"})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for path in (box.path, box.path / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(SourceError, match=f"git config --global --add safe.directory {box.path}$"):
        Repository.open()


def test_the_command_for_a_folder_of_somebody_else() -> None:
    message = "fatal: detected dubious ownership in repository at '/srv/x y'\nTo add an exception for this directory, call:"
    assert str(_refused("/srv", message)).endswith("run: git config --global --add safe.directory '/srv/x y'")


@pytest.fixture
def shallow(box: GitBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitBox:
    """Return a clone of depth one, and make it the current folder."""
    for number in range(4):
        box.commit({"a": str(number)}, tag=f"v1.0.{number}")
    box.git("checkout", "-q", "-b", "stable", "v1.0.1")
    box.commit({"b": "stable"})
    box.git("checkout", "-q", "main")
    clone = GitBox(tmp_path / "clone")
    clone.git("remote", "add", "origin", f"file://{box.path}")
    clone.git("fetch", "-q", "--depth=1", "--no-tags", "origin", "main:refs/remotes/origin/main")
    clone.git("checkout", "-q", "main")
    monkeypatch.chdir(clone.path)
    return clone


@pytest.mark.parametrize("rev", ["v1.0.1", "HEAD~3", "stable", "origin/stable", "refs/tags/v1.0.2", "hash"])
def test_the_printed_fetch_brings_what_a_shallow_clone_lacks(box: GitBox, shallow: GitBox, rev: str) -> None:
    rev = box.git("rev-parse", "v1.0.1") if rev == "hash" else rev
    box.git("config", "uploadpack.allowAnySHA1InWant", "true")
    with pytest.raises(SourceError, match="shallow clone; bring it with: git fetch") as caught:
        Repository.open().range(f"{rev}..HEAD")
    command = str(caught.value).rpartition("with: ")[2].split()
    shallow.git(*command[1:])
    name = "origin/stable" if rev == "stable" else rev
    assert Repository.open().tree(name).commit == box.git(
        "rev-parse", f"{name.removeprefix('origin/')}^{{commit}}"
    )


def test_a_shallow_clone_without_tags_or_merge_base(shallow: GitBox) -> None:
    with pytest.raises(SourceError, match="git fetch --unshallow --tags origin"):
        Repository.open().range(None)
    shallow.git("fetch", "-q", "--depth=1", "--no-tags", "origin", "stable:refs/remotes/origin/stable")
    with pytest.raises(SourceError, match="git fetch --unshallow origin"):
        Repository.open().range("origin/stable...HEAD")


def test_a_partial_clone_is_asked_for_nothing(box: GitBox, tmp_path: Path) -> None:
    box.commit({"a": "1"}, tag="v1.0.0")
    box.commit({"a": "2"})
    box.git("config", "uploadpack.allowFilter", "true")
    box.git(
        "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{box.path}", str(tmp_path / "partial")
    )
    before = listing(tmp_path / "partial")
    repository = Repository.open(tmp_path / "partial")
    old, new = repository.range(None)
    (change,) = repository.changes(old, new)
    with pytest.raises(
        SourceError, match=r"partial clone lacks objects .* git fetch --refetch --no-filter origin"
    ):
        repository.read([change.old or "", change.new or ""])
    assert listing(tmp_path / "partial") == before


NAMES = ("a=b", "a=b=c", "UPPER", "ünï", "=")  # no option can say a name with an equals sign


def test_nothing_a_repository_configures_is_executed(box: GitBox, tmp_path: Path) -> None:
    witness = tmp_path / "executed"
    program = box.write("program.sh", f"#!/bin/sh\ntouch {witness}\ncat\n")
    program.chmod(0o755)
    attributes = "".join(f"{number}.h filter={name}\n" for number, name in enumerate(NAMES))
    files = {f"{number}.h": "one\n" for number in range(len(NAMES))}
    box.commit(
        {**files, "a.h": "one\n", ".gitattributes": f"*.h filter=evil diff=evil\n{attributes}"}, tag="v1.0.0"
    )
    box.commit({"a.h": "two\n"})
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.gitProxy",
        "core.alternateRefsCommand",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "credential.helper",
        "uploadpack.packObjectsHook",
    ):
        box.git("config", key, str(program))
    with (box.path / ".git" / "config").open("a") as config:
        for name in NAMES:
            config.write(
                f'[filter "{name}"]\n\tclean = {program}\n\tprocess = {program}\n\trequired = true\n'
            )
    hooks = box.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout"):
        (hooks / hook).write_bytes(program.read_bytes())
        (hooks / hook).chmod(0o755)
    (box.path / "a.h").write_text("six\n")  # the same size, and most likely the same time as in the index
    index = box.path / ".git" / "index"
    os.utime(index, (0, 0))  # older than every file: git would have to look at what they hold
    box.git("config", "extensions.partialClone", "origin")
    box.git("config", "core.repositoryFormatVersion", "1")
    box.git("config", "remote.origin.promisor", "true")
    box.git("config", "remote.origin.url", f"ext::{program}")
    box.git("config", "protocol.ext.allow", "always")
    before = listing(box.path)
    repository = Repository.open()
    for old, new in (
        repository.range(None),
        repository.range(None, staged=True),
        repository.range(None, worktree=True),
    ):
        repository.read(change.new or "" for change in repository.changes(old, new))
        repository.read(new.files().values())
    with pytest.raises(SourceError):
        repository.read(["1" * 40])
    with pytest.raises(SourceError):
        repository.tree("2" * 40)
    assert not witness.exists()
    assert listing(box.path) == before, "nothing was written either"


@pytest.mark.parametrize("name", ["a\u2028b", "a\u0085b", "a\fb", "a\nb", "a\x1cb"])
def test_a_folder_with_a_line_separator_in_its_name(tmp_path: Path, name: str) -> None:
    made = GitBox(tmp_path / name / "repository")
    made.commit({"a": "1"}, tag="v1.0.0")
    repository = Repository.open(made.path)
    assert repository.tree("v1.0.0").files().keys() == {"a"}
    assert repository.root == str(made.path)


@pytest.mark.parametrize("mark", ["\u2028", "\u0085", "\u2029", "\u00a0"])
def test_a_tag_with_a_line_separator_in_its_name(box: GitBox, mark: str) -> None:
    box.commit({"a": "1"}, tag="v1.0.0")
    box.git("tag", f"v1.0.1{mark}")
    box.git("tag", f"odd{mark}v1.0.2")
    repository = Repository.open()
    assert set(repository.release_tags()) == {"v1.0.0"}
    with pytest.raises(SourceError, match="there is no revision v9"):
        repository.tree("v9")
    assert repository.last_release_tag("HEAD") == "v1.0.0"
