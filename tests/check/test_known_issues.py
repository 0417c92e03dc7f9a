"""The file of known issues: what it explains is not repeated, and what no longer holds is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compatlint import cli
from compatlint.check.known_issues import load
from compatlint.errors import ConfigError
from tests.gitbox import GitBox
from tests.releases.test_matrix import FRONT, HEAD, PLAIN

ISSUE = """
[[issue]]
ranges = ["12.2.*..v12.2.2"]
direction = ["upgrade", "downgrade"]
codec = "item_t"
why = "b was inserted in front"
see = "https://example.org/1"
action = "Go to 12.2.3."

[[issue]]
ranges = ["v12.2.0..v12.2.1"]
direction = "upgrade"
codec = "gone_t"
why = "fixed long ago"
"""


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitBox:
    made = GitBox(tmp_path / "repository")
    for tag, text in (("v12.2.0", PLAIN), ("v12.2.1", PLAIN + "\n"), ("v12.2.2", FRONT)):
        made.commit({"a.h": HEAD + text}, tag=tag)
    made.write("compatlint-known.toml", ISSUE)
    monkeypatch.chdir(made.path)
    monkeypatch.setenv("COMPATLINT_CACHE", str(tmp_path / "cache"))
    return made


def test_diff_does_not_repeat_what_is_known(box: GitBox, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["diff", "v12.2.0..v12.2.2", "-f", "json"]) == 0
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["waived"] == {
        "reason": "known: b was inserted in front (https://example.org/1)",
        "until": None,
        "where": "compatlint-known.toml",
    }
    box.write("compatlint-known.toml", ISSUE.replace('"upgrade", "downgrade"', '"upgrade"'))
    assert cli.run(["diff", "v12.2.0..v12.2.2"]) == 1, "one direction more is broken than is known"


def test_an_entry_that_no_longer_holds_is_said(box: GitBox, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["diff", "v12.2.0..v12.2.1", "-f", "json"]) == 0
    (warning,) = json.loads(capsys.readouterr().out)["warnings"]
    assert warning == (
        "compatlint-known.toml: gone_t between v12.2.0 and v12.2.1 is listed as known, but nothing breaks there any more"
    )


def test_the_matrix_shows_what_is_known(box: GitBox, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["matrix", "v12*"]) == 0
    text = capsys.readouterr().out
    assert "1 v12.2.0   =   k   k\n2 v12.2.1   .   =   k\n" in text
    assert "known issue of item_t: b was inserted in front (https://example.org/1)" in text
    assert "Go to 12.2.3." in text
    assert "warning: compatlint-known.toml: gone_t" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[issues]]\n", "unknown key 'issues'"),
        ('[[issue]]\nwhy = "x"\n', "ranges is required"),
        ('[[issue]]\nranges = ["a"]\ndirection = "upgrade"\nwhy = "x"\n', "'a' is no range"),
        ('[[issue]]\nranges = ["a..b"]\ndirection = "down"\nwhy = "x"\n', "direction is one of"),
        ('[[issue]]\nranges = ["a..b"]\ndirection = "upgrade"\n', "why is required"),
        ('[[issue]]\nrange = ["a..b"]\nwhy = "x"\n', "unknown key 'range'; did you mean 'ranges'"),
        ("issue = 1\n", "two brackets"),
        ("[[issue]", "known.toml: "),
    ],
)
def test_a_mistake_in_the_file_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "known.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load(path)
