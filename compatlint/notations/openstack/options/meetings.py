"""Options of two releases to meetings.

Which spelling of a configuration file is no longer read, or no longer accepted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from compatlint.notations.languages.python import Project
from compatlint.notations.openstack.options.catalogue import catalogue
from compatlint.notations.openstack.options.narrowing import narrowed
from compatlint.notations.openstack.options.option import (
    ANYWHERE,
    BACKEND,
    Catalogue,
    GroupedOption,
    Key,
    Option,
)
from compatlint.notations.openstack.options.wants import wants
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Entry, Meeting, Missing, Record

NOTATION: Final = "options"
FORWARD: Final = (Direction.UPGRADE, Direction.SKIP)
BACKWARD: Final = (Direction.DOWNGRADE,)

_DECLARING: Final = re.compile(rb"Opt\(")
_MOST: Final = 60  # unchanged files that are searched for options that seem to be gone
_ALIKE: Final = 0.9
_WORDS: Final = 5  # a help text of fewer words identifies nothing


@dataclass(frozen=True, slots=True)
class Lost:
    """A spelling that the newer release's changed files do not know.

    `alias` is "" for the option's own name.
    """

    placed: GroupedOption
    key: Key
    text: str
    now: GroupedOption | None  # the same option in the newer release, if only an old name is lost


def meet(
    new: Project, before: Catalogue, after: Catalogue, changed: Collection[str]
) -> tuple[list[Meeting], list[Missing]]:
    """Return the meetings of two catalogues, and the options of which nothing can be said."""
    meetings: list[Meeting] = []
    lost: list[Lost] = []
    for key, placed in before.main.items():
        now = after.main.get(key)
        if now is None and (now := after.aliases.get(key)) is not None:
            meetings.extend(_renamed(before, placed, now))
        if now is not None:
            lost.extend(_names(before, after, placed, now))
            meetings.extend(_values(placed, now))
        elif not after.knows(key) and not _somewhere(after, placed):
            lost.append(Lost(placed, key, placed.text, None))
    missing = []
    kept = _unchanged(new, lost, changed)
    for each in lost:
        if kept.knows(each.key):
            continue
        if each.now is None and after.libraries.get(each.key[0], set()) - before.libraries.get(
            each.key[0], set()
        ):
            reason = "the group now gets options from a different library, and it is not known whether this one is among them"
            missing.append(Missing(each.text, each.placed.option.span, reason))
            continue
        if each.now is not None:
            meetings.append(_unaliased(each, each.now))
            continue
        told = each.placed.option.announced or each.placed.option.span.path not in new.files
        meetings.append(_gone(each, _successor(before, after, each), told))
    return meetings, missing


def _somewhere(after: Catalogue, placed: GroupedOption) -> bool:
    """Tell whether an option of an unknown group is still there in some group."""
    return placed.group == ANYWHERE and placed.option.name.replace("-", "_") in after.names


def _names(before: Catalogue, after: Catalogue, placed: GroupedOption, now: GroupedOption) -> Iterator[Lost]:
    """Yield the old names of an option that is still there which it is no longer read by.

    One that was the name of an option of its own, too, is that option's.
    """
    if now.option.hazy or ANYWHERE in (placed.group, now.group):
        return
    for key, text in placed.other_names().items():
        if not after.knows(key) and key not in before.main:
            yield Lost(placed, key, text, now)


def _renamed(before: Catalogue, placed: GroupedOption, now: GroupedOption) -> Iterator[Meeting]:
    """Yield that the older release does not know the new name of an option."""
    if before.knows(now.key) or ANYWHERE in (placed.group, now.group) or _somewhere(before, now):
        return
    was = Record(
        placed.text, placed.option.span, (Entry(placed.option.name, placed.option.span),), extra="rejected"
    )
    writer = Record(placed.text, now.option.span, (Entry(_beside(now, placed), now.option.span),))
    why = f"the release that knows {placed.text} reads a configuration file with {now.text}"
    yield Meeting(
        NOTATION, Link.DISK, BACKWARD, writer, was, "writer", was=was, change=Change.KEY_RENAMED, why=why
    )


def _beside(now: GroupedOption, placed: GroupedOption) -> str:
    """Return the name of an option, with its group if that is not where the other one is."""
    return now.option.name if now.key[0] == placed.key[0] else now.text


def _values(placed: GroupedOption, now: GroupedOption) -> Iterator[Meeting]:
    """Yield that an option no longer takes some values."""
    found = narrowed(placed.option, now.option)
    if found is None:
        return
    change, writing, reading = found
    entries = (Entry(writing.key, writing.span, writing.type, domain=writing.domain),)
    writer = Record(placed.text, placed.option.span, entries)
    reader = Record(
        now.text, now.option.span, (Entry(writing.key, reading.span, reading.type, domain=reading.domain),)
    )
    why = "the newer release reads a configuration file of the older one"
    yield Meeting(NOTATION, Link.DISK, FORWARD, writer, reader, "reader", was=writer, change=change, why=why)


def _unaliased(lost: Lost, now: GroupedOption) -> Meeting:
    """Return that an old name of an option is no longer read."""
    return _unread(
        lost,
        Change.ALIAS_DROPPED,
        now,
        f"a configuration file may still use the old name {lost.text} of {now.text}",
    )


def _gone(lost: Lost, successor: GroupedOption | None, told: bool) -> Meeting:
    """Return that an option is not read any more, or not under this name; `told`.

    It was announced, or its module went too.
    """
    option = lost.placed.option
    if successor is not None:
        why = f"the release that knows {successor.text} reads a configuration file with {lost.text}"
        return _unread(lost, Change.KEY_RENAMED, successor, why)
    writer = Record(lost.text, option.span, (Entry(option.name, option.span),))
    reader = Record(lost.text, option.span)
    change = Change.KEY_REMOVED if told else Change.REMOVED_EARLY
    why = "the newer release reads a configuration file of the older one"
    return Meeting(NOTATION, Link.DISK, FORWARD, writer, reader, "reader", was=writer, change=change, why=why)


def _unread(lost: Lost, change: Change, now: GroupedOption, why: str) -> Meeting:
    """Return that a name which was understood is taken for an unknown one, though the option itself is there."""
    writer = Record(
        lost.text, lost.placed.option.span, (Entry(lost.text.rpartition("]")[2], lost.placed.option.span),)
    )
    reader = Record(lost.text, now.option.span, (Entry(now.text, now.option.span),), extra="rejected")
    return Meeting(NOTATION, Link.DISK, FORWARD, writer, reader, "reader", was=writer, change=change, why=why)


def _unchanged(new: Project, lost: list[Lost], changed: Collection[str]) -> Catalogue:
    """Return the options of unchanged files that bear a name which seems to be gone."""
    names = {name for each in lost for name in (each.key[1], each.key[1].replace("_", "-"))}
    if not names:
        return Catalogue()
    pattern = re.compile(
        rb"['\"](?:" + b"|".join(re.escape(each.encode()) for each in sorted(names)) + rb")['\"]"
    )
    left = [path for path in new.matching(_DECLARING, wants) if path not in changed]
    return catalogue(new, new.matching_of(pattern, left)[:_MOST])


def _successor(before: Catalogue, after: Catalogue, lost: Lost) -> GroupedOption | None:
    """Return the option that a lost one has become without a word.

    New, in the same file, and told of in the same words.
    """
    old = lost.placed.option
    if old.announced or BACKEND in lost.key[0] or len(old.help.split()) < _WORDS:
        return None
    for key, placed in after.main.items():
        if before.knows(key) or key[0] in (ANYWHERE, BACKEND) or placed.option.kind != old.kind:
            continue
        if _moved(old, placed.option) if key[0] != lost.key[0] else _respelled(old, placed.option):
            return placed
    return None


def _moved(old: Option, new: Option) -> bool:
    """Tell whether an option of another group is the same one: names such as `timeout` are in many groups."""
    return old.name == new.name and old.help.split() == new.help.split()


def _respelled(old: Option, new: Option) -> bool:
    """Tell whether an option of the same group stands where the old one stood, and is told of as it was."""
    return old.span.path == new.span.path and _alike(old.help, new.help)


def _alike(left: str, right: str) -> bool:
    words = left.split(), right.split()
    matcher = SequenceMatcher(None, *words, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
