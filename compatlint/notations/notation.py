"""What a notation is, and which ones there are.

A notation is one way to write codecs down, and its package is a front end. It offers one value, `NOTATION`: a
`Keyed` one, whose items are found by name or number, or a `Positional` one, whose items are found by place.
`REGISTRY` lists the packages; a package is imported when a file is met that it may read.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from compatlint.sources.release import Read, Release
    from compatlint.wire.ir.records import Lowered
    from compatlint.wire.ir.steps import Codec

Wants = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Marks:
    """What a file says that is in a notation.

    `pattern` finds it. One of `hints` is in whatever the pattern matches, and is found much faster; () if
    there are none.
    """

    pattern: re.Pattern[bytes] = re.compile(rb"")
    hints: tuple[bytes, ...] = ()

    def found_in(self, source: bytes) -> bool:
        """Tell whether a file bears the mark."""
        hinted = not self.hints or any(hint in source for hint in self.hints)
        return hinted and self.pattern.search(source) is not None


@dataclass(frozen=True, slots=True)
class Keyed:
    """A notation whose items are found by name or number: it lowers releases to meetings of records.

    `wants` tells by a path alone whether a file may say something in the notation. `lower(old, new, changed)`
    returns the meetings of two releases, given the paths of changed files that bear the marks; `alone(release)`
    those of a release with itself, so that `check`, `show` and `graph` know every record. `needs` are files of
    which a project has one if it is of this notation; () if that cannot be told. `used_by` tells whether a
    release uses the notation at all, where marks do not. `promise` and `topology` are
    names of presets (see `presets`); "" is the general promise, and no stages.
    """

    name: str
    wants: Wants
    lower: Callable[[Release, Release, Collection[str]], Lowered]
    alone: Callable[[Release], Lowered]
    marks: Marks = Marks()
    needs: tuple[str, ...] = ()
    used_by: Callable[[Release], bool] | None = None
    promise: str = ""
    topology: str = ""


@dataclass(frozen=True, slots=True)
class Positional:
    """A notation whose items are found by place: it lowers encoders and decoders to wire programs.

    `reading(read, cache)` begins to read releases that are compared in one run. `envelope` takes whole messages
    of a corpus apart, where the version travels outside the codec's own bytes. `marks` are those of a file that
    may hold a codec.
    """

    name: str
    wants: Wants
    reading: Callable[[Read, ContentCache | None], SourceReading]
    marks: Marks = Marks()
    envelope: Envelope | None = None
    promise: str = ""
    topology: str = ""


Notation = Keyed | Positional
BATCH: Final = 64
MOST_FILES: Final = 4096


class ContentCache(Protocol):
    """Where results are kept by content."""

    def get_many(self, kind: str, version: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return what is known of `keys`."""

    def put_many(self, kind: str, version: str, items: dict[str, bytes]) -> None:
        """Keep `items`."""


class SourceReading(Protocol):
    """One run's reading of a positional notation: what its releases have in common.

    `begin`, `made` and `absorb` are those of `parallel.Gathering`.
    """

    def unconcerned(self, changes: Sequence[tuple[str, str | None, str | None]]) -> bool:
        """Tell whether no codec can have changed with some files, given as (path, old blob, new blob)."""

    def open(
        self, releases: Sequence[Release], meanwhile: Callable[[], object] = lambda: None
    ) -> Sequence[CodecSource]:
        """Return the codecs of each release; `meanwhile` is called while git reads, if there is much to read."""

    def affected(self, old: Any, new: Any, paths: Sequence[str]) -> list[str]:
        """Return the codecs that a change of files can touch, `old` and `new` as `open` returned them."""

    def containers(self, release: Any, names: Iterable[str]) -> list[tuple[str, str]]:
        """Return (container, contained) for every codec that directly holds one of `names`."""

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of blobs, without those that cannot be read."""

    def save(self) -> None:
        """Write what was read to the cache."""

    def begin(self) -> None:
        """Begin anew, in another process."""

    def made(self) -> Any:
        """Return what was gathered since."""

    def absorb(self, made: Any) -> None:
        """Take what another process gathered."""


class CodecSource(Protocol):
    """The codecs of one release, lowered when they are asked for."""

    def codec(self, name: str) -> Codec | None:
        """Return a codec by its full name, None if there is none."""

    def features(self) -> frozenset[str] | None:
        """Return the features that the release's daemons announce, None if it does not list them."""

    def count(self) -> int:
        """Return how many encoders the release has, at a glance."""

    def files(self) -> list[str]:
        """Return the files that take part in an encoding."""

    def named_in(self, paths: Collection[str]) -> list[str]:
        """Return the names of the codecs with a side in some files."""

    def find(self, name: str) -> list[str]:
        """Return the full names that a user's name means: the exact one, or all with that last part."""

    def known(self) -> list[str]:
        """Return the short names of all codecs, for suggestions."""

    def aliases(self, name: str) -> list[str]:
        """Return the full names that an alias of that name stands for."""

    def derived(self, name: str) -> list[str]:
        """Return the codecs of the classes derived from one, by name."""

    def holds(self, path: str) -> bool:
        """Tell whether a file names a codec."""

    def failed(self, path: str) -> str | None:
        """Return why a file was not read, None if it was."""


