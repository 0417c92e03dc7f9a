"""The pipeline: two releases in, a `Comparison` out.

    git -> sources -> notations -> wire -> check -> graph -> Comparison

`compare` and the values that it returns are the public interface of the library; the command line uses it, too.
Everything else may change from one version to the next.
"""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from compatlint.check import recall
from compatlint.check.facts import VOCABULARY
from compatlint.check.findings import Comparison, Direction, Endpoint, Finding, Severity, Unread
from compatlint.check.recall import Outcomes
from compatlint.config import Config
from compatlint.errors import SourceError, suggest
from compatlint.promise import Promise, assumption, choose, version_of

if TYPE_CHECKING:
    from compatlint.check.worlds import Side
    from compatlint.graph import Structure
    from compatlint.notations.ceph.release import Release
    from compatlint.rulebook import Rulebook
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import Change, Repository, Tree
    from compatlint.wire.span import Span
    from compatlint.wire.steps import Codec

__all__ = ["Comparison", "Finding", "Severity", "Unread", "compare"]

Progress = Callable[[int, int, str], None]


def compare(
    repository: Repository | str | os.PathLike[str],
    old: Tree | str,
    new: Tree | str,
    *,
    config: Config | None = None,
    promise: str | Mapping[str, object] | Promise | None = None,
    paths: Sequence[str] = (),
    cache: Cache | None = None,
    progress: Progress | None = None,
    rules: Rulebook | None = None,
) -> Comparison:
    """Return what `old` and `new` cannot read of each other.

    `repository` is an open one or a path in it; `old` and `new` are trees of it or whatever git takes for a revision.
    `promise` is a preset's name, a table or a Promise; None takes the notation's preset. `paths` limits the comparison
    to files at or below them. `progress` is called with (done, total, what). Raises CompatlintError if it cannot run.
    """
    started = time.monotonic()
    repository, old, new = _opened(repository, old, new)
    config = config if config is not None else Config()
    kept = promise if isinstance(promise, Promise) else choose(promise if promise is not None else config.promise, "ceph")
    changed = [change for change in repository.changes(old, new) if _wanted(change.path, config, paths)]
    outcomes = Outcomes((), (), 0, 0)
    if changed:
        work = _Work(repository, old, new, config, kept, cache, progress, rules)
        about = [(change.path, change.old, change.new) for change in changed]
        outcomes = work.answer(about, lambda: work.run(changed))
    findings = list(outcomes.findings)
    warnings, findings = _waived(repository, old, new, config, findings, changed)
    remark = assumption(_version(repository, old), _version(repository, new)) if findings else None
    findings.sort(key=lambda each: (list(Severity).index(each.severity), each.span.path, each.span.line, each.codec))
    return Comparison(
        Endpoint(old.rev, old.commit),
        Endpoint(new.rev, new.commit),
        tuple(findings),
        outcomes.unread,
        outcomes.codecs,
        outcomes.changed,
        time.monotonic() - started,
        kept.name,
        warnings=(*warnings, *([remark] if remark else [])),
    )


def _opened(repository: Repository | str | os.PathLike[str], old: Tree | str, new: Tree | str) -> tuple[Repository, Tree, Tree]:
    """Return the repository and the trees that a caller names."""
    if isinstance(repository, str | os.PathLike):
        from compatlint.sources.git import Repository as Opening

        repository = Opening.open(repository)
    trees = [repository.tree(each) if isinstance(each, str) else each for each in (old, new)]
    return repository, trees[0], trees[1]


def _wanted(path: str, config: Config, paths: Sequence[str]) -> bool:
    """Tell whether a changed file is to be looked at."""
    from compatlint.notations.ceph.wants import wants

    if not wants(path) or any(_below(path, each) for each in config.exclude):
        return False
    return (not config.paths or any(_below(path, each) for each in config.paths)) and (
        not paths or any(_below(path, each) for each in paths)
    )


def _below(path: str, pattern: str) -> bool:
    bare = pattern.rstrip("/")
    return bare in ("", ".") or path == bare or path.startswith(bare + "/") or fnmatch(path, pattern)


def _version(repository: Repository, tree: Tree) -> tuple[int, ...] | None:
    """Return the version of a revision: its own name's, or that of the nearest tag before it."""
    found = version_of(tree.rev) if not tree.rev.startswith(("HEAD", "index", "worktree")) else None
    if found is not None:
        return found
    try:
        tag = repository.last_release_tag("HEAD" if tree.commit in ("index", "worktree") else tree.commit)
    except SourceError:
        return None
    return version_of(tag) if tag else None


