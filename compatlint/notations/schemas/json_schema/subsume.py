"""Whether a reader's schema accepts whatever a writer's schema accepts, keyword by keyword.

json-schema.org, "Validation": type, enum, const, bounds, properties, required, items, allOf, anyOf, oneOf. A model
without `additionalProperties` is open for readers; its writers are taken to send what it names and no more. What
cannot be decided (`not`, `if`, overlapping `oneOf`) is unread where the two sides differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from compatlint.notations.schemas.json_schema.documents import Placed
from compatlint.notations.schemas.json_schema.keywords import (
    accepts,
    all_of,
    bound_text,
    bounds,
    demands,
    exclusive,
    is_number,
    joined,
    listed,
    lower,
    merged,
    negated,
    properties_of,
    required_of,
    rest_of,
    shown,
    tuple_of,
    types_of,
    values_of,
)

Kind = Literal["type", "values", "required", "unknown", "unread"]
_MOST_STEPS: Final = 20_000
_DEEPEST: Final = 60
_OPAQUE: Final = (
    "not", "if", "then", "else", "dependencies", "dependentRequired", "dependentSchemas", "patternProperties",
    "propertyNames", "contains", "minContains", "maxContains", "unevaluatedProperties", "unevaluatedItems",
    "additionalItems", "$dynamicRef", "$recursiveRef",
)  # fmt: skip


class Misfit(NamedTuple):
    """One thing that a writer may send and its reader refuses, at a path of names."""

    path: str
    kind: Kind
    wrote: str
    read: str
    line: int
    reader_line: int


@dataclass(slots=True)
class Subsumption:
    """One question; `steps` bound it, `assumed` are the pairs under way."""

    steps: int = 0
    assumed: set[tuple[int, int]] = field(default_factory=set)

    def misfits(self, writer: Placed, reader: Placed, path: str = "", depth: int = 0) -> Iterator[Misfit]:
        """Yield what a reader refuses of what a writer may send."""
        self.steps += 1
        one, other = writer.library.follow(writer), reader.library.follow(reader)
        if one is None or other is None:
            if writer.value != reader.value:
                yield _misfit(
                    path, "unread", writer, reader, "a schema of another place", "a schema of another place"
                )
            return
        pair = (id(one.value), id(other.value))
        if pair in self.assumed or one.value is other.value or other.value is True or not other.keywords:
            return
        if self.steps > _MOST_STEPS or depth > _DEEPEST:
            yield _misfit(path, "unread", one, other, "a schema", "a schema too large to compare")
            return
        self.assumed.add(pair)
        yield from self._combined(one, other, path, depth)

    def _combined(self, writer: Placed, reader: Placed, path: str, depth: int) -> Iterator[Misfit]:
        """Take apart what combines schemas: first the writer's alternatives, then what the reader demands."""
        for key in ("anyOf", "oneOf"):
            if isinstance(writer.keywords.get(key), list):
                if _same(writer, reader, key) and not rest_of(writer, key):
                    return
                for branch in writer.keywords[key]:
                    yield from self.misfits(merged(writer, key, branch), reader, path, depth + 1)
                return
        if isinstance(writer.keywords.get("allOf"), list):
            whole = all_of(writer)
            if whole is None:
                if writer.value != reader.value:
                    yield _misfit(path, "unread", writer, reader, "allOf", "another schema")
                return
            yield from self.misfits(whole, reader, path, depth + 1)
            return
        if isinstance(reader.keywords.get("allOf"), list):
            for each in (*reader.keywords["allOf"], rest_of(reader, "allOf")):
                yield from self.misfits(writer, reader.within(each), path, depth + 1)
            return
        for key in ("anyOf", "oneOf"):
            if isinstance(reader.keywords.get(key), list):
                yield from self._one_of(writer, reader, key, path, depth)
                return
        yield from self._plain(writer, reader, path, depth)

    def _one_of(self, writer: Placed, reader: Placed, key: str, path: str, depth: int) -> Iterator[Misfit]:
        """Yield what no branch of a reader takes; a writer of several types is asked type by type."""
        branches = reader.keywords[key]
        if key == "oneOf" and not exclusive(reader, branches):
            yield _misfit(path, "unread", writer, reader, "a value", "oneOf, whose branches overlap")
            return
        for kind in types_of(writer):
            mine = writer.within({**demands(writer), "type": kind})
            found = [list(self._fresh(mine, merged(reader, key, each), path, depth)) for each in branches]
            best = min(found, key=len, default=[])
            if best or not found:
                unread = next((each for some in found for each in some if each.kind == "unread"), None)
                names = f"{key} of {len(branches)}"
                yield unread or _misfit(path, "type", writer, reader, shown(mine), names)
                return

    def _fresh(self, writer: Placed, reader: Placed, path: str, depth: int) -> Iterator[Misfit]:
        """Ask about one branch without taking for granted what another branch did not grant."""
        kept = set(self.assumed)
        yield from self.misfits(writer, reader, path, depth + 1)
        self.assumed = kept

    def _plain(self, writer: Placed, reader: Placed, path: str, depth: int) -> Iterator[Misfit]:
        """Compare two schemas that combine nothing."""
        for key in _OPAQUE:
            if key in reader.keywords and not _same(writer, reader, key):
                yield _misfit(path, "unread", writer, reader, f"another {key!r}", f"{key!r}")
        types, taken = types_of(writer), types_of(reader)
        lacking = [
            each for each in types if each not in taken and not (each == "integer" and "number" in taken)
        ]
        values = values_of(writer)
        if values is None and lacking:
            yield _misfit(path, "type", writer, reader, shown(writer), shown(reader))
            types = [each for each in types if each not in lacking]
        if values is not None:
            refused = [each for each in values if not accepts(reader, each)]
            if refused:
                yield _misfit(path, "values", writer, reader, f"{refused[0]!r}", listed(reader))
            return
        allowed = values_of(reader)
        if allowed is not None and types and not lacking:
            yield _misfit(path, "values", writer, reader, "any value", listed(reader))
            return
        for kinds, compare in _COMPARED:
            if any(each in types for each in kinds):
                yield from compare(self, writer, reader, path, depth)


