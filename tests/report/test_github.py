"""Annotations of a pull request: errors and warnings, and a word where GitHub would drop some in silence."""

from __future__ import annotations

from dataclasses import replace

from compatlint.check.findings import Waived
from compatlint.report import github
from compatlint.report.view import PLAIN, View
from compatlint.vocabulary import Severity
from tests.report.made import BOOK, comparison, finding

NOTE = finding(severity=Severity.NOTE, codec="Other")


def run(*findings: object, view: View = PLAIN) -> list[str]:
    return github.render(comparison(*findings), rulebook=BOOK, view=view).splitlines()  # type: ignore[arg-type]


def test_notes_are_left_out_unless_they_are_asked_for() -> None:
    assert [line for line in run(NOTE) if line.startswith("::")] == []
    (shown,) = (line for line in run(NOTE, view=View(least=Severity.NOTE)) if line.startswith("::"))
    assert shown.startswith(
        "::notice file=src/mds/PurgeQueue.cc,line=41,endLine=41,title=item-inserted-midway%3A "
    )


def test_waived_findings_are_left_out() -> None:
    waived = replace(finding(), waived=Waived("known", None, "comment"))
    assert not any(line.startswith("::error") for line in run(waived))


def test_what_github_will_not_show_is_said() -> None:
    many = [finding(codec=f"Thing{number}") for number in range(11)]
    said = "11 errors above: GitHub shows 10 annotations of a kind for each step, this log has all of them"
    assert said in run(*many)
    assert not any("annotations" in line for line in run(*many[:10]))
