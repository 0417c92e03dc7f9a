"""JUnit's XML as Jenkins reads it: suites of cases, at most one result in each, and totals that add up."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

from hypothesis import given

from compatlint.check.findings import Comparison, Waived
from compatlint.report import junit
from compatlint.vocabulary import Severity
from tests.report.made import BOOK, comparison, comparisons, finding


def suite(made: Comparison) -> ElementTree.Element:
    root = ElementTree.fromstring(junit.render(made, rulebook=BOOK).encode())
    assert root.tag == "testsuites"
    (found,) = root
    return found


@given(comparisons)
def test_totals_are_those_of_the_cases(made: Comparison) -> None:
    found = suite(made)
    assert set(found.attrib) == {"name", "tests", "failures", "errors", "skipped", "time"}
    cases = found.findall("testcase")
    assert [each.tag for each in found] == ["testcase"] * len(cases) + ["system-out"]
    assert int(found.get("tests", "")) == len(cases) > 0
    for tag, total in (("failure", "failures"), ("skipped", "skipped")):
        assert sum(each.find(tag) is not None for each in cases) == int(found.get(total, ""))
    for each in cases:
        assert set(each.attrib) == {"classname", "name", "time"}
        assert len(each) <= 1
        assert {inside.tag for inside in each} <= {"failure", "skipped", "system-out"}


def test_errors_fail_warnings_speak_waived_are_skipped() -> None:
    waived = replace(finding(codec="W"), waived=Waived("known", None, "comment"))
    warning = finding(codec="A", severity=Severity.WARNING)
    failed, skipped, spoke, unread = suite(comparison(finding(), warning, waived, unread=1)).findall(
        "testcase"
    )
    failure = failed.find("failure")
    assert failure is not None
    assert failure.get("message") == "PurgeItem.stamp is written where v13.2.1 reads action"
    assert "fix: Append the item" in (failure.text or "")
    assert skipped.find("skipped") is not None
    assert (spoke.find("system-out") is not None, unread.find("skipped") is not None) == (True, True)


def test_nothing_found_is_one_case_that_passes() -> None:
    (case,) = suite(comparison()).findall("testcase")
    assert (case.get("name"), len(case)) == ("v13.2.1..v13.2.2", 0)
