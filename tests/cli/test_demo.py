"""The demonstration with nothing faked: files to git to findings, and the way out again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compatlint import cli


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.setenv("COMPATLINT_CACHE", str(tmp_path / "cache"))
    assert cli.run(["demo", str(tmp_path / "demo")]) == 0
    printed = capsys.readouterr().out
    assert "error: PurgeItem.stamp  item-inserted-midway" in printed
    assert "1 error in v13.2.1..v13.2.2" in printed
    assert "do not release v13.2.2: " in printed
    assert max(map(len, printed.splitlines())) <= 80 + len(str(tmp_path))
    return tmp_path / "demo"


def breaks(demo: Path, span: str, *options: str) -> list[tuple[str, list[str]]]:
    """Return codec and directions of every error in a range."""
    report = demo.parent / "report.json"
    code = cli.run(["diff", span, "--repo", str(demo), "-o", str(report), *options])
    errors = [each for each in json.loads(report.read_text())["findings"] if each["severity"] == "error"]
    assert code == (cli.BREAKS if errors else 0)
    return sorted((each["codec"], sorted(each["breaks"])) for each in errors)


def test_the_bad_release_breaks_both_ways(demo: Path) -> None:
    first = breaks(demo, "v13.2.1..v13.2.2")
    assert first == [("PurgeItem", ["downgrade", "upgrade"])]
    assert breaks(demo, "v13.2.1..v13.2.2") == first, "a warm cache says the same"
    assert breaks(demo, "v13.2.1..v13.2.2", "--no-cache") == first


def test_the_repair_reads_what_the_bad_release_wrote(demo: Path) -> None:
    assert breaks(demo, "v13.2.2..v13.2.3") == [("PurgeItem", ["downgrade"])]


def test_the_repair_works_with_the_release_before(demo: Path) -> None:
    assert breaks(demo, "v13.2.1..v13.2.3") == []


@pytest.mark.parametrize("release", ["v13.2.1", "v13.2.2", "v13.2.3"])
def test_a_release_against_itself_finds_nothing(demo: Path, release: str) -> None:
    assert breaks(demo, f"{release}..{release}") == []
    assert cli.run(["check", release, "--repo", str(demo)]) == 0


def test_what_is_staged_is_compared_with_the_last_release(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo)
    assert cli.run(["diff", "--staged"]) == 0
    header = demo / "src" / "include" / "types.h"
    header.write_text(
        header.read_text().replace("uint32_t stripe_unit = 0,", "uint64_t stripe_unit = 0; uint32_t")
    )
    assert cli.run(["diff", "--staged"]) == 0, "not staged yet"
    assert cli.run(["diff", "v13.2.3", "--worktree"]) == cli.BREAKS
