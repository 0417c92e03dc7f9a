"""Which names of encoder and decoder mean the same, and which do not, learnt from each release reading itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from compatlint.check.positional import layout_diff
from compatlint.check.positional.meet import Run, Worlds
from compatlint.check.positional.queries import parts
from compatlint.vocabulary import Outcome
from compatlint.wire.ir.conventions import NO_CONVENTIONS, Conventions
from compatlint.wire.ir.steps import Codec, Let, walk
from compatlint.wire.ir.terms import Const, Var
from compatlint.wire.ir.types import Type
from compatlint.wire.symbolic.reader import ReadItem
from compatlint.wire.symbolic.tokens import Token


class NameMatching:
    """Which names of encoder and decoder mean the same, learnt from each release reading itself."""

    def __init__(self, own_old: Worlds, own_new: Worlds, conventions: Conventions = NO_CONVENTIONS) -> None:
        self.conventions = conventions
        self.old, self.new = _aliases(own_old), _aliases(own_new)
        self.together: dict[str, set[str]] = {}
        for table in (self.old, self.new):
            for name, others in table.items():
                self.together.setdefault(name, set()).update(others)
                for other in others:
                    self.together.setdefault(other, set()).add(name)

    def same(self, one: str, other: str) -> bool:
        """Tell whether two names mean one item."""
        return (
            self._spelled(one) == self._spelled(other)
            or other in self.together.get(one, ())
            or bool(self.together.get(one, set()) & self.together.get(other, set()))
        )

    def _spelled(self, name: str) -> str:
        """Return a name without the marks of a member and of a buffer.

        In Ceph, `m_stray`, `stray_` and `straybl` are all `stray`.
        """
        marks = self.conventions
        bare = name.removeprefix(marks.member_prefix).rstrip(marks.member_suffix)
        return bare.removesuffix(marks.buffer_suffix).rstrip(marks.member_suffix) or name

    def shifted(self, run: Run, reader: OwnReading) -> Run | None:
        """Return a run that went through as a misreading, where an item is read in the place of a different one.

        Either it was itself written elsewhere, or the reader knows the other one as a value beside it.
        """
        written = [
            (layout_diff.bare(pair.token.name), index)
            for index, pair in enumerate(run.pairs)
            if not pair.token.dead
        ]
        written += [
            (layout_diff.bare(token.name), -1)
            for token in run.dropped
            if token.kind == "value" and not token.dead
        ]
        for index, pair in enumerate(run.pairs):
            read, wrote = layout_diff.bare(pair.name), layout_diff.bare(pair.token.name)
            stem = pair.token.name.removesuffix(".size()")
            if stem != pair.token.name and any(token.name == stem for token in run.dropped):
                wrote = layout_diff.bare(
                    stem
                )  # the length was read and what it counts was not: no reader of a container
            if pair.dead or pair.token.dead or self.same(read, wrote) or _derived(pair.token, pair.name):
                continue
            for name, where in written:
                if (
                    where != index
                    and self.same(name, read)
                    and not self._read_right(run, where, read)
                    and not generic(read, wrote)
                ):
                    return misreading(run, pair, index)
            if reader.tells_apart(pair) and not generic(read, wrote):
                return misreading(run, pair, index)
        return None

    def _read_right(self, run: Run, where: int, read: str) -> bool:
        """Tell whether the place that wrote a name is also read under it.

        Then the name merely occurs twice.
        """
        return where >= 0 and self.same(layout_diff.bare(run.pairs[where].name), read)


class OwnReading:
    """What a release's own meeting tells of its items.

    Which of them travel side by side, and which are made of others.
    """

    def __init__(self, own: Worlds, codec: Codec) -> None:
        self.together = {frozenset(_own_items(run)) for run in own.runs}
        values = [(step.name, step.value) for step in walk(codec.decoder or ()) if isinstance(step, Let)]
        values += [
            (pair.token.name, pair.token.value)
            for run in own.runs
            for pair in run.pairs
            if pair.token.value is not None
        ]
        self.made = {
            frozenset((layout_diff.bare(name), layout_diff.bare(part.name)))
            for name, value in values
            for part in parts(value)
            if isinstance(part, Var)
        }

    def tells_apart(self, pair: ReadItem) -> bool:
        """Tell whether what was written is another item here than what it is read as, and neither is made of the other.

        A constant, such as the byte that says whether a value follows, is no item.
        """
        wrote, read = (pair.token.name, pair.token.type), (pair.name, pair.type)
        return (
            not isinstance(pair.token.value, Const)
            and any(wrote in items and read in items for items in self.together)
            and frozenset((layout_diff.bare(pair.token.name), layout_diff.bare(pair.name))) not in self.made
        )


def _own_items(run: Run) -> Iterator[tuple[str, Type | None]]:
    """Yield what a release reads under the name that it writes it under, with its type."""
    for pair in run.pairs:
        if not pair.dead and not pair.token.dead and pair.name == pair.token.name:
            yield pair.name, pair.type


def misreading(run: Run, pair: ReadItem, stop: int | None = None) -> Run:
    """Return a run that went through as the misreading of one pair, the one at `stop`."""
    return replace(
        run,
        outcome=Outcome.MISREAD,
        token=pair.token,
        stop=run.stop if stop is None else stop,
        item_name=pair.name,
        item_type=pair.type,
        item_line=pair.line,
    )


def generic(one: str, other: str) -> bool:
    """Parts of one value (`first`, `second`, sizes) are no names of their own."""
    generic = {"first", "second", "size()", "bytes", "length", "value", ""}
    return one in generic or other in generic or one.isdigit() or other.isdigit()


def _derived(token: Token, name: str) -> bool:
    """Tell whether what was written stands for the item that is read: an old slot, filled for old readers.

    Its value is computed from the item, or it is named after it (`flags_prenautilus`, `compat_flags`), or a
    member of what is called so now (`owner.id`).
    """
    wrote, read = layout_diff.bare(token.name), layout_diff.bare(name)
    if (
        wrote.startswith(read + "_")
        or wrote.endswith("_" + read)
        or read == _around(token.name)
        or wrote == _around(name)
    ):
        return True
    return token.value is not None and any(
        isinstance(part, Var) and layout_diff.bare(part.name) == read for part in parts(token.value)
    )


def _around(path: str) -> str:
    """Return the name of what a path is a member of."""
    return layout_diff.bare(path.rpartition(".")[0])


def _aliases(own: Worlds) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for run in own.runs:
        for pair in run.pairs:
            if not pair.dead and not pair.token.dead:
                found.setdefault(layout_diff.bare(pair.token.name), set()).add(layout_diff.bare(pair.name))
    return found
