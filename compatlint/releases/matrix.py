"""Who reads whom: every release of some series as writer against every other as reader.

Each cell says what `diff` of that pair says. Every release is read once, each different program is made once,
and two programs meet once.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from compatlint import files
from compatlint.check import known_issues
from compatlint.check.findings import Comparison, Finding
from compatlint.comparison import results_cache
from compatlint.comparison.context import Progress, selected, sound
from compatlint.comparison.pipeline import Wish, check, compare
from compatlint.comparison.shared_reading import SharedReading
from compatlint.config import Config
from compatlint.notations.notation import Positional, asked
from compatlint.parallel import divide
from compatlint.promise import Promise, version_of
from compatlint.releases.meetings import Meetings
from compatlint.vocabulary import Direction, Link, Outcome, Severity

if TYPE_CHECKING:
    from compatlint.rulebook import Rulebook
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import Repository, Tree

KIND = "matrix"
_WORST = (
    Outcome.MISREAD,
    Outcome.OVERREAD,
    Outcome.REJECTED,
    Outcome.ABSENT,
    Outcome.REFUSED,
    Outcome.LEFTOVER,
    Outcome.DROPPED,
    Outcome.UNREAD,
)


@dataclass(frozen=True, slots=True)
class MatrixRelease:
    """A row and a column: a release and the series that it is of."""

    rev: str
    commit: str
    series: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class CellFinding:
    """What goes wrong in a cell, without places: many cells share one.

    `guarded`: not between daemons that agree on the features that both know.
    """

    codec: str
    item: str
    rule: str
    severity: Severity
    outcome: Outcome
    link: str
    guarded: bool
    fingerprint: str
    path: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One writer and one reader. `promised`: something between the two must work. `findings` are indices."""

    writer: int
    reader: int
    direction: Direction
    promised: bool
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownCell:
    """A writer and a reader of which the project knows that they do not get along, and what it says of them."""

    writer: int
    reader: int
    why: str
    codec: str = ""
    see: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Releases in order, the cells (row by row), and the findings that they share, worst first.

    `unread` counts, by (older, newer) release, the codecs that changed and were not understood. `known` are known
    issues; what they explain is in no cell. `warnings` are remarks, such as an entry that no longer holds.
    """

    releases: tuple[MatrixRelease, ...]
    cells: tuple[Cell, ...]
    findings: tuple[CellFinding, ...]
    unread: tuple[tuple[int, int, int], ...]
    promise: str
    codecs: int
    programs: int
    seconds: float
    known: tuple[KnownCell, ...] = ()
    warnings: tuple[str, ...] = ()

    def of(self, cell: Cell) -> list[CellFinding]:
        """Return what goes wrong in a cell, worst first."""
        return [self.findings[index] for index in cell.findings]


@dataclass(frozen=True, slots=True)
class Question:
    """What a matrix is asked: the releases in order, and what holds for all of them."""

    repository: Repository
    releases: tuple[MatrixRelease, ...]
    config: Config
    promise: Promise
    wish: Wish = None
    codec: str = ""
    rules: Rulebook | None = None
    cache: Cache | None = None
    progress: Progress = field(default=lambda done, total, what: None)


def matrix(question: Question) -> Matrix:
    """Return who reads whom among some releases, or what was found before for the same question."""
    started = time.monotonic()
    cache = question.cache
    if cache is None or not cache.remembers:
        return _made(question, started)
    name = _name(question)
    packed = cache.get_many(KIND, results_cache.VERSION, [name]).get(name)
    known = results_cache.load_as(Matrix, packed) if packed is not None else None
    if known is not None:
        return replace(known, seconds=time.monotonic() - started)
    found = _made(question, started)
    cache.put_many(KIND, results_cache.VERSION, {name: results_cache.dump(found)})
    return found


def _name(question: Question) -> str:
    """Return a name for everything that a matrix depends on: code, content, rules, promise, waivers and names."""
    config, rules = question.config, question.rules
    kept = [
        files.read_text(each) if each is not None and each.is_file() else ""
        for each in (config.waivers, config.known)
    ]
    return results_cache.key(
        results_cache.code_version(),
        [(each.rev, each.commit, each.series) for each in question.releases],
        (config.paths, config.exclude, config.notations, kept, datetime.date.today()),
        (question.promise, question.codec, sorted(question.repository.release_tags().items())),
        (rules.rules.digest, sorted(rules.overrides.items()))
        if rules is not None
        else sorted(config.severity),
    )


def _made(question: Question, started: float) -> Matrix:
    shared = SharedReading(question.repository, question.cache)
    trees = [question.repository.tree(each.rev) for each in question.releases]
    count = _read(question, shared, trees)
    _meet(question, shared, trees)
    size = len(trees)
    pairs = [(old, new) for new in range(size) for old in range(new + 1)]
    answers = divide(
        pairs,
        partial(_answer, question, shared, trees),
        grain=4,
        tell=lambda done, total: question.progress(done, total, "pairs"),
    )
    for notation in asked(question.config.notations):
        if isinstance(notation, Positional):
            shared.reading(notation).save()
    return _assembled(question, pairs, answers, (count, shared.programs), time.monotonic() - started)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one pair found: for the newer as reader, for the older as reader, and what was not understood."""

    upgrade: tuple[CellFinding, ...]
    downgrade: tuple[CellFinding, ...]
    unread: int
    warnings: tuple[str, ...] = ()
    codecs: int = 0