def _numbers(self: Subsumption, writer: Placed, reader: Placed, path: str, depth: int) -> Iterator[Misfit]:
    del self, depth
    one, other = bounds(writer), bounds(reader)
    if lower(one[0], other[0]):
        yield _misfit(
            path, "values", writer, reader, bound_text("from", one[0]), bound_text("from", other[0])
        )
    if lower(negated(one[1]), negated(other[1])):
        yield _misfit(
            path, "values", writer, reader, bound_text("up to", one[1]), bound_text("up to", other[1])
        )
    step, wanted = writer.keywords.get("multipleOf"), reader.keywords.get("multipleOf")
    if is_number(wanted) and not (is_number(step) and wanted and (step / wanted).is_integer()):
        yield _misfit(
            path,
            "values",
            writer,
            reader,
            f"multiples of {step}" if step else "any number",
            f"multiples of {wanted}",
        )


def _texts(self: Subsumption, writer: Placed, reader: Placed, path: str, depth: int) -> Iterator[Misfit]:
    del self, depth
    yield from _counted(writer, reader, path, "minLength", "maxLength", "characters")
    wanted = reader.keywords.get("pattern")
    if wanted is not None and wanted != writer.keywords.get("pattern"):
        wrote = writer.keywords.get("pattern")
        yield _misfit(
            path,
            "values",
            writer,
            reader,
            f"text like {wrote}" if wrote else "any text",
            f"text like {wanted}",
        )


def _arrays(self: Subsumption, writer: Placed, reader: Placed, path: str, depth: int) -> Iterator[Misfit]:
    yield from _counted(writer, reader, path, "minItems", "maxItems", "items")
    twice = writer.keywords.get("uniqueItems") is not True and writer.keywords.get("maxItems") not in (0, 1)
    if reader.keywords.get("uniqueItems") is True and twice:
        yield _misfit(path, "values", writer, reader, "a list with an item twice", "unique items")
    tuples = tuple_of(writer), tuple_of(reader)
    for index in range(max(len(tuples[0][0]), len(tuples[1][0]))):
        one, other = (found[0][index] if index < len(found[0]) else found[1] for found in tuples)
        yield from self.misfits(writer.within(one), reader.within(other), f"{path}[{index}]", depth + 1)
    if tuples[0][1] is not False and writer.keywords.get("maxItems") != 0:
        yield from self.misfits(
            writer.within(tuples[0][1]), reader.within(tuples[1][1]), f"{path}[]", depth + 1
        )


def _objects(self: Subsumption, writer: Placed, reader: Placed, path: str, depth: int) -> Iterator[Misfit]:
    yield from _counted(writer, reader, path, "minProperties", "maxProperties", "properties")
    have, known = properties_of(writer), properties_of(reader)
    always = required_of(writer)
    for name in sorted(required_of(reader) - always):
        one, other = writer.within(have.get(name, writer.value)), reader.within(known.get(name, reader.value))
        yield _misfit(joined(path, name), "required", one, other, f"no {name}", f"{name}, always")
    extra = reader.keywords.get("additionalProperties", True)
    for name, value in have.items():
        if value is False:
            continue
        wanted = known.get(name, extra)
        if wanted is False and name not in known:
            yield _misfit(
                joined(path, name), "unknown", writer.within(value), reader, name, "no such property"
            )
            continue
        yield from self.misfits(writer.within(value), reader.within(wanted), joined(path, name), depth + 1)
    more = writer.keywords.get("additionalProperties")
    if more is not None and more is not False:
        place = joined(path, "*")
        if extra is False:
            yield _misfit(place, "unknown", writer, reader, "other properties", "no other properties")
        else:
            yield from self.misfits(writer.within(more), reader.within(extra), place, depth + 1)


Compare = Callable[[Subsumption, Placed, Placed, str, int], Iterator[Misfit]]
_COMPARED: Final[tuple[tuple[tuple[str, ...], Compare], ...]] = (
    (("integer", "number"), _numbers),
    (("string",), _texts),
    (("array",), _arrays),
    (("object",), _objects),
)


def _misfit(path: str, kind: Kind, writer: Placed, reader: Placed, wrote: str, read: str) -> Misfit:
    return Misfit(path, kind, wrote[:120], read[:120], writer.line, reader.line)


def _same(writer: Placed, reader: Placed, key: str) -> bool:
    return bool(writer.keywords.get(key) == reader.keywords.get(key))


def _counted(writer: Placed, reader: Placed, path: str, least: str, most: str, what: str) -> Iterator[Misfit]:
    low, wanted = writer.keywords.get(least, 0), reader.keywords.get(least, 0)
    if is_number(wanted) and is_number(low) and low < wanted:
        yield _misfit(path, "values", writer, reader, f"{low} {what}", f"at least {wanted} {what}")
    high, limit = writer.keywords.get(most), reader.keywords.get(most)
    if is_number(limit) and (not is_number(high) or high > limit):
        yield _misfit(
            path,
            "values",
            writer,
            reader,
            f"up to {high or 'any number of'} {what}",
            f"at most {limit} {what}",
        )
