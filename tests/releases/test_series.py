"""Series as the tags tell them: order, previews, development releases, and where a commit was made."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from compatlint.config import Config
from compatlint.errors import ConfigError
from compatlint.notations.presets import presets
from compatlint.promise import Promise
from compatlint.releases.promised import promise_of
from compatlint.releases.series import (
    branch_of,
    list_series,
    living,
    settings,
    unreleased,
)
from compatlint.sources.git import Repository
from compatlint.sources.git.tagged import TaggedCommit
from compatlint.sources.git.tags import version_of
from tests.gitbox import CLEAN, GitBox

CEPH: Promise = presets().choose("ceph", "")


def tagged(*names: str) -> list[TaggedCommit]:
    keys = [(name, version_of(name)) for name in names]
    return [TaggedCommit(name, name, "2020-01-01", key) for name, key in keys if key is not None]


def test_series_stand_in_the_order_of_versions_and_previews_are_no_last_release() -> None:
    found = list_series(
        tagged("v14.2.10", "v14.2.9", "v9.2.1", "v14.1.0", "v15.2.0-rc1", "v14.2.0"), CEPH.versions
    )
    assert [each.name for each in found] == ["9.2", "14 (development)", "14.2", "15.2"]
    assert [each.tag for each in found[2].releases] == ["v14.2.0", "v14.2.9", "v14.2.10"]
    assert not found[1].stable
    assert (found[2].first.tag, found[2].last.tag) == ("v14.2.0", "v14.2.10")
    assert found[3].last.tag == "v15.2.0-rc1"


def test_a_configuration_names_tags_series_and_what_is_supported() -> None:
    wanted = settings(
        {"tags": ["v*", "blue-*"], "series": {"blue": ["blue-*"]}, "supported": ["blue", "14.2"]}
    )
    found = list_series(tagged("v14.2.0", "v13.2.0", "blue-1.0", "demo-3.0"), CEPH.versions, wanted)
    assert {each.name: each.supported for each in found} == {"blue": True, "14.2": True, "13.2": False}
    assert [each.name for each in living(found, CEPH, (13, 2, 1))] == ["blue", "14.2"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"tag": []}, "unknown key 'tag'; did you mean 'tags'"),
        ({"tags": [1]}, "tags must be a list"),
        ({"successors": ["a"]}, "successors must be a table"),
    ],
)
def test_a_mistake_in_the_configuration_is_one_line(table: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        settings(table)
    with pytest.raises(ConfigError, match=r"no series is called '13\.3'; did you mean '13\.2'"):
        list_series(tagged("v13.2.0"), CEPH.versions, settings({"supported": ["13.3"]}))


def test_living_series_are_those_that_the_promise_admits() -> None:
    found = list_series(
        tagged("v10.2.0", "v12.2.0", "v13.2.0", "v14.2.0", "v15.2.0", "v15.1.0"), CEPH.versions
    )
    assert [each.name for each in living(found, CEPH, (12, 2, 5))] == ["10.2", "12.2", "13.2", "14.2"]


def test_a_commit_is_on_the_branch_whose_series_alone_has_it(tmp_path: Path) -> None:
    box = GitBox(tmp_path)
    base = box.commit({"a": "1"}, tag="v13.2.0")
    box.git("checkout", "-q", "-b", "stable")
    fix = box.commit({"b": "1"})
    box.commit({"b": "2"}, tag="v13.2.1")
    pending = box.commit({"b": "3"})
    box.git("checkout", "-q", "main")
    work = box.commit({"a": "2"})
    box.commit({"a": "3"}, tag="v14.2.0")
    repository = Repository.open(tmp_path)
    found = list_series(repository.tagged_commits(), CEPH.versions)
    assert [branch_of(repository, each, found) for each in (base, fix, work, pending)] == [
        "",
        "13.2",
        "",
        "13.2",
    ]
    assert unreleased(repository, "HEAD", found) is not None
    box.commit({"a": "4"})
    rest = unreleased(Repository.open(tmp_path), "HEAD", found)
    assert rest is not None
    assert (rest.commits, rest.since) == (1, "v14.2.0")


def test_two_thousand_tags_in_two_hundred_series_take_no_time(tmp_path: Path) -> None:
    box = GitBox(tmp_path)
    lines = []
    for number in range(2000):
        parent = f"from :{number}\n" if number else ""
        lines.append(
            f"commit refs/heads/main\nmark :{number + 1}\ncommitter A <a@b> {1500000000 + number} +0000\n"
            f"data 1\nx\n{parent}M 100644 inline f\ndata {len(str(number))}\n{number}\n\n"
            f"reset refs/tags/v{number // 10}.2.{number % 10}\nfrom :{number + 1}\n\n"
        )
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=box.path, input="".join(lines).encode(), env=CLEAN, check=True
    )
    started = time.process_time()
    repository = Repository.open(tmp_path)
    found = list_series(repository.tagged_commits(), CEPH.versions)
    assert len(found) == 200
    assert sum(len(each.releases) for each in found) == 2000
    assert found[-1].last.tag == "v199.2.9"
    assert time.process_time() - started < 2


def test_the_promise_is_that_of_the_notations_and_not_of_many_samples(tmp_path: Path) -> None:
    box = GitBox(tmp_path)
    samples: dict[str, str | bytes] = {f"samples/{number}.json": "{}" for number in range(30)}
    box.commit({**samples, **{f"nova/objects/{number}.py": "x = 1" for number in range(20)}}, tag="27.0.0")
    repository = Repository.open(tmp_path)
    assert promise_of(repository, repository.tree("HEAD"), Config(), None).name == "openstack"
    assert promise_of(repository, repository.tree("HEAD"), Config(), "all").name == "all"
