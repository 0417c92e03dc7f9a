"""One comparison under way: what every notation's part of the pipeline shares.

The two releases, the configuration, the promise, the rules; and the memory of questions that were answered
before.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Final

from compatlint.check.facts import vocabulary
from compatlint.check.findings import Finding
from compatlint.check.grouping import Together, grouped
from compatlint.comparison import results_cache
from compatlint.comparison.results_cache import Outcomes
from compatlint.config import Config
from compatlint.errors import ConfigError, SourceError, suggest
from compatlint.notations.notation import Notation, asked, names
from compatlint.parallel import first
from compatlint.promise import Promise, version_of
from compatlint.vocabulary import Direction, Link

if TYPE_CHECKING:
    from compatlint.check.positional.findings import FindingContext
    from compatlint.check.waivers import Comment
    from compatlint.comparison.shared_reading import SharedReading
    from compatlint.rulebook import Rulebook
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import FileChange, Repository, Tree
    from compatlint.wire.ir.span import Span

_PROJECT: Final = re.compile(rb"^[ \t]*name[ \t]*=[ \t]*[\"']?([A-Za-z0-9._-]+)", re.MULTILINE)
Progress = Callable[[int, int, str], None]


@dataclass
class PairContext:
    """Two releases (or one, twice) and all that is asked of them; `shared` is what other comparisons read, too."""

    repository: Repository
    old: Tree
    new: Tree
    config: Config
    promise: Promise
    cache: Cache | None = None
    progress: Progress | None = None
    rules: Rulebook | None = None
    shared: SharedReading | None = None
    texts: dict[str, list[str]] = field(default_factory=dict)  # lines of what findings point at, by blob

    def answer(
        self,
        about: Sequence[object],
        run: Callable[[], Outcomes],
        name_of: Callable[[Sequence[object]], str] | None = None,
    ) -> Outcomes:
        """Return what `run` finds, or what it found before when it was asked the same about the same.

        `name_of` names the question where the answer depends on less than `question` tells.
        """
        if self.cache is None or not self.cache.remembers:
            return run()
        name = (name_of or self.question)(about)
        known = self.cache.get_many(results_cache.KIND, results_cache.VERSION, [name]).get(name)
        outcomes = results_cache.load(known) if known is not None else None
        if outcomes is None:
            outcomes = run()
            self.cache.put_many(
                results_cache.KIND, results_cache.VERSION, {name: results_cache.dump(outcomes)}
            )
        return outcomes

    def question(self, about: Sequence[object]) -> str:
        """Return a name for everything that `run` depends on.

        Code, content, rules, promise, and how things are called.
        """
        rules = self.book()
        versions = tuple(version_at(self.repository, tree) for tree in (self.old, self.new))
        tags = self.repository.release_tags()
        return results_cache.key(
            results_cache.code_version(),
            [(tree.rev, tree.commit, tree.key) for tree in (self.old, self.new)],
            list(about),
            rules.rules.digest,
            sorted(rules.overrides.items()),
            (self.promise, versions, [(tag, tags[tag]) for tag in self.promise.before(tags, *versions)]),
        )

    def contents(self, about: Sequence[object]) -> str:
        """Return a name for what depends on the code and the contents of the releases alone."""
        trees = [(tree.rev, tree.key) for tree in (self.old, self.new)]
        return results_cache.key(results_cache.code_version(), trees, list(about))

    def tell(self, done: int, total: int, what: str) -> None:
        """Report progress; another process that helps this one does not."""
        if self.progress is not None and first():
            self.progress(done, total, what)

    def book(self) -> Rulebook:
        """Return the rules: those given, or those of the configuration."""
        from compatlint import rulebook

        if self.rules is None:
            self.rules = rulebook.load(vocabulary(), self.config.rules, self.config.severity)
        return self.rules

    def name(self, facts: object) -> tuple[str, str | None, Callable[[dict[str, str]], str]]:
        """Return the rule of some facts, its severity here, and its message."""
        from compatlint import rulebook

        rules = self.book()
        rule = rules.name(facts)
        return rule.id, rules.severity(rule), lambda values: rulebook.render_message(rule, values)

    def concerns(self, notation: Notation) -> bool:
        """Tell whether a notation reads any file of the newer release."""
        return any(map(notation.wants, self.new.files()))

    def finding_context(self) -> FindingContext:
        """Return what judging a cause needs."""
        from compatlint.check.positional.findings import FindingContext

        alike = self.promise.alike(*(version_at(self.repository, tree) for tree in (self.old, self.new)))
        return FindingContext(
            self.old.rev, self.new.rev, self.name, self.covers, self.lines, alike, self.promise.name
        )

    def covers(self, direction: Direction, link: Link) -> bool:
        """Tell whether a direction is promised between these releases."""
        old, new = (version_at(self.repository, tree) for tree in (self.old, self.new))
        return self.promise.covers(direction, link, old, new)

    def lines(self, span: Span) -> str:
        """Return the source of a span."""
        if self.shared is not None:
            return self.shared.lines(span)
        for tree in (self.old, self.new):
            blob = tree.files().get(span.path) if tree.commit == span.commit else None
            if blob is not None:
                if blob not in self.texts:
                    source = self.repository.read([blob]).get(blob, b"")
                    self.texts[blob] = source.decode("utf-8", "replace").split("\n")
                return "\n".join(self.texts[blob][span.line - 1 : span.end_line])
        return ""


def sound(config: Config) -> Config:
    """Return a configuration that names only notations that exist.

    Raise ConfigError if one does not.
    """
    known = names()
    for name in config.notations:
        if name not in known:
            where = f"{config.source}: " if config.source else ""
            raise ConfigError(
                f"{where}no notation is called {name!r}{suggest(name, known)} There are {', '.join(known)}"
            )
    return config


def idle_notations(config: Config, trees: Iterable[Tree]) -> list[str]:
    """Return a warning for each notation that a configuration names and that reads no file of the releases."""
    if not config.notations:
        return []
    paths = {path for tree in trees for path in tree.files()}
    idle = [each.name for each in asked(config.notations) if not any(map(each.wants, paths))]
    return [f"the notation {name} is configured, but it reads no file of these releases" for name in idle]


def selected(path: str, config: Config, paths: Sequence[str]) -> bool:
    """Tell whether a file is to be looked at, by the configuration and the paths asked for."""
    if any(_below(path, each) for each in config.exclude):
        return False
    return (not config.paths or any(_below(path, each) for each in config.paths)) and (
        not paths or any(_below(path, each) for each in paths)
    )


def _below(path: str, pattern: str) -> bool:
    bare = pattern.rstrip("/")
    return bare in ("", ".") or path == bare or path.startswith(bare + "/") or fnmatch(path, pattern)


def version_at(repository: Repository, tree: Tree) -> tuple[int, ...] | None:
    """Return the version of a revision: its own name's, or that of the nearest tag before it."""
    if tree.version is not None:
        return tree.version
    found = version_of(tree.rev) if not tree.rev.startswith(("HEAD", "index", "worktree")) else None
    if found is not None:
        return found
    try:
        tag = repository.last_release_tag("HEAD" if tree.commit in ("index", "worktree") else tree.commit)
    except SourceError:
        return None
    return version_of(tag) if tag else None


