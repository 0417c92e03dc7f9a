"""The closed vocabulary of facts about one cause, which rules match by equality.

`findings` fill one `Facts` for each cause; `rulebook.Rulebook.name` finds the rule. A rule that names a fact or
a value that is not listed here is an error when the rules are loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields

from compatlint.notations.notation import names
from compatlint.vocabulary import Change, Direction, Guard, Link, Outcome


@dataclass(frozen=True, slots=True)
class Facts:
    """One cause, in the words of the rules.

    `direction` is what `towards` makes of all directions that break. `framed`: the newer encoding stands in a
    frame that carries its length, so a reader can skip what it does not know. `version_raised`: the newer
    release writes a higher version than the older one. `message`: the version travels in a header of its own.
    `keyed`: items are found by name or tag, not by position.
    """

    outcome: Outcome
    direction: str
    link: Link = Link.DISK
    notation: str = ""
    change: Change = Change.NONE
    keyed: bool = False
    framed: bool = True
    version_raised: bool = False
    guard: Guard = Guard.NONE
    message: bool = False

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the facts as text, for `Finding.facts`."""
        return tuple((each.name, _spell(getattr(self, each.name))) for each in fields(self))


def vocabulary() -> Mapping[str, frozenset[str | bool]]:
    """Return the values that each fact can have, in the order of the facts; notations are those of the registry."""
    either = frozenset((True, False))
    return {
        "outcome": frozenset(map(str, Outcome)),
        "direction": frozenset(("upgrade", "downgrade", "both", "skip", "mixed", "self")),
        "link": frozenset(map(str, Link)),
        "notation": frozenset(names()),
        "change": frozenset(map(str, Change)),
        "keyed": either,
        "framed": either,
        "version_raised": either,
        "guard": frozenset(map(str, Guard)),
        "message": either,
    }


def towards(breaks: Collection[Direction]) -> str:
    """Return the one word for all directions of a cause: `both` if old and new cannot read each other.

    A release that cannot read itself is `self` whatever else breaks. `mixed` and `skip` say more of an
    upgrade or a downgrade, so they count only when they stand alone.
    """
    if Direction.SELF not in breaks and {Direction.UPGRADE, Direction.DOWNGRADE} <= set(breaks):
        return "both"
    order = (Direction.SELF, Direction.UPGRADE, Direction.DOWNGRADE, Direction.MIXED, Direction.SKIP)
    return next((str(each) for each in order if each in breaks), str(Direction.SELF))


def _spell(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
