"""Entries with a number and a name: numbers that change their meaning, and entries that shut each other out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from compatlint.check.keyed.clash import Clash
from compatlint.vocabulary import Change, Outcome
from compatlint.wire.ir.records import Entry, Record


def renumbered(sent: Sequence[Entry], reader: Record) -> dict[str, Clash]:
    """Return, by key, the entries whose name a reader knows under another number.

    Where it has something else under the writer's number, that is what it reads: a misread. Where it has
    nothing there, what was sent is not found. A name alone may change as it likes. Not a misread is a name
    that went to a new number while its field stayed, retired or of another type, where it was.
    """
    if not any(each.label for each in sent):
        return {}
    keys = {each.label: each for each in reader.entries if each.label}
    numbers = {each.key: each for each in sent}
    found: dict[str, Clash] = {}
    for each in sent:
        now, here = keys.get(each.label), reader.entry(each.key)
        if now is None or now.key == each.key or (here is not None and here.label == each.label):
            continue
        if here is None:
            if now.key not in numbers and not reader.reserves(each.key):
                wrote, read = _shown(each), _shown(now)
                found[each.key] = Clash(Outcome.ABSENT, each.key, wrote, read, each, now, Change.RENUMBERED)
        elif now.key in numbers or not _set_aside(each, here, now):
            found[each.key] = Clash(
                Outcome.MISREAD, each.key, _shown(each), _shown(here), each, here, Change.RENUMBERED
            )
    return found


def _set_aside(wrote: Entry, here: Entry, now: Entry) -> bool:
    """Tell whether an entry kept its number, under another name, to make room for a new one of its name."""
    return here.retired or wrote.retired or (here.type == wrote.type) != (now.type == wrote.type)


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
