"""What a reader has to know about a range before he believes the report on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compatlint import cli
from compatlint.check.findings import Finding, Related
from compatlint.comparison.range_remarks import concerns, elsewhere
from compatlint.vocabulary import Severity
from compatlint.wire.ir.span import Span
from tests.gitbox import GitBox

CODEC = """struct {name} {{
  uint32_t a; uint64_t b;
  void encode(bufferlist& bl) const {{ ENCODE_START(1, 1, bl); {more} encode(a, bl); ENCODE_FINISH(bl); }}
  void decode(bufferlist::const_iterator& p) {{ DECODE_START(1, p); {back} decode(a, p); DECODE_FINISH(p); }}
}};
WRITE_CLASS_ENCODER({name})
"""
PLAIN = CODEC.format(name="Foo", more="", back="")
WORSE = CODEC.format(name="Foo", more="encode(b, bl);", back="decode(b, p);")
OTHER = CODEC.format(name="Bar", more="encode(b, bl);", back="decode(b, p);")
RULE = """# Nothing to see

```toml
severity = "note"
message = "{codec}.{item}"
match = { outcome = ["misread", "overread"], change = "inserted", item = "any" }
no_mirror = "none"
```
"""


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitBox:
    made = GitBox(tmp_path / "repository")
    made.commit({"src/f.h": PLAIN, "src/sub/f.h": CODEC.format(name="Bar", more="", back="")}, tag="v1.2.0")
    monkeypatch.chdir(made.path)
    monkeypatch.setenv("COMPATLINT_CACHE", str(tmp_path / "cache"))
    return made


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], list[str]]:
    """Return the exit code, the codecs found, and the warnings."""
    code = cli.run(["diff", *arguments, "--promise", "all", "-f", "json"])
    out, err = capsys.readouterr()
    assert code in (0, 1), err
    report = json.loads(out)
    return code, sorted({each["codec"] for each in report["findings"]}, key=str), report["warnings"]


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("compatlint.toml", 'exclude = ["src"]\n', "this range changes compatlint.toml (exclude)"),
        (
            "compatlint.toml",
            'notations = ["ceph", "rpc"]\n',
            "this range changes compatlint.toml (notations)",
        ),
        (
            "pyproject.toml",
            '[tool.compatlint.severity]\nitem-inserted-midway = "ignore"\n',
            "this range changes pyproject.toml (severity)",
        ),
        (
            ".compatlint-waivers.toml",
            '[[waiver]]\nfingerprint = "0123456789ab"\nreason = "r"\n',
            "this range changes .compatlint-waivers.toml (waivers)",
        ),
    ],
)
def test_a_range_that_changes_the_settings_says_so_and_the_older_ones_can_be_taken(
    box: GitBox, capsys: pytest.CaptureFixture[str], path: str, text: str, said: str
) -> None:
    box.commit({"src/f.h": WORSE, path: text}, tag="v1.2.1")
    _, _, warnings = run(capsys, "v1.2.0..v1.2.1")
    assert any(each.startswith(said) for each in warnings), warnings
    code, codecs, warnings = run(capsys, "v1.2.0..v1.2.1", "--config-from", "v1.2.0")
    assert (code, codecs) == (1, ["Foo"])
    assert f"{said}: those of v1.2.0 are in force" in warnings


@pytest.mark.parametrize("form", ["text", "github", "markdown", "sarif", "json"])
def test_every_format_says_so(box: GitBox, capsys: pytest.CaptureFixture[str], form: str) -> None:
    box.commit({"src/f.h": WORSE, "compatlint.toml": 'exclude = ["src"]\n'}, tag="v1.2.1")
    cli.run(["diff", "v1.2.0..v1.2.1", "--promise", "all", "-f", form])
    report = " ".join(capsys.readouterr().out.split())
    assert "this range changes compatlint.toml" in report
    assert "leaves out 1 changed file that would be read" in report


def test_an_own_rule_that_the_range_brings(box: GitBox, capsys: pytest.CaptureFixture[str]) -> None:
    settings = {"compatlint.toml": 'rules = ["ci"]\n', "ci/trailing-lost.md": rule("trailing-lost")}
    box.commit(settings, tag="v1.2.1")
    changed = rule("trailing-lost").replace('severity = "', 'severity = "note" # "')
    box.commit({"src/f.h": WORSE, "ci/trailing-lost.md": changed}, tag="v1.2.2")
    _, _, warnings = run(capsys, "v1.2.1..v1.2.2")
    assert any("this range changes ci/trailing-lost.md (an own rule)" in each for each in warnings), warnings
    _, codecs, warnings = run(capsys, "v1.2.1..v1.2.2", "--config-from", "v1.2.1")
    assert codecs == ["Foo"]


def rule(name: str) -> str:
    from compatlint.rulebook import home

    return (home() / f"{name}.md").read_text()


def test_waiver_comments_of_the_range_do_not_count_then(
    box: GitBox, capsys: pytest.CaptureFixture[str]
) -> None:
    box.commit({"src/f.h": f"// compatlint: waive item-inserted-midway -- because\n{WORSE}"}, tag="v1.2.1")
    assert run(capsys, "v1.2.0..v1.2.1", "--config-from", "v1.2.0")[0] == 1
    _, _, warnings = run(capsys, "v1.2.0..v1.2.1", "--config-from", "v1.2.0")
    assert "1 waiver comment does not count: the settings are those of v1.2.0" in warnings


def test_a_configuration_that_only_the_working_tree_has(
    box: GitBox, capsys: pytest.CaptureFixture[str]
) -> None:
    box.commit({"src/f.h": WORSE}, tag="v1.2.1")
    box.write("compatlint.toml", 'exclude = ["src/sub"]\n')
    _, codecs, warnings = run(capsys, "v1.2.0..v1.2.1")
    assert codecs == ["Foo"]
    assert "compatlint.toml of the working tree is in force, and v1.2.1 has none" in warnings


def test_what_is_wrong_with_another_revisions_configuration(
    box: GitBox, capsys: pytest.CaptureFixture[str]
) -> None:
    box.commit({"compatlint.toml": "path = 1\n"}, tag="v1.2.1")
    box.commit({"compatlint.toml": "", "src/f.h": WORSE}, tag="v1.2.2")
    assert cli.run(["diff", "v1.2.1..v1.2.2", "--config-from", "v1.2.1"]) == cli.UNABLE
    assert "v1.2.1:compatlint.toml: unknown key 'path'" in capsys.readouterr().err
    assert cli.run(["diff", "v1.2.1..v1.2.2", "--config-from", "nosuch"]) == cli.UNABLE
    assert "there is no revision nosuch" in capsys.readouterr().err


def test_a_range_the_wrong_way_round(box: GitBox, capsys: pytest.CaptureFixture[str]) -> None:
    box.commit({"src/f.h": WORSE}, tag="v1.2.1")
    _, _, warnings = run(capsys, "v1.2.1..v1.2.0")
    assert "v1.2.0 is older than v1.2.1: did you mean v1.2.0..v1.2.1?" in warnings
    assert not any("did you mean" in each for each in run(capsys, "v1.2.0..v1.2.1")[2])


def test_a_range_outside_of_every_promise(box: GitBox, capsys: pytest.CaptureFixture[str]) -> None:
    box.commit({"src/f.h": WORSE}, tag="v19.2.0")
    cli.run(["diff", "v1.2.0..v19.2.0", "--promise", "ceph", "-f", "json"])
    warnings = json.loads(capsys.readouterr().out)["warnings"]
    assert any(
        each.startswith("nothing is promised between v1.2.0 and v19.2.0 (promise ceph)") for each in warnings
    )
    cli.run(["diff", "v1.2.0..v19.2.0", "--promise", "all", "-f", "json"])
    assert "nothing is promised" not in capsys.readouterr().out


def test_a_path_limits_the_findings(box: GitBox, capsys: pytest.CaptureFixture[str]) -> None:
    box.commit({"src/f.h": WORSE, "src/sub/f.h": OTHER}, tag="v1.2.1")
    assert run(capsys, "v1.2.0..v1.2.1")[1] == ["Bar", "Foo"]
    assert run(capsys, "v1.2.0..v1.2.1", "src/sub")[1] == ["Bar"]


def test_a_finding_elsewhere_is_counted() -> None:
    def finding(path: str, *related: str) -> Finding:
        span = Span("c", path, 1, 1)
        more = tuple(Related(Span("c", each, 1, 1), "why") for each in related)
        return Finding("r", Severity.NOTE, (), "disk", "ceph", "A", "x", "m", span, related=more)

    assert concerns(finding("src/a.h"), ["src"])
    assert concerns(finding("src/a.h", "inc/b.h"), ["inc/b.h"])
    assert not concerns(finding("src/a.h", "inc/b.h"), ["in", "sr"])
    assert (elsewhere(0), elsewhere(2)) == ([], ["2 findings elsewhere are left out by PATH"])


def test_files_that_were_never_added(box: GitBox, capsys: pytest.CaptureFixture[str]) -> None:
    box.write("src/new.h", OTHER.replace("Bar", "New"))
    box.write("src/f.h", WORSE)
    box.git("add", "src/f.h")
    _, codecs, warnings = run(capsys, "--staged", "v1.2.0")
    assert codecs == ["Foo"]
    assert "1 untracked file is not compared (src/new.h): git add what belongs to the commit" in warnings
    _, _, warnings = run(capsys, "--worktree", "v1.2.0")
    assert not any("untracked" in each for each in warnings)
