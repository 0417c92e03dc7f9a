"""The history of a codec: what changed, in which release, by which commit, and where a backport came from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compatlint.config import Config
from compatlint.errors import SourceError
from compatlint.notations.presets import presets
from compatlint.releases.history import CodecHistory, HistoryQuestion, history
from compatlint.releases.selection import chosen
from compatlint.releases.series import list_series
from compatlint.report import history_html, history_json, history_text
from compatlint.sources.git import Repository
from tests.gitbox import GitBox
from tests.releases.test_matrix import HEAD, framed

ONE = HEAD + framed("item_t", 1, "encode(a, bl);", "decode(a, p);")
TWO = HEAD + framed(
    "item_t", 2, "encode(a, bl); encode(b, bl);", "decode(a, p); if (struct_v >= 2) decode(b, p);"
)
FRONT = HEAD + framed("item_t", 1, "encode(b, bl); encode(a, bl);", "decode(b, p); decode(a, p);")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repository, dict[str, str]]:
    """Return a repository with a stable branch and main, and its commits by what they are."""
    box = GitBox(tmp_path_factory.mktemp("history"))
    commits = {}
    box.commit({"a.h": ONE, "other": "1"}, tag="v12.2.0")
    box.git("checkout", "-q", "-b", "stable")
    box.git("checkout", "-q", "main")
    commits["front"] = box.commit({"a.h": FRONT}, "add b in front")
    commits["revert"] = box.commit({"a.h": ONE}, f"Revert\n\nThis reverts commit {commits['front']}.")
    commits["main"] = box.commit({"a.h": TWO}, "add b")
    box.commit({"other": "2"}, tag="v13.2.0")
    box.git("checkout", "-q", "stable")
    box.commit({"other": "3"}, "nothing of it", tag="v12.2.1")
    commits["pick"] = box.commit(
        {"a.h": TWO}, f"add b\n\n(cherry picked from commit {commits['main']})", tag="v12.2.2"
    )
    return Repository.open(box.path), commits


def told(repository: Repository, codec: str, *terms: str) -> CodecHistory:
    series = list_series(repository.tagged_commits(), presets().choose("ceph", "").versions)
    return history(HistoryQuestion(repository, codec, chosen(repository, series, terms), Config()))


def test_each_change_has_its_commit_and_a_backport_its_origin(
    made: tuple[Repository, dict[str, str]],
) -> None:
    repository, commits = made
    found = told(repository, "item_t", "v*")
    assert [(each.release, each.change.item, each.change.kind, each.version) for each in found.changes] == [
        ("v12.2.2", "b", "appended", (2, 1)),
        ("v13.2.0", "b", "appended", (2, 1)),
    ]
    stable, main = found.changes
    assert (stable.since, stable.branch, stable.origin_in) == ("v12.2.1", "12.2", "v13.2.0")
    assert [each.commit for each in stable.makers] == [commits["pick"]]
    assert stable.makers[0].origin is not None
    assert (stable.makers[0].origin.commit, stable.makers[0].origin.how) == (commits["main"], "cherry picked")
    assert (main.since, main.branch, main.backports) == ("v12.2.0", "", ("v12.2.2",))
    assert [each.commit for each in main.makers] == [commits["main"]], (
        "what was reverted in between is left out"
    )


def test_a_backport_that_does_not_say_so_is_known_by_its_content(tmp_path: Path) -> None:
    box = GitBox(tmp_path)
    box.commit({"a.h": ONE}, tag="v12.2.0")
    box.git("checkout", "-q", "-b", "stable")
    box.commit({"a.h": TWO}, "backport: b", tag="v12.2.1")
    box.git("checkout", "-q", "main")
    main = box.commit({"a.h": TWO}, "add b", tag="v13.2.0")
    change = told(Repository.open(tmp_path), "item_t", "v*").changes[0]
    assert change.makers[0].origin is not None
    assert (change.makers[0].origin.commit, change.makers[0].origin.how) == (main, "same content")


def test_nothing_that_changed_is_said_so(made: tuple[Repository, dict[str, str]]) -> None:
    found = told(made[0], "item_t", "v12.2.0..v12.2.1")
    assert not found.changes
    assert "no change in 2 releases, v12.2.0 to v12.2.1" in history_text.render(found)


def test_a_codec_that_nobody_has_is_one_line(made: tuple[Repository, dict[str, str]]) -> None:
    with pytest.raises(
        SourceError, match="no codec is called 'item_x' in these releases; did you mean 'item_t'"
    ):
        told(made[0], "item_x", "v*")


def test_every_format_tells_the_same(made: tuple[Repository, dict[str, str]]) -> None:
    repository, commits = made
    found = told(repository, "item_t", "v*")
    report = json.loads(history_json.render(found))
    assert [each["tag"] for each in report["releases"]] == ["v12.2.0", "v12.2.1", "v12.2.2", "v13.2.0"]
    assert report["changes"][0]["commits"] == [commits["pick"]]
    assert report["changes"][1]["branch"] == "development"
    text = history_text.render(found, width=80)
    assert f"cherry picked from {commits['main'][:12]}, which v13.2.0 has" in text
    assert all(len(line) <= 80 for line in text.splitlines())
    assert history_html.render(found).count("</script>") == 2


def test_the_history_of_a_record(tmp_path: Path) -> None:
    source = """
