"""One cause is one finding with its members; what only looks alike is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compatlint.check.findings import Evidence, Finding, Row
from compatlint.check.grouping import grouped
from compatlint.vocabulary import Direction, Link, Outcome, Severity
from compatlint.wire.ir.span import Span

UP, DOWN = Direction.UPGRADE, Direction.DOWNGRADE


def finding(codec: str, item: str, why: str = "the migration a drops it", **changes: object) -> Finding:
    row = Row(None, item, "", True)
    evidence = Evidence("v1", "v2", UP, Outcome.ABSENT, (), (row, Row(None, "id", "id")), why=why)
    made = Finding(
        "dropped-column", Severity.ERROR, (UP,), Link.DISK, "database", codec, item, f"{codec}.{item} is gone",
        Span("c", "models.py", 1, 1), (evidence,),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # any field


def names(findings: list[Finding]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.subject, each.members) for each in findings]


def test_columns_of_one_table_that_one_migration_drops() -> None:
    some = [finding("ports", item) for item in ("a", "b", "c")]
    (made,) = grouped(some, lambda rule: "codec")
    assert names([made]) == [("ports.a", ("a", "b", "c"))]
    assert made.message == "ports.a is gone; 2 more of this kind in ports"
    assert [row.wrote for row in made.evidence[0].table] == ["a", "b", "c"]
    assert [each.text for each in made.related] == ["ports.b", "ports.c"]


def test_names_that_go_from_one_file() -> None:
    some = [finding(f"[old]{name}", name, why=name) for name in ("a", "b")]
    assert names(grouped(some, lambda rule: "file")) == [("[old]a", ("[old]a", "[old]b"))]


@pytest.mark.parametrize(
    "other",
    [
        finding("tables", "b"),
        finding("ports", "b", why="the migration b drops it"),
        finding("ports", "b", severity=Severity.NOTE),
        finding("ports", "b", breaks=(UP, DOWN)),
        finding("ports", "b", kept=(UP,)),
        finding("ports", "b", rule="another-rule"),
        finding("ports", "b", span=Span("c", "other.py", 1, 1)),
    ],
)
def test_two_causes_are_two_findings(other: Finding) -> None:
    assert names(grouped([finding("ports", "a"), other], lambda rule: "codec")) == [
        ("ports.a", ()),
        (other.subject, ()),
    ]


def test_rules_that_say_nothing_keep_their_findings() -> None:
    assert len(grouped([finding("ports", "a"), finding("ports", "b")], lambda rule: "")) == 2


def test_what_somebody_waived_stays_by_itself() -> None:
    some = [finding("ports", item) for item in ("a", "b", "c")]
    made = grouped(some, lambda rule: "codec", lambda each: each.item == "b")
    assert names(made) == [("ports.a", ("a", "c")), ("ports.b", ())]


def test_one_member_more_is_another_finding() -> None:
    """Whoever accepted two columns did not accept the third."""
    some = [finding("ports", item) for item in ("a", "b", "c")]
    (two,), (three,) = (grouped(some[:count], lambda rule: "codec") for count in (2, 3))
    assert len({finding("ports", "a").fingerprint, two.fingerprint, three.fingerprint}) == 3
