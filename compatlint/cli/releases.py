"""The commands about many releases: `releases`, `matrix` and `history`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from compatlint.cli import options
from compatlint.cli.arguments import Command, CommandArgument

if TYPE_CHECKING:
    from compatlint.check.findings import Comparison
    from compatlint.cli.startup import Startup
    from compatlint.promise import Promise
    from compatlint.releases.history import CodecHistory
    from compatlint.releases.matrix import Matrix
    from compatlint.releases.series import Series
    from compatlint.sources.git import Tree

_FORMAT = replace(options.FORMAT, choices=("text", "json"))
_PATTERNS = CommandArgument(
    name="terms",
    metavar="PATTERN",
    many="*",
    help="Only releases whose tags fit one of these, such as 'v13.2.*' [default: all].",
)

_FORMATS = ("text", "json", "html")
_ROWS = replace(
    _PATTERNS,
    metavar="PATTERN|A..B|REV",
    help="Releases whose tags fit a pattern, such as 'v13.2.*', all from A to B, or one revision.",
)

BEYOND: tuple[CommandArgument, ...] = (
    CommandArgument(
        name="successor",
        flags=("--successor",),
        metavar="REV",
        kind=list,
        group=options.REPO.group,
        help="A later release that will read what the newer side writes; may be repeated.",
    ),
    CommandArgument(
        name="since",
        flags=("--since",),
        metavar="TAG|DATE",
        group=options.REPO.group,
        help="Compare with the last release of every living series, but with none before this.",
    ),
    CommandArgument(
        name="against",
        flags=("--against",),
        metavar="SERIES",
        kind=list,
        group=options.REPO.group,
        help="Compare with the last release of this series, too; may be repeated.",
    ),
)

COMMANDS: tuple[Command, ...] = (
    Command(
        "releases",
        "List the releases of a repository by series.",
        "Series, first and last release, dates, and what is in no release, as the tags tell.",
        "compatlint.cli.releases:releases",
        (
            _PATTERNS,
            options.REPO,
            options.PROMISE,
            _FORMAT,
            options.OUTPUT,
            options.CONFIG,
            options.NO_CACHE,
        ),
    ),
    Command(
        "matrix",
        "Show which releases can read what which others wrote.",
        "Every release as a writer against every other as a reader, over whole series; each cell says what\n"
        "`compatlint diff` of that pair says. FILE.html is a heat map whose cells open what breaks.",
        "compatlint.cli.releases:matrix",
        (
            _ROWS,
            CommandArgument(
                name="codec",
                flags=("--codec",),
                metavar="CODEC",
                group=options.REPO.group,
                help="Only this codec.",
            ),
            options.REPO,
            options.PROMISE,
            replace(options.FORMAT, choices=_FORMATS),
            options.OUTPUT,
            options.FAIL_ON,
            options.CONFIG,
            options.NO_CACHE,
        ),
    ),
    Command(
        "history",
        "Show what became of a structure over releases, and which commits made it so.",
        "Items over releases, and each change with the commits, dates and branch that made it; a backport is joined to the\n"
        "commit that it came from. Without a PATTERN: all releases of stable series.",
        "compatlint.cli.releases:history",
        (
            CommandArgument(
                name="codec", metavar="CODEC", help="The name of a structure, as the source spells it."
            ),
            replace(_ROWS, many="*"),
            options.REPO,
            options.PROMISE,
            replace(options.FORMAT, choices=_FORMATS),
            options.OUTPUT,
            options.CONFIG,
            options.NO_CACHE,
        ),
    ),
)


def releases(
    *,
    terms: Sequence[str],
    repo: str | None,
    promise: str | None,
    form: str | None,
    output: Path | None,
    config: Path | None,
    no_cache: bool,
) -> int:
    """Print the series of a repository."""
    from compatlint.cli.output import save
    from compatlint.cli.startup import open_scene
    from compatlint.releases.selection import fitting
    from compatlint.releases.series import unreleased
    from compatlint.report import release_list
    from compatlint.report.formats import choose

    kind = choose(form, output)
    scene = open_scene(repo, config, no_cache=no_cache)
    known, found = _series(scene, promise)
    shown = fitting(known, terms) if terms else known
    rest = unreleased(scene.repository, "HEAD", known) if not terms else None
    render = release_list.render_json if kind == "json" else release_list.render_text
    save(render(shown, rest, found.name), output)
    return 0


def matrix(
    *,
    terms: Sequence[str],
    codec: str | None,
    repo: str | None,
    promise: str | None,
    form: str | None,
    output: Path | None,
    fail_on: str,
    config: Path | None,
    no_cache: bool,
) -> int:
    """Print who reads whom among some releases."""
    from compatlint.cli.output import save
    from compatlint.cli.progress import Bar
    from compatlint.cli.startup import open_scene
    from compatlint.errors import UsageError
    from compatlint.releases.matrix import Question
    from compatlint.releases.matrix import matrix as made
    from compatlint.releases.selection import chosen

    if not terms:
        raise UsageError("matrix: name releases, such as 'v13.2.*' or v12.2.0..v13.2.6")
    kind = _kind(form, output)
    scene = open_scene(repo, config, no_cache=no_cache)
    known, found = _series(scene, promise)
    rows = chosen(scene.repository, known, terms)
    wish = scene.wish(promise)
    with Bar() as bar:
        answer = made(
            Question(
                scene.repository,
                rows,
                scene.config,
                found,
                wish,
                codec or "",
                scene.rules(),
                scene.cache,
                bar,
            )
        )
    save(_rendered("matrix", answer, kind, output), output)
    return _code(answer, fail_on)


def history(
    *,
    codec: str,
    terms: Sequence[str],
    repo: str | None,
    promise: str | None,
    form: str | None,
    output: Path | None,
    config: Path | None,
    no_cache: bool,
) -> int:
    """Print what became of a codec over some releases."""
    from compatlint.cli.output import save
    from compatlint.cli.progress import Bar
    from compatlint.cli.startup import open_scene
    from compatlint.errors import SourceError
    from compatlint.releases.history import HistoryQuestion
    from compatlint.releases.history import history as told
    from compatlint.releases.selection import chosen, rows

    kind = _kind(form, output)
    scene = open_scene(repo, config, no_cache=no_cache)
    known, _ = _series(scene, promise)
    stable = [each for each in known if each.stable and each.last.final]
    wanted = chosen(scene.repository, known, terms) if terms else rows(stable)
    if not wanted:
        raise SourceError("no tag looks like a release: name revisions, oldest first")
    with Bar() as bar:
        found = told(HistoryQuestion(scene.repository, codec, wanted, scene.config, scene.cache, bar))
    save(_rendered("history", found, kind, output), output)
    return 0


@dataclass(frozen=True, slots=True)
class Beyond:
    """Whom a `diff` looks at besides its range, as the options say."""

    successors: Sequence[str] | None = None
    since: str | None = None
    against: Sequence[str] | None = None

    @property
    def asked(self) -> bool:
        """Tell whether an option names anybody."""
        return self.since is not None or bool(self.against)


def beyond(
    scene: Startup,
    found: Comparison,
    sides: tuple[Tree, Tree],
    wanted: Beyond,
    ask: Callable[..., Comparison],
    *,
    ranged: bool,
    wish: str | None,
) -> Comparison:
    """Return a comparison with what concerns more than its two releases.

    `ask(old, new)` compares; `ranged`: the user named a range, so that other releases are looked at only if an
    option says so. What was never released may change: its breaks are notes.
    """
    from compatlint.releases import everybody
    from compatlint.releases.series import series_of, settings

    old, new = sides
    repository = scene.repository
    found = everybody.unreleased_is_free(repository, found, sides, ask)
    table = settings(scene.config.releases)
    if ranged and not wanted.asked and not wanted.successors and not table.successors:
        return found
    known, promise = _series(scene, wish)
    own = series_of(new.rev, known)
    readers = list(wanted.successors or (table.successors or {}).get(own.name if own else "", ()))
    if readers:
        trees = [repository.tree(each) for each in readers]
        found = everybody.Successors(repository, old, new, ask).read(found, trees)
    if ranged and not wanted.asked:
        return found
    others = everybody.living_releases(
        repository, known, promise, new, since=wanted.since or "", against=wanted.against or ()
    )
    standing = everybody.standing_for(new, everybody.version_of_line(repository, known, new))
    limits = _staged_paths(scene, new)
    compared = []
    for each in others:
        if each.commit != old.commit and limits != ():
            tree = repository.tree(each.tag)
            compared.append(ask(tree, standing, limits) if limits else ask(tree, standing))
    return everybody.with_others(found, compared)


def _staged_paths(scene: Startup, new: Tree) -> tuple[str, ...] | None:
    """Return the files that are about to be committed; None where the newer side is a commit."""
    from compatlint.sources.git.tree import INDEX, WORKTREE

    if new.commit not in (INDEX, WORKTREE):
        return None
    head = scene.repository.tree("HEAD")
    return tuple(each.path for each in scene.repository.changes(head, new))


def _rendered(report: str, answer: Matrix | CodecHistory, kind: str, output: Path | None) -> str:
    """Return an answer in one format of a report; colours and the terminal's width only for text."""
    import shutil
    import sys
    from importlib import import_module

    from compatlint.cli.output import colourful

    look: dict[str, object] = {}
    if kind == "text":
        terminal = output is None and sys.stdout.isatty()
        width = max(shutil.get_terminal_size().columns, 40) if terminal else 80
        look = {"color": output is None and colourful(terminal), "width": width}
    text: str = import_module(f"compatlint.report.{report}_{kind}").render(answer, **look)
    return text


