"""What differs between two versions of a file, told from the pieces that are not in both.

A piece of the same text declares the same; of the others, what they declare is compared without the lines it
stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from compatlint.notations.ceph.source_store import SOURCES, Shared
from compatlint.notations.ceph.wants import wants
from compatlint.notations.languages.cpp.file_facts import ClassFacts, FileFacts, FunctionFacts, merge
from compatlint.notations.languages.cpp.name_index import takes_part

MAX_IDLE = 40  # changed files above which something will differ: looking twice would only cost
ACCESSOR = 400  # letters of a body that only returns something
_CONTAINER = frozenset(
    (
        "size",
        "begin",
        "end",
        "set",
        "clear",
        "empty",
        "append",
        "get",
        "push_back",
        "insert",
        "erase",
        "find",
        "swap",
        "length",
        "str",
        "count",
        "resize",
        "reset",
    )
)
SIDES = frozenset({"encode", "decode", "encode_payload", "decode_payload"})
Declaration = ClassFacts | FunctionFacts


@dataclass(slots=True)
class FileDifference:
    """One changed file: the numbers of the pieces that only one side has, and their facts.

    The older side comes first.
    """

    path: str
    blobs: tuple[str | None, str | None]
    numbers: tuple[list[int], list[int]]
    facts: tuple[FileFacts, FileFacts] = field(default_factory=lambda: (FileFacts(), FileFacts()))

    def fresh(self, side: int) -> Iterator[Declaration]:
        """Yield the classes and functions of a side that the other side does not have so."""
        mine, other = self.facts[side], self.facts[1 - side]
        classes = [_class(each) for each in other.classes]
        yield from (each for each in mine.classes if _class(each) not in classes)
        functions: dict[str, list[object]] = {}
        for function in other.functions:
            functions.setdefault(function.name, []).append(_function(function))
        yield from (each for each in mine.functions if _function(each) not in functions.get(each.name, ()))


def differences(
    shared: Shared, changed: Iterable[tuple[str, str | None, str | None]]
) -> list[FileDifference]:
    """Return the differences of changed files, (path, blob before, blob after)."""
    files = list(changed)
    blobs = [blob for _, *sides in files for blob in sides if blob is not None]
    shared.expect(blobs)
    shared.outlines(blobs)
    found = []
    for path, *pair in files:
        sides = [shared.outline(blob).pieces if blob is not None else [] for blob in pair]
        texts = [set(pieces) for pieces in sides]
        old, new = (
            [number for number, piece in enumerate(sides[side]) if piece not in texts[1 - side]]
            for side in range(2)
        )
        found.append(FileDifference(path, (pair[0], pair[1]), (old, new)))
    shared.prepare(
        (blob, number)
        for each in found
        for blob, numbers in zip(each.blobs, each.numbers, strict=True)
        for number in numbers
        if blob is not None
    )
    for each in found:
        before, after = (
            _facts(shared, blob, numbers) for blob, numbers in zip(each.blobs, each.numbers, strict=True)
        )
        each.facts = (before, after)
    return found


def _facts(shared: Shared, blob: str | None, numbers: list[int]) -> FileFacts:
    if blob is None:
        return FileFacts()
    outline = shared.outline(blob)
    return merge(shared.facts(blob, numbers), outline.macros, outline.defines)


def idle(shared: Shared, changed: Iterable[tuple[str, str | None, str | None]]) -> bool:
    """Tell from the changed files alone, (path, blob before, blob after), that no codec can differ.

    None is made of what does.
    """
    files = [each for each in changed if wants(each[0])]
    if len(files) > MAX_IDLE:
        return False
    sources = shared.contents(blob for _, *sides in files for blob in sides if blob is not None)
    marked = {blob for blob, source in sources.items() if takes_part(source)}
    files = [each for each in files if not each[0].endswith(SOURCES) or not marked.isdisjoint(each[1:])]
    for each in differences(shared, files):
        before, after = each.facts
        if any(blob in shared.failed for blob in each.blobs):
            return False
        if _contents(before) != _contents(after) and (
            not marked.isdisjoint(each.blobs) or moved(before, after)
        ):
            return False
    return True


def _contents(facts: FileFacts) -> list[object]:
    """Return all that some pieces say, without the lines that they say it in."""
    functions = [_function(each) for each in facts.functions]
    classes = [_class(each) for each in facts.classes]
    calls = [(macro, arguments) for macro, arguments, _ in facts.macros]
    return [
        functions,
        classes,
        calls,
        facts.types,
        facts.enums,
        facts.constants,
        facts.variables,
        facts.defines,
    ]


def _class(cls: ClassFacts) -> list[object]:
    members = [(name, kind, size) for name, (kind, _, size) in cls.members.items()]
    return [
        cls.name,
        cls.kind,
        cls.bases,
        cls.template,
        cls.defaults,
        members,
        cls.methods,
        cls.constants,
        cls.super_calls,
    ]


def _function(function: FunctionFacts) -> tuple[object, ...]:
    return (function.name, function.params, statements(function), function.returns, function.template)


def statements(function: FunctionFacts) -> object:
    """Return what a function does, without lines."""
    return function.source if isinstance(function.source, str) else _lineless(function.source)


def accessors(found: Iterable[FileDifference]) -> frozenset[str]:
    """Return the names of the functions that differ and that a codec's test may look through.

    Those are short; constructors and what containers have are understood without their bodies.
    """
    names: set[str] = set()
    for difference in found:
        before, after = difference.facts
        known = {each.name: each.source for each in before.functions}
        names.update(
            each.name for each in after.functions if _accessor(each) and known.get(each.name) != each.source
        )
    pairs = ((name.rsplit("::", 1)[-1], name.rsplit("::", 2)[-2] if "::" in name else "") for name in names)
    return frozenset(
        short
        for short, owner in pairs
        if short not in SIDES | _CONTAINER and short != owner and len(short) > 2
    )


def _accessor(function: FunctionFacts) -> bool:
    return function.name.rsplit("::", 1)[-1].isidentifier() and len(str(function.source)) < ACCESSOR


def moved(before: FileFacts, after: FileFacts) -> set[str]:
    """Return the short names of what codecs elsewhere can be made of and that differs in a file."""
    found: set[str] = set()
    for left, right in ((before.types, after.types), (before.enums, after.enums)):
        found.update(name for name in left.keys() & right.keys() if left[name] != right[name])
    shared = before.constants.keys() & after.constants.keys()
    found.update(name for name in shared if _number_changed(before.constants[name], after.constants[name]))
    found.update(_changed_classes(before, after))
    found.update(_changed_functions(before, after))
    return {short for name in found if len(short := name.rsplit("::", 1)[-1]) > 2}


def _number_changed(before: tuple[object, ...], after: tuple[object, ...]) -> bool:
    return before != after and before[0] == "num"


def _changed_classes(before: FileFacts, after: FileFacts) -> Iterable[str]:
    """Yield the classes without a codec of their own whose members differ."""
    known = {each.name: each for each in before.classes}
    for cls in after.classes:
        other = known.get(cls.name)
        if (
            other is not None
            and members(cls) != members(other)
            and not {"encode", "decode", "DENC"} & set(cls.methods)
        ):
            yield cls.name


def _changed_functions(before: FileFacts, after: FileFacts) -> Iterable[str]:
    """Yield the functions that codecs may be made of and whose body differs, in more than lines."""
    known = {each.name: each for each in before.functions}
    for function in after.functions:
        short = function.name.rsplit("::", 1)[-1]
        if short in SIDES or not ("code" in short or "bufferlist" in str(function.params)):
            continue
        other = known.get(function.name)
        if (
            other is not None
            and other.source != function.source
            and _lineless(other.shape) != _lineless(function.shape)
        ):
            yield function.name


def members(cls: ClassFacts) -> list[tuple[str, str]]:
    """Return the members of a class in order, each with the text of its type."""
    return [(name, kind) for name, (kind, _, _) in cls.members.items()]


def _lineless(node: object) -> object:
    """Return a body without its line numbers."""
    if isinstance(node, tuple):
        if (
            len(node) > 1
            and isinstance(node[0], str)
            and isinstance(node[1], int)
            and node[0] not in ("num",)
        ):
            return (node[0], *(_lineless(each) for each in node[2:]))
        return tuple(_lineless(each) for each in node)
    return node
