"""A corpus of real bytes: objects that releases wrote, laid out as `archive/VERSION/objects/TYPE/FILE`.

It is a folder, a git repository (bare ones, too), or one file. `archive/VERSION/forward_incompat/TYPE[/FILE]`
is what people noted: objects up to that version, of that type, are not read by anything newer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from compatlint.errors import SourceError, suggest
from compatlint.sources.git import Repository

CAP = 16 * 1024 * 1024  # bytes; a larger object is no sample
_PLACE = re.compile(
    r"(?:^|.*/)archive/(?P<archive>[^/]+)/(?P<part>objects|forward_incompat)/(?P<type>[^/]+)(?:/(?P<name>[^/]+))?$"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One object: the archive that it is in, the type it is of, its name, and where its bytes are."""

    archive: str
    type: str
    name: str
    where: str


class Corpus:
    """Objects by archive and type. `noted` holds what people noted to be unreadable.

    A file's name, or "" for a whole type.
    """

    def __init__(
        self, title: str, files: Iterable[tuple[str, str]], repository: Repository | None = None
    ) -> None:
        self.title, self._repository = title, repository
        self.samples: list[Sample] = []
        self.noted: dict[tuple[str, str], set[str]] = {}
        for path, where in sorted(files):
            place = _PLACE.match(path)
            if place is None:
                continue
            if place["part"] == "objects" and place["name"]:
                self.samples.append(Sample(place["archive"], place["type"], place["name"], where))
            elif place["part"] == "forward_incompat":
                self.noted.setdefault((place["archive"], place["type"]), set()).add(place["name"] or "")

    def archives(self) -> list[str]:
        """Return the names of the archives, oldest first."""
        return sorted({each.archive for each in self.samples}, key=_order)

    def choose(
        self, archive: str | None, types: Sequence[str], among: Sequence[str] | None = None
    ) -> list[Sample]:
        """Return the objects of an archive (its name, or how it begins) and of some types; all without.

        `among`: the archives to choose from. Raises SourceError where there is none.
        """
        names = self.archives() if among is None else list(among)
        chosen = (
            [archive]
            if archive in names
            else [name for name in names if archive is None or name.startswith(archive)]
        )
        if archive is not None and len(chosen) != 1:
            found = f"{len(chosen)} archives" if chosen else "no archive"
            raise SourceError(f"{self.title} has {found} {archive!r}{suggest(archive, names)}")
        found_types = {each.type for each in self.samples if each.archive in chosen}
        for name in types:
            if name not in found_types:
                raise SourceError(f"{self.title} has no objects of {name!r}{suggest(name, found_types)}")
        return [each for each in self.samples if each.archive in chosen and (not types or each.type in types)]

    def written_by(self, version: tuple[int, ...] | None) -> list[str]:
        """Return the archives that a release may have written.

        Those of its major version, or all if there is none.
        """
        names = self.archives()
        mine = [name for name in names if version is not None and _order(name)[0] == (0, version[0], "")]
        return mine or names

    def unreadable(self, sample: Sample, reader: tuple[int, ...] | None = None) -> bool:
        """Tell whether people noted that a release of version `reader` does not read an object (None: nothing newer does).

        Source: src/test/encoding/readable.sh of Ceph: notes of the object's own archive count, and of those
        after it that are not after the reader.
        """
        latest = _order(".".join(map(str, reader))) if reader is not None else None
        return any(
            _order(archive) >= _order(sample.archive)
            and (latest is None or _order(archive)[: len(latest)] <= latest)
            for (archive, kind), names in self.noted.items()
            if kind == sample.type and ("" in names or sample.name in names)
        )

    def read(self, samples: Iterable[Sample]) -> dict[str, bytes]:
        """Return the bytes of objects by `where`.

        Those over the size limit or absent (as in a partial clone) are left out.
        """
        wanted = list(dict.fromkeys(each.where for each in samples))
        if self._repository is not None:
            return _present(self._repository, wanted)
        return {where: content for where in wanted if (content := _read(where)) is not None}


def open_corpus(path: str, kind: str | None = None) -> Corpus:
    """Return the corpus at a path.

    A folder, a git repository, or one file that holds an object of type `kind`.
    """
    place = Path(path)
    if not place.exists():
        raise SourceError(
            f"{path} does not exist: name a folder or a git repository with archive/VERSION/objects/TYPE/FILE"
        )
    if place.is_file():
        if kind is None:
            raise SourceError(f"{path} is a file: name the type of the object in it with --type")
        return Corpus(path, [(f"archive/-/objects/{kind}/{place.name}", str(place))])
    if kind is not None:
        raise SourceError(f"--type is for one file, and {path} is a folder: name the types after it")
    if (place / "archive").is_dir():
        return Corpus(path, _listed(place))
    repository = Repository.open(path, cap=CAP)
    files = repository.tree("HEAD").files()
    corpus = Corpus(path, files.items(), repository)
    if not corpus.samples:
        raise SourceError(f"{path} holds no objects: they are expected at archive/VERSION/objects/TYPE/FILE")
    return corpus


def _present(repository: Repository, blobs: list[str]) -> dict[str, bytes]:
    """Return what can be read of many blobs: those that git does not have are found by halves."""
    try:
        return repository.read(blobs)
    except SourceError:
        if len(blobs) == 1:
            return {}
    half = len(blobs) // 2
    return {**_present(repository, blobs[:half]), **_present(repository, blobs[half:])}


def _listed(place: Path) -> list[tuple[str, str]]:
    found = []
    for folder, _, names in os.walk(place / "archive"):
        for name in names:
            path = Path(folder, name)
            found.append((path.relative_to(place).as_posix(), str(path)))
    return found


def _read(where: str) -> bytes | None:
    try:
        if not os.path.isfile(where) or os.path.getsize(where) > CAP:
            return None
        return Path(where).read_bytes()
    except OSError as error:
        raise SourceError(f"{where} cannot be read: {error.strerror}") from error


def _order(archive: str) -> tuple[tuple[int, int, str], ...]:
    """Order versions by their numbers: 0.94 stands before 10.2."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"[.\-_]", archive)
    )
