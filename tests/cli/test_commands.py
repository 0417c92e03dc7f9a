"""The commands around the comparison: what they ask it for, and where its answer goes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from compatlint import cli, comparison
from compatlint.check.findings import Comparison, Finding, Revision
from compatlint.config import Config
from compatlint.graph import Structure
from compatlint.report.formats import Format
from compatlint.rulebook import Rulebook
from compatlint.sources.git import Repository, Tree
from compatlint.vocabulary import Direction, Severity
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.steps import Codec
from tests.gitbox import GitBox


@dataclass
class Bench:
    """Stands in for `compatlint.comparison`.

    Finds a break in every changed file, and remembers what it was asked.
    """

    asked: list[tuple[str, object]] = field(default_factory=list)

    def compare(
        self,
        repository: Repository,
        old: Tree,
        new: Tree,
        *,
        config: Config,
        promise: object,
        paths: tuple[str, ...] = (),
        cache: object = None,
        progress: object = None,
        rules: Rulebook | None = None,
        topology: bool = False,
    ) -> Comparison:
        self.asked.append((f"{old.rev}..{new.rev}", promise))
        return self.answer(old, new, [change.path for change in repository.changes(old, new)], paths)

    def check(
        self,
        repository: Repository,
        tree: Tree,
        *,
        config: Config,
        paths: tuple[str, ...] = (),
        cache: object = None,
        progress: object = None,
        rules: Rulebook | None = None,
    ) -> Comparison:
        return self.answer(tree, tree, tree.files(), paths)

    def answer(self, old: Tree, new: Tree, changed: Iterable[str], paths: tuple[str, ...]) -> Comparison:
        findings = tuple(
            Finding(
                "misread",
                Severity.ERROR,
                (Direction.UPGRADE,),
                "disk",
                "ceph",
                path,
                "x",
                "broken",
                Span(new.commit, path, 1, 1),
            )
            for path in changed
            if not paths or path.startswith(paths)
        )
        sides = Revision(old.rev, old.commit), Revision(new.rev, new.commit)
        return Comparison(*sides, findings, (), 1, len(findings), 0.1, "ceph")

    def show(
        self, repository: Repository, tree: Tree, codec: str, *, config: Config, cache: object = None
    ) -> list[tuple[Codec, str]]:
        return [
            (Codec(f"{codec} at {tree.rev}", "ceph", "disk", None, None, Span(tree.commit, "a.h", 1, 1)), "")
        ]

    def structures(
        self,
        repository: Repository,
        tree: Tree,
        *,
        config: Config,
        paths: tuple[str, ...],
        cache: object,
        progress: object,
    ) -> list[Structure]:
        return [Structure(path, items=(("content", blob),)) for path, blob in tree.files().items()]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench()
    for name in ("compare", "check", "show", "structures"):
        monkeypatch.setattr(comparison, name, getattr(made, name))
    return made


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitBox:
    made = GitBox(tmp_path / "repository")
    made.commit({"src/a.h": "1", "other.h": "1"}, tag="v1.0.0")
    made.commit({"src/a.h": "2"})
    monkeypatch.chdir(made.path)
    monkeypatch.setenv("COMPATLINT_CACHE", str(tmp_path / "cache"))
    return made


def test_diff_fails_where_something_breaks(
    bench: Bench, box: GitBox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["diff"]) == cli.BREAKS
    assert "src/a.h" in capsys.readouterr().out
    assert cli.run(["diff", "--fail-on", "never", "--promise", "all"]) == 0
    assert cli.run(["diff", "v1.0.0..v1.0.0"]) == 0
    assert cli.run(["diff", "other.h"]) == 0
    assert bench.asked == [
        ("v1.0.0..HEAD", None),
        ("v1.0.0..HEAD", "all"),
        ("v1.0.0..v1.0.0", None),
        ("v1.0.0..HEAD", None),
    ]


def test_diff_of_what_is_staged(bench: Bench, box: GitBox) -> None:
    box.write("src/a.h", "1")
    assert cli.run(["diff", "--staged"]) == cli.BREAKS
    box.git("add", "-A")
    assert cli.run(["diff", "--staged"]) == 0
    assert cli.run(["diff", "--worktree", "HEAD"]) == 0, "HEAD was never released, the release reads it"
    box.write("src/a.h", "3")
    assert cli.run(["diff", "--worktree", "HEAD"]) == cli.BREAKS


@pytest.mark.parametrize("form", Format)
def test_every_format_goes_to_a_file_or_to_stdout(
    bench: Bench, box: GitBox, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    assert cli.run(["diff", "--format", form]) == cli.BREAKS
    printed = capsys.readouterr().out
    assert cli.run(["diff", "--format", form, "-o", str(tmp_path / "report")]) == cli.BREAKS
    assert capsys.readouterr().out == ""
    assert (tmp_path / "report").read_text() == printed
    assert "\x1b" not in printed


def test_the_suffix_names_the_format(bench: Bench, box: GitBox, tmp_path: Path) -> None:
    cli.run(["diff", "-o", str(tmp_path / "report.json")])
    assert json.loads((tmp_path / "report.json").read_text())["old"]["rev"] == "v1.0.0"


def test_check_and_show(bench: Bench, box: GitBox, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "v1.0.0", "src"]) == cli.BREAKS
    capsys.readouterr()
    assert cli.run(["show", "Thing"]) == 0
    assert cli.run(["show", "Thing", "v1.0.0"]) == 0
    assert cli.run(["show", "Thing", "--staged"]) == 0
    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Thing")]
    assert [head.split("  ")[0] for head in heads] == ["Thing at HEAD", "Thing at v1.0.0", "Thing at index"]


def test_a_graph(bench: Bench, box: GitBox, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["graph", "v1.0.0..HEAD", "--all", "-o", str(tmp_path / "g.json")]) == 0
    assert "4 nodes, 2 edges in v1.0.0..HEAD" in capsys.readouterr().out
    assert cli.run(["graph", "--changed", "-o", str(tmp_path / "g.json")]) == 0
    nodes = {node["id"]: node["status"] for node in json.loads((tmp_path / "g.json").read_text())["nodes"]}
    assert nodes == {"src/a.h": "changed", "src/a.h.content": "retyped"}


def test_the_demonstration_leaves_a_repository(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["demo", str(tmp_path / "demo place")]) == 0
    printed = capsys.readouterr().out
    assert f"compatlint diff v13.2.2..v13.2.3 --repo '{tmp_path / 'demo place'}'" in printed
    assert set(Repository.open(tmp_path / "demo place").release_tags()) == {"v13.2.1", "v13.2.2", "v13.2.3"}
    assert cli.run(["demo", str(tmp_path / "demo place")]) == cli.UNABLE, "it is not empty any more"


def test_a_baseline_waives_what_is_there_today(
    bench: Bench, box: GitBox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["baseline"]) == cli.UNABLE
    assert cli.run(["baseline", "--reason", "before compatlint"]) == 0
    assert "1 findings of v1.0.0..HEAD are waived" in capsys.readouterr().out
    kept = (box.path / ".compatlint-waivers.toml").read_text()
    assert kept.count("fingerprint") == 1
    assert "before compatlint" in kept


def test_a_hook_passes_where_there_is_no_release_yet(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = GitBox(tmp_path / "fresh")
    fresh.commit({"a.h": "1"})
    monkeypatch.chdir(fresh.path)
    assert cli.run(["diff", "--staged"]) == 0
    assert "nothing to compare with yet: no release is tagged" in capsys.readouterr().err
    assert cli.run(["diff"]) == cli.UNABLE
    fresh.git("tag", "v1.0.0")
    assert cli.run(["diff"]) == cli.UNABLE
    assert "HEAD is v1.0.0 itself, and there is no release before it" in capsys.readouterr().err
    assert cli.run(["diff", "--staged"]) == 0