def project_of(repository: Repository, tree: Tree) -> str:
    """Return the name that a release gives its project, "" if it gives none."""
    files = tree.files()
    for path in ("setup.cfg", "pyproject.toml"):
        source = repository.read([files[path]]).get(files[path], b"") if path in files else b""
        found = _PROJECT.search(source)
        if found is not None:
            return found[1].decode("ascii").lower()
    return ""


def comments_in(changed: Iterable[FileChange], contents: Mapping[str, bytes]) -> tuple[Comment, ...]:
    """Return the waivers in the newer versions of changed files, whose contents are given by blob."""
    from compatlint.check import waivers

    sources = [(change.path, contents.get(change.new, b"")) for change in changed if change.new is not None]
    marked = [(path, source.decode("utf-8", "replace")) for path, source in sources if waivers.SIGN in source]
    return tuple(comment for path, text in marked for comment in waivers.comments(path, text))


def waived(
    repository: Repository,
    new: Tree,
    config: Config,
    findings: Sequence[Finding],
    comments: Sequence[Comment],
    together: Together = lambda rule: "",
) -> tuple[tuple[str, ...], list[Finding]]:
    """Apply waiver comments and those of the waiver file; what one cause did is one finding (see `grouping`)."""
    from compatlint.check import waivers

    entries = waivers.entries(config.waivers)
    if config.revision and comments:  # they are the range's own
        count = "1 waiver comment does" if len(comments) == 1 else f"{len(comments)} waiver comments do"
        said: tuple[str, ...] = (f"{count} not count: the settings are those of {config.revision}",)
        comments = ()
    else:
        said = ()
    findings = grouped(findings, together, lambda each: waivers.touches(each, comments, entries))
    if not comments and not entries:
        return said, list(findings)
    version = version_at(repository, new)
    kept, warnings = waivers.apply(findings, comments, entries, today=datetime.date.today(), version=version)
    return (*said, *warnings), list(kept)


def known(
    config: Config, findings: Sequence[Finding], old: Tree, new: Tree
) -> tuple[list[str], list[Finding]]:
    """Waive what the file of known issues explains; return a line for each entry that no longer holds, too."""
    from compatlint.check import known_issues

    issues = known_issues.load(config.known)
    if not issues or config.known is None:
        return [], list(findings)
    kept, stale = known_issues.not_repeated(findings, issues, old.rev, new.rev, config.known.name)
    return stale, kept
