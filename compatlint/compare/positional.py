"""The positional notation's part of the pipeline (Ceph): encoders met by decoders, codec by codec."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compatlint.check.findings import Finding, Unread
from compatlint.compare.context import PLACED, Context, Progress, comments_in, selected, version_at
from compatlint.compare.deduplicate import containers_of, meets, once, promised
from compatlint.compare.results_cache import Outcomes
from compatlint.config import Config
from compatlint.promise import version_of
from compatlint.vocabulary import Direction, Link, Severity

if TYPE_CHECKING:
    from compatlint.check.positional.feasibility import Side
    from compatlint.check.waivers import Comment
    from compatlint.graph import Structure
    from compatlint.notations.ceph.declarations import Shared
    from compatlint.notations.ceph.release import CephRelease
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import FileChange, Repository, Tree
    from compatlint.wire.ir.steps import Codec


def is_asked(config: Config) -> bool:
    """Tell whether a configuration asks for this notation; it does if it names none."""
    return not config.notations or PLACED in config.notations


def wants(path: str) -> bool:
    """Tell whether a file may hold a codec of this notation."""
    from compatlint.notations.ceph.wants import wants as wanted

    return wanted(path)


@dataclass
class Positional:
    """The releases of a scene as the notation reads them."""

    scene: Context
    releases: list[CephRelease] = field(default_factory=list)
    older: list[tuple[str, CephRelease]] | None = None

    def run(self, changed: list[FileChange]) -> Outcomes:
        """Return findings, unread codecs, and how many codecs were met."""
        from compatlint.notations.ceph.declarations import Shared
        from compatlint.notations.ceph.file_differences import idle
        from compatlint.notations.ceph.release import open_releases
        from compatlint.parallel import divide

        shared = Shared(self.scene.repository.read, self.scene.cache)
        if idle(shared, [(change.path, change.old, change.new) for change in changed]):
            shared.save()
            return Outcomes((), (), 0, 0, comments=self._comments(changed, shared))
        self.scene.tell(0, 1, "reading names")
        files = [(tree.commit, tree.files()) for tree in (self.scene.old, self.scene.new)]
        self.releases, shared = open_releases(
            files, self.scene.repository.read, self.scene.cache, shared, _import_all
        )
        from compatlint.notations.ceph.affected_codecs import candidates

        before, after = self.releases
        self.scene.tell(0, 1, "reading what changed")
        names = candidates(before, after, [change.path for change in changed])
        met = divide(
            names,
            self.meet,
            gathering=shared,
            meanwhile=shared.save,
            tell=lambda done, total: self.scene.tell(done, total, names[done]),
        )
        findings = [finding for each in met if each is not None for finding in each[0]]
        unread = [each for change in changed for each in self.capped(change.path)]
        unread += [each[1] for each in met if each is not None and each[1] is not None]
        findings = [self.contained(finding) for finding in once(findings)]
        shared.save()
        count = sum(each is not None for each in met)
        return Outcomes(
            tuple(findings), tuple(unread), after.count(), count, comments=self._comments(changed, shared)
        )

    def meet(self, name: str) -> tuple[list[Finding], Unread | None] | None:
        """Return what was found about a codec, None where both releases have the same."""
        from compatlint.check.positional.compare import confront
        from compatlint.check.positional.feasibility import Side
        from compatlint.check.positional.queries import same

        before, after = self.releases
        left, right = before.codecs.codec(name), after.codecs.codec(name)
        if left is None or right is None or same(left, right):
            return None
        sides = (
            Side(left, before.codecs.codec, before.features()),
            Side(right, after.codecs.codec, after.features()),
        )
        result = confront(*sides, self.history)
        unread = Unread(name, right.span, result.unread) if result.unread else None
        return [found for cause in result.causes if (found := self.judge(sides, cause)) is not None], unread

    def _comments(self, changed: Sequence[FileChange], shared: Shared) -> tuple[Comment, ...]:
        return comments_in(
            changed, shared.contents(change.new for change in changed if change.new is not None)
        )

    def capped(self, path: str) -> Iterable[Unread]:
        """Yield that a changed file was not read because it is past a cap."""
        from compatlint.wire.ir.span import Span

        for release in self.releases[::-1]:
            blob = release.corpus.paths.get(path)
            failed = release.corpus.shared.failed.get(blob) if blob is not None else None
            if failed is not None:
                yield Unread(path, Span(release.corpus.commit, path, 1, 1), failed)
                return

    def alone(self, paths: Sequence[str]) -> Outcomes:
        """Let every codec of the newer release below `paths` meet itself."""
        from compatlint.notations.ceph.release import open_releases
        from compatlint.parallel import divide

        scene = self.scene
        files = [(scene.new.commit, scene.new.files())]
        (release,), shared = open_releases(files, scene.repository.read, scene.cache, None, _import_all)
        self.releases = [release, release]
        names = _names(release, scene.config, paths, scene.tell)
        met = divide(
            names,
            self.meet_itself,
            gathering=shared,
            meanwhile=shared.save,
            tell=lambda done, total: scene.tell(done, total, names[done]),
        )
        shared.save()
        pairs = [each for each in met if each is not None]
        findings = tuple(finding for found, _ in pairs for finding in found)
        return Outcomes(
            findings, tuple(lost for _, lost in pairs if lost is not None), len(pairs), len(pairs)
        )

    def meet_itself(self, name: str) -> tuple[list[Finding], Unread | None] | None:
        """Return what was found about a codec that meets itself, None where one of its sides is missing."""
        from compatlint.check.positional.feasibility import Side
        from compatlint.check.positional.self_check import alone

        release = self.releases[1]
        codec = release.codecs.codec(name)
        if codec is None or codec.encoder is None or codec.decoder is None:
            return None
        result = alone(codec, release.codecs.codec, release.features())
        side = Side(codec, release.codecs.codec)
        found = [found for cause in result.causes if (found := self.judge((side, side), cause)) is not None]
        return found, Unread(codec.name, codec.span, result.unread) if result.unread else None

    def history(self, name: str) -> list[tuple[str, Side]] | None:
        """Return a codec as the major releases before both of these have it.

        None if the repository has no such tags.
        """
        from compatlint.check.positional.feasibility import Side

        if self.older is None:
            self.older = self._open_older()
        if not self.older:
            return None
        found = [(rev, release, release.codecs.codec(name)) for rev, release in self.older]
        return [
            (rev, Side(codec, release.codecs.codec, release.features()))
            for rev, release, codec in found
            if codec is not None
        ]

    def _open_older(self) -> list[tuple[str, CephRelease]]:
        from compatlint.notations.ceph.release import CephRelease
        from compatlint.notations.ceph.wants import wants

        versions = (
            version_at(self.scene.repository, self.scene.old),
            version_at(self.scene.repository, self.scene.new),
        )
        shared = self.releases[0].corpus.shared
        found = []
        for tag in self.scene.promise.before(self.scene.repository.release_tags(), *versions):
            self.scene.tell(0, 1, f"reading {tag}")
            tree = self.scene.repository.tree(tag)
            found.append(
                (
                    tag,
                    CephRelease(
                        tree.commit,
                        {path: blob for path, blob in tree.files().items() if wants(path)},
                        shared,
                    ),
                )
            )
        return found

    def judge(self, sides: tuple[object, object], cause: object) -> Finding | None:
        """Name one cause."""
        from compatlint.check.positional import findings as judging

        court = self.scene.court()
        if self._nothing_older():
            court = replace(
                court,
                covers=lambda direction, link: (
                    direction is not Direction.SKIP and self.scene.covers(direction, link)
                ),
            )
        return judging.judge(court, sides[0], sides[1], cause)  # type: ignore[arg-type]  # Side and Cause, imported lazily

    def _nothing_older(self) -> bool:
        """Tell whether releases older than both are known, and none of them may still have left anything for the newer one."""
        old, new = (version_at(self.scene.repository, tree) for tree in (self.scene.old, self.scene.new))
        tags = self.scene.repository.release_tags()
        if old is None or new is None or self.scene.promise.before(tags, old, new):
            return False
        return any(
            version is not None and version[:1] < min(old, new)[:1] for version in map(version_of, tags)
        )

    def contained(self, finding: Finding) -> Finding:
        """Name the structures that contain the broken one, as the containment graph of both releases tells."""
        covered = self.scene.covers(Direction.MIXED, Link.PEER)
        travels = finding.at_once and {Direction.UPGRADE, Direction.DOWNGRADE} & set(finding.breaks)
        if finding.severity is Severity.NOTE and not (
            travels and covered and finding.weight is not Severity.NOTE
        ):
            return finding
        around = tuple(
            dict.fromkeys((*finding.contained_in, *containers_of(self.releases[1], finding.codec)))
        )
        finding = replace(finding, contained_in=around)
        if not meets(self.releases, finding.codec):
            return replace(finding, promised=False, severity=Severity.NOTE)
        if travels and Direction.MIXED not in finding.breaks:
            codecs = [self.releases[1].codecs.codec(name) for name in around]
            if any(
                codec is not None and codec.link == Link.PEER for codec in codecs
            ):  # it travels inside a message
                return promised(replace(finding, breaks=(*finding.breaks, Direction.MIXED)), covered)
        return finding


def _import_all() -> None:
    """Import what meetings need: it takes long enough to be done while git reads."""
    import compatlint.check.positional.compare
    import compatlint.check.positional.findings
    import compatlint.notations.ceph.affected_codecs  # noqa: F401


def _names(release: CephRelease, config: Config, paths: Sequence[str], tell: Progress) -> list[str]:
    """Return the names of every codec of a release."""
    wanted = [path for path in release.marked() if wants(path) and selected(path, config, paths)]
    tell(0, 1, "parsing")
    return [reference.name for reference in release.codecs.in_paths(wanted)]


def show(
    repository: Repository, tree: Tree, codec: str, cache: Cache | None = None
) -> list[tuple[Codec, str]]:
    """Return the codecs that a name means, each with what its own meeting found ("" where it decodes what it encodes)."""
    from compatlint.check.positional.self_check import alone
    from compatlint.notations.ceph.release import find, open_releases

    (release,), shared = open_releases([(tree.commit, tree.files())], repository.read, cache)
    found = []
    for name in find(release, codec):
        each = release.codecs.codec(name)
        if each is not None:
            result = alone(each, release.codecs.codec, release.features())
            found.append((each, result.unread or "; ".join(cause.note for cause in result.causes)))
    shared.save()
    return found


def near(repository: Repository, tree: Tree, cache: Cache | None = None) -> list[str]:
    """Return the short names of all codecs of a release, for suggestions."""
    from compatlint.notations.ceph.release import open_releases

    (release,), _ = open_releases([(tree.commit, tree.files())], repository.read, cache)
    return sorted({name.rsplit("::", 1)[-1].lstrip("!") for name in release.corpus.where if name[:1] == "!"})


def structures(
    repository: Repository,
    tree: Tree,
    *,
    config: Config,
    paths: Sequence[str] = (),
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> list[Structure]:
    """Return every codec of a release as the graph needs it: items, version, and what it contains."""
    from compatlint import graph
    from compatlint.check.positional.findings import items_of
    from compatlint.notations.ceph.codecs import uses
    from compatlint.notations.ceph.release import open_releases
    from compatlint.wire.ir.steps import Open, walk
    from compatlint.wire.ir.terms import show as show_term

    (release,), shared = open_releases([(tree.commit, tree.files())], repository.read, cache)
    found = []
    tell = progress or (lambda done, total, what: None)
    names = _names(release, config, paths, tell)
    for index, name in enumerate(names):
        tell(index, len(names), name)
        codec = release.codecs.codec(name)
        if codec is None:
            continue
        version = next(
            (show_term(step.version) for step in walk(codec.encoder or ()) if isinstance(step, Open)), ""
        )
        found.append(
            graph.Structure(
                codec.name, version, items_of(codec), uses(codec), codec.span.path, codec.span.line
            )
        )
    shared.save()
    return found
