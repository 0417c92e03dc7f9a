"""Which codecs a change of files can touch.

Those in the files, and those elsewhere that are made of something that differs: an alias, an enumeration, a constant, a
plain structure, a function. What is the same text is not looked at.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable

from compatlint.notations.ceph.codecs import Reference, uses
from compatlint.notations.ceph.corpus import SOURCES, Shared
from compatlint.notations.ceph.parts import mine
from compatlint.notations.ceph.release import Release
from compatlint.notations.ceph.wants import wants
from compatlint.notations.cpp.facts import ClassFacts, FileFacts, FunctionFacts
from compatlint.notations.cpp.index import MARKER

MAX_USERS = 40  # files that may use a name before it is too common to tell anything
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
_SIDES = frozenset({"encode", "decode", "encode_payload", "decode_payload"})


def candidates(old: Release, new: Release, changed: Iterable[str]) -> list[str]:
    """Return the names of the codecs that a change of `changed` can touch."""
    paths = [path for path in changed if wants(path) and (old.declares(path) or new.declares(path))]
    old.corpus.shared.load_facts(side.corpus.paths[path] for side in (old, new) for path in paths if path in side.corpus.paths)
    moved = _changed_symbols(old, new, paths)
    near = {each.name for release in (old, new) for each in release.codecs.in_paths(paths)}
    names = dict.fromkeys(_differing(old, new, near, moved | _changed_accessors(old, new, paths)))
    users = [_users(release, moved, set(paths)) for release in (old, new)]
    old.corpus.shared.load_facts(
        release.corpus.paths[path] for release, found in zip((old, new), users, strict=True) for path in found
    )
    for release, found in zip((old, new), users, strict=True):
        names.update((name, None) for path in found for name in _using(release, path, moved))
    return sorted(names)


def _differing(old: Release, new: Release, names: Iterable[str], moved: frozenset[str]) -> Iterable[str]:
    """Yield the codecs whose functions or class are not the same text in both releases, or mention what `moved`."""
    mention = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(moved))) + r")\b").search if moved else lambda text: None
    for name in names:
        before, after = old.codecs.reference(name), new.codecs.reference(name)
        if before is None or after is None or _text(old, before) != _text(new, after) or _mentions(new, name, mention):
            yield name


def _text(release: Release, reference: Reference) -> list[object]:
    """Return what a codec is made of as it stands in the functions of its class."""
    found: list[object] = [(each.name, each.params, _statements(each)) for each, _ in mine(release.codecs, reference)]
    cls = release.codecs.types.class_of(reference.owner) if reference.owner is not None else None
    if cls is not None:
        found += [_members(cls[0]), cls[0].bases, cls[0].template, cls[0].constants, cls[0].super_calls]
    return found


def _changed_accessors(old: Release, new: Release, paths: list[str]) -> frozenset[str]:
    """Return the names of the functions in `paths` that differ and that a codec's test may look through.

    Those are short; constructors and what containers have are understood without their bodies.
    """
    found: set[str] = set()
    for path in paths:
        known = {each.name: each.source for each in _facts(old, path).functions}
        found.update(each.name for each in _facts(new, path).functions if _accessor(each) and known.get(each.name) != each.source)
    pairs = ((name.rsplit("::", 1)[-1], name.rsplit("::", 2)[-2] if "::" in name else "") for name in found)
    return frozenset(short for short, owner in pairs if short not in _SIDES | _CONTAINER and short != owner and len(short) > 2)


def _accessor(function: FunctionFacts) -> bool:
    return function.name.rsplit("::", 1)[-1].isidentifier() and len(str(function.source)) < ACCESSOR


def idle(shared: Shared, changed: Iterable[tuple[str, str | None, str | None]]) -> bool:
    """Tell from the changed files alone, (path, blob before, blob after), that no codec can differ: none is made of what does."""
    files = [each for each in changed if wants(each[0])]
    if len(files) > MAX_IDLE:
        return False
    sources = shared.contents(blob for _, *sides in files for blob in sides if blob is not None)
    marked = {blob for blob, source in sources.items() if MARKER.search(source)}
    files = [each for each in files if not each[0].endswith(SOURCES) or not marked.isdisjoint(each[1:])]
    shared.load_facts(blob for _, *sides in files for blob in sides if blob is not None)
    for _, *sides in files:
        before, after = (shared.facts[blob] if blob is not None else FileFacts() for blob in sides)
        if before.failed or after.failed:
            return False
        if _contents(before) != _contents(after) and (not marked.isdisjoint(sides) or _moved(before, after)):
            return False
    return True


def _contents(facts: FileFacts) -> list[object]:
    """Return all that a file says, without the lines that it says it in."""
    functions = [(each.name, each.params, _statements(each), each.returns, each.template) for each in facts.functions]
    members = [[(name, kind, size) for name, (kind, _, size) in each.members.items()] for each in facts.classes]
    classes = [
        (each.name, each.kind, each.bases, each.template, each.methods, each.constants, each.super_calls)
        for each in facts.classes
    ]
    calls = [(macro, arguments) for macro, arguments, _ in facts.macros]
    return [functions, members, classes, calls, facts.types, facts.enums, facts.constants, facts.variables, facts.defines]


def _statements(function: FunctionFacts) -> object:
    return function.source if isinstance(function.source, str) else _lineless(function.source)


def users_of(release: Release, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return (container, contained) for every codec that directly holds one of `names`."""
    wanted = dict.fromkeys(names)
    shorts = frozenset(name.split("<")[0].rsplit("::", 1)[-1] for name in wanted)
    found: list[tuple[str, str]] = []
    paths = _users(release, shorts, set())
    release.corpus.shared.load_facts(release.corpus.paths[path] for path in paths)
    for name in dict.fromkeys(name for path in paths for name in _using(release, path, shorts)):
        codec = release.codecs.codec(name)
        found.extend((name, inner) for inner in (uses(codec) if codec is not None else ()) if inner in wanted)
    return found


