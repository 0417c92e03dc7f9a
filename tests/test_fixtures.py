"""Real incidents in miniature.

Every release of a fixture becomes a commit with a tag, and the command line judges the ranges.

A fixture's `expect.toml` says what must be found in each range, exactly: rule, codec, item and directions,
with every direction promised and the exit code under that promise and under the one of the project that it
happened to.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from compatlint import cli
from compatlint.cli.learn import read_incident
from compatlint.sources.git import build
from tests.gitbox import CLEAN

HOME = Path(__file__).resolve().parent.parent / "fixtures"
NAMES = sorted(path.parent.name for path in HOME.glob("*/expect.toml"))


@cache
def expected(name: str) -> dict[str, Any]:
    return tomllib.loads((HOME / name / "expect.toml").read_text())


# Where the facts demand more than compatlint sees today, and why. Strict: who mends one of these takes it off
# the list.
NOT_YET: dict[str, str] = {}

RANGES = [
    pytest.param(
        name,
        each,
        id=span,
        marks=[pytest.mark.xfail(strict=True, reason=NOT_YET[span])] if span in NOT_YET else [],
    )
    for name in NAMES
    for each in expected(name)["range"]
    for span in [f"{name}-{each['old']}..{each['new']}"]
]


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the repositories of all fixtures, made when they are asked for."""
    folder = tmp_path_factory.mktemp("incidents")

    class Made(dict[str, Path]):
        def __missing__(self, name: str) -> Path:
            build(folder / name, read_incident(HOME / name))
            self[name] = folder / name
            return self[name]

    return Made()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPATLINT_CACHE", str(tmp_path / "cache"))


def judge(repository: Path, old: str, new: str, *options: str) -> tuple[int, dict[str, Any]]:
    """Run `compatlint diff`; return the exit code and the report."""
    target = repository.parent / f"{repository.name}.json"
    code = cli.run(
        ["diff", f"{old}..{new}", "--repo", str(repository), "--no-cache", "-o", str(target), *options]
    )
    return code, json.loads(target.read_text())


def summed(findings: list[dict[str, Any]]) -> list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]]:
    return sorted(
        (
            each["rule"],
            each["codec"],
            each["item"],
            tuple(sorted(each["breaks"])),
            tuple(each.get("members", ())),
        )
        for each in findings
    )


@pytest.mark.parametrize(("name", "span"), RANGES)
def test_a_range_is_judged_as_the_facts_demand(
    name: str, span: dict[str, Any], incidents: dict[str, Path]
) -> None:
    code, report = judge(incidents[name], span["old"], span["new"], "--promise", "all")
    assert report["unread"] == []
    assert summed(report["findings"]) == summed(span["findings"])
    assert code == span["exit"]["all"]
    for finding in report["findings"]:
        shown = {(each["writer"], each["reader"]) for each in finding["evidence"]}
        if (
            finding["notation"] == "ceph"
        ):  # on a keyed wire, an old service may write what a new one reads while both run
            assert ((span["old"], span["new"]) in shown) == (
                "upgrade" in finding["breaks"]
            ) or "skip" in finding["breaks"]
            assert ((span["new"], span["old"]) in shown) == ("downgrade" in finding["breaks"])
        assert all(each["table"] for each in finding["evidence"])
    (own,) = span["exit"].keys() - {"all"}
    code, promised = judge(incidents[name], span["old"], span["new"], "--promise", own)
    assert code == span["exit"][own]
    assert summed(promised["findings"]) == summed(report["findings"]), (
        "a promise weighs findings, it hides none"
    )
    assert any(each["severity"] == "error" for each in promised["findings"]) == bool(code)


@pytest.mark.parametrize("name", NAMES)
def test_every_release_reads_what_it_writes(name: str, incidents: dict[str, Path]) -> None:
    for release in (path.name for path in sorted((HOME / name).iterdir()) if path.is_dir()):
        code, report = judge(incidents[name], release, release, "--strict")
        assert (code, report["findings"], report["unread"]) == (0, [], [])
        assert cli.run(["check", release, "--repo", str(incidents[name]), "--no-cache", "--strict"]) == 0, (
            release
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_fixture_tells_its_story(name: str) -> None:
    told = expected(name)
    assert told.keys() == {"about", "range"}
    assert "Ceph" in told["about"] or "OpenStack" in told["about"]
    releases = {path.name for path in (HOME / name).iterdir() if path.is_dir()}
    assert {each[side] for each in told["range"] for side in ("old", "new")} == releases
    broken = [each for each in told["range"] if each["exit"]["all"]]
    assert told["about"].startswith("Safe.") or broken
    assert (
        not broken
        or any(not each["exit"]["all"] for each in told["range"])
        or "cannot" in told["about"]
        or "stays broken" in told["about"]
    )


def test_the_command_line_itself_says_the_same(incidents: dict[str, Path]) -> None:
    """One range as a process of its own: what is printed, and how it exits."""
    command = [sys.executable, "-m", "compatlint", "diff", "v13.2.1..v13.2.2", "--format", "json"]
    done = subprocess.run(
        command,
        cwd=incidents["purge-queue"],
        env=CLEAN | {"PYTHONPATH": str(HOME.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads(done.stdout)
    assert [(each["codec"], each["item"]) for each in report["findings"]] == [("PurgeItem", "stamp")]
