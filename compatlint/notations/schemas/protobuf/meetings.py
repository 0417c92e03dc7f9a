"""Two releases' .proto files to meetings: what differs, met by full name, and by last name where that changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from compatlint.notations.schemas.meet import alone, gone, meetings
from compatlint.notations.schemas.protobuf.json_form import json_meetings
from compatlint.notations.schemas.protobuf.model import Enum, Extension, Message, Method, Service
from compatlint.notations.schemas.protobuf.paths import is_unstable
from compatlint.notations.schemas.protobuf.records import entry, enum_record, message_record, method_record
from compatlint.notations.schemas.protobuf.relation import fits
from compatlint.notations.schemas.protobuf.types import features_of
from compatlint.notations.schemas.protobuf.universe import Source, Universe
from compatlint.vocabulary import Change, Link
from compatlint.wire.ir.records import Entry, Meeting, Record

NOTATION: Final = "protobuf"
T = TypeVar("T", Message, Enum, Service)
Found = tuple[Source, T]


@dataclass(frozen=True, slots=True)
class ProtoRelease:
    """The changed files of one release, with the universe that names in them are looked up in."""

    universe: Universe
    sources: list[Source]

    def messages(self) -> list[Found[Message]]:
        """Return every message of the changed files."""
        return [(source, each) for source in self.sources for each in source.file.messages.values()]

    def enums(self) -> list[Found[Enum]]:
        """Return every enumeration of the changed files."""
        return [(source, each) for source in self.sources for each in source.file.enums.values()]

    def services(self) -> list[Found[Service]]:
        """Return every service of the changed files."""
        return [(source, each) for source in self.sources for each in source.file.services.values()]


def meet(old: Universe, new: Universe, changed: Collection[str]) -> tuple[list[Meeting], int]:
    """Return the meetings about changed files, and how many codecs those of the newer release hold."""
    before, after = ProtoRelease(old, old.load(changed)), ProtoRelease(new, new.load(changed))
    found: list[Meeting] = []
    found.extend(_messages(before, after))
    found.extend(_enums(before, after))
    found.extend(_services(before, after))
    found.extend(_extensions(before, after))
    found.extend(_other_kind(before, after))
    found.extend(json_meetings(*(_json_side(each) for each in (before, after))))
    return found, len(after.messages()) + len(after.enums())


def itself(universe: Universe, paths: Collection[str]) -> list[Meeting]:
    """Return every message and enumeration of some files, each met by itself."""
    own = ProtoRelease(universe, universe.load(paths))
    records = [message_record(universe, source, each) for source, each in own.messages()]
    records.extend(enum_record(source, each) for source, each in own.enums())
    calls = [method_record(universe, *each) for each in _methods(own).values()]
    found = [alone(NOTATION, each, fits) for each in records]
    return [*found, *(alone(NOTATION, each, fits, Link.PEER) for each in calls)]


def _json_side(release: ProtoRelease) -> dict[str, tuple[Universe, Source, Message]]:
    return {each.name: (release.universe, source, each) for source, each in release.messages()}


def _pairs(
    old: list[Found[T]], new: list[Found[T]]
) -> tuple[list[tuple[Found[T], Found[T]]], list[Found[T]]]:
    """Return what meets: by path and full name, then by full name, then by last name if only one has it.

    And what of the older release met nobody.
    """
    left: dict[tuple[str, str], Found[T]] = {(source.path, each.name): (source, each) for source, each in new}
    pairs, rest = [], []
    for source, each in old:
        other = left.pop((source.path, each.name), None)
        if other is not None:
            pairs.append(((source, each), other))
        else:
            rest.append((source, each))
    for key in (_full, _last):
        index: dict[str, list[Found[T]]] = defaultdict(list)
        for found in left.values():
            index[key(found)].append(found)
        waiting: dict[str, list[Found[T]]] = defaultdict(list)
        for found in rest:
            waiting[key(found)].append(found)
        for name, some in waiting.items():
            if len(some) == 1 and len(index.get(name, ())) == 1:
                pairs.append((some[0], index[name][0]))
                left.pop((index[name][0][0].path, index[name][0][1].name))
                rest.remove(some[0])
    return pairs, rest


def _full(found: Found[T]) -> str:
    return found[1].name


def _last(found: Found[T]) -> str:
    return found[1].name.rpartition(".")[2]


def _messages(before: ProtoRelease, after: ProtoRelease) -> Iterator[Meeting]:
    pairs, rest = _pairs(before.messages(), after.messages())
    for (old_source, old), (new_source, new) in pairs:
        if _same(old_source, old, new_source, new):
            continue
        defaults = {each.number for side in (old, new) for each in side.fields if "default" in each.options}
        one = message_record(before.universe, old_source, old, defaults)
        other = message_record(after.universe, new_source, new, defaults)
        yield from meetings(NOTATION, one, other, fits, unstable=is_unstable(old_source.file.package))
    kept = {each.name for _, each in after.enums()}
    lost = [(source, each) for source, each in rest if each.name not in kept]
    for source, each in _roots(before.universe, lost):
        record = message_record(before.universe, source, each)
        yield gone(NOTATION, record, link=Link.DISK, unstable=is_unstable(source.file.package))


def _same(old_source: Source, old: Message, new_source: Source, new: Message) -> bool:
    """Tell whether a message says the same in both releases, so that nothing in it can differ."""
    return (
        _spelled(old) == _spelled(new)
        and old.name == new.name
        and features_of(old_source, old) == features_of(new_source, new)
    )


def _spelled(message: Message) -> object:
    fields = [
        (each.name, each.number, each.label, each.type, each.options, each.oneof, each.key, each.group)
        for each in message.fields
    ]
    return fields, message.reserved, message.extensions, message.options


def _roots(universe: Universe, lost: list[Found[Message]]) -> Iterator[Found[Message]]:
    """Yield those of the messages that nothing else in their release names: they are sent or kept themselves."""
    if not lost:
        return
    paths = [path for path in universe.release.files if path.endswith(".proto")]
    words: dict[str, int] = defaultdict(int)
    wanted = {found[1].name.rpartition(".")[2].encode() for found in lost}
    pattern = re.compile(
        rb"\b(?:" + b"|".join(re.escape(each) for each in sorted(wanted)) + rb")\b(?=\s*[\w>)])"
    )
    for content in universe.release.sources(paths).values():
        for each in pattern.findall(content):
            words[each.decode()] += 1
    for source, message in lost:
        if (
            words[message.name.rpartition(".")[2]] == 0
            and message.name.count(".") <= source.file.package.count(".") + 1
        ):
            yield source, message


def _enums(before: ProtoRelease, after: ProtoRelease) -> Iterator[Meeting]:
    pairs, _ = _pairs(before.enums(), after.enums())
    for (old_source, old), (new_source, new) in pairs:
        names = {each.name for each in old.values} & {each.name for each in new.values}
        one, other = enum_record(old_source, old, names), enum_record(new_source, new, names)
        plain = [[(each.key, each.label) for each in side.entries] for side in (one, other)]
        if plain[0] == plain[1]:
            continue
        changes = (Change.VARIANT_REMOVED, Change.VARIANT_ADDED)
        unstable = is_unstable(old_source.file.package)
        yield from meetings(NOTATION, one, other, changes=changes, unstable=unstable)


def _services(before: ProtoRelease, after: ProtoRelease) -> Iterator[Meeting]:
    new = _methods(after)
    for path, (source, service, method) in _methods(before).items():
        unstable = is_unstable(source.file.package)
        record = method_record(before.universe, source, service, method)
        if path not in new:
            yield gone(NOTATION, record, unstable=unstable)
            continue
        other = new[path]
        if method[1:5] != other[2][1:5] or source.file.package != other[0].file.package:
            now = method_record(after.universe, *other)
            yield from meetings(NOTATION, record, now, fits, link=Link.PEER, unstable=unstable)


def _methods(release: ProtoRelease) -> dict[str, tuple[Source, Service, Method]]:
    return {
        f"/{service.name}/{method.name}": (source, service, method)
        for source, service in release.services()
        for method in service.methods
    }


def _extensions(before: ProtoRelease, after: ProtoRelease) -> Iterator[Meeting]:
    """Yield the fields that files add to messages of others, by the message that they are added to."""
    old, new = _extended(before), _extended(after)
    for name, record in old.items():
        other = new.get(name) or Record(name, record.span, unwritten=True)
        if [_plain(each) for each in record.entries] != [_plain(each) for each in other.entries]:
            yield from meetings(NOTATION, record, other, fits)


def _plain(entry: Entry) -> tuple[str, str, str]:
    return entry.key, entry.label, entry.type


def _extended(release: ProtoRelease) -> dict[str, Record]:
    entries: dict[str, list[Entry]] = defaultdict(list)
    for source in release.sources:
        for each in source.file.extensions:
            found = release.universe.resolve(source, each.scope, each.extendee)
            name = found.found.name if found is not None else each.extendee.lstrip(".")
            if not (name.startswith("google.protobuf.") and name.endswith("Options")):
                entries[name].append(_extension(release.universe, source, each))
    return {name: Record(name, some[0].span, tuple(some), unwritten=True) for name, some in entries.items()}


def _extension(universe: Universe, source: Source, found: Extension) -> Entry:
    return entry(universe, source, Message(found.scope, found.field.at), found.field)


def _other_kind(before: ProtoRelease, after: ProtoRelease) -> Iterator[Meeting]:
    """Yield the messages that became enumerations, and the other way round: whatever holds them reads nothing."""
    sides: tuple[tuple[Mapping[str, Found[Message]], Mapping[str, Found[Enum]]], ...] = tuple(
        ({_full(each): each for each in side.messages()}, {_full(each): each for each in side.enums()})
        for side in (before, after)
    )
    (old_messages, old_enums), (new_messages, new_enums) = sides
    for name in sorted((old_messages.keys() & new_enums.keys()) | (old_enums.keys() & new_messages.keys())):
        one = old_messages.get(name) or old_enums[name]
        other = new_enums.get(name) or new_messages[name]
        records = [
            Record(name, source.span(each.at), (Entry("type", source.span(each.at), _kind(each)),))
            for source, each in (one, other)
        ]
        yield from meetings(NOTATION, records[0], records[1], changes=(Change.RETYPED, Change.RETYPED))


def _kind(found: Message | Enum) -> str:
    return "message" if isinstance(found, Message) else "enum"
