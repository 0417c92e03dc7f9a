"""The end of every report: how many findings there are, and in words what they mean for the release."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from compatlint.check.findings import Comparison, Finding
from compatlint.plain_text import clean
from compatlint.vocabulary import Direction, Link, Outcome, Severity

_WORKS: Final = {
    Direction.UPGRADE: "upgrade from {old}",
    Direction.DOWNGRADE: "go back to {old}",
    Direction.MIXED: "run both releases at once",
    Direction.SKIP: "come from a release before {old}",
    Direction.SELF: "run {new}",
}
_VERBS: Final = {
    Outcome.MISREAD: "misread",
    Outcome.OVERREAD: "misread",
    Outcome.LEFTOVER: "misread",
    Outcome.REFUSED: "cannot read",
    Outcome.DROPPED: "lose part of",
}
_UNCOMMITTED: Final = ("index", "worktree")
MOST_GROUPS: Final = 3
MOST_NAMES: Final = 3


def several(count: int, noun: str) -> str:
    """Return "1 break", "2 breaks"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listing(names: Iterable[str], most: int) -> str:
    """Return "a, b and 3 more"."""
    known = [clean(each) for each in names]
    shown = ", ".join(known[:most])
    return f"{shown} and {len(known) - most} more" if len(known) > most else shown


def range_of(comparison: Comparison) -> str:
    """Return the range as the user knows it: "old..new", or one revision for a release against itself."""
    old, new = clean(comparison.old.rev), clean(comparison.new.rev)
    if comparison.command == "check":
        return new
    beside = ", ".join(clean(each.rev) for each in comparison.against)
    return f"{old}..{new}, with {beside}" if beside else f"{old}..{new}"


def counts(comparison: Comparison) -> str:
    """Return what was found and what was looked at: "1 error, 2 notes in a..b: 812 codecs, ..."."""
    parts = [several(comparison.count(each), each) for each in Severity if comparison.count(each)]
    waived = sum(1 for each in comparison.findings if each.waived is not None)
    parts += [f"{waived} waived"] if waived else []
    parts += [f"{comparison.left_out} left out"] if comparison.left_out else []
    looked = (
        several(comparison.codecs, "codec"),
        f"{comparison.changed} changed",
        f"{len(comparison.unread)} unread",
        f"{comparison.seconds:.1f} s",
    )
    return f"{', '.join(parts) or 'no findings'} in {range_of(comparison)}: {', '.join(looked)}"


def verdict(comparison: Comparison) -> str:
    """Return one sentence on what a comparison means for whoever releases the newer side."""
    counting = [each for each in comparison.findings if each.waived is None]
    errors = [each for each in counting if each.severity is Severity.ERROR]
    new = clean(comparison.new.rev)
    if errors:
        action = "do not commit this" if comparison.new.commit in _UNCOMMITTED else f"do not release {new}"
        return f"{action}: {_harm(errors, comparison)}"
    warnings = comparison.count(Severity.WARNING)
    if warnings:
        action = "commit this" if comparison.new.commit in _UNCOMMITTED else f"release {new}"
        return f"read the {several(warnings, 'warning')} before you {action}"
    return _calm(counting, comparison)


def _calm(counting: list[Finding], comparison: Comparison) -> str:
    """Return the verdict where nothing weighs more than a note."""
    beyond = [each for each in counting if each.weight is Severity.ERROR and not each.promised]
    said = "nothing that was read breaks a promise"
    if beyond:
        said += (
            f"; {several(len(beyond), 'finding')} would be an error if it were promised to work "
            "(--promise all judges every direction)"
        )
    if comparison.unread:
        said += f"; {several(len(comparison.unread), 'codec')} could not be read"
    return said


def _harm(errors: list[Finding], comparison: Comparison) -> str:
    """Return who is harmed and how, one clause for each set of directions and kind of harm."""
    if comparison.command == "check":
        return f"it cannot read what it writes itself: {listing(_codecs(errors), MOST_NAMES)}"
    groups: dict[tuple[tuple[Direction, ...], str], list[Finding]] = {}
    for each in errors:
        directions = tuple(one for one in Direction if one in (each.kept or each.breaks))
        if each.link == Link.PEER and Direction.MIXED in directions:
            directions = (Direction.MIXED,)  # who upgrades or goes back meets it while both run
        groups.setdefault((directions, _verb(each)), []).append(each)
    clauses = [
        f"{_who(directions, comparison)} {verb} {listing(_codecs(some), MOST_NAMES)}"
        for (directions, verb), some in groups.items()
    ]
    left = len(clauses) - MOST_GROUPS
    return "; ".join([*clauses[:MOST_GROUPS], *([f"and {left} more kinds of break"] if left > 0 else [])])


def _who(directions: tuple[Direction, ...], comparison: Comparison) -> str:
    old, new = clean(comparison.old.rev), clean(comparison.new.rev)
    works = [_WORKS[each].format(old=old, new=new) for each in directions]
    if directions[:2] == (Direction.UPGRADE, Direction.DOWNGRADE):
        works[:2] = [f"upgrade from {old}", "go back to it"]
    *first, last = works or ["use it"]
    return f"deployments that {', '.join(first)} or {last}" if first else f"deployments that {last}"


def _verb(finding: Finding) -> str:
    outcome = next((value for name, value in finding.facts if name == "outcome"), "")
    keyed = ("keyed", "true") in finding.facts
    if keyed or not outcome:
        return "fail on"
    return _VERBS.get(Outcome(outcome), "fail on")


def _codecs(findings: Iterable[Finding]) -> list[str]:
    return list(dict.fromkeys(each.codec for each in findings))
