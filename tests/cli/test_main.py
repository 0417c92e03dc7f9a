"""Exit codes, and what is said when compatlint cannot run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compatlint import cli
from compatlint.check.findings import Comparison, Finding, Revision, Unread, Waived
from compatlint.cli.options import FailOn, Format
from compatlint.cli.output import choose_format, colourful, exit_code, save
from compatlint.cli.progress import Bar
from compatlint.errors import ConfigError
from compatlint.vocabulary import Direction, Severity
from compatlint.wire.ir.span import Span
from tests.gitbox import GitBox

SPAN = Span("c", "a.h", 1, 1)


def comparison(*severities: str, unread: bool = False, waived: bool = False) -> Comparison:
    """Return a comparison with findings of these severities."""
    reason = Waived("known", None, "comment") if waived else None
    findings = tuple(
        Finding(
            "misread",
            Severity(each),
            (Direction.UPGRADE,),
            "disk",
            "ceph",
            "A",
            "x",
            "m",
            SPAN,
            waived=reason,
        )
        for each in severities
    )
    missing = (Unread("B", SPAN, "opaque"),) if unread else ()
    return Comparison(Revision("a", "1"), Revision("b", "2"), findings, missing, 1, 1, 0.1, "ceph")


@pytest.mark.parametrize(
    ("found", "fail_on", "strict", "code"),
    [
        (comparison(), "error", False, 0),
        (comparison("error"), "error", False, 1),
        (comparison("warning"), "error", False, 0),
        (comparison("warning"), "warning", False, 1),
        (comparison("note"), "note", False, 1),
        (comparison("error"), "never", False, 0),
        (comparison("error", waived=True), "note", False, 0),
        (comparison(unread=True), "note", False, 0),
        (comparison(unread=True), "never", True, 1),
    ],
)
def test_what_fails_a_run(found: Comparison, fail_on: str, strict: bool, code: int) -> None:
    assert exit_code(found, FailOn(fail_on), strict=strict) == code


@pytest.mark.parametrize(
    ("wish", "name", "kind"),
    [
        (None, None, "text"),
        (None, "r.sarif", "sarif"),
        (None, "r.MD", "markdown"),
        ("json", "r.md", "json"),
        (None, "r", "text"),
    ],
)
def test_the_format_is_what_was_asked_for(wish: str | None, name: str | None, kind: str) -> None:
    assert choose_format(Format(wish) if wish else None, Path(name) if name else None) is Format(kind)


def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert colourful(True)
    assert not colourful(False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert colourful(False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colourful(True)


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        save("x", tmp_path / "nowhere" / "report")


@pytest.mark.parametrize(
    "arguments",
    [
        ["diff", "nonsense"],
        ["diff", "v9..HEAD"],
        ["diff", "--output=x\n"],
        ["diff", "--staged", "--worktree"],
        ["diff", "--format", "xml"],
        ["diff", "--config", "absent.toml"],
        ["diff", "--repo", "/nowhere/at/all"],
        ["check", "--", "-x"],
        ["show"],
        ["graph", "-o", "graph.png"],
        ["explain", "no-such-rule"],
        ["waive", "xyz", "--reason", "r"],
        ["waive", "0123456789ab", "--reason", " "],
        ["frobnicate"],
    ],
)
def test_what_cannot_run_is_one_line_and_code_two(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    GitBox(tmp_path / "repository").commit({"a.h": "1"})
    monkeypatch.chdir(tmp_path / "repository")
    assert cli.run(arguments) == cli.UNABLE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip()
    assert "Traceback" not in said.err


def test_a_defect_of_ours_is_code_three_and_names_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumble(arguments: object) -> int:
        error = ValueError("odd")
        error.add_note("while reading src/a.h")
        raise error

    monkeypatch.setattr(cli, "_dispatch", stumble)
    assert cli.run([]) == cli.DEFECT
    assert (
        "internal error, please report it: ValueError: odd; while reading src/a.h" in capsys.readouterr().err
    )
    assert cli.run(["--verbose"]) == cli.DEFECT
    assert "Traceback" in capsys.readouterr().err


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("compatlint ")
    assert cli.run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(
        word in shown for word in ("diff", "check", "show", "rules", "explain", "demo", "waive", "graph")
    )


def test_rules_can_be_read_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert cli.run(["rules"]) == 0
    assert any(line.split()[:2] == ["misread", "error"] for line in capsys.readouterr().out.splitlines())
    assert cli.run(["explain", "misread"]) == 0
    assert capsys.readouterr().out.startswith("# ")


def test_a_waiver_is_written_at_the_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    box = GitBox(tmp_path / "repository")
    box.write("src/a.h", "1")
    monkeypatch.chdir(box.path / "src")
    assert cli.run(["waive", "0123456789ab", "--reason", "never shipped", "--until", "2.0"]) == 0
    assert "0123456789ab is waived" in capsys.readouterr().out
    assert 'reason = "never shipped"' in (box.path / ".compatlint-waivers.toml").read_text()


def test_no_bar_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar(patience=0) as bar:
        bar(1, 2, "reading")
    assert capsys.readouterr().err == ""


def test_a_bar_on_a_terminal_comes_late_and_goes_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with Bar(patience=60) as bar:
        bar(1, 2, "reading")
    assert capsys.readouterr().err == ""
    with Bar(patience=0) as bar:
        bar(1, 2, "reading")
        assert bar.visible
    assert not bar.visible


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only where the system has a full device")
def test_a_report_that_has_no_place_is_said_in_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "compatlint", "rules"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == cli.UNABLE
    assert done.stderr.splitlines() == ["compatlint: the report cannot be written: No space left on device"]


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["no-such"], 2)])
def test_a_process_ends_with_the_code_of_its_command(arguments: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "compatlint", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert done.stdout or done.stderr


def test_whoever_stops_reading_is_no_break() -> None:
    receiver, sender = os.pipe()
    os.close(receiver)
    done = subprocess.run(
        [sys.executable, "-m", "compatlint", "rules"],
        stdout=sender,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(sender)
    assert (done.returncode, done.stderr) == (cli.PIPE_CLOSED, "")


def test_a_process_closes_its_cache(tmp_path: Path) -> None:
    """What was written stands in the one file that the limit counts, and not beside it."""
    box = GitBox(tmp_path / "repo")
    source = (
        "struct item_t { uint32_t a; void encode(bufferlist& bl) const { encode(a, bl); }"
        " void decode(bufferlist::iterator& p) { decode(a, p); } };\n"
    )
    box.commit({"src/item.h": source}, tag="v1.0.0")
    box.commit({"src/item.h": source.replace("uint32_t", "uint64_t")}, tag="v1.0.1")
    command = [sys.executable, "-m", "compatlint", "diff", "v1.0.0..v1.0.1", "--repo", str(tmp_path / "repo")]
    environment = {**os.environ, "COMPATLINT_CACHE": str(tmp_path / "cache")}
    subprocess.run(command, env=environment, capture_output=True, check=False)
    assert [each.name for each in (tmp_path / "cache").iterdir()] == ["cache-1.sqlite"]
