"""What every format owes its reader, and what no name from a repository can do in any of them."""

from __future__ import annotations

import html.parser
import json
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given

from compatlint import plain_text
from compatlint.check.findings import Comparison, Finding, Waived
from compatlint.report import formats, text, verdict
from compatlint.report.formats import Format
from compatlint.report.view import PLAIN, View
from compatlint.vocabulary import Direction, Severity
from tests.report.made import BOOK, comparison, comparisons, finding

WAIVED = Waived("nobody reads it", "14.2.0", "comment")
NOTE = finding(rule="trailing-lost", severity=Severity.NOTE, breaks=(Direction.DOWNGRADE,), codec="Other")
EVERYTHING = View(full=True, least=Severity.NOTE, verbose=True)
LINES = (Format.TEXT, Format.CONCISE)


def render(kind: Format, made: Comparison, view: View = PLAIN) -> str:
    return str(import_module(kind.module).render(made, rulebook=BOOK, view=view))


def run(kind: Format, *findings: Finding, **changes: object) -> str:
    return render(kind, comparison(*findings, **changes))


@pytest.mark.parametrize("kind", Format)
def test_every_format_shows_the_finding_and_names_what_is_unread(kind: Format) -> None:
    report = run(kind, finding(), unread=12)
    named = ("item-inserted-midway", "PurgeItem", "stamp", "PurgeQueue.cc", finding().fingerprint)
    for words in (*named, "upgrade", "downgrade", "Thing1"):
        assert words in report
    assert "Thing12" in render(kind, comparison(finding(), unread=12), EVERYTHING)


@pytest.mark.parametrize("kind", sorted(set(Format) - {Format.GITLAB}))
def test_every_format_says_what_it_means_for_the_release(kind: Format) -> None:
    assert (
        "do not release v13.2.2: deployments that upgrade from v13.2.1 or go back to it misread PurgeItem"
        in (run(kind, finding()).replace("\n  ", " "))
    )


@pytest.mark.parametrize("kind", sorted(set(Format) - set(LINES)))
def test_every_format_with_room_knows_the_fix(kind: Format) -> None:
    assert "Append the item after all others" in run(kind, finding())


@pytest.mark.parametrize("kind", Format)
def test_waived_findings_break_nothing(kind: Format) -> None:
    report = run(kind, replace(finding(), waived=WAIVED))
    assert "do not release" not in report


def test_the_formats_are_the_modules_that_do_not_know_each_other() -> None:
    """The enumeration, the contract and the modules are one list."""
    root = Path(formats.__file__).parents[2]
    with (root / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    listed = next(
        each["modules"] for each in contracts if each["name"] == "Report formats do not know each other"
    )
    assert sorted(listed) == sorted(each.module for each in Format)
    assert set(formats.SUFFIXES.values()) <= set(Format)


# ---- hostile names ---------------------------------------------------------------------------------------------------


@given(comparisons)
def test_no_name_moves_the_terminal(made: Comparison) -> None:
    for kind in (Format.TEXT, Format.CONCISE, Format.GITHUB):
        for view in (PLAIN, EVERYTHING):
            report = render(kind, made, view)
            assert all(
                each == "\n" or (each.isprintable() and each not in plain_text._HIDDEN) for each in report
            )
            assert plain_text.no_command(verdict.counts(made)) in report.splitlines()
            assert "##[" not in report
            if kind is not Format.GITHUB:
                assert not any(line.lstrip().startswith("::") for line in report.splitlines())
            report.encode()


@given(comparisons)
def test_colour_is_never_a_name_s(made: Comparison) -> None:
    for view in (PLAIN, EVERYTHING):
        coloured = render(Format.TEXT, made, replace(view, color=True))
        bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
        assert "\x1b" not in bare
        assert [line.rstrip() for line in bare.split("\n")] == render(Format.TEXT, made, view).split("\n")


@given(comparisons)
def test_no_name_commands_the_runner(made: Comparison) -> None:
    lines = render(Format.GITHUB, made, EVERYTHING).removesuffix("\n").split("\n")
    commands = [line for line in lines if line.startswith("::")]
    expected = (
        sum(1 for each in made.findings if each.waived is None) + len(made.warnings) + bool(made.unread)
    )
    assert len(commands) == expected
    assert len(lines) == expected + 2, "the counts and the verdict"
    for line in commands:
        found = re.fullmatch(r"::(error|warning|notice) ([^:\n]*)::(.*)", line)
        assert found is not None
        assert all(re.fullmatch(r"(file|line|endLine|title)=[^,:]*", each) for each in found[2].split(","))
    assert "##[" not in "\n".join(lines)


class Tags(html.parser.HTMLParser):
    """Collects elements and attributes as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(comparisons)
def test_no_name_marks_up_the_comment(made: Comparison) -> None:
    report = render(Format.MARKDOWN, made, EVERYTHING)
    assert len(report) <= import_module(Format.MARKDOWN.module).LIMIT
    outside = re.sub(r"^(`{3,})cpp\n.*?^\1$", "", report, flags=re.DOTALL | re.MULTILINE)
    outside = re.sub(r"(?<!\\)`[^`\n]*`", "", outside)
    tags = Tags()
    tags.feed(outside)
    assert {tag for tag, _ in tags.seen} <= {"details", "summary", "b", "code"}
    assert not re.search(r"(?<!\w)[@#]\w", outside)
    parsed = re.sub(r"^<details.*$", "", outside, flags=re.MULTILINE)
    assert not re.search(r"(?<!\\)\]\(", parsed)
    table = re.findall(r"^\| .*$", report.partition("<details")[0], re.MULTILINE)
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 7 for row in table), "no name adds a column"


@given(comparisons)
def test_no_name_speaks_to_the_browser(made: Comparison) -> None:
    page = render(Format.HTML, made, EVERYTHING)
    page.encode()
    tags = Tags()
    tags.feed(page)
    known = {
        "a", "b", "body", "button", "caption", "code", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer",
        "form", "h1", "h2", "head", "header", "html", "input", "label", "li", "link", "main", "meta", "option", "output", "p",
        "pre", "script", "section", "select", "span", "strong", "style", "summary", "table", "tbody", "td", "th", "thead",
        "title", "tr", "ul",
    }  # fmt: skip
    assert {tag for tag, _ in tags.seen} <= known
    assert sum(tag == "script" for tag, _ in tags.seen) == 1
    for _tag, attributes in tags.seen:
        assert not any(name.startswith("on") or name in ("src", "srcset", "action") for name in attributes)
        assert attributes.get("href") in (None, "data:,")


@given(comparisons)
def test_no_name_breaks_the_xml(made: Comparison) -> None:
    suite = ElementTree.fromstring(render(Format.JUNIT, made, EVERYTHING).encode()).find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    assert len(cases) == max(1, len(made.findings) + len(made.unread)) == int(suite.get("tests") or "")


@given(comparisons)
def test_no_name_breaks_the_json(made: Comparison) -> None:
    for kind in (Format.JSON, Format.SARIF, Format.GITLAB):
        json.loads(render(kind, made, EVERYTHING).encode())


def test_plain_text_does_not_import_rich() -> None:
    code = "import sys; from compatlint.report import text; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert text.FEW == 3
