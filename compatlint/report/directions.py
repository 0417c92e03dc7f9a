"""Directions in words: what each one means, and a sentence for each direction that a finding breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from compatlint.check.findings import Evidence, Finding
from compatlint.plain_text import clean
from compatlint.vocabulary import Direction, Link, Outcome

MEANINGS: Final = {
    Direction.UPGRADE: "The newer release reads data that the older release wrote.",
    Direction.DOWNGRADE: "The older release, after a rollback, reads data that the newer release wrote.",
    Direction.MIXED: (
        "Both releases run at the same time during a rolling upgrade, and one reads a message from the other."
    ),
    Direction.SKIP: (
        "The newer release reads data that is older than the older release: "
        "written by an earlier release and never rewritten since."
    ),
    Direction.SELF: "A release reads data that it wrote itself.",
}
_VERBS: Final = {
    Outcome.MISREAD: "misreads {data}",
    Outcome.OVERREAD: "reads past the end of {data}",
    Outcome.ABSENT: "needs an item that {writer} does not send",
    Outcome.REJECTED: "does not accept a value that {writer} sends",
    Outcome.REFUSED: "refuses {data}",
    Outcome.LEFTOVER: "stops before the end of {data}",
    Outcome.DROPPED: "skips part of {data}, and loses it",
    Outcome.UNREAD: "may or may not understand {data}",
}
_BASE: Final = "database"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happens in some directions; `kept`: the promise covers them."""

    directions: tuple[Direction, ...]
    text: str
    kept: bool

    @property
    def heading(self) -> str:
        """Return the directions as text: "upgrade, skip"."""
        return ", ".join(self.directions)


def sentences(finding: Finding) -> list[Sentence]:
    """Return what happens in each direction that breaks, promised ones first; equal sentences are said once."""
    said: dict[tuple[bool, str], list[Direction]] = {}
    for direction in finding.breaks:
        for text in dict.fromkeys(_texts(finding, direction)):
            said.setdefault((direction in finding.kept, text), []).append(direction)
    found = [Sentence(tuple(each), text, kept) for (kept, text), each in said.items()]
    return sorted(found, key=lambda each: not each.kept)


def brief(finding: Finding) -> str:
    """Return the directions of a finding, promised ones first and the others in parentheses."""
    kept = [str(each) for each in finding.breaks if each in finding.kept]
    return ", ".join([*kept, *(f"({each})" for each in finding.breaks if each not in finding.kept)])


def used(findings: Iterable[Finding]) -> list[Direction]:
    """Return the directions that findings break, in the order of the vocabulary."""
    broken = {direction for each in findings for direction in each.breaks}
    return [each for each in Direction if each in broken]


def _texts(finding: Finding, direction: Direction) -> Iterator[str]:
    """Yield what each meeting of a direction shows.

    What breaks in both directions also breaks while both releases run: then those meetings tell of it.
    """
    own = [each for each in finding.evidence if each.direction is direction]
    if not own and direction is Direction.MIXED:
        own = [
            each for each in finding.evidence if each.direction in (Direction.UPGRADE, Direction.DOWNGRADE)
        ]
    for each in own:
        yield _sentence(each, direction, finding.link)
    if not own:
        yield MEANINGS[direction].rstrip(".")


def _sentence(evidence: Evidence, direction: Direction, link: str) -> str:
    if evidence.why:
        return f"{_meeting(evidence, link)}: {clean(evidence.why)}"
    writer, reader = clean(evidence.writer), clean(evidence.reader)
    if link == Link.PEER or direction is Direction.MIXED:
        who, data, writer = f"a {reader} daemon", f"messages from a {writer} daemon", f"a {writer} daemon"
    elif direction is Direction.SELF:
        who, data, writer = reader, "data that it wrote itself", "it"
    elif direction is Direction.DOWNGRADE:
        who, data = f"{reader}, after a rollback,", f"data that {writer} wrote"
    elif direction is Direction.SKIP and evidence.writer.startswith("version "):
        who, data = reader, f"data in {writer}"
    else:
        who, data = reader, f"data that {writer} wrote"
    words = f"{who} {_VERBS[evidence.outcome].format(data=data, writer=writer)}"
    world = ", ".join(clean(each) for each in evidence.world)
    return f"{words} (if {world})" if world else words


def _meeting(evidence: Evidence, link: str) -> str:
    """Return who meets whom, where the evidence says how they come to."""
    writer, reader = _party(evidence.writer, evidence.writer_at), _party(evidence.reader, evidence.reader_at)
    if evidence.reader_at == _BASE:
        return f"{writer} writes to the {reader}"
    if evidence.writer_at == _BASE:
        return f"{reader} reads the {writer}"
    if evidence.writer_at and evidence.reader_at:
        return f"{writer} sends to {reader}"
    if evidence.direction is Direction.SELF:
        return reader
    if link == Link.PEER:
        return f"{reader} {_VERBS[evidence.outcome].format(data=f'messages from {writer}', writer=writer)}"
    return f"{reader} runs after {writer}"


def _party(release: str, component: str) -> str:
    return f"{clean(component)} of {clean(release)}" if component else clean(release)