def _facts(release: Release, path: str) -> FileFacts:
    blob = release.corpus.paths.get(path)
    return release.corpus.shared.facts.get(blob, FileFacts()) if blob is not None else FileFacts()


def _changed_symbols(old: Release, new: Release, paths: list[str]) -> frozenset[str]:
    """Return the names of what other files' codecs are made of and that differs between the releases."""
    return frozenset(name for path in paths for name in _moved(_facts(old, path), _facts(new, path)))


def _moved(before: FileFacts, after: FileFacts) -> set[str]:
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
        if other is not None and _members(cls) != _members(other) and not {"encode", "decode", "DENC"} & set(cls.methods):
            yield cls.name


def _changed_functions(before: FileFacts, after: FileFacts) -> Iterable[str]:
    """Yield the functions that codecs may be made of and whose body differs, in more than lines."""
    known = {each.name: each for each in before.functions}
    for function in after.functions:
        short = function.name.rsplit("::", 1)[-1]
        if short in _SIDES or not ("code" in short or "bufferlist" in str(function.params)):
            continue
        other = known.get(function.name)
        if other is not None and other.source != function.source and _lineless(other.body) != _lineless(function.body):
            yield function.name


def _members(cls: ClassFacts) -> list[tuple[str, str]]:
    return [(name, kind) for name, (kind, _, _) in cls.members.items()]


def _lineless(node: object) -> object:
    """Return a body without its line numbers."""
    if isinstance(node, tuple):
        if len(node) > 1 and isinstance(node[0], str) and isinstance(node[1], int) and node[0] not in ("num",):
            return (node[0], *(_lineless(each) for each in node[2:]))
        return tuple(_lineless(each) for each in node)
    return node


def _users(release: Release, symbols: frozenset[str], known: set[str]) -> list[str]:
    """Return the files with encoders that mention one of `symbols`, at most MAX_USERS for each."""
    if not symbols:
        return []
    corpus = release.corpus
    paths = [path for path in release.marked() if path not in known]
    sources = corpus.shared.contents(corpus.paths[path] for path in paths)
    found: dict[bytes, list[str]] = {}
    for path in paths:
        for name in _mentioned(sources.get(corpus.paths[path], b""), symbols):
            found.setdefault(name, []).append(path)
    return sorted({path for users in found.values() if len(users) <= MAX_USERS for path in users})


@functools.lru_cache(maxsize=4096)
def _mentioned(source: bytes, symbols: frozenset[str]) -> frozenset[bytes]:
    """Return the symbols that a text mentions; most files are the same text in both releases."""
    return frozenset(_pattern(symbols).findall(source))


@functools.lru_cache(maxsize=8)
def _pattern(symbols: frozenset[str]) -> re.Pattern[bytes]:
    return re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in sorted(symbols)) + rb")\b")


def _using(release: Release, path: str, symbols: frozenset[str]) -> list[str]:
    """Return the codecs with a side or the class in `path` whose functions or members mention one of `symbols`."""
    mention = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(symbols))) + r")\b").search
    holders = {each.name for each in _facts(release, path).classes if mention(_class_text(each))}
    shorts = {name.rsplit("::", 1)[-1] for name in holders}

    def mentioned(each: ClassFacts | FunctionFacts) -> bool:
        if isinstance(each, ClassFacts):
            return each.name in holders
        around = {each.owner.rsplit("::", 1)[-1], each.name.rsplit("::", 2)[-2] if "::" in each.name else ""}
        return bool(shorts & around) or bool(mention(str(each.source))) or any(name in str(each.params) for name in shorts)

    found = release.codecs.in_paths([path], mentioned)
    return [each.name for each in found if _mentions(release, each.name, mention)]


def _class_text(cls: ClassFacts) -> str:
    return " ".join((*(kind for kind, _, _ in cls.members.values()), *cls.bases))


def _mentions(release: Release, name: str, mention: Callable[[str], object]) -> bool:
    """Tell whether a codec's functions or its class's members mention a name."""
    reference = release.codecs.reference(name)
    if reference is None:
        return False
    if any(mention(str(each.source)) for each, _ in mine(release.codecs, reference)):
        return True
    found = release.codecs.types.class_of(reference.owner) if reference.owner is not None else None
    return found is not None and bool(mention(_class_text(found[0])))
