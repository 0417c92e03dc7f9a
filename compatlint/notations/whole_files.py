"""A reading for positional notations whose files each say all there is to know of their codecs.

A front end gives one function, from a path and its bytes to codecs; everything else that the pipeline asks of a
notation follows from that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from compatlint.wire.ir.steps import Codec, uses

if TYPE_CHECKING:
    from compatlint.notations.notation import ContentCache, SourceReading
    from compatlint.sources.release import Read, Release

Lower = Callable[[str, bytes], Iterable[Codec]]


def reading_of(
    lower: Lower, wants: Callable[[str], bool]
) -> Callable[[Read, ContentCache | None], SourceReading]:
    """Return the `reading` of a notation that lowers one file at a time.

    `lower` returns the codecs of a path and its bytes; their spans need no commit. A file over which it raises
    is unread, with the kind of the error for a reason.
    """
    return lambda read, cache: FilesReading(lower, wants, read)


class FilesRelease:
    """The codecs of one release, file by file; see `notation.CodecSource`."""

    def __init__(self, release: Release, lower: Lower, paths: Collection[str]) -> None:
        self._paths = sorted(paths)
        self._in_path: dict[str, list[Codec]] = {}
        self._failed: dict[str, str] = {}
        sources = release.sources(self._paths)
        for path in self._paths:
            try:
                found = [_at(codec, release.commit) for codec in lower(path, sources[path])]
            except (
                Exception
            ) as error:  # whatever a front end stumbles over makes the file unread, not the run
                self._failed[path] = f"not understood, {type(error).__name__}: {error}"
                continue
            self._in_path[path] = found
        self._codecs = {codec.name: codec for found in self._in_path.values() for codec in found}

    def codec(self, name: str) -> Codec | None:
        """Return a codec by its full name."""
        return self._codecs.get(name)

    def features(self) -> frozenset[str] | None:
        """Return None: nothing here hangs on features."""
        return None

    def count(self) -> int:
        """Return how many codecs there are."""
        return len(self._codecs)

    def files(self) -> list[str]:
        """Return the files that were read."""
        return [*self._in_path]

    def named_in(self, paths: Collection[str]) -> list[str]:
        """Return the names of the codecs in some files."""
        return sorted({codec.name for path in paths for codec in self._in_path.get(path, ())})

    def find(self, name: str) -> list[str]:
        """Return the names that are this one, or end with it."""
        return [each for each in self._codecs if each == name or each.endswith((f"::{name}", f".{name}"))]

    def known(self) -> list[str]:
        """Return all names."""
        return sorted(self._codecs)

    def aliases(self, name: str) -> list[str]:
        """Return nothing: files know no aliases."""
        del name
        return []

    def derived(self, name: str) -> list[str]:
        """Return nothing: files know no classes."""
        del name
        return []

    def holds(self, path: str) -> bool:
        """Tell whether a file has a codec."""
        return bool(self._in_path.get(path))

    def failed(self, path: str) -> str | None:
        """Return why a file was not read."""
        return self._failed.get(path)

    def codecs(self) -> Iterable[Codec]:
        """Return all codecs."""
        return self._codecs.values()


class FilesReading:
    """Releases that are read file by file; nothing is kept between runs. See `notation.Reading`."""

    def __init__(self, lower: Lower, wants: Callable[[str], bool], read: Read) -> None:
        self._lower, self._wants, self._read = lower, wants, read

    def unconcerned(self, changes: Sequence[tuple[str, str | None, str | None]]) -> bool:
        """Return False: only a look into the files tells."""
        del changes
        return False

    def open(
        self, releases: Sequence[Release], meanwhile: Callable[[], object] = lambda: None
    ) -> list[FilesRelease]:
        """Return the codecs of each release."""
        meanwhile()
        return [FilesRelease(each, self._lower, [*filter(self._wants, each.files)]) for each in releases]

    def affected(self, old: FilesRelease, new: FilesRelease, paths: Sequence[str]) -> list[str]:
        """Return the codecs of changed files, and those that hold one of them, however deep."""
        found = dict.fromkeys([*old.named_in(paths), *new.named_in(paths)])
        holders = [(codec.name, frozenset(uses(codec))) for side in (old, new) for codec in side.codecs()]
        grown = True
        while grown:
            more = [outer for outer, inner in holders if outer not in found and not inner.isdisjoint(found)]
            found.update(dict.fromkeys(more))
            grown = bool(more)
        return [*found]

    def containers(self, release: FilesRelease, names: Iterable[str]) -> list[tuple[str, str]]:
        """Return (container, contained) for every codec that directly holds one of `names`."""
        wanted = frozenset(names)
        return [(each.name, inner) for each in release.codecs() for inner in uses(each) if inner in wanted]

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of blobs."""
        return dict(self._read(blobs))

    def save(self) -> None:
        """Keep nothing."""

    def begin(self) -> None:
        """Gather nothing."""

    def made(self) -> None:
        """Return nothing."""

    def absorb(self, made: object) -> None:
        """Take nothing."""
        del made


def _at(codec: Codec, commit: str) -> Codec:
    """Return a codec whose places name the release's commit."""
    spans = {
        name: replace(span, commit=commit)
        for name in ("span", "encoder_span", "decoder_span")
        if (span := getattr(codec, name)) is not None
    }
    return replace(codec, **spans)
