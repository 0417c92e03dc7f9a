"""Which codecs a change of files can touch.

Those in the files, and those elsewhere that are made of something that differs: an alias, an enumeration, a
constant, a plain structure, a function. What is the same text is not looked at.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from compatlint.notations.ceph.codecs import Reference
from compatlint.notations.ceph.dependents import search, users, using
from compatlint.notations.ceph.discovery import Buffers
from compatlint.notations.ceph.file_differences import (
    SIDES,
    FileDifference,
    accessors,
    differences,
    members,
    moved,
    statements,
)
from compatlint.notations.ceph.helper_codecs import mine
from compatlint.notations.ceph.release import CephRelease
from compatlint.notations.ceph.source_store import Shared
from compatlint.notations.ceph.text_index import Declaration, about, codec_mentions, mentioning, says, text_of
from compatlint.notations.ceph.wants import wants
from compatlint.notations.languages.cpp.file_facts import FileFacts
from compatlint.notations.languages.cpp.outline import Piece
from compatlint.parallel import divide

CHUNK = 64  # files that are searched at a time
MANY = 16  # changed files, or files that mention a name, from which on several processes look at them


def candidates(old: CephRelease, new: CephRelease, changed: Iterable[str]) -> list[str]:
    """Return the names of the codecs that a change of `changed` can touch."""
    shared = old.corpus.shared
    paths = {path for path in changed if wants(path) and (old.declares(path) or new.declares(path))}
    found = differences(
        shared, ((path, old.corpus.paths.get(path), new.corpus.paths.get(path)) for path in sorted(paths))
    )
    symbols = frozenset(name for each in found for name in moved(*each.facts))
    mentioned = symbols | accessors(found)
    sides = [_Side(release, side, found, mentioned) for side, release in enumerate((old, new))]
    shared.prepare(
        (side.release.corpus.paths[path], number)
        for side in sides
        for path, some in side.numbers.items()
        for number in some
    )
    marked = [[path for path in release.marked() if symbols and path not in paths] for release in (old, new)]
    blobs = {
        release.corpus.paths[path]: None
        for release, some in zip((old, new), marked, strict=True)
        for path in some
    }
    sources = list(shared.contents(blobs).items())
    # The searches fill the time that one side takes longer than the other.
    tasks: list[Callable[[], Any]] = [functools.partial(_near, side) for side in sides]
    tasks += [
        functools.partial(_search, sources[start : start + CHUNK], symbols)
        for start in range(0, len(sources), CHUNK)
    ]
    worth = len(found) >= MANY or len(sources) >= 2 * CHUNK
    near_old, near_new, *told = divide(
        tasks, lambda task: task(), worth=1 if worth else len(tasks) + 1, gathering=shared
    )
    names: set[str] = set()
    for release, (some, counted) in ((old, near_old), (new, near_new)):
        release.codecs.adopt(counted)
        names.update(some)
    mentions = {blob: words for part in told for blob, words in part.items()}
    places = [
        (release, path)
        for release, some in zip((old, new), marked, strict=True)
        for path in users(release, some, mentions)
    ]
    raw = {name for name in symbols if old.codecs.is_raw(name) and new.codecs.is_raw(name)}
    return sorted({*_differing(old, new, names, mentioned), *_elsewhere(shared, places, symbols), *raw})


def _search(sources: Iterable[tuple[str, bytes]], symbols: frozenset[str]) -> dict[str, frozenset[bytes]]:
    """Return which of `symbols` each of some contents, (blob, bytes), mentions."""
    return {blob: search(source, symbols) for blob, source in sources}


def _elsewhere(
    shared: Shared, places: Sequence[tuple[CephRelease, str]], symbols: frozenset[str]
) -> set[str]:
    """Return the codecs in some files that mention one of `symbols`."""
    shared.outlines(release.corpus.paths[path] for release, path in places)
    for release, path in places:
        release.codecs.count([path])
    return set().union(*divide(places, lambda place: using(*place, symbols), worth=MANY, gathering=shared))


class _Side:
    """What changed files are on one side.

    `numbers` are the pieces that are not so on the other, or that mention `symbols`.

    `chosen` are the ids of the declarations that the other side has not.
    """

    def __init__(
        self, release: CephRelease, side: int, found: list[FileDifference], symbols: frozenset[str]
    ) -> None:
        self.release, self.symbols = release, symbols
        present = [each for each in found if each.blobs[side] is not None]
        self.numbers = {
            each.path: {*each.numbers[side], *_telling(release, each.path, symbols)} for each in present
        }
        self.chosen = {id(declared) for each in present for declared in each.fresh(side)}


def _near(side: _Side) -> tuple[list[str], dict[str, Buffers]]:
    """Return the codecs in changed files that differ there, or that mention one of the symbols.

    With them, the files whose ordinary functions count.
    """
    release, symbols, numbers, chosen = side.release, side.symbols, side.numbers, side.chosen
    corpus, mention = release.corpus, mentioning(symbols)
    classes = (
        cls
        for path, some in numbers.items()
        for facts in corpus.enter(path, sorted(some))
        for cls in facts.classes
    )
    holders = {cls.name for cls in classes if id(cls) in chosen or mention(text_of(cls))}
    shorts = frozenset(name.rsplit("::", 1)[-1] for name in holders) | _holding(release, numbers, symbols)
    for path, some in numbers.items():
        some.update(_telling(release, path, shorts))
    pieces = {path: corpus.enter(path, sorted(some)) for path, some in numbers.items()}
    pieces |= _beyond(release, set(numbers), symbols)

    def accept(each: Declaration) -> bool:
        return id(each) in chosen or mention(text_of(each)) or about(each, shorts)

    return [reference.name for reference in release.codecs.in_pieces(pieces, accept)], release.codecs.counted


def _holding(release: CephRelease, paths: Collection[str], symbols: frozenset[str]) -> frozenset[str]:
    """Return the classes in other files than `paths` whose codecs are in `paths`.

    Those whose members mention one of `symbols`.
    """
    corpus = release.corpus
    names = {
        name for path in paths for name in corpus.shared.names.get(corpus.paths[path], ()) if "code" in name
    }
    found: set[str] = set()
    for owner in {_parts(name)[0] for name in names} - {"", "?"}:
        for path in corpus.where.get(owner, ()):
            if path in paths:
                continue
            outline = corpus.shared.outline(corpus.paths[path])
            told = [number for number in outline.mentioning(owner) if says(outline.pieces[number], symbols)]
            classes = (cls for facts in corpus.enter(path, told) for cls in facts.classes)
            if any(
                cls.name.rsplit("::", 1)[-1] == owner and mentioning(symbols)(text_of(cls)) for cls in classes
            ):
                found.add(owner)
    return frozenset(found)


def _beyond(release: CephRelease, paths: set[str], symbols: frozenset[str]) -> dict[str, list[FileFacts]]:
    """Return the pieces of other files that are sides of codecs in `paths` and mention one of `symbols`."""
    corpus = release.corpus
    declared = {
        name
        for path in paths
        if path in corpus.paths
        for name in corpus.shared.names.get(corpus.paths[path], ())
    }
    found: dict[str, set[int]] = {}
    for name, files in corpus.where.items():
        owner, short = _parts(name) if "code" in name else ("", "")
        if short not in SIDES or (owner not in declared and name not in declared):
            continue
        for path in files:
            if path not in paths:
                outline = corpus.shared.outline(corpus.paths[path])
                told = (
                    number for number in outline.defining(name) if _tells(outline.pieces[number], symbols)
                )
                found.setdefault(path, set()).update(told)
    return {path: corpus.enter(path, sorted(numbers)) for path, numbers in found.items() if numbers}


def _parts(name: str) -> tuple[str, str]:
    """Return the class and the function of a name of the index: of `T::f` and of `f(T)`."""
    if name[-1:] == ")":
        short, _, owner = name[:-1].partition("(")
        return owner, short
    owner, _, short = name.rpartition("::")
    return owner, short


def _telling(release: CephRelease, path: str, symbols: frozenset[str]) -> Iterable[int]:
    """Yield the pieces of a file that take part in an encoding and mention one of `symbols`."""
    if symbols:
        pieces = release.corpus.shared.outline(release.corpus.paths[path]).pieces
        yield from (number for number, piece in enumerate(pieces) if _tells(piece, symbols))


@functools.lru_cache(maxsize=1 << 16)
def _tells(piece: Piece, symbols: frozenset[str]) -> bool:
    return any(marker in piece.text for marker in ("code", "denc", "DENC")) and says(piece, symbols)


def _differing(
    old: CephRelease, new: CephRelease, names: Iterable[str], symbols: frozenset[str]
) -> Iterable[str]:
    """Yield the codecs whose functions or class differ in their text, or mention one of `symbols`."""
    mention = mentioning(symbols)
    for name in names:
        before, after = old.codecs.reference(name), new.codecs.reference(name)
        if (
            before is None
            or after is None
            or _text(old, before) != _text(new, after)
            or codec_mentions(new, name, mention)
        ):
            yield name


def _text(release: CephRelease, reference: Reference) -> list[object]:
    """Return what a codec is made of as it stands in the functions of its class."""
    found: list[object] = [
        (each.name, each.params, statements(each)) for each, _ in mine(release.codecs, reference)
    ]
    cls = release.codecs.types.class_of(reference.owner) if reference.owner is not None else None
    if cls is not None:
        found += [
            members(cls[0]),
            cls[0].bases,
            cls[0].template,
            cls[0].defaults,
            cls[0].constants,
            cls[0].super_calls,
        ]
    return found
