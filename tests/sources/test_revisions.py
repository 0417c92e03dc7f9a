"""Revisions and ranges in every form that git accepts."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compatlint.errors import SourceError
from compatlint.sources.git import Repository
from compatlint.sources.git.revisions import fetch_command, split_range
from compatlint.sources.git.tags import is_final, latest, version_of
from tests.gitbox import GitBox


@pytest.fixture
def history(box: GitBox) -> dict[str, str]:
    """Return commits by name: v1.0.0 and v1.1.0 on main, then `tip`; `side` leaves main at v1.0.0."""
    first = box.commit({"a": "1"}, "add a", "v1.0.0")
    second = box.commit({"b": "1"}, "fix b..c", "v1.1.0")
    box.git("checkout", "-q", "-b", "side", first)
    side = box.commit({"c": "1"}, "side")
    box.git("checkout", "-q", "main")
    tip = box.commit({"a": "2"}, "tip")
    box.git("tag", "light", second)
    return {"first": first, "second": second, "side": side, "tip": tip}


@pytest.mark.parametrize(
    ("rev", "name"),
    [
        ("v1.0.0", "first"),
        ("light", "second"),
        ("main", "tip"),
        ("refs/heads/side", "side"),
        ("HEAD", "tip"),
        ("@", "tip"),
        ("HEAD~2", "first"),
        ("HEAD^", "second"),
        ("v1.1.0^{}", "second"),
        (":/fix b", "second"),
        (":/fix b..c", "second"),
        ("HEAD^{/fix b..c}", "second"),
        ("main@{0}", "tip"),
        ("@{-1}", "side"),
        ("v1.0.0-0-gdeadbeef", None),
    ],
)
def test_every_form_of_a_revision(history: dict[str, str], rev: str, name: str | None) -> None:
    repository = Repository.open()
    if name is None:
        with pytest.raises(SourceError):
            repository.tree(rev)
    else:
        assert repository.tree(rev).commit == history[name]
        assert repository.tree(rev).rev == rev


def test_full_and_short_hashes(history: dict[str, str]) -> None:
    repository = Repository.open()
    assert repository.tree(history["first"]).commit == history["first"]
    assert repository.tree(history["first"][:9]).commit == history["first"]


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("v1.0.0..main", "first", "tip"),
        ("v1.0.0..", "first", "tip"),
        ("..v1.0.0", "tip", "first"),
        ("side...main", "first", "tip"),
        ("v1.0.0...main", "first", "tip"),
        ("v1.1.0", "second", "tip"),
        (None, "second", "tip"),
        ("v1.0.0..:/fix b..c", "first", "second"),
        ("HEAD^{/fix b..c}..HEAD", "second", "tip"),
        ("main^!", "second", "tip"),
        ("main^-", "second", "tip"),
        (":/fix b..c", "second", "tip"),
    ],
)
def test_every_form_of_a_range(history: dict[str, str], text: str | None, old: str, new: str) -> None:
    trees = Repository.open().range(text)
    assert [tree.commit for tree in trees] == [history[old], history[new]]


def test_remote_branches_and_upstream(
    history: dict[str, str], box: GitBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.git("clone", "-q", str(box.path), str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    repository = Repository.open()
    assert repository.tree("origin/side").commit == history["side"]
    assert repository.tree("@{u}").commit == history["tip"]


def test_a_release_is_compared_with_the_release_before(history: dict[str, str], box: GitBox) -> None:
    box.git("tag", "v2.0.0-rc1")
    assert Repository.open().range(None)[0].rev == "v1.1.0", "a preview is no release"
    box.git("tag", "v2.0.0")
    old, new = Repository.open().range(None)
    assert (old.rev, new.rev) == ("v1.1.0", "HEAD")
    assert Repository.open().range(None, staged=True)[0].rev == "v2.0.0"


def test_the_nearest_release_is_that_of_the_branch(history: dict[str, str], box: GitBox) -> None:
    repository = Repository.open()
    assert repository.last_release_tag() == "v1.1.0"
    assert repository.last_release_tag("side") == "v1.0.0"
    assert repository.release_tags() == {"v1.0.0": history["first"], "v1.1.0": history["second"]}


def test_an_older_line_that_was_merged_back_is_not_the_last_release(box: GitBox) -> None:
    box.commit({"a": "1"}, tag="v1.0.0")
    box.git("branch", "maint")
    for number in range(5):
        box.commit({"a": f"2.{number}"})
    box.git("tag", "v2.0.0")
    box.git("checkout", "-q", "maint")
    box.commit({"b": "1"}, tag="v1.0.1")
    box.git("checkout", "-q", "main")
    box.git("merge", "-q", "--no-edit", "maint")
    assert Repository.open().last_release_tag() == "v2.0.0"


def test_previews_stand_in_where_nothing_is_final(box: GitBox) -> None:
    box.commit({"a": "1"}, tag="v1.0-rc2")
    box.commit({"a": "2"}, tag="v1.0-rc10")
    assert Repository.open().last_release_tag() == "v1.0-rc10"


def test_no_release_says_what_to_do(box: GitBox) -> None:
    box.commit({"a": "1"})
    with pytest.raises(SourceError, match="name the range"):
        Repository.open().range(None)


@pytest.mark.parametrize(
    "rev",
    ["", " ", "--output=/tmp/x", "-v", "a\0b", "a\nb", "x" * 2000, "\ud800", "^HEAD", "HEAD:a", "main:"],
)
def test_what_is_no_revision_is_refused(history: dict[str, str], rev: str) -> None:
    with pytest.raises(SourceError):
        Repository.open().tree(rev)
    with pytest.raises(SourceError):
        Repository.open().range(rev)


def test_a_misspelt_tag_is_suggested(history: dict[str, str]) -> None:
    with pytest.raises(SourceError, match=r"no revision v1\.1\.1; did you mean v1\.1\.0"):
        Repository.open().range("v1.0.0..v1.1.1")


def test_a_range_needs_no_staged(history: dict[str, str]) -> None:
    with pytest.raises(SourceError, match="name one revision"):
        Repository.open().range("v1.0.0..HEAD", staged=True)


def test_no_merge_base(history: dict[str, str], box: GitBox) -> None:
    box.git("checkout", "-q", "--orphan", "alone")
    box.commit({"z": "1"})
    with pytest.raises(SourceError, match=r"no common ancestor: use main\.\.alone"):
        Repository.open().range("main...alone")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.sampled_from("HEADmain.v10^~{}@:/-! \0\n\\*?[é\ud800"), max_size=30))
def test_no_text_breaks_the_parser(history: dict[str, str], text: str) -> None:
    with contextlib.suppress(SourceError):
        old, new = Repository.open().range(text)
        assert {old.commit, new.commit} <= set(history.values())


def test_dots_inside_braces_separate_nothing() -> None:
    assert [(each.old, each.new) for each in split_range("HEAD^{/a..b}..v1")] == [("HEAD^{/a..b}", "v1")]
    assert list(split_range("v1")) == []
    assert list(split_range("a....b")) == []


@pytest.mark.parametrize(
    ("rev", "command"),
    [
        ("v13.2.2", "git fetch --depth=1 origin refs/tags/v13.2.2:refs/tags/v13.2.2"),
        ("HEAD~3", "git fetch --deepen=3 origin"),
        ("main^^", "git fetch --deepen=2 origin"),
        ("origin/mimic", "git fetch --depth=1 origin refs/heads/mimic:refs/remotes/origin/mimic"),
        ("mimic", "git fetch --depth=1 origin mimic:refs/remotes/origin/mimic"),
        ("a" * 40, f"git fetch --depth=1 origin {'a' * 40}"),
        ("deadbeef", "git fetch --unshallow --tags origin"),
        (":/fix it", "git fetch --unshallow --tags origin"),
    ],
)
def test_the_command_that_brings_a_revision(rev: str, command: str) -> None:
    assert fetch_command(rev, "origin", shallow=True) == command


@pytest.mark.parametrize(
    "tag",
    ["v13.2.2", "12.0.0", "v0.48.1argonaut", "release-1.2", "nova-26.0.0.0rc1", "REL_15_2", "1.0.0+build.5"],
)
def test_names_of_releases(tag: str) -> None:
    assert version_of(tag) is not None


@pytest.mark.parametrize(
    "tag", ["mark-v0.70-wip-of-somebody-else-entirely", "light", "v1", "2020-01-01", "before 1.0", "x" * 5000]
)
def test_names_of_no_release(tag: str) -> None:
    assert version_of(tag) is None


def test_releases_sort_by_number_and_previews_come_first() -> None:
    assert latest(["v1.9", "v1.10", "v1.10-rc1", "v1.2", "other"]) == "v1.10"
    assert latest(["v1.0-rc2", "v1.0-rc10"]) == "v1.0-rc10"
    assert latest(["v14.2.9", "v15.2.1", "v9.2.10"]) == "v15.2.1"
    assert version_of("client/v2.305.3") == version_of("2.305.3") == version_of("release-2.305.3")
    assert latest(["other"]) is None
    assert not is_final("v1.0rc1")
    assert is_final("v0.48.1argonaut")