def _waived(
    repository: Repository, old: Tree, new: Tree, config: Config, findings: list[Finding], changed: list[Change]
) -> tuple[tuple[str, ...], list[Finding]]:
    """Apply the waivers of the newer release's files and of the waiver file."""
    from compatlint.check import waive

    blobs = {change.path: change.new for change in changed if change.new is not None}
    comments: list[waive.Comment] = []
    sources = repository.read(blobs.values()) if findings else {}
    for path, blob in blobs.items():
        source = sources.get(blob, b"")
        if b"compatlint:" in source:
            comments.extend(waive.comments(path, source.decode("utf-8", "replace")))
    entries = waive.entries(config.waivers)
    if not comments and not entries:
        return (), findings
    kept, warnings = waive.apply(findings, comments, entries, today=datetime.date.today(), version=_version(repository, new))
    return warnings, list(kept)


@dataclass
class _Work:
    """One comparison under way."""

    repository: Repository
    old: Tree
    new: Tree
    config: Config
    promise: Promise
    cache: Cache | None
    progress: Progress | None
    rules: Rulebook | None
    older: list[tuple[str, Release]] | None = None

    def answer(self, about: Sequence[object], run: Callable[[], Outcomes]) -> Outcomes:
        """Return what `run` finds, or what it found before when it was asked the same about the same."""
        if self.cache is None:
            return run()
        name = self.question(about)
        known = self.cache.get_many(recall.KIND, recall.VERSION, [name]).get(name)
        outcomes = recall.load(known) if known is not None else None
        if outcomes is None:
            outcomes = run()
            self.cache.put_many(recall.KIND, recall.VERSION, {name: recall.dump(outcomes)})
        return outcomes

    def question(self, about: Sequence[object]) -> str:
        """Return a name for everything that `run` depends on: code, content, rules, promise, and how things are called."""
        rules = self.book()
        versions = tuple(_version(self.repository, tree) for tree in (self.old, self.new))
        tags = self.repository.release_tags()
        return recall.key(
            recall.code_version(),
            [(tree.rev, tree.commit, tree.key) for tree in (self.old, self.new)],
            list(about),
            [(rule.id, rule.severity, rule.message, rule.layer, _sorted(rule.match)) for rule in rules.rules.values()],
            sorted(rules.overrides.items()),
            (self.promise, versions, [(tag, tags[tag]) for tag in self.promise.before(tags, *versions)]),
        )

    def run(self, changed: list[Change]) -> Outcomes:
        """Return findings, unread codecs, and how many codecs were met."""
        from compatlint.check.confront import confront
        from compatlint.check.programs import same
        from compatlint.check.worlds import Side
        from compatlint.notations.ceph.candidates import candidates, idle
        from compatlint.notations.ceph.corpus import Shared
        from compatlint.notations.ceph.release import open_releases

        shared = Shared(self.repository.read, self.cache)
        if idle(shared, [(change.path, change.old, change.new) for change in changed]):
            shared.save()
            return Outcomes((), (), 0, 0)
        self.tell(0, 1, "reading names")
        files = [(tree.commit, tree.files()) for tree in (self.old, self.new)]
        self.releases, shared = open_releases(files, self.repository.read, self.cache, shared)
        before, after = self.releases
        self.tell(0, 1, "reading what changed")
        names = candidates(before, after, [change.path for change in changed])
        findings: list[Finding] = []
        unread = [each for change in changed for each in self.capped(change.path)]
        met = 0
        for index, name in enumerate(names):
            self.tell(index, len(names), name)
            left, right = before.codecs.codec(name), after.codecs.codec(name)
            if left is None or right is None or same(left, right):
                continue
            met += 1
            sides = (Side(left, before.codecs.codec, before.features()), Side(right, after.codecs.codec, after.features()))
            result = confront(*sides, self.history)
            if result.unread:
                unread.append(Unread(name, right.span, result.unread))
            findings.extend(found for cause in result.causes if (found := self.judge(sides, cause)) is not None)
        findings = [self.contained(finding) for finding in _once(findings)]
        shared.save()
        return Outcomes(tuple(findings), tuple(unread), after.count(), met)

    def capped(self, path: str) -> Iterable[Unread]:
        """Yield that a changed file was not read because it is past a cap."""
        from compatlint.wire.span import Span

        for release in self.releases[::-1]:
            blob = release.corpus.paths.get(path)
            facts = release.corpus.shared.facts.get(blob) if blob is not None else None
            if facts is not None and facts.failed:
                yield Unread(path, Span(release.corpus.commit, path, 1, 1), facts.failed)
                return

    def alone(self, paths: Sequence[str]) -> Outcomes:
        """Let every codec of the newer release below `paths` meet itself."""
        from compatlint.check.alone import alone
        from compatlint.check.worlds import Side
        from compatlint.notations.ceph.release import open_releases

        (release,), shared = open_releases([(self.new.commit, self.new.files())], self.repository.read, self.cache)
        self.releases = [release, release]
        findings: list[Finding] = []
        unread: list[Unread] = []
        pairs = 0
        for codec in _all(release, self.config, paths, self.progress):
            if codec.encoder is None or codec.decoder is None:
                continue
            pairs += 1
            result = alone(codec, release.codecs.codec, release.features())
            if result.unread:
                unread.append(Unread(codec.name, codec.span, result.unread))
            side = Side(codec, release.codecs.codec)
            findings.extend(found for cause in result.causes if (found := self.judge((side, side), cause)) is not None)
        shared.save()
        return Outcomes(tuple(findings), tuple(unread), pairs, pairs)

    def tell(self, done: int, total: int, what: str) -> None:
        """Report progress."""
        if self.progress is not None:
            self.progress(done, total, what)

    def history(self, name: str) -> list[tuple[str, Side]] | None:
        """Return a codec as the major releases before both of these have it; None if the repository has no such tags."""
        from compatlint.check.worlds import Side

        if self.older is None:
            self.older = self._open_older()
        if not self.older:
            return None
        found = [(rev, release, release.codecs.codec(name)) for rev, release in self.older]
        return [
            (rev, Side(codec, release.codecs.codec, release.features())) for rev, release, codec in found if codec is not None
        ]

    def _open_older(self) -> list[tuple[str, Release]]:
        from compatlint.notations.ceph.release import Release
        from compatlint.notations.ceph.wants import wants

        versions = _version(self.repository, self.old), _version(self.repository, self.new)
        shared = self.releases[0].corpus.shared
        found = []
        for tag in self.promise.before(self.repository.release_tags(), *versions):
            self.tell(0, 1, f"reading {tag}")
            tree = self.repository.tree(tag)
            found.append((tag, Release(tree.commit, {path: blob for path, blob in tree.files().items() if wants(path)}, shared)))
        return found

    def judge(self, sides: tuple[object, object], cause: object) -> Finding | None:
        """Name one cause."""
        from compatlint.check import judge as judging

        court = judging.Court(self.old.rev, self.new.rev, self.name, self.covers, self.lines)
        return judging.judge(court, sides[0], sides[1], cause)  # type: ignore[arg-type]  # Side and Cause, imported lazily

    def book(self) -> Rulebook:
        """Return the rules: those given, or those of the configuration."""
        from compatlint import rulebook

        if self.rules is None:
            self.rules = rulebook.load(VOCABULARY, self.config.rules, self.config.severity)
        return self.rules

    def name(self, facts: object) -> tuple[str, str | None, Callable[[dict[str, str]], str]]:
        """Return the rule of some facts, its severity here, and its message."""
        from compatlint import rulebook

        rules = self.book()
        rule = rules.name(facts)
        return rule.id, rules.severity(rule), lambda values: rulebook.render_message(rule, values)

    def covers(self, direction: Direction, link: str) -> bool:
        """Tell whether a direction is promised between these releases."""
        return self.promise.covers(str(direction), link, _version(self.repository, self.old), _version(self.repository, self.new))

    def lines(self, span: Span) -> str:
        """Return the source of a span."""
        for tree in (self.old, self.new):
            blob = tree.files().get(span.path) if tree.commit == span.commit else None
            if blob is not None:
                source = self.repository.read([blob]).get(blob, b"").decode("utf-8", "replace")
                return "\n".join(source.split("\n")[span.line - 1 : span.end_line])
        return ""

    def contained(self, finding: Finding) -> Finding:
        """Name the structures that contain the broken one, as the containment graph of both releases tells."""
        if finding.severity is Severity.NOTE:
            return finding
        around = tuple(dict.fromkeys((*finding.contained_in, *containers_of(self.releases[1], finding.codec))))
        breaks = finding.breaks
        if {Direction.UPGRADE, Direction.DOWNGRADE} & set(breaks) and Direction.MIXED not in breaks:
            codecs = [self.releases[1].codecs.codec(name) for name in around]
            if any(codec is not None and codec.link == "peer" for codec in codecs):
                breaks = (*breaks, Direction.MIXED)  # it travels inside a message
        return replace(finding, contained_in=around, breaks=breaks)