from oslo_versionedobjects import base, fields
@base.VersionedObjectRegistry.register
class Thing(base.VersionedObject):
    VERSION = '{version}'
    fields = {{'id': fields.IntegerField(){more}}}
"""
    box = GitBox(tmp_path)
    files = {"setup.cfg": "[metadata]\nname = nova\n", "nova/objects/__init__.py": ""}
    path = "nova/objects/thing.py"
    box.commit({**files, path: source.format(version="1.0", more="")}, tag="25.0.0")
    more = ", 'name': fields.StringField(nullable=True)"
    commit = box.commit({path: source.format(version="1.1", more=more)}, "name things", tag="26.0.0")
    series = list_series(
        Repository.open(tmp_path).tagged_commits(), presets().choose("openstack", "").versions
    )
    repository = Repository.open(tmp_path)
    found = history(HistoryQuestion(repository, "Thing", chosen(repository, series, ["2*"]), Config()))
    (change,) = found.changes
    assert (change.release, change.change.item, change.change.kind) == ("26.0.0", "name", "added")
    assert change.version == (1, 1)
    assert [each.commit for each in change.makers] == [commit]


def test_a_declaration_that_changed_is_told_though_the_wire_is_the_same(tmp_path: Path) -> None:
    source = """
from oslo_versionedobjects import base, fields
@base.VersionedObjectRegistry.register
class Thing(base.VersionedObject):
    fields = {{'size': fields.IntegerField(nullable=True{more})}}
"""
    box = GitBox(tmp_path)
    path = "nova/objects/thing.py"
    files = {"setup.cfg": "[metadata]\nname = nova\n", "nova/objects/__init__.py": ""}
    box.commit({**files, path: source.format(more="")}, tag="20.0.0")
    commit = box.commit({path: source.format(more=", default=None")}, "defaults", tag="21.0.0")
    repository = Repository.open(tmp_path)
    series = list_series(repository.tagged_commits(), presets().choose("openstack", "").versions)
    found = history(HistoryQuestion(repository, "Thing", chosen(repository, series, ["2*"]), Config()))
    (change,) = found.changes
    assert (change.release, change.change.item, change.change.kind) == (
        "21.0.0",
        "size",
        "declared otherwise",
    )
    assert [each.commit for each in change.makers] == [commit]


def test_a_decoder_is_blamed_on_the_commit_that_wrote_its_lines(tmp_path: Path) -> None:
    other = framed("other_t", 1, "encode(a, bl);", "decode(a, p);")
    box = GitBox(tmp_path)
    box.commit({"a.h": ONE + other}, tag="v12.2.0")
    box.commit({"a.h": ONE + other.replace("decode(a, p);", "decode(a, p); // more")}, "the other's decoder")
    patient = ONE.replace("decode(a, p);", "if (struct_v >= 1) decode(a, p); else a = 0;")
    commit = box.commit({"a.h": patient + other}, "patience", tag="v12.2.1")
    (change,) = told(Repository.open(tmp_path), "item_t", "v*").changes
    assert (change.change.item, change.change.kind) == ("decoder", "reads otherwise")
    assert [each.commit for each in change.makers] == [commit]
