"""The end of a report: the counts, and what they mean for the release."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compatlint.check.findings import Comparison, Revision
from compatlint.report.verdict import counts, listing, several, verdict
from compatlint.vocabulary import Direction, Link, Severity
from tests.report.made import comparison, finding

UP, DOWN, MIXED, SKIP = Direction.UPGRADE, Direction.DOWNGRADE, Direction.MIXED, Direction.SKIP
WARNING = finding(severity=Severity.WARNING)


def facts(outcome: str, *, keyed: bool = False) -> tuple[tuple[str, str], ...]:
    return (("outcome", outcome), ("keyed", str(keyed).lower()))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (
            comparison(finding(kept=(DOWN,), facts=facts("misread"))),
            "do not release v13.2.2: deployments that go back to v13.2.1 misread PurgeItem",
        ),
        (
            comparison(finding(kept=(UP, DOWN, MIXED), facts=facts("refused"))),
            "do not release v13.2.2: deployments that upgrade from v13.2.1, go back to it or run both "
            "releases at once cannot read PurgeItem",
        ),
        (
            comparison(finding(kept=(UP, DOWN, MIXED), link=Link.PEER, facts=facts("overread"))),
            "do not release v13.2.2: deployments that run both releases at once misread PurgeItem",
        ),
        (
            comparison(finding(kept=(SKIP,), facts=facts("absent", keyed=True))),
            "do not release v13.2.2: deployments that come from a release before v13.2.1 fail on PurgeItem",
        ),
        (
            comparison(finding(), new=Revision("index", "index")),
            "do not commit this: deployments that upgrade from v13.2.1 or go back to it misread PurgeItem",
        ),
        (
            comparison(finding(kept=(Direction.SELF,)), command="check"),
            "do not release v13.2.2: it cannot read what it writes itself: PurgeItem",
        ),
        (comparison(WARNING, WARNING), "read the 2 warnings before you release v13.2.2"),
        (
            comparison(WARNING, new=Revision("worktree", "worktree")),
            "read the 1 warning before you commit this",
        ),
        (comparison(), "nothing that was read breaks a promise"),
        (comparison(unread=2), "nothing that was read breaks a promise; 2 codecs could not be read"),
        (
            comparison(finding(severity=Severity.NOTE, promised=False)),
            "nothing that was read breaks a promise; 1 finding would be an error if it were promised to work "
            "(--promise all judges every direction)",
        ),
    ],
)
def test_in_words(made: Comparison, words: str) -> None:
    assert verdict(made) == words


def test_kinds_of_harm_are_bounded() -> None:
    kinds = [
        finding(codec=f"A{number}", kept=kept, facts=facts(outcome))
        for number, (kept, outcome) in enumerate(
            (kept, outcome) for kept in ((UP,), (DOWN,)) for outcome in ("misread", "refused", "dropped")
        )
    ]
    said = verdict(comparison(*kinds))
    assert said.count("; ") == 3
    assert said.endswith("; and 3 more kinds of break")
    many = [finding(codec=f"A{number}") for number in range(5)]
    assert verdict(comparison(*many)).endswith("misread A0, A1, A2 and 2 more")


def test_counts() -> None:
    waived = replace(finding(), waived=replace_waiver())
    made = comparison(finding(), WARNING, WARNING, waived, unread=4, left_out=2)
    assert counts(made) == (
        "1 error, 2 warnings, 1 waived, 2 left out in v13.2.1..v13.2.2: 812 codecs, 9 changed, 4 unread, 0.6 s"
    )
    assert counts(comparison(command="check")).startswith("no findings in v13.2.2: ")


def replace_waiver() -> object:
    from compatlint.check.findings import Waived

    return Waived("known", None, "comment")


def test_words_for_numbers_and_lists() -> None:
    assert [several(1, "break"), several(2, "break")] == ["1 break", "2 breaks"]
    assert listing(["a", "b\x1b", "c"], 2) == "a, b\\x1b and 1 more"