class Envelope(Protocol):
    """How whole messages of a corpus hold the payload that a codec reads."""

    def open(self, content: bytes) -> tuple[bytes, tuple[int, int], dict[str, bytes]] | None:
        """Return (payload, (version, oldest reader), other streams by name); None if the bytes are no message."""

    def seal(
        self, content: bytes, payload: bytes, beside: dict[str, bytes], version: int, oldest: int
    ) -> bytes:
        """Return a message's bytes with other streams and versions in it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the registry: a notation's name, the package that has it, and how the files that it reads end."""

    name: str
    package: str
    suffixes: tuple[str, ...]

    def load(self) -> Notation:
        """Import the package and return its notation."""
        found: Notation = importlib.import_module(self.package).NOTATION
        return found


_SERVICES: Final = "compatlint.notations.openstack"
_SCHEMAS: Final = "compatlint.notations.schemas"
REGISTRY: tuple[Listed, ...] = (
    Listed(
        "ceph",
        "compatlint.notations.ceph",
        (".h", ".cc", ".hpp", ".cpp", ".cxx", ".hh", ".c", ".inc"),
    ),
    Listed("versioned_objects", f"{_SERVICES}.versioned_objects", (".py",)),
    Listed("rpc", f"{_SERVICES}.rpc", (".py",)),
    Listed("library", f"{_SERVICES}.library", (".py",)),
    Listed("database", "compatlint.notations.sql", (".py",)),
    Listed("data_migrations", f"{_SERVICES}.data_migrations", (".py",)),
    Listed("options", f"{_SERVICES}.options", (".py",)),
    Listed(
        "requirements",
        f"{_SERVICES}.requirements",
        ("requirements.txt", "pip-requires", "setup.cfg", "pyproject.toml"),
    ),
    Listed("protobuf", f"{_SCHEMAS}.protobuf", (".proto",)),
    Listed("avro", f"{_SCHEMAS}.avro", (".avsc", ".avpr", ".avdl")),
    Listed("thrift", f"{_SCHEMAS}.thrift", (".thrift",)),
    Listed("kafka", f"{_SCHEMAS}.kafka", (".json",)),
    Listed("json_schema", f"{_SCHEMAS}.json_schema", (".json",)),
)


def names() -> tuple[str, ...]:
    """Return the names of all notations, in the order of the registry."""
    return tuple(each.name for each in REGISTRY)


def notation(name: str) -> Notation:
    """Return a notation by its name; KeyError if there is none."""
    for each in REGISTRY:
        if each.name == name:
            return each.load()
    raise KeyError(name)


def asked(wanted: Collection[str]) -> list[Notation]:
    """Return the notations that a configuration asks for; all of them if it names none."""
    return [each.load() for each in _rows(wanted)]


def reading(path: str, wanted: Collection[str]) -> list[Notation]:
    """Return the notations, among those asked for, that may find something in a file.

    By its path alone, and without an import where the path is plainly of something else.
    """
    mine = (each.load() for each in _rows(wanted) if path.endswith(each.suffixes))
    return [each for each in mine if each.wants(path)]


def _rows(wanted: Collection[str]) -> list[Listed]:
    return [each for each in REGISTRY if not wanted or each.name in wanted]


def used(each: Notation, release: Release) -> bool:
    """Tell whether a release uses a notation: one of its files bears the marks.

    Of a very large release only the first files are looked at.
    """
    if isinstance(each, Keyed) and each.used_by is not None:
        return each.used_by(release)
    wanted = [path for path in release.files if each.wants(path)][:MOST_FILES]
    for start in range(0, len(wanted), BATCH):
        sources = release.sources(wanted[start : start + BATCH])
        if any(map(each.marks.found_in, sources.values())):
            return True
    return False
