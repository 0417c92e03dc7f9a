"""What the releases of one run have in common.

File contents by blob id, their names, their pieces and the facts of these.

Each is made once, when somebody asks for it, and kept by content in the cache. A piece that stands in two
files, or in two versions of one, is parsed once.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from compatlint import faults
from compatlint.notations.languages.cpp import file_facts as cpp_facts
from compatlint.notations.languages.cpp import name_index
from compatlint.notations.languages.cpp.file_facts import FileFacts
from compatlint.notations.languages.cpp.outline import Outline, Piece, outline
from compatlint.notations.languages.cpp.parse import parse_piece
from compatlint.notations.notation import ContentCache
from compatlint.parallel import divide

Reader = Callable[[Iterable[str]], dict[str, bytes]]
Place = tuple[str, int]  # a blob, and the number of a piece of it
SOURCES = (".cc", ".cpp", ".cxx", ".c")  # what only they declare, no other file sees
MANY = 400  # files that are worth being read by two processes
WORTH = 1 << 19  # bytes of source below which another process costs more than it saves
GRAIN = 1 << 16
FACTS = "facts"
Made = tuple[
    dict[str, dict[str, bytes]], dict[str, dict[int, bytes]]
]  # names by kind and blob, facts by blob and piece


class Shared:
    """File contents, names and facts. `failed` says why a blob, or a part of it, was not read."""

    def __init__(self, read: Reader, cache: ContentCache | None = None) -> None:
        self.read, self.cache = read, cache
        self.names: dict[str, tuple[str, ...]] = {}
        self.failed: dict[str, str] = {}
        self._sources: dict[str, bytes] = {}
        self._outlines: dict[str, Outline] = {}
        self._facts: dict[Place, FileFacts] = {}
        self._places: dict[Piece, Place] = {}  # where each piece was met first
        self._known: dict[str, dict[int, bytes]] = {}  # what the cache has of each blob
        self._fresh: dict[str, set[int]] = {}  # what it has not
        self._fresh_names: dict[str, dict[str, bytes]] = {}

    def contents(
        self, blobs: Iterable[str], meanwhile: Callable[[], object] = lambda: None
    ) -> dict[str, bytes]:
        """Return the contents of `blobs`, without those over the size limit; each is asked for once.

        `meanwhile` is called while others than this process are at work, if they are for long.
        """
        wanted = list(dict.fromkeys(blobs))
        missing = [blob for blob in wanted if blob not in self._sources]
        if len(missing) >= MANY:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(2) as both:  # git works in a process of its own: two of them are faster
                reading = [both.submit(self.read, part) for part in (missing[::2], missing[1::2])]
                meanwhile()
                for each in reading:
                    self._sources.update(each.result())
        elif missing:
            self._sources.update(self.read(missing))
        return {blob: self._sources[blob] for blob in wanted if blob in self._sources}

    def load_names(
        self, *releases: Mapping[str, str], meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        """Make the names known that the files of some releases (path -> blob id) define.

        `meanwhile` as in `contents`.
        """
        files = [file for paths in releases for file in paths.items() if file[1] not in self.names]
        jobs = dict.fromkeys((blob for _, blob in files), "source")
        jobs.update((blob, "header") for path, blob in files if not path.endswith(SOURCES))
        for job in dict.fromkeys(jobs.values()):
            known = self._recall(
                job, name_index.VERSION, [blob for blob, each in jobs.items() if each == job]
            )
            self.names.update(
                (blob, names)
                for blob, packed in known.items()
                if (names := name_index.load(packed)) is not None
            )
        sources = self.contents((blob for blob in jobs if blob not in self.names), meanwhile)
        work = [
            (source, job == "header")
            for blob, job in jobs.items()
            if (source := sources.get(blob)) is not None
        ]
        made = divide(work, _names, weigh=lambda each: len(each[0]), worth=WORTH, grain=GRAIN)
        for blob, names in zip((blob for blob in jobs if blob in sources), made, strict=True):
            self._fresh_names.setdefault(jobs[blob], {})[blob] = name_index.dump(names)
            self.names[blob] = names
        self.names.update((blob, ()) for blob in jobs if blob not in self.names)

    def outline(self, blob: str) -> Outline:
        """Return the pieces of a file."""
        if blob not in self._outlines:
            self.outlines([blob])
        return self._outlines[blob]

    def outlines(self, blobs: Iterable[str]) -> None:
        """Make the pieces of many files known at once."""
        sources = self.contents(
            wanted := [blob for blob in dict.fromkeys(blobs) if blob not in self._outlines]
        )
        for blob, found in zip(
            sources,
            divide(list(sources.values()), _outline, weigh=len, worth=WORTH, grain=GRAIN),
            strict=True,
        ):
            self._outlines[blob] = found
        for blob in wanted:
            failed = self._outlines.setdefault(blob, Outline(failed="over the size limit")).failed
            if failed:
                self.failed[blob] = failed

    def facts(self, blob: str, numbers: Sequence[int] | None = None) -> list[FileFacts]:
        """Return the facts of some pieces of a file, or of all, in order."""
        numbers = range(len(self.outline(blob).pieces)) if numbers is None else numbers
        self.prepare((blob, number) for number in numbers)
        return [self._facts[blob, number] for number in numbers]

    def prepare(self, places: Iterable[Place]) -> None:
        """Make the facts of many pieces known at once."""
        jobs: dict[Place, Piece] = {}
        later: list[Place] = []
        for place in places:
            if place in self._facts or place in jobs:
                continue
            blob, number = place
            packed = self._kept(blob).get(number)
            facts = cpp_facts.load(packed) if packed is not None else None
            if facts is not None:
                self._facts[place] = facts
                continue
            self._fresh.setdefault(blob, set()).add(number)
            piece = self.outline(blob).pieces[number]
            if self._places.setdefault(piece, place) == place:
                jobs[place] = piece
            else:
                later.append(place)
        pieces = list(jobs.values())
        for place, facts in zip(
            jobs, divide(pieces, _facts, weigh=_length, worth=WORTH, grain=GRAIN), strict=True
        ):
            self._facts[place] = facts
            if facts.failed:
                self.failed[place[0]] = facts.failed
        for place in later:
            self._facts[place] = self._moved(place)

    def _moved(self, place: Place) -> FileFacts:
        """Return the facts of a piece that was parsed where it stands in another file."""
        first = self._places[self._outlines[place[0]].pieces[place[1]]]
        here, there = (self._outlines[blob].pieces[number] for blob, number in (place, first))
        return cpp_facts.shift(self._facts[first], here.line - there.line)

    def _kept(self, blob: str) -> dict[int, bytes]:
        """Return what the cache has of a file."""
        if blob not in self._known:
            self.expect([blob])
        return self._known[blob]

    def expect(self, blobs: Iterable[str]) -> None:
        """Ask the cache for many files at once."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob not in self._known]
        self._known.update((blob, {}) for blob in wanted)
        for blob, packed in self._recall(FACTS, cpp_facts.VERSION, wanted).items():
            self._known[blob] = _unpack(packed)

    def _recall(self, kind: str, version: str, blobs: list[str]) -> dict[str, bytes]:
        return self.cache.get_many(kind, version, blobs) if self.cache else {}

    def begin(self) -> None:
        """Forget what is to be written to the cache: from here on `made` tells what this process does."""
        self._fresh, self._fresh_names = {}, {}

    def made(self) -> Made:
        """Return what was made since `begin`, for the process that has the rest."""
        facts = {
            blob: {number: cpp_facts.dump(self._facts[blob, number]) for number in numbers}
            for blob, numbers in self._fresh.items()
        }
        return self._fresh_names, facts

    def absorb(self, made: Made) -> None:
        """Take what another process made, to be written to the cache with the rest."""
        names, facts = made
        for kind, items in names.items():
            self._fresh_names.setdefault(kind, {}).update(items)
        for blob, rows in facts.items():
            self._fresh.setdefault(blob, set())
            self._known.setdefault(blob, {}).update(rows)

    def save(self) -> None:
        """Write what was read to the cache."""
        if self.cache:
            for kind, items in self._fresh_names.items():
                self.cache.put_many(kind, name_index.VERSION, items)
            rows = {blob: self._row(blob, numbers) for blob, numbers in self._fresh.items()}
            self.cache.put_many(FACTS, cpp_facts.VERSION, rows)
        self.begin()

    def _row(self, blob: str, numbers: Iterable[int]) -> bytes:
        """Return what the cache is to have of a file."""
        known = self._known[blob]
        known.update((number, cpp_facts.dump(self._facts[blob, number])) for number in numbers)
        return marshal.dumps(known)


def _names(file: tuple[bytes, bool]) -> tuple[str, ...]:
    """Return the names that a file's bytes define, whether it is a header or not."""
    # What is no name here is found unread by whoever reads the file itself.
    return faults.attempt(partial(name_index.names, file[0], header=file[1]), lambda reason: ())


def _outline(source: bytes) -> Outline:
    return faults.attempt(partial(outline, source), lambda reason: Outline(failed=reason))


def _facts(piece: Piece) -> FileFacts:
    return faults.attempt(partial(parse_piece, piece), lambda reason: FileFacts(failed=reason))


def _length(piece: Piece) -> int:
    return len(piece.text)


def _unpack(packed: bytes) -> dict[int, bytes]:
    """Return the facts of a file by the number of the piece, packed.

    Nothing if the bytes are something else.
    """
    try:
        found = marshal.loads(packed)
    except (ValueError, TypeError, EOFError):
        return {}
    return found if isinstance(found, dict) else {}
