"""Who else must be able to read a revision: living series, successors; and nobody where nothing was released."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compatlint import cli
from tests.gitbox import GitBox
from tests.releases.test_matrix import HEAD, framed

BASE = HEAD + framed("map_t", 16, "encode(a, bl);", "decode(a, p);")
STABLE = HEAD + framed(
    "map_t", 17, "encode(a, bl); encode(c, bl);", "decode(a, p); if (struct_v >= 17) { decode(c, p); }"
)
MAIN = HEAD + framed(
    "map_t",
    17,
    "encode(a, bl); encode(b, bl); encode(c, bl);",
    "decode(a, p); if (struct_v >= 17) { decode(b, p); decode(c, p); }",
)


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, list[dict[str, object]]]:
    code = cli.run(["diff", "--format", "json", *words])
    assert code in (0, 1), capsys.readouterr().err
    report: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return report


def heavy(report: dict[str, list[dict[str, object]]]) -> list[tuple[object, object]]:
    return [(each["codec"], each["item"]) for each in report["findings"] if each["severity"] == "error"]


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitBox:
    """Return a repository whose stable branch and main give one version number two meanings."""
    made = GitBox(tmp_path / "repository")
    made.commit({"a.h": BASE}, tag="v18.0.0")
    made.git("checkout", "-q", "-b", "stable")
    made.commit({"a.h": STABLE}, "add c", tag="v18.2.0")
    made.git("checkout", "-q", "main")
    made.commit({"a.h": MAIN}, "add b and c")
    monkeypatch.chdir(made.path)
    monkeypatch.setenv("COMPATLINT_CACHE", str(tmp_path / "cache"))
    return made


def test_without_a_range_every_living_series_is_looked_at(
    box: GitBox, capsys: pytest.CaptureFixture[str]
) -> None:
    report = asked(capsys)
    assert heavy(report) == [("map_t", "b")]
    assert [each["rev"] for each in report["against"]] == ["v18.2.0"]
    assert heavy(asked(capsys, "v18.0.0..main")) == [], "a range is taken at its word"
    assert heavy(asked(capsys, "v18.0.0..main", "--against", "18.2")) == [("map_t", "b")]
    assert heavy(asked(capsys, "--since", "2030-01-01")) == []


def test_what_is_staged_is_looked_at_in_its_files_alone(
    box: GitBox, capsys: pytest.CaptureFixture[str]
) -> None:
    box.write("other", "1")
    box.git("add", "-A")
    assert heavy(asked(capsys, "--staged")) == []
    box.write("a.h", MAIN + "\n")
    box.git("add", "-A")
    assert heavy(asked(capsys, "--staged")) == [("map_t", "b")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--against", "18.3"), "no series is called '18.3'; did you mean '18.2'"),
        (("--since", "yesterday"), "--since takes a release tag or a date"),
    ],
)
def test_a_mistake_is_one_line(
    box: GitBox, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert cli.run(["diff", *words]) == cli.UNABLE
    assert said in capsys.readouterr().err


def test_a_successor_reads_what_the_newer_side_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    box = GitBox(tmp_path / "repository")
    box.commit(
        {"a.h": BASE, "b.h": HEAD + framed("old_t", 1, "encode(a, bl);", "decode(a, p);")}, tag="v12.2.0"
    )
    box.git("checkout", "-q", "-b", "stable")
    box.git("checkout", "-q", "main")
    made = box.commit({"a.h": MAIN}, "add b and c")
    box.commit(
        {"a.h": MAIN, "b.h": HEAD + framed("old_t", 1, "encode(c, bl);", "decode(c, p);")}, tag="v13.2.0"
    )
    box.git("checkout", "-q", "stable")
    pick = box.commit({"a.h": STABLE}, f"add c\n\n(cherry picked from commit {made})", tag="v12.2.1")
    monkeypatch.chdir(box.path)
    report = asked(capsys, "v12.2.0..v12.2.1", "--successor", "v13.2.0", "--no-cache")
    found = {each["codec"]: each for each in report["findings"] if each["severity"] == "error"}
    assert set(found) == {"map_t", "old_t"}
    assert all({row["writer"] for row in each["evidence"]} == {"v12.2.1"} for each in found.values())
    texts = {name: " / ".join(row["text"] for row in each["related"]) for name, each in found.items()}
    assert f"made by {pick[:12]}" in texts["map_t"]
    assert f"cherry picked from {made[:12]}" in texts["map_t"]
    assert "v12.2.0 writes it so already" in texts["old_t"]
    box.write("compatlint.toml", '[releases]\nsuccessors = { "12.2" = ["v13.2.0"] }\n')
    assert {"map_t", "old_t"} <= {name for name, _ in heavy(asked(capsys, "v12.2.0..v12.2.1", "--no-cache"))}


def test_what_was_never_released_may_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    box = GitBox(tmp_path / "repository")
    box.commit({"a.h": BASE}, tag="v18.2.0")
    box.commit({"a.h": MAIN})
    box.commit({"a.h": STABLE})
    monkeypatch.chdir(box.path)
    monkeypatch.setenv("COMPATLINT_CACHE", str(tmp_path / "cache"))
    report = asked(capsys, "HEAD~1..HEAD")
    assert heavy(report) == []
    assert {str(each["severity"]) for each in report["findings"]} == {"note"}
    box.git("tag", "v18.2.1", "HEAD~1")
    assert heavy(asked(capsys, "HEAD~1..HEAD")) == [("map_t", "b")]