def _sorted(match: Mapping[str, frozenset[str | bool]]) -> list[tuple[str, list[str]]]:
    return sorted((name, sorted(map(str, values))) for name, values in match.items())


def _once(findings: list[Finding]) -> list[Finding]:
    """Keep one finding of each cause: the one whose own decoder goes wrong, or whose own line it is; name the others in it."""
    kept: dict[tuple[str, str, int, str], Finding] = {}
    for finding in sorted(findings, key=lambda each: (_inner(each, findings) is not None, len(each.item))):
        inner = _inner(finding, findings)
        key = (finding.rule, finding.span.path, finding.span.line, finding.item.rsplit(".", 1)[-1])
        found = next((name for name, each in kept.items() if inner is not None and each.codec == inner.codec), key)
        if found not in kept:
            kept[key] = finding
            continue
        other = kept[found]
        around = dict.fromkeys((*other.contained_in, finding.codec, *finding.contained_in))
        kept[found] = replace(other, breaks=tuple(dict.fromkeys((*other.breaks, *finding.breaks))), contained_in=tuple(around))
    return list(kept.values())


def _inner(finding: Finding, findings: list[Finding]) -> Finding | None:
    """Return the finding about a structure within this one whose decoder is where this one goes wrong."""
    places = [each for each in finding.excerpts if each.label.endswith(" reads")]
    own = {each.span for each in finding.related}
    for place in places:
        for other in findings:
            if other.codec == finding.codec or not set(other.breaks) & set(finding.breaks):
                continue
            spans = [each.span for each in other.related if each.text.endswith("reads it here") and each.span not in own]
            if any(span.path == place.span.path and span.line <= place.mark <= span.end_line for span in spans):
                return other
    return None


