"""One meeting on a keyed wire: which items of a writer's record its reader cannot do with.

The walk of `wire.keyed`, as `decode` is the walk of positional programs. Versions first (a reader that
refuses the version looks no further), then every item that the reader needs, then every item that the writer
sends.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Final

from compatlint.check.keyed.clash import Clash
from compatlint.check.keyed.names import grouped, renumbered
from compatlint.vocabulary import Change, Outcome
from compatlint.wire.ir.records import Domain, Entry, Meeting, Record, Relation, Version

VERSION = "VERSION"
MOST: Final = 200  # clashes of one meeting that are listed


def by_key(meeting: Meeting) -> tuple[Clash, ...]:
    """Return what goes wrong in a meeting that the older release's own one does not show already.

    At most MOST of them: nobody reads hundreds of findings about one record. Who asks says that there are more.
    """
    known: set[tuple[Outcome, str]] = set()
    if meeting.was is not None:
        before = (
            replace(meeting, writer=meeting.was)
            if meeting.newer == "writer"
            else replace(meeting, reader=meeting.was)
        )
        known = {(clash.outcome, clash.item) for clash in _clashes(before)}
    fresh = (clash for clash in _clashes(meeting) if (clash.outcome, clash.item) not in known)
    return tuple(islice(fresh, MOST))


def _clashes(meeting: Meeting) -> list[Clash]:
    writer, reader = meeting.writer, meeting.reader
    if writer is None and reader is None:
        return []
    if reader is None:
        return [Clash(Outcome.REFUSED, "", _titled(writer), "nothing of that name")]
    if writer is None:
        return [
            Clash(Outcome.ABSENT, each.key, "nothing", _typed(each), None, each)
            for each in reader.entries
            if each.required
        ]
    target, clash = _agreed(writer, reader, meeting.adapts)
    if clash is not None:
        return [clash]
    sent = [each for each in writer.entries if not _left_out(each, target)]
    keys = {each.key for each in sent}
    moved = renumbered(sent, reader)
    found = [*moved.values(), *grouped(sent, reader)]
    found.extend(
        Clash(Outcome.ABSENT, each.key, "nothing", _typed(each), None, each)
        for each in reader.entries
        if each.required and not keys & {each.key, *each.aliases}
    )
    for each in sent:
        if each.key not in moved:
            found.extend(_sent(each, reader, target, meeting))
    return found


def _agreed(writer: Record, reader: Record, adapts: bool) -> tuple[Version | None, Clash | None]:
    """Return the version that the writer adapts to (None if it writes its own), or why the reader refuses."""
    if writer.version is None or reader.version is None:
        return None, None
    if writer.version[:1] == reader.version[:1] and _at_least(writer.version, reader.oldest):
        if writer.version <= reader.version:
            return None, None
        if adapts and _at_least(reader.version, writer.oldest):
            return reader.version, None
    elif adapts and writer.oldest is not None and writer.oldest <= reader.version < writer.version:
        return reader.version, None  # a writer that still speaks the major version before
    oldest = f"{_dotted(reader.oldest)} to " if reader.oldest is not None else "up to "
    return None, Clash(
        Outcome.REFUSED, VERSION, f"version {_dotted(writer.version)}", f"{oldest}{_dotted(reader.version)}"
    )


def _at_least(version: Version, oldest: Version | None) -> bool:
    return oldest is None or version >= oldest


def _left_out(entry: Entry, target: Version | None) -> bool:
    return target is not None and entry.since is not None and entry.since > target


def _sent(entry: Entry, reader: Record, target: Version | None, meeting: Meeting) -> list[Clash]:
    """Return what a reader makes of one item."""
    known = reader.entry(entry.key)
    if known is None:
        outcome = {"rejected": Outcome.REJECTED, "dropped": Outcome.DROPPED}.get(reader.extra)
        if outcome is None or (reader.reserved and reader.reserves(entry.key)):
            return []
        return [Clash(outcome, entry.key, _typed(entry), "no such item", entry, None)]
    fits = meeting.fits
    found = _fitted(entry, known, fits, meeting.change) if fits else _spelled(entry, known, target)
    if not entry.always:
        found.extend(_left_unwritten(entry, known, reader))
    return found


_OUTCOMES: Final = {
    "narrowed": (Outcome.MISREAD, Change.NARROWED),
    "misread": (Outcome.MISREAD, Change.RETYPED),
    "rejected": (Outcome.REJECTED, Change.RETYPED),
    "unread": (Outcome.UNREAD, Change.NONE),
}


def _fitted(entry: Entry, known: Entry, fits: Relation, told: Change | None) -> list[Clash]:
    """Return what a reader makes of a value, as the notation's own relation between types has it."""
    fit = fits(entry, known)
    if fit.kind not in _OUTCOMES:
        return []
    outcome, change = _OUTCOMES[fit.kind]
    wrote, read = fit.wrote or _typed(entry), fit.read or _typed(known)
    return [Clash(outcome, entry.key, wrote, read, entry, known, told or change)]


