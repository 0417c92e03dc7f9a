"""A sentence for each direction: who runs what, and what happens to whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compatlint.check.findings import Evidence
from compatlint.report.directions import MEANINGS, brief, sentences, used
from compatlint.vocabulary import Direction, Link, Outcome
from tests.report.made import finding

UP, DOWN, MIXED, SKIP, SELF = (
    Direction.UPGRADE,
    Direction.DOWNGRADE,
    Direction.MIXED,
    Direction.SKIP,
    Direction.SELF,
)


def met(direction: Direction, outcome: Outcome = Outcome.MISREAD, **changes: object) -> Evidence:
    sides = ("v2", "v1") if direction is DOWN else ("v1", "v2")
    return replace(Evidence(*sides, direction, outcome), **changes)  # type: ignore[arg-type]  # any field


def said(
    *evidence: Evidence, link: Link = Link.DISK, kept: tuple[Direction, ...] = (), **changes: object
) -> list[str]:
    breaks = tuple(dict.fromkeys(each.direction for each in evidence))
    made = finding(**{"breaks": breaks, "evidence": evidence, "link": link, "kept": kept, **changes})
    return [f"{each.heading}: {each.text}" + ("" if each.kept else " ~") for each in sentences(made)]


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (met(UP), "upgrade: v2 misreads data that v1 wrote"),
        (met(DOWN), "downgrade: v1, after a rollback, misreads data that v2 wrote"),
        (met(SKIP), "skip: v2 misreads data that v1 wrote"),
        (
            met(SKIP, Outcome.REFUSED, writer="version 3, as v1 reads it"),
            "skip: v2 refuses data in version 3, as v1 reads it",
        ),
        (met(SELF, writer="v2"), "self: v2 misreads data that it wrote itself"),
        (
            met(DOWN, world=("feature OAK",)),
            "downgrade: v1, after a rollback, misreads data that v2 wrote (if feature OAK)",
        ),
    ],
)
def test_data_at_rest(evidence: Evidence, words: str) -> None:
    assert said(evidence, kept=(evidence.direction,)) == [words]


def test_daemons_get_messages() -> None:
    assert said(met(UP), met(DOWN, Outcome.OVERREAD), link=Link.PEER, kept=(UP, DOWN)) == [
        "upgrade: a v2 daemon misreads messages from a v1 daemon",
        "downgrade: a v1 daemon reads past the end of messages from a v2 daemon",
    ]


def test_mixed_has_the_sentences_of_both_directions() -> None:
    """No direction stands there with nothing behind it."""
    found = said(met(UP), met(DOWN), link=Link.PEER, breaks=(UP, DOWN, MIXED), kept=(UP, DOWN, MIXED))
    assert found == [
        "upgrade, mixed: a v2 daemon misreads messages from a v1 daemon",
        "downgrade, mixed: a v1 daemon misreads messages from a v2 daemon",
    ]
    found = said(met(DOWN), breaks=(DOWN, MIXED), kept=(MIXED,))
    assert found == [
        "mixed: a v1 daemon misreads messages from a v2 daemon",
        "downgrade: v1, after a rollback, misreads data that v2 wrote ~",
    ]


def test_components_that_meet_are_named_and_the_same_is_said_once() -> None:
    why = "the migration a1 drops it"
    evidence = [
        met(
            each, Outcome.ABSENT, writer="v2", reader="v1", writer_at="database", reader_at="control", why=why
        )
        for each in (DOWN, MIXED, SKIP)
    ]
    assert said(*evidence, kept=(MIXED, SKIP)) == [
        f"mixed, skip: control of v1 reads the database of v2: {why}",
        f"downgrade: control of v1 reads the database of v2: {why} ~",
    ]


@pytest.mark.parametrize(
    ("parties", "link", "words"),
    [
        (("control", "database"), Link.DISK, "control of v1 writes to the database of v2: w"),
        (("control", "agents"), Link.PEER, "control of v1 sends to agents of v2: w"),
        (("", ""), Link.PEER, "v2 misreads messages from v1: w"),
        (("", ""), Link.DISK, "v2 runs after v1: w"),
    ],
)
def test_who_meets_whom(parties: tuple[str, str], link: Link, words: str) -> None:
    evidence = met(UP, writer_at=parties[0], reader_at=parties[1], why="w")
    assert said(evidence, link=link, kept=(UP,)) == [f"upgrade: {words}"]


def test_a_direction_without_evidence_says_what_it_means() -> None:
    assert said(breaks=(SKIP,), evidence=(), kept=(SKIP,)) == [f"skip: {MEANINGS[SKIP].rstrip('.')}"]


def test_in_one_word_what_is_not_promised_is_in_parentheses() -> None:
    made = finding(breaks=(UP, DOWN, MIXED), kept=(MIXED,))
    assert brief(made) == "mixed, (upgrade), (downgrade)"
    assert used([made, finding(breaks=(SELF,))]) == [UP, DOWN, MIXED, SELF]


def test_every_direction_has_a_meaning() -> None:
    assert list(MEANINGS) == list(Direction)
