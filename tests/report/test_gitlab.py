"""GitLab's code quality report: the keys that its documentation demands, and fingerprints that differ."""

from __future__ import annotations

import json

import jsonschema
from hypothesis import given

from compatlint.check.findings import Comparison
from compatlint.report import gitlab
from compatlint.vocabulary import Severity
from tests.report.made import BOOK, comparison, comparisons, finding

# Written from GitLab's documentation of the format ("Code Quality report format").
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@given(comparisons)
def test_every_entry_has_what_gitlab_demands(made: Comparison) -> None:
    report = json.loads(gitlab.render(made, rulebook=BOOK))
    jsonschema.validate(report, SCHEMA)
    prints = [each["fingerprint"] for each in report]
    assert len(prints) == len(set(prints))


def test_severities_places_and_words() -> None:
    findings = [finding(codec=str(each), severity=each) for each in Severity]
    report = json.loads(gitlab.render(comparison(*findings, unread=1), rulebook=BOOK))
    assert [each["severity"] for each in report] == ["critical", "major", "info", "info"]
    assert report[0]["location"] == {"path": "src/mds/PurgeQueue.cc", "lines": {"begin": 41}}
    assert "upgrade: v13.2.2 misreads data that v13.2.1 wrote" in report[0]["description"]
    assert report[3]["check_name"] == "unread"
