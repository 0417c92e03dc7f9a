"""Which codecs a change of files can touch.

Those in the files, and those elsewhere that are made of something that differs: an alias, an enumeration, a constant, a
plain structure, a function. What is the same text is not looked at.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable

from compatlint.notations.ceph.codecs import Reference, uses
from compatlint.notations.ceph.differences import (
    SIDES,
    Declaration,
    Difference,
    accessors,
    differences,
    idle,
    members,
    moved,
    statements,
)
from compatlint.notations.ceph.parts import mine
from compatlint.notations.ceph.release import Release
from compatlint.notations.ceph.wants import wants
from compatlint.notations.cpp.facts import ClassFacts, FileFacts
from compatlint.notations.cpp.outline import Piece

MAX_USERS = 40  # files that may use a name before it is too common to tell anything
FEW = 8  # names that are found faster one by one
_WORD = re.compile(r"\w+")
Mention = Callable[[str], bool]


def candidates(old: Release, new: Release, changed: Iterable[str]) -> list[str]:
    """Return the names of the codecs that a change of `changed` can touch."""
    paths = [path for path in changed if wants(path) and (old.declares(path) or new.declares(path))]
    found = differences(old.corpus.shared, ((path, old.corpus.paths.get(path), new.corpus.paths.get(path)) for path in paths))
    symbols = frozenset(name for each in found for name in moved(*each.facts))
    mentioned = symbols | accessors(found)
    near = {name for side, release in enumerate((old, new)) for name in _near(release, side, found, mentioned)}
    names = dict.fromkeys(_differing(old, new, near, mentioned))
    for release in (old, new):
        names.update((name, None) for path in _users(release, symbols, set(paths)) for name in _using(release, path, symbols))
    return sorted(names)


def _near(release: Release, side: int, found: list[Difference], symbols: frozenset[str]) -> Iterable[str]:
    """Yield the codecs in changed files that differ there, or that mention one of `symbols` there or elsewhere."""
    present = [each for each in found if each.blobs[side] is not None]
    chosen = {id(declared) for each in present for declared in each.fresh(side)}
    corpus, mention = release.corpus, _mentioning(symbols)
    numbers = {each.path: {*each.numbers[side], *_telling(release, each.path, symbols)} for each in present}
    classes = (cls for path, some in numbers.items() for facts in corpus.enter(path, sorted(some)) for cls in facts.classes)
    holders = {cls.name for cls in classes if id(cls) in chosen or mention(_class_text(cls))}
    shorts = frozenset(name.rsplit("::", 1)[-1] for name in holders) | _holding(release, numbers, symbols)
    for path, some in numbers.items():
        some.update(_telling(release, path, shorts))
    pieces = {path: corpus.enter(path, sorted(some)) for path, some in numbers.items()}
    pieces |= _beyond(release, set(numbers), symbols)

    def accept(each: Declaration) -> bool:
        return id(each) in chosen or mention(_text_of(each)) or _around(each, shorts)

    yield from (reference.name for reference in release.codecs.in_pieces(pieces, accept))


def _holding(release: Release, paths: Collection[str], symbols: frozenset[str]) -> frozenset[str]:
    """Return the classes in other files than `paths` whose members mention one of `symbols` and whose codecs are in `paths`."""
    corpus = release.corpus
    names = {name for path in paths for name in corpus.shared.names.get(corpus.paths[path], ()) if "code" in name}
    found: set[str] = set()
    for owner in {_parts(name)[0] for name in names} - {"", "?"}:
        for path in corpus.where.get(owner, ()):
            if path in paths:
                continue
            outline = corpus.shared.outline(corpus.paths[path])
            told = [number for number in outline.mentioning(owner) if not symbols.isdisjoint(words(outline.pieces[number]))]
            classes = (cls for facts in corpus.enter(path, told) for cls in facts.classes)
            if any(cls.name.rsplit("::", 1)[-1] == owner and _mentioning(symbols)(_class_text(cls)) for cls in classes):
                found.add(owner)
    return frozenset(found)


def _around(each: Declaration, shorts: frozenset[str]) -> bool:
    """Tell whether a function belongs to one of some classes, or takes one."""
    if isinstance(each, ClassFacts) or not shorts:
        return False
    scopes = {each.owner.rsplit("::", 1)[-1], each.name.rsplit("::", 2)[-2] if "::" in each.name else ""}
    return bool(shorts & scopes) or not shorts.isdisjoint(_WORD.findall(str(each.params)))


def _beyond(release: Release, paths: set[str], symbols: frozenset[str]) -> dict[str, list[FileFacts]]:
    """Return the pieces of other files that are the sides of codecs in `paths` and mention one of `symbols`."""
    corpus = release.corpus
    declared = {name for path in paths if path in corpus.paths for name in corpus.shared.names.get(corpus.paths[path], ())}
    found: dict[str, set[int]] = {}
    for name, files in corpus.where.items():
        owner, short = _parts(name)
        if short not in SIDES or (owner not in declared and name not in declared):
            continue
        for path in files:
            if path not in paths:
                outline = corpus.shared.outline(corpus.paths[path])
                told = (number for number in outline.defining(name) if _tells(outline.pieces[number], symbols))
                found.setdefault(path, set()).update(told)
    return {path: corpus.enter(path, sorted(numbers)) for path, numbers in found.items() if numbers}


def _parts(name: str) -> tuple[str, str]:
    """Return the class and the function of a name of the index: of `T::f` and of `f(T)`."""
    if name[-1:] == ")":
        short, _, owner = name[:-1].partition("(")
        return owner, short
    owner, _, short = name.rpartition("::")
    return owner, short


def _telling(release: Release, path: str, symbols: frozenset[str]) -> Iterable[int]:
    """Yield the pieces of a file that take part in an encoding and mention one of `symbols`."""
    if symbols:
        pieces = release.corpus.shared.outline(release.corpus.paths[path]).pieces
        yield from (number for number, piece in enumerate(pieces) if _tells(piece, symbols))


def _tells(piece: Piece, symbols: frozenset[str]) -> bool:
    return _marked(piece) and not symbols.isdisjoint(words(piece))


@functools.lru_cache(maxsize=1 << 16)
def _marked(piece: Piece) -> bool:
    return any(marker in piece.text for marker in ("code", "denc", "DENC"))


@functools.lru_cache(maxsize=1 << 11)
def words(piece: Piece) -> frozenset[str]:
    """Return the words of a piece."""
    return frozenset(_WORD.findall(piece.text))


@functools.lru_cache(maxsize=8)
def _mentioning(symbols: frozenset[str]) -> Mention:
    """Return the test whether a text mentions one of `symbols`: a set of its words is made faster than it is searched."""
    return lambda text: not symbols.isdisjoint(_WORD.findall(text)) if symbols else False


def _text_of(each: Declaration) -> str:
    return _class_text(each) if isinstance(each, ClassFacts) else str(each.source)


def _differing(old: Release, new: Release, names: Iterable[str], symbols: frozenset[str]) -> Iterable[str]:
    """Yield the codecs whose functions or class are not the same text in both releases, or mention one of `symbols`."""
    mention = _mentioning(symbols)
    for name in names:
        before, after = old.codecs.reference(name), new.codecs.reference(name)
        if before is None or after is None or _text(old, before) != _text(new, after) or _mentions(new, name, mention):
            yield name


def _text(release: Release, reference: Reference) -> list[object]:
    """Return what a codec is made of as it stands in the functions of its class."""
    found: list[object] = [(each.name, each.params, statements(each)) for each, _ in mine(release.codecs, reference)]
    cls = release.codecs.types.class_of(reference.owner) if reference.owner is not None else None
    if cls is not None:
        found += [members(cls[0]), cls[0].bases, cls[0].template, cls[0].constants, cls[0].super_calls]
    return found


def users_of(release: Release, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return (container, contained) for every codec that directly holds one of `names`."""
    wanted = dict.fromkeys(names)
    shorts = frozenset(name.split("<")[0].rsplit("::", 1)[-1] for name in wanted)
    found: list[tuple[str, str]] = []
    paths = _users(release, shorts, set())
    for name in dict.fromkeys(name for path in paths for name in _using(release, path, shorts)):
        codec = release.codecs.codec(name)
        found.extend((name, inner) for inner in (uses(codec) if codec is not None else ()) if inner in wanted)
    return found


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
    if len(symbols) <= FEW and not any(name.encode() in source for name in symbols):
        return frozenset()
    return frozenset(_pattern(symbols).findall(source))