def _read(question: Question, shared: SharedReading, trees: Sequence[Tree]) -> int:
    """Read every release and make every program; return how many codecs there are in all releases."""
    config = sound(question.config)
    for notation in asked(config.notations):
        if not isinstance(notation, Positional):
            continue
        wanted = [tree for tree in trees if any(map(notation.wants, tree.files()))]
        opened = shared.open(notation, wanted)
        for index, source in enumerate(opened):
            question.progress(index, len(opened), f"reading {wanted[index].rev}")
            names = source.named_in([path for path in source.files() if selected(path, config, ())])
            shared.add_names(notation, (name for name in names if _asked(name, question.codec)))
        for index, source in enumerate(opened):
            question.progress(index, len(opened), f"codecs of {wanted[index].rev}")
            for name in sorted(shared.names.get(notation.name, ())):
                source.codec(name)
    return sum(len(some) for some in shared.names.values())


def _meet(question: Question, shared: SharedReading, trees: Sequence[Tree]) -> None:
    """Let everything meet that differs, so that the pairs find it done."""
    for notation in asked(question.config.notations):
        if isinstance(notation, Positional):
            mine = [tree for tree in trees if any(map(notation.wants, tree.files()))]
            promise = question.promise
            meetings = Meetings(question.repository, shared, notation, mine, question.config, promise)
            meetings.hold(lambda done, total: question.progress(done, total, "meetings"))


def _asked(name: str, codec: str) -> bool:
    return not codec or name == codec or name.endswith(f"::{codec}")


def _answer(
    question: Question, shared: SharedReading, trees: Sequence[Tree], pair: tuple[int, int]
) -> _Answer:
    old, new = pair
    if old == new:
        found = check(shared, trees[old], config=question.config, rules=question.rules)
        own = tuple(
            _brief(each, Direction.SELF) for each in found.findings if _asked(each.codec, question.codec)
        )
        return _Answer(own, (), len(found.unread))
    compared = compare(
        shared,
        trees[old],
        trees[new],
        config=question.config,
        promise=question.wish,
        rules=question.rules,
    )
    mine = [each for each in compared.findings if _asked(each.codec, question.codec) and not each.waived]
    return _Answer(
        tuple(_brief(each, Direction.UPGRADE) for each in mine if _concerns(compared, each, up=True)),
        tuple(_brief(each, Direction.DOWNGRADE) for each in mine if _concerns(compared, each, up=False)),
        len(compared.unread),
        tuple(each for each in compared.warnings if "is listed as known" in each),
        compared.codecs,
    )


