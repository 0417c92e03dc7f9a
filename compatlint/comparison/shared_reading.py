"""What the comparisons of one repository share when many are made in one run.

Every release is read once. Each different program is one object, whatever releases have it: its lines are those
of the first release that was asked for it. Two programs that met before do not meet again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from compatlint.comparison.deduplicate import Containers
from compatlint.notations.notation import CodecSource, Positional, SourceReading
from compatlint.sources.release import Contents, Memory, Release

if TYPE_CHECKING:
    from compatlint.check.positional.compare import CodecComparison
    from compatlint.check.positional.feasibility import Side
    from compatlint.check.positional.history import History
    from compatlint.check.positional.meet import Worlds
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import FileChange, Repository, Tree
    from compatlint.wire.ir.span import Span
    from compatlint.wire.ir.steps import Codec
    from compatlint.wire.machine.interpreter import Programs

Answer = TypeVar("Answer")
Asked = tuple[int, str]  # a side, and the name of a codec


class CommonCodecs:
    """A release whose codecs are the same objects as those of other releases that have the same programs."""

    def __init__(self, source: CodecSource, common: Callable[[Codec], Codec]) -> None:
        self.source = source
        self._common = common
        self._codecs: dict[str, Codec | None] = {}
        self._features: tuple[frozenset[str] | None] | None = None

    def codec(self, name: str) -> Codec | None:
        """Return a codec by its full name, None if there is none."""
        if name not in self._codecs:
            found = self.source.codec(name)
            self._codecs[name] = None if found is None else self._common(found)
        return self._codecs[name]

    def features(self) -> frozenset[str] | None:
        """Return the features that the release's daemons announce, None if it does not list them."""
        if self._features is None:
            self._features = (self.source.features(),)
        return self._features[0]

    def count(self) -> int:
        """Return how many encoders the release has, at a glance."""
        return self.source.count()

    def files(self) -> list[str]:
        """Return the files that take part in an encoding."""
        return self.source.files()

    def named_in(self, paths: Collection[str]) -> list[str]:
        """Return the names of the codecs with a side in some files."""
        return self.source.named_in(paths)

    def find(self, name: str) -> list[str]:
        """Return the full names that a user's name means."""
        return self.source.find(name)

    def known(self) -> list[str]:
        """Return the short names of all codecs, for suggestions."""
        return self.source.known()

    def aliases(self, name: str) -> list[str]:
        """Return the full names that an alias of that name stands for."""
        return self.source.aliases(name)

    def derived(self, name: str) -> list[str]:
        """Return the codecs of the classes derived from one, by name."""
        return self.source.derived(name)

    def holds(self, path: str) -> bool:
        """Tell whether a file names a codec."""
        return self.source.holds(path)

    def failed(self, path: str) -> str | None:
        """Return why a file was not read, None if it was."""
        return self.source.failed(path)


@dataclass(slots=True)
class Met:
    """One comparison of a codec: what it looked up besides its two codecs, and what came of it."""

    consulted: dict[Asked, Codec | None]
    result: Any


