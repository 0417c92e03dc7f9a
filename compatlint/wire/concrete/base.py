"""A machine on firm ground.

Every term is worked out to a number from what is held, and what is not known is not guessed.

The readers and writers of real bytes derive from it. Every feature is on, as it is for the tools that fill a
corpus.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from compatlint.wire.concrete import memory
from compatlint.wire.concrete.cursor import ByteCursor, ByteFrame
from compatlint.wire.concrete.memory import MISSING, Held
from compatlint.wire.ir.steps import Let, Step
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
from compatlint.wire.machine.interpreter import Machine
from compatlint.wire.machine.interrupts import Unreadable

MOST_WORK = 5_000_000
COMPARED = frozenset({"==", "!=", "<", ">", "<=", ">="})


@dataclass(slots=True)
class Room:
    """Where one structure's program is at work: its values, its streams, the positions that it remembers."""

    store: Held
    streams: dict[str, ByteCursor]
    header: tuple[int, int] | None = None
    lets: dict[str, Term] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)
    marks: dict[str, tuple[int, list[ByteFrame]]] = field(default_factory=dict)
    rough: set[str] = field(
        default_factory=set
    )  # set to a quotient: of whole numbers or of others, the program does not tell


class Ground(Machine):
    """Works out terms. `room` is the structure at hand: its values and what its program assigned."""

    room: Room
    deepest = 40

    def work(self) -> None:
        """Count one piece of work; raise Unreadable past the bound."""
        self.steps += 1
        if self.steps > self.most:
            raise Unreadable(f"more than {self.most} steps")

    def name(self, path: str) -> str:
        """Return a path as it is: every structure has a room of its own."""
        return path

    def assign(self, path: str, value: Term) -> None:
        """Give a path a value."""
        self.room.lets[path] = value
        before = self.room.store.pop(path, None)
        if isinstance(before, int):
            self.room.store.setdefault(path + memory.READ, before)

    def step(self, step: Step) -> None:
        """Execute one step; a copy of a value has its width."""
        if isinstance(step, Let) and isinstance(step.value, Var) and step.value.name in self.room.widths:
            self.room.widths[step.name] = self.room.widths[step.value.name]
        if isinstance(step, Let) and isinstance(step.value, Op) and step.value.name == "/":
            self.room.rough.add(step.name)
        super().step(step)

    def decide(self, test: Term) -> bool:
        """Return the truth of a test; raise Unreadable where what is held does not tell."""
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

    def held(self, path: str) -> object:
        """Return the value at a path, or at the path that it was assigned from; MISSING if nothing was."""
        for _ in range(8):
            alias = self._alias(path)
            found = memory.find(self.room.store, path)
            if alias is None or (found is not MISSING and path not in self.room.lets):
                return found
            path = alias
        return MISSING

    def _alias(self, path: str) -> str | None:
        lets = self.room.lets
        cut = len(path)
        while cut > 0:
            term = lets.get(path[:cut])
            if isinstance(term, Var) and term.name != path[:cut]:
                return term.name + path[cut:]
            cut = max(path.rfind(".", 0, cut), path.rfind("[]", 0, cut))
        return None

    def value(self, term: Term) -> Term:
        """Return a term with everything held put in."""
        if isinstance(term, Op):
            return self._operation(term)
        if isinstance(term, Var):
            return self._variable(term)
        if isinstance(term, Feature):
            return TRUE
        if isinstance(term, AtEnd):
            return self.at_end(term.stream) or term
        if isinstance(term, StreamPosition):
            return self.place(term) or term
        return term

    def _variable(self, term: Var) -> Term:
        assigned = self.room.lets.get(term.name)
        if assigned is not None and not isinstance(assigned, Var):
            return assigned
        found = self.held(term.name)
        return (memory.constant(found) if found is not MISSING else None) or term

    def _operation(self, term: Op) -> Term:
        if term.name in ("size", "length") and isinstance(term.args[0], Var):
            return self._size(term, term.args[0].name)
        if term.name == "cond":
            test = truth(self.value(term.args[0]))
            if isinstance(test, Const):
                return self.value(term.args[1] if test.value else term.args[2])
        args = tuple(self.value(each) for each in term.args)
        if term.name in COMPARED and len(args) == 2:
            return self._compared(term, *args)
        return operate(term.name, args)

    def _size(self, term: Op, name: str) -> Term:
        if name.startswith("@"):
            return self.place(StreamPosition(name[1:], "size")) or Opaque("length")
        assigned = self.room.lets.get(name)
        if isinstance(assigned, Const) and assigned.value == 0:
            return assigned
        found = self.held(name)
        size = memory.size(found) if found is not MISSING else None
        told = self.room.lets.get(
            f"{name}.size()"
        )  # what `resize` said of a container that a loop is to fill
        return Const(size) if size is not None else told if isinstance(told, Const) else term

    def _compared(self, term: Op, left: Term, right: Term) -> Term:
        """Compare; a negative constant and a value that was read without its sign are equal modulo the value's width."""
        if isinstance(left, Const) and isinstance(right, Const):
            one, other = left.value, right.value
            if isinstance(one, str) != isinstance(other, str):
                return Opaque(f"{show(left)} {term.name} {show(right)}")  # the value of a symbol is not known
            if isinstance(one, int) and isinstance(other, int) and (one < 0) != (other < 0):
                if term.name not in ("==", "!="):
                    return (
                        Opaque(f"the sign in {show(term)}")
                        if not self._signed(term)
                        else operate(term.name, (left, right))
                    )
                bits = self._width(term) or max(8, 1 << (max(one, other).bit_length() - 1).bit_length())
                same = one % (1 << bits) == other % (1 << bits)
                return Const(int(same == (term.name == "==")))
        return operate(term.name, (left, right))

    def _width(self, term: Op) -> int:
        return max(
            (self.room.widths.get(each.name, 0) for each in term.args if isinstance(each, Var)), default=0
        )

    def _signed(self, term: Op) -> bool:
        """Tell whether the negative side of a comparison was read as a signed number, or is compared with a signed constant."""
        return any(isinstance(each, Var) and each.name in self.room.signed for each in term.args)