def _left_unwritten(entry: Entry, known: Entry, reader: Record) -> list[Clash]:
    """Return what a reader makes of an item that its writer may leave out."""
    if known.required:
        wrote = f"{_typed(entry)}, which may be left out"
        return [Clash(Outcome.ABSENT, known.key, wrote, f"{_typed(known)}, always", entry, known)]
    if reader.unwritten and None not in (entry.default, known.default) and entry.default != known.default:
        wrote, read = f"nothing, for {entry.default!r}", f"{known.default!r}"
        return [Clash(Outcome.MISREAD, entry.key, wrote, read, entry, known, Change.DEFAULT_CHANGED)]
    return []


def _spelled(entry: Entry, known: Entry, target: Version | None) -> list[Clash]:
    """Return what a reader makes of a value where two equal spellings of a type are the same wire."""
    wrote = read = ""
    if entry.type and known.type and entry.type != known.type:
        wrote, read = _typed(entry), _typed(known)
    elif entry.nullable and not known.nullable:
        wrote, read = "null", f"{_typed(known)}, never null"
    elif not _guarded(entry, target):
        wrote, read = outside(entry.domain, known.domain)
    return [Clash(Outcome.REJECTED, entry.key, wrote, read, entry, known)] if read else []


def _guarded(entry: Entry, target: Version | None) -> bool:
    return target is not None and entry.guarded is not None and entry.guarded > target


def outside(writer: Domain, reader: Domain) -> tuple[str, str]:
    """Return what a writer may send that a reader does not take, and what it takes, in words.

    "" twice if all is well.
    """
    if reader.values is not None and writer.values is not None:
        if reader.choice or writer.choice:
            return (
                ("", "")
                if writer.values & reader.values
                else (_listed(writer.values), _listed(reader.values))
            )
        if extra := writer.values - reader.values:
            return _listed(extra), f"one of {_listed(reader.values)}"
    elif reader.values is not None:
        return "any value", f"one of {_listed(reader.values)}"
    if reader.least is not None and (writer.least is None or writer.least < reader.least):
        return _bound("from", writer.least), f"at least {reader.least}"
    if reader.most is not None and (writer.most is None or writer.most > reader.most):
        return _bound("up to", writer.most), f"at most {reader.most}"
    if reader.length is not None and (writer.length is None or writer.length > reader.length):
        return _bound("a length of", writer.length), f"at most {reader.length} characters"
    return "", ""


def _bound(word: str, number: int | None) -> str:
    return f"{word} {number}" if number is not None else "any value"


def _listed(values: frozenset[str], most: int = 6) -> str:
    some = sorted(values)
    return ", ".join(some[:most]) + (f" and {len(some) - most} more" if len(some) > most else "")


def _typed(entry: Entry) -> str:
    return f"{entry.title} {entry.type}".strip()


def _titled(record: Record | None) -> str:
    if record is None:
        return "nothing"
    return f"{record.name} {_dotted(record.version)}".strip()


def _dotted(version: Version | None) -> str:
    return ".".join(map(str, version)) if version is not None else ""
