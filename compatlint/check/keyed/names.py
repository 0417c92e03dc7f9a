"""Entries with a number and a name: numbers that change their meaning, and entries that shut each other out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from compatlint.check.keyed.clash import Clash
from compatlint.vocabulary import Change, Outcome
from compatlint.wire.ir.records import Entry, Record


def renumbered(sent: Sequence[Entry], reader: Record) -> dict[str, Clash]:
    """Return, by key, the entries whose number or name the two sides have for different things.

    A name alone may change as it likes. But where one side knows the other's name under another number, a number
    means something else than it did: a misread. Where the reader has nothing under the writer's number, it does
    not find what was sent.
    """
    if not any(each.label for each in sent):
        return {}
    numbers = {each.key: each for each in sent}
    wrote_as = {each.label: each for each in sent if each.label}
    read_as = {each.label: each for each in reader.entries if each.label}
    known = {each.key: each for each in reader.entries}
    found: dict[str, Clash] = {}
    for each in sent:
        here, now = reader.entry(each.key), read_as.get(each.label)
        if here is not None and here.label != each.label:
            before = wrote_as.get(here.label)
            if _displaced(each, here, now, numbers) or _displaced(here, each, before, known):
                texts = _shown(each), _shown(here)
                found[each.key] = Clash(Outcome.MISREAD, each.key, *texts, each, here, Change.RENUMBERED)
        elif here is None and now is not None and now.key not in numbers and not reader.reserves(each.key):
            texts = _shown(each), _shown(now)
            found[each.key] = Clash(Outcome.ABSENT, each.key, *texts, each, now, Change.RENUMBERED)
    return found


def _displaced(one: Entry, other: Entry, again: Entry | None, taken: Mapping[str, Entry]) -> bool:
    """Tell whether the name of `one` moved to another number (`again`), and `other` took its place.

    That is not so where a field only made room for a new one of its name: it kept its number, retired or with
    the type that it had, while the new one, under a number that was free, has another type.
    """
    if again is None:
        return False
    if again.key in taken:
        return True
    retired = one.retired or other.retired
    return not retired and (other.type == one.type) == (again.type == one.type)


def grouped(sent: Sequence[Entry], reader: Record) -> Iterator[Clash]:
    """Yield the entries that a writer may send beside another one, where the reader takes only one of both."""
    groups: dict[str, list[tuple[Entry, Entry]]] = defaultdict(list)
    known = {each.key: each for each in reader.entries if each.group}
    for each in sent if known else ():
        if each.key in known:
            groups[known[each.key].group].append((each, known[each.key]))
    for group, pairs in groups.items():
        origins: dict[str, list[tuple[Entry, Entry]]] = defaultdict(list)
        for wrote, read in pairs:
            origins[f"group {wrote.group}" if wrote.group else f"key {wrote.key}"].append((wrote, read))
        if len(origins) < 2:
            continue
        kept = max(origins.values(), key=len)
        for wrote, read in (pair for origin in origins.values() if origin is not kept for pair in origin):
            texts = f"{_shown(wrote)}, beside others", f"one of {group}"
            yield Clash(Outcome.DROPPED, wrote.key, *texts, wrote, read, Change.GROUPED)


def _shown(entry: Entry) -> str:
    return f"{entry.title} {entry.type}".strip()
