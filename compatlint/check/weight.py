"""Why a finding weighs what it weighs: its rule, the promise, and which of its directions that covers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from compatlint.vocabulary import Direction, Link, Outcome, Severity

Covers = Callable[[Direction, Link], bool]


@dataclass(frozen=True, slots=True)
class Weight:
    """What a finding weighs: `kept` are the directions that the promise covers, `reason` says why in one sentence.

    `of_rule` is what the rule says; `severity` is what is left of it under the promise.
    """

    severity: Severity
    of_rule: Severity
    promised: bool
    kept: tuple[Direction, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Promised:
    """The promise between two releases, given by their names: `covers` tells it for a direction over a link."""

    name: str
    old: str
    new: str
    covers: Covers

    def weigh(
        self, rule: str, outcome: Outcome, breaks: tuple[Direction, ...], link: Link, unless: str = ""
    ) -> Weight:
        """Return the weight of what breaks; `rule` is the severity that the rule gives it.

        `unless`: a reason why it is only a note whatever the promise says, "" if there is none. Values that an
        older release skips and loses are judged by their rule alone: no release promises to keep them.
        """
        of_rule = Severity(rule)
        kept = tuple(each for each in breaks if not unless and self.covers(each, link))
        promised = not unless and (bool(kept) or outcome is Outcome.DROPPED)
        severity = of_rule if promised else Severity.NOTE
        return Weight(
            severity, of_rule, promised, kept, self._reason(severity, of_rule, breaks, kept, unless)
        )

    def _reason(
        self,
        severity: Severity,
        of_rule: Severity,
        breaks: tuple[Direction, ...],
        kept: tuple[Direction, ...],
        unless: str,
    ) -> str:
        if unless:
            return f"only a note: {unless}"
        if severity is of_rule:
            if kept == (Direction.SELF,):
                return "a release must decode what it encodes"
            if of_rule is Severity.NOTE:
                return "a note by its rule"
            return f"the promise {self.name!r} covers {spoken(kept)} between {self.old} and {self.new}"
        return (
            f"only a note: the promise {self.name!r} does not cover {spoken(breaks, 'or')} "
            f"between {self.old} and {self.new}"
        )


def spoken(words: Iterable[str], last: str = "and") -> str:
    """Return "a, b and c"."""
    *first, final = [str(each) for each in words] or ["nothing"]
    return f"{', '.join(first)} {last} {final}" if first else final
