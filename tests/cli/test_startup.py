"""Telling revisions from paths, and finding the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from compatlint.cli.startup import find_range, find_tree, open_scene
from compatlint.errors import SourceError
from compatlint.sources.git import Repository
from tests.gitbox import GitBox


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitBox:
    made = GitBox(tmp_path / "repository")
    made.commit({"src/a.h": "1", "doc": "1"}, tag="v1.0.0")
    made.commit({"src/a.h": "2"}, tag="v1.1.0")
    made.commit({"src/b.h": "2"})
    monkeypatch.chdir(made.path)
    return made


@pytest.mark.parametrize(
    ("terms", "old", "new", "paths"),
    [
        ([], "v1.1.0", "HEAD", ()),
        (["src"], "v1.1.0", "HEAD", ("src",)),
        (["src/a.h", "doc"], "v1.1.0", "HEAD", ("src/a.h", "doc")),
        (["v1.0.0..v1.1.0"], "v1.0.0", "v1.1.0", ()),
        (["v1.0.0..v1.1.0", "src/"], "v1.0.0", "v1.1.0", ("src",)),
        (["v1.0.0"], "v1.0.0", "HEAD", ()),
        (["v1.0.0", "v1.1.0"], "v1.0.0", "v1.1.0", ()),
        (["v1.0.0", "v1.1.0", "doc"], "v1.0.0", "v1.1.0", ("doc",)),
        (["v1.0.0", "doc"], "v1.0.0", "HEAD", ("doc",)),
        (["."], "v1.1.0", "HEAD", ()),
        (["v1.0.0", "src/*.h"], "v1.0.0", "HEAD", ("src/*.h",)),
    ],
)
def test_a_range_and_paths(box: GitBox, terms: list[str], old: str, new: str, paths: tuple[str, ...]) -> None:
    first, second, found = find_range(Repository.open(), terms, staged=False, worktree=False)
    assert (first.rev, second.rev, found) == (old, new, paths)


def test_a_revision_goes_before_a_path_of_that_name(box: GitBox) -> None:
    box.git("branch", "doc", "v1.0.0")
    assert find_range(Repository.open(), ["doc"], staged=False, worktree=False)[0].rev == "doc"


def test_staged_and_worktree(box: GitBox) -> None:
    repository = Repository.open()
    assert [each.rev for each in find_range(repository, ["src"], staged=True, worktree=False)[:2]] == [
        "v1.1.0",
        "index",
    ]
    assert [each.rev for each in find_range(repository, ["v1.0.0"], staged=False, worktree=True)[:2]] == [
        "v1.0.0",
        "worktree",
    ]
    assert find_tree(repository, ["src"], staged=True, worktree=False)[0].rev == "index"
    for find in (find_range, find_tree):
        with pytest.raises(SourceError, match="exclude each other"):
            find(repository, [], staged=True, worktree=True)


def test_one_release_and_paths(box: GitBox) -> None:
    repository = Repository.open()
    assert [
        (tree.rev, paths) for tree, paths in [find_tree(repository, [], staged=False, worktree=False)]
    ] == [("HEAD", ())]
    assert find_tree(repository, ["v1.0.0", "src"], staged=False, worktree=False)[1] == ("src",)
    assert find_tree(repository, ["src"], staged=False, worktree=False)[0].rev == "HEAD"


def test_a_path_that_holds_nothing_is_an_error(box: GitBox) -> None:
    with pytest.raises(SourceError, match=r"no file at scr in v1\.0\.0 or HEAD"):
        find_range(Repository.open(), ["v1.0.0", "scr"], staged=False, worktree=False)
    with pytest.raises(SourceError, match="no revision scr"):
        find_range(Repository.open(), ["scr"], staged=False, worktree=False)


def test_the_configuration_is_that_of_the_top_folder(box: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.write("compatlint.toml", 'promise = "all"\n')
    monkeypatch.chdir(box.path / "src")
    scene = open_scene(None, None, no_cache=True)
    assert scene.wish(None) == "all"
    assert scene.wish("semver") == "semver"
    assert "misread" in scene.rules().rules