def _code(answer: Matrix, fail_on: str) -> int:
    """Return 1 if a cell holds a finding that weighs enough, else 0."""
    order = ("note", "warning", "error")
    used = {index for each in answer.cells for index in each.findings}
    weights = {order.index(str(answer.findings[index].severity)) for index in used}
    return int(fail_on != "never" and any(each >= order.index(fail_on) for each in weights))


def _kind(form: str | None, output: Path | None) -> str:
    """Return the format that was asked for, or that the file's suffix names, or text."""
    suffixes = {".json": "json", ".html": "html", ".htm": "html"}
    suffix = output.suffix.lower() if output is not None else ""
    return str(form) if form is not None else suffixes.get(suffix, "text")


def _series(scene: Startup, wish: str | None) -> tuple[tuple[Series, ...], Promise]:
    """Return the series of a repository, and the promise that counts them."""
    from compatlint.releases.promised import promise_of
    from compatlint.releases.series import list_series, settings

    wanted = settings(scene.config.releases)
    tagged = scene.repository.tagged_commits()
    newest = max(tagged, key=lambda each: (each.date, each.key), default=None)
    promise = promise_of(
        scene.repository, _tree(scene, newest.tag if newest else "HEAD"), scene.config, scene.wish(wish)
    )
    return list_series(tagged, promise.versions, wanted), promise


def _tree(scene: Startup, tag: str) -> Tree | None:
    """Return the files of HEAD, or of a tag where HEAD names nothing (a mirror)."""
    from compatlint.errors import SourceError

    for rev in ("HEAD", tag):
        try:
            return scene.repository.tree(rev)
        except SourceError:
            continue
    return None
