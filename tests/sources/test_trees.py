"""Trees, changes and contents of commits, the index and the working tree."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from compatlint.errors import SourceError
from compatlint.sources.git import FileChange, Repository, Tree
from compatlint.sources.git.objects import object_id
from tests.gitbox import GitBox


def contents(repository: Repository, tree: Tree) -> dict[str, bytes]:
    blobs = repository.read(tree.files().values())
    return {path: blobs[blob] for path, blob in tree.files().items()}


def test_two_commits(box: GitBox) -> None:
    box.commit({"kept": "k", "edited": "1", "removed": "r", "dir/ü\tname\n": "odd"}, tag="v1.0.0")
    (box.path / "removed").unlink()
    box.commit({"edited": "2", "added": "a"})
    repository = Repository.open()
    old, new = repository.range(None)
    assert [change.path for change in repository.changes(old, new)] == ["added", "edited", "removed"]
    assert repository.changes(old, new)[0] == FileChange("added", None, object_id(b"a", "sha1"))
    assert repository.changes(old, new)[2] == FileChange("removed", object_id(b"r", "sha1"), None)
    assert contents(repository, old) == {
        "kept": b"k",
        "edited": b"1",
        "removed": b"r",
        "dir/ü\tname\n": b"odd",
    }
    assert repository.changes(old, old) == []
    assert old.key == box.git("rev-parse", "v1.0.0^{tree}")


def test_only_regular_files_count(box: GitBox) -> None:
    box.commit({"file": "x", "script": "y"})
    os.symlink("file", box.path / "link")
    (box.path / "script").chmod(0o755)
    box.commit()
    repository = Repository.open()
    old, new = repository.range("HEAD~1..HEAD")
    assert set(new.files()) == {"file", "script"}
    assert repository.changes(old, new) == [], "a link and a mode change no content"
    (box.path / "file").unlink()
    os.symlink("script", box.path / "file")
    box.commit()
    old, new = Repository.open().range("HEAD~1..HEAD")
    assert [(each.path, each.new) for each in Repository.open().changes(old, new)] == [("file", None)]


def test_the_index_is_what_was_staged(box: GitBox) -> None:
    box.commit({"a": "1", "b": "1", "c": "1"}, tag="v1.0.0")
    box.write("a", "staged")
    box.git("add", "a")
    box.write("a", "not staged")
    box.git("rm", "-q", "c")
    box.write("untracked", "u")
    repository = Repository.open()
    old, new = repository.range(None, staged=True)
    assert (new.rev, new.commit) == ("index", "index")
    assert [change.path for change in repository.changes(old, new)] == ["a", "c"]
    assert contents(repository, new) == {"a": b"staged", "b": b"1"}
    assert [(each.old, each.new) for each in repository.changes(new, old)] == [
        (each.new, each.old) for each in repository.changes(old, new)
    ]


def test_the_working_tree_is_what_lies_on_disk(box: GitBox) -> None:
    box.commit({"a": "1", "b": "1", "c": "1", "d": "1"}, tag="v1.0.0")
    box.commit({"d": "2"})
    box.write("a", "staged")
    box.git("add", "a")
    box.write("a", "on disk")
    box.write("d", "1")
    (box.path / "c").unlink()
    box.write("new", "n")
    box.write("ignored", "i")
    (box.path / ".git" / "info" / "exclude").write_text("ignored\n")
    (box.path / "b").touch()
    repository = Repository.open()
    old, new = repository.range("v1.0.0", worktree=True)
    assert [change.path for change in repository.changes(old, new)] == ["a", "c", "new"], "d is back"
    assert contents(repository, new) == {"a": b"on disk", "b": b"1", "d": b"1", "new": b"n"}
    assert [change.path for change in repository.changes(repository.index(), new)] == ["a", "c", "d", "new"]
    assert repository.untracked() == ["new"]


def test_a_file_that_is_only_announced_is_new(box: GitBox) -> None:
    box.commit({"a": "1"})
    box.write("b", "new")
    box.git("add", "-N", "b")
    repository = Repository.open()
    old, new = repository.range("HEAD", worktree=True)
    assert repository.changes(old, new) == [FileChange("b", None, object_id(b"new", "sha1"))]
    assert repository.changes(old, repository.index()) == []


def test_keys_name_contents(box: GitBox) -> None:
    box.commit({"a": "1"})
    first = Repository.open().index().key
    assert Repository.open().index().key == first == Repository.open().worktree().key
    box.write("a", "2")
    assert Repository.open().worktree().key != first
    box.git("add", "a")
    assert Repository.open().index().key != first


def test_the_working_tree_follows_no_links(box: GitBox, tmp_path: Path) -> None:
    box.commit({"a": "1", "dir/b": "1", "pipe": "1"})
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b").write_text("secret")
    (box.path / "a").unlink()
    os.symlink(tmp_path / "secret", box.path / "a")
    (box.path / "dir" / "b").unlink()
    (box.path / "dir").rmdir()
    os.symlink(tmp_path / "elsewhere", box.path / "dir")
    (box.path / "pipe").unlink()
    os.mkfifo(box.path / "pipe")
    assert Repository.open().worktree().files() == {}


def test_an_unresolved_merge_is_said(box: GitBox) -> None:
    box.commit({"a": "1"})
    box.git("checkout", "-q", "-b", "side")
    box.commit({"a": "side"})
    box.git("checkout", "-q", "main")
    box.commit({"a": "main"})
    with pytest.raises(subprocess.CalledProcessError):
        box.git("merge", "side")
    for tree in (Repository.open().index(), Repository.open().worktree()):
        with pytest.raises(SourceError, match="a is not merged yet"):
            tree.files()
        with pytest.raises(SourceError, match="a is not merged yet"):
            Repository.open().changes(Repository.open().tree("HEAD"), tree)


def test_files_over_the_cap_are_left_out_and_counted(box: GitBox) -> None:
    box.commit({"big": "x" * 101, "small": "x" * 100})
    box.write("small", "y" * 200)
    repository = Repository.open(cap=100)
    tree = repository.tree("HEAD")
    assert set(repository.read(tree.files().values())) == {tree.files()["small"]}
    assert repository.oversized == {tree.files()["big"]: 101}
    assert repository.read(repository.worktree().files().values()) == {}
    assert sorted(repository.oversized.values()) == [101, 200]


def test_many_blobs_come_in_batches(box: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compatlint.sources.git.objects.BATCH", 64)
    box.commit({f"f{number}": f"{number}\n" * number for number in range(60)})
    repository = Repository.open()
    assert contents(repository, repository.tree("HEAD")) == {
        f"f{number}": b"%d\n" % number * number for number in range(60)
    }


def test_sha256_repositories(tmp_path: Path) -> None:
    box = GitBox(tmp_path / "other", "--object-format=sha256")
    box.commit({"a": "1"}, tag="v1.0.0")
    box.write("a", "2")
    repository = Repository.open(box.path)
    old, new = repository.range("v1.0.0", worktree=True)
    assert contents(repository, new) == {"a": b"2"}
    assert len(old.files()["a"]) == 64


def test_paths_that_the_user_types(box: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.commit({"src/a": "1"})
    monkeypatch.chdir(box.path / "src")
    repository = Repository.open()
    assert repository.relative("a") == "src/a"
    assert repository.relative("..") == ""
    assert repository.relative(str(box.path / "src")) == "src"
    with pytest.raises(SourceError, match="outside"):
        repository.relative("../../x")
    assert set(repository.index().files()) == {"src/a"}, "the whole tree, also from a folder below"


def test_line_ends_as_git_checks_them_out_are_no_change(box: GitBox) -> None:
    box.commit({"a": "1\n2\n", "b": "1\r\n"})
    box.write("a", "1\r\n2\r\n")
    repository = Repository.open()
    assert repository.changes(repository.tree("HEAD"), repository.worktree()) == []


def test_a_large_file_that_nobody_touched_is_no_change(box: GitBox) -> None:
    box.commit({"big": "x" * 5000, "other": "y" * 5000})
    box.write("other", "z" * 5000)
    repository = Repository.open(cap=100)
    changes = repository.changes(repository.tree("HEAD"), repository.worktree())
    assert [each.path for each in changes] == ["other"]


def test_what_a_sparse_checkout_leaves_out_is_not_deleted(box: GitBox) -> None:
    box.commit({"in/a": "1", "out/b": "1"})
    box.git("sparse-checkout", "set", "in")
    assert not (box.path / "out").exists()
    repository = Repository.open()
    assert repository.changes(repository.tree("HEAD"), repository.worktree()) == []
    box.write("in/a", "2")
    (change,) = Repository.open().changes(Repository.open().tree("HEAD"), Repository.open().worktree())
    assert change.path == "in/a"


def test_a_change_that_git_was_told_to_overlook(box: GitBox) -> None:
    box.commit({"a": "1", "empty": ""})
    box.git("update-index", "--assume-unchanged", "a")
    box.write("a", "2")
    repository = Repository.open()
    changes = repository.changes(repository.tree("HEAD"), repository.worktree())
    assert [each.path for each in changes] == ["a"]


def replace_object(box: GitBox, name: str, by: str) -> None:
    """Let a loose object hold what another one holds; git does not notice."""
    folder = box.path / ".git" / "objects"
    place = folder / name[:2] / name[2:]
    place.chmod(0o644)
    place.write_bytes((folder / by[:2] / by[2:]).read_bytes())


LIE = "something else than its name says|hash mismatch|commit of v2.0.0 cannot be read"  # the last two are git's


@pytest.mark.parametrize("what", ["v2.0.0:dir/a", "v2.0.0:dir", "v2.0.0^{tree}", "v2.0.0^{commit}"])
def test_an_object_that_lies_is_refused(box: GitBox, what: str) -> None:
    box.commit({"dir/a": "1", "b": "1"}, tag="v1.0.0")
    box.commit({"dir/a": "2"}, tag="v2.0.0")
    replace_object(box, box.git("rev-parse", what), box.git("rev-parse", what.replace("v2", "v1")))
    for ask in (differences, everything):
        with pytest.raises(SourceError, match=LIE):
            ask(Repository.open())


def differences(repository: Repository) -> None:
    old, new = repository.range("v1.0.0..v2.0.0")
    repository.read(change.new or "" for change in repository.changes(old, new))


def everything(repository: Repository) -> None:
    repository.read(repository.tree("v2.0.0").files().values())