@functools.lru_cache(maxsize=8)
def _pattern(symbols: frozenset[str]) -> re.Pattern[bytes]:
    return re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in sorted(symbols)) + rb")\b")


def _using(release: Release, path: str, symbols: frozenset[str]) -> list[str]:
    """Return the codecs with a side or the class in `path` whose functions or members mention one of `symbols`."""
    mention = _mentioning(symbols)
    corpus = release.corpus
    outline = corpus.shared.outline(corpus.paths[path])
    told = {number for number, piece in enumerate(outline.pieces) if not symbols.isdisjoint(words(piece))}
    holders = {each.name for facts in corpus.enter(path, sorted(told)) for each in facts.classes if mention(_class_text(each))}
    shorts = frozenset(name.rsplit("::", 1)[-1] for name in holders)
    around = {number for number, piece in enumerate(outline.pieces) if shorts and not shorts.isdisjoint(words(piece))}

    def mentioned(each: Declaration) -> bool:
        return each.name in holders if isinstance(each, ClassFacts) else mention(str(each.source)) or _around(each, shorts)

    found = release.codecs.in_pieces({path: corpus.enter(path, sorted(told | around))}, mentioned)
    return [each.name for each in found if _mentions(release, each.name, mention)]


def _class_text(cls: ClassFacts) -> str:
    return " ".join((*(kind for kind, _, _ in cls.members.values()), *cls.bases))


def _mentions(release: Release, name: str, mention: Mention) -> bool:
    """Tell whether a codec's functions or its class's members mention a name."""
    reference = release.codecs.reference(name)
    if reference is None:
        return False
    if any(mention(str(each.source)) for each, _ in mine(release.codecs, reference)):
        return True
    found = release.codecs.types.class_of(reference.owner) if reference.owner is not None else None
    return found is not None and mention(_class_text(found[0]))


__all__ = ["candidates", "idle", "users_of"]
