"""The JSON report and its published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given

from compatlint.check.findings import Comparison, Edit, Fix, Waived
from compatlint.report import json as as_json
from compatlint.report.view import View
from compatlint.vocabulary import Direction, Severity
from compatlint.wire.ir.span import Span
from tests.report.made import BOOK, comparison, comparisons, finding

WAIVED = Waived("nobody reads it", "14.2.0", "comment")
NOTE = finding(rule="trailing-lost", severity=Severity.NOTE, breaks=(Direction.DOWNGRADE,), codec="Other")
OURS = json.loads(Path(as_json.__file__).with_name("schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(OURS)  # made once: making it takes longer than a test may


def report(*findings: object, **changes: object) -> dict[str, object]:
    return json.loads(as_json.render(comparison(*findings, **changes), rulebook=BOOK))  # type: ignore[arg-type]


def test_it_is_what_the_page_says() -> None:
    made = report(finding(), NOTE, replace(finding(), waived=WAIVED), unread=1, left_out=3)
    assert {key: value for key, value in made["summary"].items() if key != "considered"} == {  # type: ignore[attr-defined]
        "error": 1,
        "warning": 0,
        "note": 1,
        "waived": 1,
        "codecs": 812,
        "changed": 9,
        "unread": 1,
        "left_out": 3,
        "verdict": "do not release v13.2.2: deployments that upgrade from v13.2.1 or go back to it misread PurgeItem",
    }
    assert made["old"] == {"rev": "v13.2.1", "commit": "a" * 40}
    first = made["findings"][0]  # type: ignore[index]
    assert first["breaks"] == ["upgrade", "downgrade"]
    assert first["title"] == "Item inserted in the middle of an encoding"
    assert first["evidence"][0]["direction"] == "upgrade"
    assert first["evidence"][0]["table"][2] == {
        "offset": None,
        "wrote": "",
        "read": "size u64",
        "mark": "past the end",
    }
    assert [each["waived"] for each in made["findings"]].count(None) == 2  # type: ignore[attr-defined]
    assert made["warnings"] == []


def test_a_finding_says_why_in_which_directions_and_how_to_mend_it() -> None:
    edit = Edit(Span("b" * 40, "a.h", 3, 4), "x\n")
    made = report(finding(fix=Fix("do this", (edit,)), kept=(Direction.UPGRADE,), members=("a",)))
    (first,) = made["findings"]  # type: ignore[misc]
    assert first["directions"] == [
        {"directions": ["upgrade"], "promised": True, "text": "v13.2.2 misreads data that v13.2.1 wrote"},
        {
            "directions": ["downgrade"],
            "promised": False,
            "text": "v13.2.1, after a rollback, reads past the end of data that v13.2.2 wrote (if feature OAK is on)",
        },
    ]
    assert first["reason"].startswith("the promise 'ceph' covers")
    assert first["members"] == ["a"]
    edits = [{"path": "a.h", "line": 3, "end_line": 4, "text": "x\n"}]
    assert first["fix"] == {"of": "finding", "text": "do this", "edits": edits}
    assert (first["excerpts"][1]["label"], first["excerpts"][1]["reads"]) == ("v13.2.1 reads", True)
    (general,) = report(finding())["findings"]  # type: ignore[misc]
    assert general["fix"]["of"] == "rule"
    assert general["page"] is None


def test_rules_have_pages_where_a_base_is_known() -> None:
    view = View(pages="https://docs.example/compatlint/")
    made = json.loads(as_json.render(comparison(finding()), rulebook=BOOK, view=view))
    assert made["findings"][0]["page"] == "https://docs.example/compatlint/rules/item-inserted-midway.html"


def test_remarks_are_no_findings() -> None:
    remarks = ("waiver 0123456789ab is not used", "bytes \udcff")
    made = report(finding(), warnings=remarks)
    assert made["warnings"] == [remarks[0], "bytes ?"]
    assert made["summary"]["warning"] == 0  # type: ignore[index]


@given(comparisons)
def test_it_always_meets_its_schema(made: Comparison) -> None:
    VALIDATOR.validate(json.loads(as_json.render(made, rulebook=BOOK).encode()))


def test_the_schema_is_a_schema_and_strict() -> None:
    jsonschema.Draft202012Validator.check_schema(OURS)
    good = report(finding(), unread=1)
    for break_it in (
        lambda made: made.update(more=1),
        lambda made: made["findings"][0].update(more=1),
        lambda made: made["findings"][0].pop("waived"),
        lambda made: made["findings"][0].update(fingerprint="xyz"),
        lambda made: made["findings"][0]["evidence"][0].update(outcome="bad"),
        lambda made: made["findings"][0]["fix"].update(of="nobody"),
        lambda made: made["unread"][0].pop("reason"),
        lambda made: made.pop("warnings"),
        lambda made: made["warnings"].append({}),
    ):
        bad = json.loads(json.dumps(good))
        break_it(bad)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, OURS)
