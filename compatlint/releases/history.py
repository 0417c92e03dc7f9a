"""The history of one codec: its items over releases, and who changed them when.

A release is compared with the one before it in its series; the first of a series with the first of the series
before, since stable branches leave the line of development there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compatlint.comparison import keyed
from compatlint.comparison.context import Progress, sound
from compatlint.comparison.shared_reading import SharedReading
from compatlint.config import Config
from compatlint.errors import SourceError, suggest
from compatlint.notations.notation import Keyed, Notation, Positional, asked
from compatlint.releases.attribution import Origin, Patch, blamed, origin, patches
from compatlint.releases.changes import ItemChange, compare_layouts
from compatlint.releases.layout import Layout, of_codec, of_record
from compatlint.releases.matrix import MatrixRelease

if TYPE_CHECKING:
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import Repository


@dataclass(frozen=True, slots=True)
class Maker:
    """A commit that made a change: author date, title, and where it was picked from."""

    commit: str
    date: str
    title: str
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class CodecChange:
    """What a release changed. `since` is the release that it is compared with.

    `branch` is the stable series on whose branch it was made, "" for the line of development. `origin_in` names
    the release of the line of development that has the same change, "" if none has; `backports` are the stable
    releases that have it from there.
    """

    release: str
    since: str
    change: ItemChange
    version: tuple[int, ...]
    makers: tuple[Maker, ...]
    branch: str
    origin_in: str = ""
    backports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodecHistory:
    """A codec over releases; a layout is None where a release does not have it."""

    codec: str
    notation: str
    releases: tuple[tuple[MatrixRelease, Layout | None], ...]
    changes: tuple[CodecChange, ...]


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """What is asked: a codec, and the releases in order."""

    repository: Repository
    codec: str
    releases: tuple[MatrixRelease, ...]
    config: Config
    cache: Cache | None = None
    progress: Progress = field(default=lambda done, total, what: None)


def history(question: HistoryQuestion) -> CodecHistory:
    """Return the history of a codec; raise SourceError if no release has it, or if its name means several."""
    name, notation, layouts = _layouts(question)
    found = list(zip(question.releases, layouts, strict=True))
    steps = _steps(found)
    made = {index: _patches(question.repository, found[before], found[index]) for before, index, _ in steps}
    every = [patch for index, some in made.items() if _leads(found, index) for patch in some]
    changes = [
        _attributed((name, found), before, index, change, (made[index], every))
        for before, index, some in steps
        for change in some
    ]
    return CodecHistory(name, notation, tuple(found), tuple(_joined(changes)))


Row = tuple[MatrixRelease, Layout | None]


def _steps(found: Sequence[Row]) -> list[tuple[int, int, list[ItemChange]]]:
    """Return (index before, index, changes) for every release that changed something."""
    steps = []
    for index in range(1, len(found)):
        before = _before(found, index)
        changes = _changes(found[before][1], found[index][1])
        if changes:
            steps.append((before, index, changes))
    return steps


def _before(found: Sequence[Row], index: int) -> int:
    """Return the release that a release is compared with."""
    series = found[index][0].series
    if found[index - 1][0].series == series:
        return index - 1
    previous = found[index - 1][0].series
    return next(place for place, (release, _) in enumerate(found) if release.series == previous)


def _leads(found: Sequence[Row], index: int) -> bool:
    """Tell whether a release is the first of its series: what it brings was made on the line of development."""
    return found[index - 1][0].series != found[index][0].series


def _changes(old: Layout | None, new: Layout | None) -> list[ItemChange]:
    if old is None or new is None:
        if old is new:
            return []
        return [ItemChange("", "codec added" if old is None else "codec removed")]
    return compare_layouts(old, new)


def _patches(repository: Repository, old: Row, new: Row) -> list[Patch]:
    """Return the commits between two releases that touch the files of a codec."""
    paths = {path: None for _, layout in (old, new) if layout is not None for path in layout.paths}
    return patches(repository, new[0].commit, old[0].commit, list(paths))


def _attributed(
    codec: tuple[str, Sequence[Row]],
    before: int,
    index: int,
    change: ItemChange,
    known: tuple[Sequence[Patch], Sequence[Patch]],
) -> CodecChange:
    """Return a change of a codec, given by name and releases, with the commits that made it."""
    (name, found), (mine, elsewhere) = codec, known
    leads = _leads(found, index)
    makers = tuple(
        Maker(
            each.note.commit,
            each.note.date,
            each.note.title,
            origin(each, () if leads else elsewhere),
        )
        for each in blamed(mine, change.item or name, _differing(found[before][1], found[index][1]))
    )
    layout = found[index][1]
    release = found[index][0]
    return CodecChange(
        release.rev,
        found[before][0].rev,
        change,
        layout.version if layout is not None else (),
        makers,
        "" if leads else release.series,
    )


def _differing(old: Layout | None, new: Layout | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the lines of a codec's functions that only one of two releases has."""
    if old is None or new is None:
        return frozenset(), frozenset()
    return old.text - new.text, new.text - old.text