def containers_of(release: Release, name: str, most: int = 30) -> tuple[str, ...]:
    """Return what contains a codec, nearest first: only files that mention a name are read for it."""
    from compatlint import graph
    from compatlint.notations.ceph.candidates import users_of

    known: dict[str, tuple[str, ...]] = {}
    ring, seen = [name], {name}
    for _ in range(3):
        following: list[str] = []
        for outer, inner in users_of(release, ring):
            known[outer] = (*known.get(outer, ()), inner)
            if outer not in seen:
                seen.add(outer)
                following.append(outer)
        ring = following
        if not ring or len(seen) > most:
            break
    structures = [graph.Structure(outer, uses=inner) for outer, inner in known.items()]
    return graph.containers(graph.containment(structures), name, most)


def check(
    repository: Repository,
    tree: Tree,
    *,
    config: Config,
    paths: Sequence[str] = (),
    cache: Cache | None = None,
    progress: Progress | None = None,
    rules: Rulebook | None = None,
) -> Comparison:
    """Return where one release does not decode what it encodes. `codecs` counts the pairs of encoder and decoder."""
    started = time.monotonic()
    work = _Work(repository, tree, tree, config, choose("all", "ceph"), cache, progress, rules)
    outcomes = work.answer(("check", config.paths, config.exclude, tuple(paths)), lambda: work.alone(paths))
    warnings, findings = _waived(repository, tree, tree, config, list(outcomes.findings), [])
    end = Endpoint(tree.rev, tree.commit)
    return Comparison(
        end,
        end,
        tuple(findings),
        outcomes.unread,
        outcomes.codecs,
        outcomes.changed,
        time.monotonic() - started,
        "self",
        "check",
        warnings,
    )


def _all(release: Release, config: Config, paths: Sequence[str], progress: Progress | None) -> Iterable[Codec]:
    """Yield every codec of a release."""
    wanted = [path for path in release.marked() if _wanted(path, config, paths)]
    if progress is not None:
        progress(0, 1, "parsing")
    references = release.codecs.in_paths(wanted)
    release.corpus.shared.save()
    for index, reference in enumerate(references):
        if progress is not None:
            progress(index, len(references), reference.name)
        codec = release.codecs.codec(reference.name)
        if codec is not None:
            yield codec


def show(
    repository: Repository, tree: Tree, codec: str, *, config: Config, cache: Cache | None = None
) -> list[tuple[Codec, str]]:
    """Return the codecs that a name means, each with what its own meeting found ("" where it decodes what it encodes).

    Raises SourceError if the release has no codec of that name.
    """
    from compatlint.check.alone import alone
    from compatlint.notations.ceph.release import find, open_releases

    (release,), shared = open_releases([(tree.commit, tree.files())], repository.read, cache)
    names = find(release, codec)
    found = []
    for name in names:
        each = release.codecs.codec(name)
        if each is not None:
            result = alone(each, release.codecs.codec, release.features())
            found.append((each, result.unread or "; ".join(cause.note for cause in result.causes)))
    shared.save()
    if not found:
        near = sorted({name.rsplit("::", 1)[-1].lstrip("!") for name in release.corpus.where if name[:1] == "!"})
        raise SourceError(f"no codec is called {codec!r} at {tree.rev}{suggest(codec, near)}")
    return found


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
    from compatlint.check.judge import items_of
    from compatlint.notations.ceph.codecs import uses
    from compatlint.notations.ceph.release import open_releases
    from compatlint.wire.steps import Open, walk
    from compatlint.wire.terms import show as show_term

    (release,), shared = open_releases([(tree.commit, tree.files())], repository.read, cache)
    found = []
    for codec in _all(release, config, paths, progress):
        version = next((show_term(step.version) for step in walk(codec.encoder or ()) if isinstance(step, Open)), "")
        found.append(graph.Structure(codec.name, version, items_of(codec), uses(codec), codec.span.path, codec.span.line))
    shared.save()
    return found
