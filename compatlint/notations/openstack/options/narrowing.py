"""Whether an option still takes every value that it took.

By the text of a configuration file, not by Python's types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from compatlint.notations.openstack.options.option import Option
from compatlint.vocabulary import Change
from compatlint.wire.ir.records import Domain, Entry

_TEXT: Final = "StrOpt"
_LINES: Final = frozenset(("MultiStrOpt", "MultiOpt"))  # one value a line, as often as one likes
_FREE: Final = _LINES | {_TEXT, "ListOpt"}  # any text is a value
_TAKES: Final[Mapping[str, frozenset[str]]] = {
    "DictOpt": frozenset(("DictOpt",)),
    "BoolOpt": frozenset(("BoolOpt",)),
    "IntOpt": frozenset(("IntOpt", "PortOpt")),
    "PortOpt": frozenset(("PortOpt", "IntOpt")),
    "FloatOpt": frozenset(("FloatOpt", "IntOpt", "PortOpt")),
    "HostAddressOpt": frozenset(("HostAddressOpt", "IPOpt", "HostnameOpt")),
    "HostDomainOpt": frozenset(("HostDomainOpt", "HostAddressOpt", "IPOpt", "HostnameOpt")),
    "HostnameOpt": frozenset(("HostnameOpt",)),
    "IPOpt": frozenset(("IPOpt",)),
    "URIOpt": frozenset(("URIOpt",)),
}
_CHECKED: Final = frozenset(("HostAddressOpt", "HostDomainOpt", "HostnameOpt", "IPOpt", "URIOpt"))


def narrowed(old: Option, new: Option) -> tuple[Change, Entry, Entry] | None:
    """Return what the newer option no longer takes.

    The change, and the item as it was written and as it is read.

    None if it takes all that the older one took, or if that cannot be told.
    """
    writing, reading = Entry(old.name, old.span), Entry(new.name, new.span)
    if (kinds := _kinds(old.kind, new.kind)) is not None:
        return kinds, replace(writing, type=old.kind), replace(reading, type=new.kind)
    if old.domain is None or new.domain is None or new.kind not in {*_TAKES, *_FREE}:
        return None
    change = _domains(old.domain, new.domain)
    if change is not None:
        if change == Change.NARROWED and new.derived and old.domain.values != new.domain.values:
            change = Change.VALIDATED
        return change, replace(writing, domain=old.domain), replace(reading, domain=new.domain)
    if new.pattern and not old.pattern and old.domain.values is None:
        return (
            Change.VALIDATED,
            replace(writing, type="any text"),
            replace(reading, type=f"text like {new.pattern}"[:80]),
        )
    return None


def _kinds(old: str, new: str) -> Change | None:
    """Return what a change of the class means for the values of the older one."""
    if old in _LINES and new not in _LINES and new in _FREE:
        return Change.RETYPED  # of several lines, only the last one counts
    if new not in _TAKES or old in _TAKES[new]:
        return None
    if old in _FREE or {old, new} <= _CHECKED or (old == "IntOpt" and new == "BoolOpt"):
        return Change.VALIDATED  # 0 and 1 are truth values
    return Change.RETYPED if old in _TAKES else None


def _domains(old: Domain, new: Domain) -> Change | None:
    """Return what fewer values mean.

    Values that were listed, or within a bound that was given, are gone, or all is new.
    """
    if new.values is not None:
        if old.values is None:
            return Change.VALIDATED
        lower = {each.lower() for each in new.values}
        if not all(each in new.values or each.lower() in lower for each in old.values):
            return Change.NARROWED
    tighter = None
    for before, after, sign in (
        (old.least, new.least, 1),
        (old.most, new.most, -1),
        (old.length, new.length, -1),
    ):
        if after is not None and before is None:
            tighter = tighter or Change.VALIDATED
        elif after is not None and before is not None and after * sign > before * sign:
            tighter = Change.NARROWED
    return tighter
