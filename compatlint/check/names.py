"""Which names of encoder and decoder mean the same, learnt from each release reading itself."""

from __future__ import annotations

from compatlint.check import layout
from compatlint.check.decode import Meeting, Run
from compatlint.check.programs import parts
from compatlint.wire.reader import Pair
from compatlint.wire.terms import Var
from compatlint.wire.tokens import Token


class Names:
    """Which names of encoder and decoder mean the same, learnt from each release reading itself."""

    def __init__(self, own_old: Meeting, own_new: Meeting) -> None:
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
            one == other
            or other in self.together.get(one, ())
            or bool(self.together.get(one, set()) & self.together.get(other, set()))
        )

    def shifted(self, run: Run) -> bool:
        """Find an item that is read where another was written while it was itself written elsewhere."""
        written = [(layout.bare(pair.token.name), index) for index, pair in enumerate(run.pairs) if not pair.token.dead]
        written += [(layout.bare(token.name), -1) for token in run.dropped if token.kind == "value" and not token.dead]
        for index, pair in enumerate(run.pairs):
            read, wrote = layout.bare(pair.name), layout.bare(pair.token.name)
            stem = pair.token.name.removesuffix(".size()")
            if stem != pair.token.name and any(token.name == stem for token in run.dropped):
                wrote = layout.bare(stem)  # the length was read and what it counts was not: no reader of a container
            if pair.dead or pair.token.dead or self.same(read, wrote) or _derived(pair.token, read):
                continue
            for name, where in written:
                if (
                    where != index
                    and self.same(name, read)
                    and not self._read_right(run, where, read)
                    and not generic(read, wrote)
                ):
                    _blame(run, pair, index)
                    return True
        return False

    def _read_right(self, run: Run, where: int, read: str) -> bool:
        """Tell whether the place that wrote a name is also read under it: then the name merely occurs twice."""
        return where >= 0 and self.same(layout.bare(run.pairs[where].name), read)


def _blame(run: Run, pair: Pair, index: int) -> None:
    """Make a run that went through a misreading of one pair."""
    run.outcome, run.token, run.stop = "misread", pair.token, index
    run.item_name, run.item_type, run.item_line = pair.name, pair.type, pair.line


def generic(one: str, other: str) -> bool:
    """Parts of one value (`first`, `second`, sizes) are no names of their own."""
    generic = {"first", "second", "size()", "bytes", "length", "value", ""}
    return one in generic or other in generic or one.isdigit() or other.isdigit()


def _derived(token: Token, name: str) -> bool:
    """Tell whether what was written stands for the item that is read: an old slot, filled for old readers.

    Its value is computed from the item, or it is named after it (`flags_prenautilus`, `compat_flags`).
    """
    wrote = layout.bare(token.name)
    if wrote.startswith(name + "_") or wrote.endswith("_" + name):
        return True
    return token.value is not None and any(
        isinstance(part, Var) and layout.bare(part.name) == name for part in parts(token.value)
    )


def _aliases(own: Meeting) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for run in own.runs:
        for pair in run.pairs:
            if not pair.dead and not pair.token.dead:
                found.setdefault(layout.bare(pair.token.name), set()).add(layout.bare(pair.name))
    return found