@dataclass
class SharedReading:
    """The releases of one repository that were read in this run, by notation and commit."""

    repository: Repository
    cache: Cache | None = None
    memory: Memory = field(default_factory=Memory)
    names: dict[str, set[str]] = field(default_factory=dict)
    _readings: dict[str, SourceReading] = field(default_factory=dict)
    _releases: dict[str, Release] = field(default_factory=dict)
    _sources: dict[tuple[str, str], CommonCodecs] = field(default_factory=dict)
    _holders: dict[int, Containers] = field(default_factory=dict)
    _programs: dict[object, Codec] = field(default_factory=dict)
    _lines: dict[str, list[str]] = field(default_factory=dict)
    _met: dict[object, list[Met]] = field(default_factory=dict)
    _closures: dict[tuple[int, str], frozenset[int]] = field(default_factory=dict)
    _before: dict[int, Codec] = field(default_factory=dict)
    _met_before: dict[object, int] = field(default_factory=dict)

    def reading(self, notation: Positional) -> SourceReading:
        """Return the one reading of a notation."""
        if notation.name not in self._readings:
            self._readings[notation.name] = notation.reading(self.repository.read, self.cache)
        return self._readings[notation.name]

    def release(self, tree: Tree) -> Release:
        """Return a tree as front ends see it."""
        if tree.commit not in self._releases:
            self._releases[tree.commit] = Release.of(tree, self.repository.read, self.memory)
        return self._releases[tree.commit]

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Return contents by blob id, without those that cannot be read; each is asked for once."""
        known = self.memory.of(Contents).known
        wanted = list(dict.fromkeys(blobs))
        fresh = [blob for blob in wanted if blob not in known]
        if fresh:
            found = self.repository.read(fresh)
            known.update((blob, found.get(blob)) for blob in fresh)
        pairs = ((blob, known[blob]) for blob in wanted)
        return {blob: source for blob, source in pairs if source is not None}

    def lines(self, span: Span) -> str:
        """Return the source of a span of any release that was read."""
        release = self._releases.get(span.commit)
        blob = release.files.get(span.path) if release is not None else None
        if blob is None:
            return ""
        if blob not in self._lines:
            source = self.contents([blob]).get(blob, b"")
            self._lines[blob] = source.decode("utf-8", "replace").split("\n")
        return "\n".join(self._lines[blob][span.line - 1 : span.end_line])

    def open(self, notation: Positional, trees: Sequence[Tree]) -> list[CommonCodecs]:
        """Return the codecs of some releases."""
        fresh = [tree for tree in trees if (notation.name, tree.commit) not in self._sources]
        if fresh:
            opened = self.reading(notation).open([self.release(tree) for tree in fresh])
            for tree, source in zip(fresh, opened, strict=True):
                self._sources[notation.name, tree.commit] = CommonCodecs(source, self._common)
        return [self._sources[notation.name, tree.commit] for tree in trees]

    def holders(self, notation: Positional, source: CommonCodecs) -> Containers:
        """Return what holds what in a release."""
        if id(source) not in self._holders:
            self._holders[id(source)] = Containers(self.reading(notation), source.source)
        return self._holders[id(source)]

    def differing(self, notation: Positional, old: CommonCodecs, new: CommonCodecs) -> list[str]:
        """Return the known codecs that both releases have and whose programs differ."""
        found = []
        for name in sorted(self.names.get(notation.name, ())):
            before, after = old.codec(name), new.codec(name)
            if before is not None and after is not None and before is not after:
                found.append(name)
        return found

    def changes(self, old: Tree, new: Tree) -> list[FileChange]:
        """Return every path whose file differs between two trees, by path."""
        from compatlint.sources.git.tree import compare_lists

        return compare_lists(dict(self.release(old).files), dict(self.release(new).files))

    def compare_codec(self, old: Side, new: Side, history: History, older: Sequence[str]) -> CodecComparison:
        """Return what `compare_codec` finds, or what it found when the same programs met before.

        `older` names the releases that `history` tells of.
        """
        from compatlint.check.positional.compare import compare_codec

        key = (id(old.codec), id(new.codec), old.features, new.features, tuple(older))
        return self._once(key, (old, new), lambda both: compare_codec(both[0], both[1], history, self.own))

    def check_itself(self, side: Side) -> CodecComparison:
        """Return what a codec finds that meets itself, or what it found before."""
        from compatlint.check.positional.self_check import check_itself

        def ask(sides: Sequence[Side]) -> CodecComparison:
            return check_itself(sides[0].codec, sides[0].programs, side.features, self.own)

        return self._once((id(side.codec), side.features), (side,), ask)

    def own(self, side: Side, version: int | None) -> Worlds:
        """Return the meeting of a codec with itself."""
        from compatlint.check.positional.feasibility import own_meeting

        return self._once(
            (id(side.codec), version, "own"), (side,), lambda sides: own_meeting(sides[0], version)
        )

    def _once(self, key: object, sides: Sequence[Side], ask: Callable[[Sequence[Side]], Answer]) -> Answer:
        """Return what was found when the same programs met before, or else what `ask` finds."""
        for met in self._met.get(key, ()):
            if all(sides[side].programs(name) is codec for (side, name), codec in met.consulted.items()):
                found: Answer = met.result
                return found
        consulted: dict[Asked, Codec | None] = {}
        result = ask([_recorded(side, consulted, number) for number, side in enumerate(sides)])
        self._met.setdefault(key, []).append(Met(consulted, result))
        return result

    def begin(self) -> None:
        """Begin anew, in another process: from here on `made` tells what met here."""
        self._before = {id(codec): codec for codec in self._programs.values()}
        self._met_before = {key: len(some) for key, some in self._met.items()}

    def made(self) -> list[tuple[object, dict[Asked, int], Any]]:
        """Return what met since, for the process that has the rest.

        Programs are told by their places in memory, which were the same before the processes parted. What
        needed a program that was made since is left out.
        """
        found = []
        for key, some in self._met.items():
            for met in some[self._met_before.get(key, 0) :]:
                places = {ask: 0 if codec is None else id(codec) for ask, codec in met.consulted.items()}
                if all(not place or place in self._before for place in places.values()):
                    found.append((key, places, met.result))
        return found

    def absorb(self, made: list[tuple[object, dict[Asked, int], Any]]) -> None:
        """Take what met in another process."""
        known = {id(codec): codec for codec in self._programs.values()}
        for key, places, result in made:
            consulted = {ask: known[place] if place else None for ask, place in places.items()}
            self._met.setdefault(key, []).append(Met(consulted, result))

    def closure(self, source: CommonCodecs, name: str) -> frozenset[int]:
        """Return the places in memory of a codec's programs and of all that it contains."""
        from compatlint.wire.ir.steps import uses

        key = (id(source), name)
        if key not in self._closures:
            found: dict[str, int] = {}
            left = [name]
            while left:
                codec = source.codec(each) if (each := left.pop()) not in found else None
                found.setdefault(each, id(codec) if codec is not None else 0)
                left += [inner for inner in uses(codec) if inner not in found] if codec is not None else []
            self._closures[key] = frozenset(found.values())
        return self._closures[key]

    def add_names(self, notation: Positional, names: Iterable[str]) -> None:
        """Add names to those that are compared."""
        self.names.setdefault(notation.name, set()).update(names)

    def _common(self, codec: Codec) -> Codec:
        """Return the one object for a codec's programs."""
        from compatlint.wire.ir.steps import plain

        key = (
            (codec.name, codec.notation, codec.link, codec.message, codec.shared, codec.exchanged),
            plain(codec.encoder),
            plain(codec.decoder),
        )
        return self._programs.setdefault(key, codec)

    @property
    def programs(self) -> int:
        """Return how many different programs were made."""
        return len(self._programs)


def _recorded(side: Side, consulted: dict[Asked, Codec | None], number: int) -> Side:
    """Return a side that notes which programs it is asked for."""
    programs: Programs = side.programs

    def ask(name: str) -> Codec | None:
        consulted[number, name] = found = programs(name)
        return found

    return replace(side, programs=ask)
