"""The positional notations' part of the pipeline: encoders met by decoders, codec by codec."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from compatlint.check.findings import Finding, Unread
from compatlint.comparison.context import PairContext, Progress, comments_in, selected, version_at
from compatlint.comparison.deduplicate import APART, Containers, meets, once, promised
from compatlint.comparison.results_cache import Outcomes
from compatlint.config import Config
from compatlint.faults import attempt
from compatlint.notations.notation import CodecSource, Positional, SourceReading
from compatlint.promise import version_of
from compatlint.sources.release import Release
from compatlint.vocabulary import Direction, Link, Severity

if TYPE_CHECKING:
    from compatlint.check.positional.compare import CodecComparison
    from compatlint.check.positional.feasibility import Cause, Side
    from compatlint.comparison.shared_reading import SharedReading
    from compatlint.graph import Structure
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import FileChange, Repository, Tree
    from compatlint.wire.ir.steps import Codec


@dataclass
class PositionalRun:
    """The releases of a comparison as one notation reads them; a release by itself is on both sides."""

    context: PairContext
    notation: Positional
    reading: SourceReading = field(init=False)
    releases: list[CodecSource] = field(default_factory=list)
    holders: list[Containers] = field(default_factory=list)
    older: list[tuple[str, CodecSource]] | None = None

    def __post_init__(self) -> None:
        shared = self.context.shared
        self.reading = (
            shared.reading(self.notation)
            if shared is not None
            else self.notation.reading(self.context.repository.read, self.context.cache)
        )

    def run(self, changed: Sequence[FileChange]) -> Outcomes:
        """Return findings, unread codecs, and how many codecs were met."""
        from compatlint.parallel import divide

        if self.context.shared is not None:
            return self._run_shared(self.context.shared, changed)
        if self.reading.unconcerned([(change.path, change.old, change.new) for change in changed]):
            return self._finished(Outcomes((), (), 0, 0), changed)
        self.context.tell(0, 1, "reading names")
        self._open(self.context.old, self.context.new)
        self.context.tell(0, 1, "reading what changed")
        before, after = self.releases
        names = self.reading.affected(before, after, [change.path for change in changed])
        places = self._places(changed)
        met = divide(
            names,
            lambda name: attempt(partial(self.meet, name), partial(self._failed, name, places)),
            gathering=self.reading,
            meanwhile=self.reading.save,
            tell=lambda done, total: self.context.tell(done, total, names[done]),
        )
        return self._finished(self._gathered(names, met, changed), changed)

    def _run_shared(self, shared: SharedReading, changed: Sequence[FileChange]) -> Outcomes:
        """Return the same where every codec of both releases is known already."""
        opened = shared.open(self.notation, (self.context.old, self.context.new))
        self.releases = [*opened]
        self.holders = [shared.holders(self.notation, each) for each in opened]
        names = [*shared.differing(self.notation, *opened)]
        places = self._places(changed)
        met = [attempt(partial(self.meet, name), partial(self._failed, name, places)) for name in names]
        found = self._gathered(names, met, changed)
        newer = self.reading.contents(change.new for change in changed if change.new is not None)
        return replace(found, comments=comments_in(changed, newer))

    def _gathered(
        self,
        names: Sequence[str],
        met: Sequence[tuple[list[Finding], Unread | None] | None],
        changed: Sequence[FileChange],
    ) -> Outcomes:
        """Return what was found about all codecs as one."""
        findings = [finding for each in met if each is not None for finding in each[0]]
        unread = [each for change in changed for each in self.capped(change.path)]
        unread += [each[1] for each in met if each is not None and each[1] is not None]
        findings = [self.contained(finding) for finding in once(findings)]
        paths = (change.path for change in changed)
        return Outcomes(
            tuple(findings),
            self._weighed(unread) if self.context.shared is None else tuple(unread),
            self.releases[1].count(),
            sum(each is not None for each in met),
            found=tuple(path for path in paths if any(each.holds(path) for each in self.releases)),
            gone=tuple(name for name in names if self._is_gone(name)),
        )

    def _places(self, changed: Sequence[FileChange]) -> list[tuple[str, bytes]]:
        """Return path and content of the files that changed, as the newer release has them."""
        contents = self.reading.contents(change.new for change in changed if change.new is not None)
        return [(change.path, contents.get(change.new or "", b"")) for change in changed]

    def _failed(
        self, name: str, places: Sequence[tuple[str, bytes]], reason: str
    ) -> tuple[list[Finding], Unread]:
        """Return that a codec was not met, at the first of some files that mentions it."""
        from compatlint.wire.ir.span import Span

        word = name.rpartition("::")[2].encode("utf-8", "replace")
        path = next((path for path, content in places if word in content), places[0][0] if places else "")
        return [], Unread(name, Span(self.context.new.commit, path, 1, 1), reason)

    def _finished(self, found: Outcomes, changed: Sequence[FileChange]) -> Outcomes:
        """Return outcomes with the waiver comments of the changed files, once what was read is kept."""
        newer = self.reading.contents(change.new for change in changed if change.new is not None)
        self.reading.save()
        return replace(found, comments=comments_in(changed, newer))

    def _is_gone(self, name: str) -> bool:
        """Tell whether only the older release has a codec, with both of its sides."""
        old = self.releases[0].codec(name)
        whole = old is not None and old.encoder is not None and old.decoder is not None
        return whole and self.releases[1].codec(name) is None

    def _weighed(self, unread: Sequence[Unread]) -> tuple[Unread, ...]:
        """Return what is unread with the structures that contain it."""
        holders = self.holders[1].of_many([each.codec for each in unread])
        return tuple(replace(each, contained_in=holders.get(each.codec, ())) for each in unread)

    def _open(self, *trees: Tree) -> None:
        read = self.context.repository.read
        self.releases = [*self.reading.open([Release.of(tree, read) for tree in trees], _import_all)]
        self.holders = [Containers(self.reading, each) for each in self.releases]

    def meet(self, name: str) -> tuple[list[Finding], Unread | None] | None:
        """Return what was found about a codec, None where both releases have the same."""
        met = self.met(name)
        if met is None:
            return None
        sides, result = met
        unread = Unread(name, sides[1].codec.span, result.unread) if result.unread else None
        return [found for cause in result.causes if (found := self.finding(sides, cause)) is not None], unread

    def met(self, name: str) -> tuple[tuple[Side, Side], CodecComparison] | None:
        """Return both sides of a codec and what breaks between them, None where both releases have the same."""
        from compatlint.check.positional.feasibility import Side
        from compatlint.check.positional.queries import same

        before, after = self.releases[0], self.releases[-1]
        left, right = before.codec(name), after.codec(name)
        if left is None or right is None or left is right:
            return None
        if self.context.shared is None and same(left, right):
            return None
        sides = (Side(left, before.codec, before.features()), Side(right, after.codec, after.features()))
        return sides, self.compare_codec(sides)

    def compare_codec(self, sides: tuple[Side, Side]) -> CodecComparison:
        """Return what breaks between two releases of a codec."""
        from compatlint.check.positional.compare import compare_codec

        shared = self.context.shared
        if shared is None:
            return compare_codec(*sides, self.history)
        return shared.compare_codec(*sides, self.history, self.older_tags)

    def capped(self, path: str) -> Iterable[Unread]:
        """Yield that a changed file was not read because it is past a cap."""
        from compatlint.wire.ir.span import Span

        trees = (self.context.old, self.context.new)
        for release, tree in zip(self.releases[::-1], trees[::-1], strict=True):
            failed = release.failed(path)
            if failed is not None:
                yield Unread(path, Span(tree.commit, path, 1, 1), failed)
                return

    def check_itself(self, paths: Sequence[str]) -> Outcomes:
        """Let every codec of the newer release below `paths` meet itself."""
        from compatlint.parallel import divide

        context = self.context
        if context.shared is not None:
            return self._alone_shared(context.shared)
        self._open(context.new)
        (release,) = self.releases
        names = _names(release, context.config, paths, context.tell)
        places = [(path, b"") for path in release.files()[:1]]
        met = divide(
            names,
            lambda name: attempt(partial(self.meet_itself, name), partial(self._failed, name, places)),
            gathering=self.reading,
            meanwhile=self.reading.save,
            tell=lambda done, total: context.tell(done, total, names[done]),
        )
        self.reading.save()
        return _own(met)

    def _alone_shared(self, shared: SharedReading) -> Outcomes:
        """Return the same where every codec is known already."""
        self.releases = [*shared.open(self.notation, [self.context.new])]
        names = sorted(shared.names.get(self.notation.name, ()))
        return _own(
            [attempt(partial(self.meet_itself, name), partial(self._failed, name, ())) for name in names]
        )

    def meet_itself(self, name: str) -> tuple[list[Finding], Unread | None] | None:
        """Return what was found about a codec that meets itself, None where one of its sides is missing."""
        met = self.met_itself(name)
        if met is None:
            return None
        side, result = met
        found = [found for cause in result.causes if (found := self.finding((side, side), cause)) is not None]
        return found, Unread(name, side.codec.span, result.unread) if result.unread else None

    def met_itself(self, name: str) -> tuple[Side, CodecComparison] | None:
        """Return a codec of the newer release and what it makes of itself, None where a side is missing."""
        from compatlint.check.positional.feasibility import Side
        from compatlint.check.positional.self_check import check_itself

        release, shared = self.releases[-1], self.context.shared
        codec = release.codec(name)
        if codec is None or codec.encoder is None or codec.decoder is None:
            return None
        side = Side(codec, release.codec, release.features())
        result = (
            shared.check_itself(side)
            if shared is not None
            else check_itself(codec, release.codec, release.features())
        )
        return Side(codec, release.codec), result

    def history(self, name: str) -> list[tuple[str, Side]] | None:
        """Return a codec as the major releases before both of these have it.

        None if the repository has no such tags.
        """
        from compatlint.check.positional.feasibility import Side

        if self.older is None:
            self.older = self._open_older()
        if not self.older:
            return None
        found = [(rev, release, release.codec(name)) for rev, release in self.older]
        return [
            (rev, Side(codec, release.codec, release.features()))
            for rev, release, codec in found
            if codec is not None
        ]

    def _open_older(self) -> list[tuple[str, CodecSource]]:
        context = self.context
        found: list[tuple[str, CodecSource]] = []
        for tag in self.older_tags:
            context.tell(0, 1, f"reading {tag}")
            tree = context.repository.tree(tag)
            if context.shared is not None:
                found.extend((tag, each) for each in context.shared.open(self.notation, [tree]))
            else:
                release = Release.of(tree, context.repository.read)
                found.extend((tag, each) for each in self.reading.open([release]))
        return found

    @functools.cached_property
    def older_tags(self) -> tuple[str, ...]:
        """Return the last release of each major one that is older than both."""
        context = self.context
        versions = (version_at(context.repository, tree) for tree in (context.old, context.new))
        return context.promise.before(context.repository.release_tags(), *versions)

    def finding(self, sides: tuple[Side, Side], cause: Cause) -> Finding | None:
        """Name one cause."""
        from compatlint.check.positional import findings as judging

        context = self.context.finding_context()
        if self._nothing_older:
            context = replace(context, covers=self._covers_no_jump)
        return judging.finding_of(context, *sides, cause)

    def _covers_no_jump(self, direction: Direction, link: Link) -> bool:
        return direction is not Direction.SKIP and self.context.covers(direction, link)

    @functools.cached_property
    def _nothing_older(self) -> bool:
        """Tell whether releases older than both are known, and none of them may still have left anything for the newer one."""
        old, new = (
            version_at(self.context.repository, tree) for tree in (self.context.old, self.context.new)
        )
        tags = self.context.repository.release_tags()
        if old is None or new is None or self.older_tags:
            return False
        return any(
            version is not None and version[:1] < min(old, new)[:1] for version in map(version_of, tags)
        )

    def contained(self, finding: Finding) -> Finding:
        """Name the structures that contain the broken one, as the containment graph of both releases tells."""
        covered = self.context.covers(Direction.MIXED, Link.PEER)
        travels = finding.at_once and {Direction.UPGRADE, Direction.DOWNGRADE} & set(finding.breaks)
        if finding.severity is Severity.NOTE and not (
            travels and covered and finding.weight is not Severity.NOTE
        ):
            return finding
        around = tuple(dict.fromkeys((*finding.contained_in, *self.holders[1].around(finding.codec))))
        finding = replace(finding, contained_in=around)
        if not meets(self.holders[0], self.holders[1], finding.codec):
            return replace(finding, promised=False, severity=Severity.NOTE, kept=(), reason=APART)
        if travels and Direction.MIXED not in finding.breaks:
            codecs = [self.releases[1].codec(name) for name in around]
            if any(
                codec is not None and codec.link == "peer" for codec in codecs
            ):  # it travels inside a message
                kept = (*finding.kept, Direction.MIXED) if covered else finding.kept
                more = replace(finding, breaks=(*finding.breaks, Direction.MIXED), kept=kept)
                return promised(more, covered)
        return finding


def _own(met: Sequence[tuple[list[Finding], Unread | None] | None]) -> Outcomes:
    """Return what codecs found that met themselves, as one."""
    pairs = [each for each in met if each is not None]
    findings = tuple(finding for found, _ in pairs for finding in found)
    lost = tuple(lost for _, lost in pairs if lost is not None)
    return Outcomes(findings, lost, len(pairs), len(pairs))


def _import_all() -> None:
    """Import what meetings need: it takes long enough to be done while git reads."""
    import compatlint.check.positional.compare
    import compatlint.check.positional.findings  # noqa: F401


def _names(release: CodecSource, config: Config, paths: Sequence[str], tell: Progress) -> list[str]:
    """Return the names of every codec of a release."""
    wanted = [path for path in release.files() if selected(path, config, paths)]
    tell(0, 1, "parsing")
    return release.named_in(wanted)


@dataclass
class Described:
    """One release as one notation reads it, to be shown to a person."""

    notation: Positional
    repository: Repository
    tree: Tree
    cache: Cache | None = None
    reading: SourceReading = field(init=False)
    release: CodecSource = field(init=False)

    def __post_init__(self) -> None:
        self.reading = self.notation.reading(self.repository.read, self.cache)
        (self.release,) = self.reading.open([Release.of(self.tree, self.repository.read)])

    def show(self, codec: str) -> list[tuple[Codec, str]]:
        """Return the codecs that a name means, each with what its own meeting found ("" where it decodes itself)."""
        from compatlint.check.positional.self_check import check_itself

        found = []
        for name in self.release.find(codec):
            each = self.release.codec(name)
            if each is not None:
                result = check_itself(each, self.release.codec, self.release.features())
                found.append((each, result.unread or "; ".join(cause.note for cause in result.causes)))
        self.reading.save()
        return found

    def structures(self, config: Config, paths: Sequence[str], tell: Progress) -> list[Structure]:
        """Return every codec of the release as the graph needs it: items, version, and what it contains."""
        names = _names(self.release, config, paths, tell)
        found = []
        for index, name in enumerate(names):
            tell(index, len(names), name)
            codec = self.release.codec(name)
            if codec is not None:
                found.append(_structure(codec))
        self.reading.save()
        return found


def _structure(codec: Codec) -> Structure:
    from compatlint import graph
    from compatlint.check.positional.findings import items_of
    from compatlint.wire.ir.steps import Open, uses, walk
    from compatlint.wire.ir.terms import show as show_term

    frames = (step for step in walk(codec.encoder or ()) if isinstance(step, Open))
    version = next((show_term(step.version) for step in frames), "")
    return graph.Structure(
        codec.name, version, items_of(codec), uses(codec), codec.span.path, codec.span.line
    )