def _concerns(compared: Comparison, finding: Finding, *, up: bool) -> bool:
    """Tell whether a finding shows where the newer release reads (`up`) or where the older one does."""
    forward = {Direction.UPGRADE, Direction.SKIP, Direction.SELF}
    breaks = set(finding.breaks)
    if breaks & (forward if up else {Direction.DOWNGRADE}):
        return True
    reader = compared.new.rev if up else compared.old.rev
    shown = [each.reader for each in finding.evidence if each.direction is Direction.MIXED]
    return reader in shown if shown else breaks == {Direction.MIXED}


def _brief(finding: Finding, towards: Direction) -> CellFinding:
    """Return what a cell keeps of a finding: its outcome in this direction, the worst elsewhere."""
    mine = [each.outcome for each in finding.evidence if each.direction is towards]
    outcomes = mine or [each.outcome for each in finding.evidence] or [Outcome.UNREAD]
    return CellFinding(
        finding.codec,
        finding.item,
        finding.rule,
        finding.severity,
        min(outcomes, key=_WORST.index),
        str(finding.link),
        not finding.at_once,
        finding.fingerprint,
        finding.span.path,
    )


def _assembled(
    question: Question,
    pairs: Sequence[tuple[int, int]],
    answers: Sequence[_Answer],
    counts: tuple[int, int],
    seconds: float,
) -> Matrix:
    every = {one: 0 for answer in answers for one in (*answer.upgrade, *answer.downgrade)}
    findings = tuple(sorted(every, key=_weight))
    places = {each: index for index, each in enumerate(findings)}

    def numbers(some: Iterable[CellFinding]) -> tuple[int, ...]:
        return tuple(sorted({places[each] for each in some}))

    cells: list[Cell] = []
    for (old, new), answer in zip(pairs, answers, strict=True):
        if old == new:
            cells.append(Cell(old, old, Direction.SELF, True, numbers(answer.upgrade)))
            continue
        for writer, reader, direction, some in (
            (old, new, Direction.UPGRADE, answer.upgrade),
            (new, old, Direction.DOWNGRADE, answer.downgrade),
        ):
            promised = _promised(question, old, new, direction)
            cells.append(Cell(writer, reader, direction, promised, numbers(some)))
    unread = tuple((*pair, answer.unread) for pair, answer in zip(pairs, answers, strict=True))
    return Matrix(
        question.releases,
        tuple(sorted(cells, key=lambda each: (each.writer, each.reader))),
        findings,
        tuple(each for each in unread if each[2]),
        question.promise.name,
        max(counts[0], max((each.codecs for each in answers if not counts[0]), default=0)),
        counts[1],
        seconds,
        tuple(_known(question)),
        tuple(dict.fromkeys(line for answer in answers for line in answer.warnings))[:20],
    )


def _known(question: Question) -> Iterable[KnownCell]:
    """Yield the known issues between the releases, for those who write and those who read."""
    names = [each.rev for each in question.releases]
    for issue in known_issues.load(question.config.known):
        for old, new in combinations(range(len(names)), 2):
            if not issue.about(names[old], names[new]):
                continue
            told = (issue.why, issue.codec, issue.see, issue.action)
            if set(issue.directions) & {Direction.UPGRADE, Direction.SKIP, Direction.MIXED}:
                yield KnownCell(old, new, *told)
            if set(issue.directions) & {Direction.DOWNGRADE, Direction.MIXED}:
                yield KnownCell(new, old, *told)


def _promised(question: Question, old: int, new: int, direction: Direction) -> bool:
    """Tell whether the promise admits a direction between two releases, on any link."""
    versions = [version_of(question.releases[each].rev) for each in (old, new)]
    asked_for = (direction, Link.DISK), (Direction.MIXED, Link.PEER)
    return any(question.promise.covers(*each, versions[0], versions[1]) for each in asked_for)


def _weight(finding: CellFinding) -> tuple[int, int, str, str, str, str]:
    order = list(Severity).index(finding.severity)
    worst = _WORST.index(finding.outcome)
    return order, worst, finding.codec, finding.item, finding.rule, finding.fingerprint
