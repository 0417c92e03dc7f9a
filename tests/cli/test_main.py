"""Exit codes, and what is said when compatlint cannot run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compatlint import cli
from compatlint.check.findings import Comparison, Finding, Revision, Unread, Waived
from compatlint.cli.commands import COMMANDS
from compatlint.cli.options import FailOn
from compatlint.cli.output import colourful, exit_code, save
from compatlint.cli.progress import Bar
from compatlint.errors import ConfigError, SourceError
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
        ["diff", "-o", "report.docx"],
        ["diff", "--select", "no-such-rule"],
        ["diff", "--severity", "fatal"],
        ["explain", "0123456789ab", "HEAD..HEAD"],
        ["explain", "misread", "HEAD..HEAD"],
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


@pytest.mark.parametrize("command", [each.name for each in COMMANDS])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_explains_itself(command: str, flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([command, flag]) == 0
    assert capsys.readouterr().out.startswith(f"usage: compatlint {command}")


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


COMMAND = f"exec {sys.executable} -m compatlint"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("rules >&-", cli.UNABLE),
        ("nosuch 2>&- >/dev/null", cli.UNABLE),
        ("rules 2>&- >/dev/null", 0),
        ("--version <&- >/dev/null", 0),
        ("rules <&- >&- 2>&-", cli.UNABLE),
        ("nosuch 2>/dev/full", cli.UNABLE),
        ("rules >/dev/full 2>/dev/full", cli.UNABLE),
    ],
)
def test_streams_that_are_closed_or_full(command: str, code: int) -> None:
    done = subprocess.run(["sh", "-c", f"{COMMAND} {command}"], capture_output=True, check=False)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


def test_a_file_is_written_where_there_is_no_output_stream(tmp_path: Path) -> None:
    box = GitBox(tmp_path / "repo")
    box.commit({"a.h": "void f(bufferlist& bl);"}, tag="v1.0.0")
    box.commit({"a.h": "void g(bufferlist& bl);"}, tag="v1.0.1")
    report = tmp_path / "report.json"
    done = subprocess.run(
        ["sh", "-c", f"{COMMAND} diff v1.0.0..v1.0.1 --repo {box.path} -o {report} >&-"],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(report.read_text())["version"] == 1


NASTY_NAME = "a\x1b[31m\x9b\u202e\n::error::x\r##[error]y\u2028"


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("kind", [SourceError, KeyError, OSError])
def test_what_is_said_is_one_line_whatever_it_names(
    kind: type[Exception], verbose: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumble(arguments: object) -> int:
        error = kind(NASTY_NAME)
        error.add_note(NASTY_NAME)
        raise error

    monkeypatch.setattr(cli, "_dispatch", stumble)
    cli.run(["--verbose"] if verbose else [])
    err = capsys.readouterr().err
    for line in err.removesuffix("\n").split("\n"):
        assert line.startswith("compatlint: ")
        assert line.isprintable()
        assert "##[" not in line
        assert "\u202e" not in line
    assert kind is not SourceError or err.count("\n") == 1


def test_a_message_has_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    cli.say("x" * 10_000_000)
    assert len(capsys.readouterr().err) < 3000
    cli.say("::error::x")
    assert capsys.readouterr().err == "compatlint: : ::error::x\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_that_is_stopped_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    report, started = tmp_path / "report", tmp_path / "started"
    program = f"""
import os, time
from pathlib import Path
from compatlint import cli, files, parallel
parallel._processors = lambda: 3
def work(item):
    Path({str(started)!r} + str(os.getpid())).touch()
    time.sleep(60)
def command(arguments):
    parallel.divide(list(range(30)), work)
    files.write_text(Path({str(report)!r}), "new")
cli._dispatch = command
cli.main([])
"""
    report.write_text("old")
    running = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while len(list(tmp_path.glob("started*"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    running.send_signal(number)
    out, err = running.communicate(timeout=20)  # at its end nobody has the pipe any more
    assert (running.returncode, out, err) == (code, b"", b"")
    assert report.read_text() == "old"


def test_the_others_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    started = tmp_path / "started"
    program = f"""
import os, time
from pathlib import Path
from compatlint import parallel
parallel._processors = lambda: 3
def work(item):
    Path({str(started)!r} + str(os.getpid())).touch()
    time.sleep(60)
parallel.divide(list(range(30)), work)
"""
    running = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while len(list(tmp_path.glob("started*"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    running.kill()
    assert running.communicate(timeout=10) == (b"", None)
