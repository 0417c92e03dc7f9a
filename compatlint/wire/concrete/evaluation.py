"""Terms over known values: each is worked out to a number, and what is not known is not guessed.

Every feature is on, as it is for the tools that fill a corpus.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from compatlint.wire.concrete import memory
from compatlint.wire.concrete.cursor import ByteCursor, ByteFrame
from compatlint.wire.concrete.memory import MISSING, StoredValues
from compatlint.wire.ir.steps import Open
from compatlint.wire.ir.terms import (
    TRUE,
    AtEnd,
    Const,
    Feature,
    Op,
    Opaque,
    StreamPosition,
    Term,
    Var,
    operate,
    show,
    truth,
    whole,
)
from compatlint.wire.machine.interrupts import Unreadable

MOST_WORK: Final = 5_000_000
MOST_NESTED: Final = 40
_MOST_ALIASES: Final = 8
_COMPARED: Final = frozenset({"==", "!=", "<", ">", "<=", ">="})


@dataclass(slots=True)
class Activation:
    """One structure's program at work: its values, its streams, the positions that it remembers.

    `store` holds what was read, `lets` what the program assigned. `header` is the (version, oldest reader) that
    travelled outside the bytes. `widths` (bits) and `signed` tell of the integers that paths were read as.
    `rough` are paths that were set to a quotient: of whole numbers or of others, the program does not tell.
    """

    store: StoredValues
    streams: dict[str, ByteCursor] = field(default_factory=dict)
    out: dict[str, bytearray] = field(default_factory=dict)
    header: tuple[int, int] | None = None
    lets: dict[str, Term] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)
    marks: dict[str, tuple[int, list[ByteFrame]]] = field(default_factory=dict)
    rough: set[str] = field(default_factory=set)

    def alias(self, path: str) -> str | None:
        """Return the path that a path, or what it is a part of, was assigned from; None if it was not."""
        cut = len(path)
        while cut > 0:
            term = self.lets.get(path[:cut])
            if isinstance(term, Var) and term.name != path[:cut]:
                return term.name + path[cut:]
            cut = max(path.rfind(".", 0, cut), path.rfind("[]", 0, cut))
        return None

    def stored(self, path: str) -> object:
        """Return the value at a path, or at the path that it was assigned from; MISSING if nothing was."""
        for _ in range(_MOST_ALIASES):
            alias = self.alias(path)
            found = memory.find(self.store, path)
            if alias is None or (found is not MISSING and path not in self.lets):
                return found
            path = alias
        return MISSING


@dataclass(slots=True)
class Evaluation:
    """Terms of the structure at hand, `here`; `at_end` and `place` answer for its streams."""

    here: Activation
    at_end: Callable[[Activation, str], Term | None]
    place: Callable[[Activation, StreamPosition], Term | None]

    def assign(self, path: str, value: Term) -> None:
        """Give a path a value."""
        here = self.here
        here.lets[path] = value
        before = here.store.pop(path, None)
        if isinstance(before, int):
            here.store.setdefault(path + memory.READ, before)

    def assign_frame(self, step: Open, version: int, oldest: int) -> None:
        """Give the variables of a frame their values."""
        if step.var:
            self.assign(step.var, Const(version))
        if step.oldest_var:
            self.assign(step.oldest_var, Const(oldest))

    def note_let(self, name: str, value: Term) -> None:
        """Note of an assignment what its value does not tell: a copy has the width of the original."""
        if isinstance(value, Var) and value.name in self.here.widths:
            self.here.widths[name] = self.here.widths[value.name]
        if isinstance(value, Op) and value.name == "/":
            self.here.rough.add(name)

    def decide(self, test: Term) -> bool:
        """Return the truth of a test; raise Unreadable where what is known does not tell."""
        found = whole(truth(self.value(test)))
        if found is None:
            raise Unreadable(f"depends on {show(test)}")
        return bool(found)

    def number(self, term: Term, what: str) -> int:
        """Return a term as a number."""
        found = whole(self.value(term))
        if found is None:
            raise Unreadable(f"{what} depends on {show(term)}")
        return found

    def value(self, term: Term) -> Term:
        """Return a term with everything known put in."""
        if isinstance(term, Op):
            return self._operation(term)
        if isinstance(term, Var):
            return self._variable(term)
        if isinstance(term, Feature):
            return TRUE
        if isinstance(term, AtEnd):
            return self.at_end(self.here, term.stream) or term
        if isinstance(term, StreamPosition):
            return self.place(self.here, term) or term
        return term

    def _variable(self, term: Var) -> Term:
        assigned = self.here.lets.get(term.name)
        if assigned is not None and not isinstance(assigned, Var):
            return assigned
        found = self.here.stored(term.name)
        return (memory.constant(found) if found is not MISSING else None) or term

    def _operation(self, term: Op) -> Term:
        if term.name in ("size", "length") and isinstance(term.args[0], Var):
            return self._size(term, term.args[0].name)
        if term.name == "cond":
            test = truth(self.value(term.args[0]))
            if isinstance(test, Const):
                return self.value(term.args[1] if test.value else term.args[2])
        args = tuple(self.value(each) for each in term.args)
        if term.name in _COMPARED and len(args) == 2:
            return self._compared(term, *args)
        return operate(term.name, args)

    def _size(self, term: Op, name: str) -> Term:
        if name.startswith("@"):
            return self.place(self.here, StreamPosition(name[1:], "size")) or Opaque("length")
        assigned = self.here.lets.get(name)
        if isinstance(assigned, Const) and assigned.value == 0:
            return assigned
        found = self.here.stored(name)
        size = memory.size(found) if found is not MISSING else None
        if size is not None:
            return Const(size)
        resized = self.here.lets.get(f"{name}.size()")  # a container that a loop is to fill
        return resized if isinstance(resized, Const) else term

    def _compared(self, term: Op, left: Term, right: Term) -> Term:
        """Compare; a negative constant and a value that was read without its sign are equal modulo the value's width."""
        if not (isinstance(left, Const) and isinstance(right, Const)):
            return operate(term.name, (left, right))
        one, other = left.value, right.value
        if isinstance(one, str) != isinstance(other, str):
            return Opaque(f"{show(left)} {term.name} {show(right)}")  # the value of a symbol is not known
        if not (isinstance(one, int) and isinstance(other, int) and (one < 0) != (other < 0)):
            return operate(term.name, (left, right))
        if term.name in ("==", "!="):
            bits = self._width(term) or max(8, 1 << (max(one, other).bit_length() - 1).bit_length())
            same = one % (1 << bits) == other % (1 << bits)
            return Const(int(same == (term.name == "==")))
        return (
            operate(term.name, (left, right)) if self._signed(term) else Opaque(f"the sign in {show(term)}")
        )

    def _width(self, term: Op) -> int:
        widths = (self.here.widths.get(each.name, 0) for each in term.args if isinstance(each, Var))
        return max(widths, default=0)

    def _signed(self, term: Op) -> bool:
        """Tell whether a side of a comparison was read as a signed number."""
        return any(isinstance(each, Var) and each.name in self.here.signed for each in term.args)