def _joined(changes: Sequence[CodecChange]) -> Iterable[CodecChange]:
    """Join the backports to the releases that have their originals."""
    made = {
        (each.change.item, maker.commit[:7]): each.release
        for each in changes
        if not each.branch
        for maker in each.makers
    }
    found = []
    for each in changes:
        origins = [maker.origin.commit[:7] for maker in each.makers if maker.origin is not None]
        there = next((made[each.change.item, one] for one in origins if (each.change.item, one) in made), "")
        found.append(replace(each, origin_in=there) if each.branch and there else each)
    for each in found:
        item = each.change.item
        mine = [one.release for one in found if one.origin_in == each.release and one.change.item == item]
        yield each if each.branch else replace(each, backports=tuple(mine))


def _layouts(question: HistoryQuestion) -> tuple[str, str, list[Layout | None]]:
    """Return the codec's full name, its notation, and its layout in every release."""
    config = sound(question.config)
    trees = [question.repository.tree(each.rev) for each in question.releases]
    shared = SharedReading(question.repository, question.cache)
    files = {path for tree in (trees[0], trees[-1]) for path in tree.files()}
    asking = [each for each in asked(config.notations) if any(map(each.wants, files))]
    near: set[str] = set()
    for each in asking:
        if isinstance(each, Positional):
            opened = shared.open(each, trees)
            name = _meant(question.codec, (source.find(question.codec) for source in reversed(opened)))
            if name:
                codecs = (source.codec(name) for source in opened)
                layouts = [None if codec is None else of_codec(codec, shared.lines) for codec in codecs]
                shared.reading(each).save()
                return name, each.name, layouts
            near.update(opened[-1].known())
    return _keyed(question, shared, asking, near)


def _keyed(
    question: HistoryQuestion, shared: SharedReading, asking: Sequence[Notation], near: set[str]
) -> tuple[str, str, list[Layout | None]]:
    """Return the same of a record of a keyed notation: the first notation that has it in any release."""
    trees = [question.repository.tree(each.rev) for each in question.releases]
    for each in asking:
        if not isinstance(each, Keyed):
            continue
        known = []
        for index, tree in reversed(list(enumerate(trees))):
            question.progress(len(trees) - index, len(trees), f"{each.name} of {tree.rev}")
            found = keyed.records_of(shared.release(tree), [each])
            known.append({record.name: record for _, _, record in found})
            if index == len(trees) - 1 and not _fits(question.codec, known[0]):
                near.update(known[0])
                break  # what the newest release does not have is looked for elsewhere
        name = _meant(question.codec, (_fits(question.codec, some) for some in known))
        if name:
            records = [some.get(name) for some in reversed(known)]
            return name, each.name, [None if one is None else of_record(one, shared.lines) for one in records]
    raise SourceError(
        f"no codec is called {question.codec!r} in these releases{suggest(question.codec, near)}"
    )


def _fits(wanted: str, names: Iterable[str]) -> list[str]:
    some = list(names)
    return [wanted] if wanted in some else [each for each in some if each.rsplit(".", 1)[-1] == wanted]


def _meant(wanted: str, found: Iterable[Sequence[str]]) -> str:
    """Return the one name that is meant, as the newest release that knows it has it; "" if none does."""
    for names in found:
        if wanted in names or len(names) == 1:
            return wanted if wanted in names else names[0]
        if names:
            raise SourceError(f"{wanted} means several codecs: {', '.join(sorted(names)[:8])}")
    return ""
