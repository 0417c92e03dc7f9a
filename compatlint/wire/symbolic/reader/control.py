"""The reader's third layer: loops, tests and tries, which go where the writer's tokens lead.

In: the bodies of loops as functions. Out: a loop of the reader's paired with one of the writer's, round for
round, or done as often as its count says; both must end together.
"""

from __future__ import annotations

from collections.abc import Callable

from compatlint.wire.ir.steps import Item, Open, Program, Refuse, Repeat, Skip, Step, Try, Unclear, When, walk
from compatlint.wire.ir.terms import FALSE, TRUE, AtEnd, Const, Op, Term, operate, whole
from compatlint.wire.ir.types import Array, Seq
from compatlint.wire.machine.interrupts import Refused, Unreadable
from compatlint.wire.symbolic.reader.cursor import TokenCursor
from compatlint.wire.symbolic.reader.found import NOTHING, Mismatch
from compatlint.wire.symbolic.reader.frames import Frames
from compatlint.wire.symbolic.tokens import Token, expand

MANY = 16  # elements where the number is no loop's of the writer: more than would fit by chance
MOST_UNROLLED = 256
MOST_ROUNDS = 64


class Control(Frames):
    """Goes through loops, tests and tries."""

    def step(self, step: Step) -> None:
        """Execute one step. A test that only guards giving up is a check of what is sane, which a sane writer passes."""
        if isinstance(step, When) and self.oracle.reading and _guards_refusal(step):
            self.oracle.reading = False
            try:
                taken = step.then if self.decide(step.test) else step.otherwise
            finally:
                self.oracle.reading = True
            self._nothing_follows(step.test, taken)
            self.execute(taken)
            return
        super().step(step)

    def _nothing_follows(self, test: Term, taken: Program) -> None:
        """Find what is left where the reader gives up just because it is not at the end."""
        asked = test.args[0] if isinstance(test, Op) and test.name == "!" else test
        if not (
            taken
            and isinstance(taken[0], Refuse)
            and isinstance(asked, AtEnd)
            and asked.stream in self.cursors
        ):
            return
        rest = self.cursors[asked.stream].rest()
        if rest is not None:
            raise Mismatch("leftover", rest, None, NOTHING)

    def attempt(self, step: Try) -> None:
        """Try one layout; what it cannot read, the other reads."""
        saved = {name: cursor.save() for name, cursor in self.cursors.items()}
        count = len(self.pairs)
        try:
            self.execute(step.body)
        except (Mismatch, Refused):
            for name, position in saved.items():
                self.cursors[name].restore(position)
            del self.pairs[count:]
            self.execute(step.instead)

    def unclear(self, step: Unclear) -> None:
        """Meet a step not understood: allowed only where the writer has one too."""
        token = self.cursors[step.stream].peek() if step.stream in self.cursors else None
        if token is None or token.kind != "unclear":
            raise Unreadable(step.text)
        self.cursors[step.stream].take()

    def repeat(self, step: Repeat) -> None:
        """Do a loop against the writer's loop, or as often as its count says."""
        stream, item = _first_read(step.body)
        if step.count is not None:
            self.loop(self.value(step.count), stream, lambda: self._round(step), item)
        else:
            self._while(step, stream, item)

    def _round(self, step: Repeat) -> None:
        """Do one round of a loop that may stand for any of them: which one it is, is not known."""
        if step.index:
            self.env.pop(self.name(step.index), None)
        self.iteration(step.body)

    def loop(self, count: Term, stream: str | None, body: Callable[[], object], item: Item | None) -> None:
        """Do `body` `count` times: once where the writer has a loop of that number, whatever it is."""
        if count == FALSE:
            return
        if stream is None or stream not in self.cursors:
            body()
            return
        cursor = self.cursors[stream]
        token = _loop_token(cursor)
        if token is not None and token.kind == "loop":
            if (
                _differ(token.value, count)
                or self._may_differ(token.value, count)
                or self._may_differ(count, token.value)
            ):
                raise Mismatch("misread", token, item)
            self._one_round(cursor, token, body, item)
            return
        number = whole(count)
        if number is not None and 0 < number <= MOST_UNROLLED:
            for _ in range(number):
                body()
            return
        empty = operate("==", (count, FALSE))  # a value is in the writer's words: nothing of ours is put in
        if self.oracle.known_to_be(empty):
            return
        for _ in range(MANY if self.oracle.written_only(empty) else 1):
            body()  # how many there are is the writer's choice: a reader must be right for any number

    def _may_differ(self, count: Term | None, fixed: Term | None) -> bool:
        """Tell whether one number of elements is fixed and the other is a value on the wire, which may be any."""
        return (
            isinstance(fixed, Const)
            and count is not None
            and self.oracle.written_only(operate("==", (count, FALSE)))
        )

    def _one_round(
        self, cursor: TokenCursor, token: Token, body: Callable[[], object], item: Item | None
    ) -> None:
        """Run the reader's body over the writer's: both must end together."""
        cursor.take()
        cursor.stack.append((token.body if token.body is not None else [], 0))
        depth = len(cursor.stack)
        frames, cursor.frames = cursor.frames, []
        body()
        self.pass_empty(cursor)
        rest = cursor.peek()
        if len(cursor.stack) == depth:
            if rest is not None:
                raise Mismatch("leftover", rest, item)  # an element is longer than the reader takes it to be
            cursor.stack.pop()
        cursor.frames = frames

    def _while(self, step: Repeat, stream: str | None, item: Item | None) -> None:
        """Do a loop that ends by a test: against the writer's loops where there are any."""
        test = step.test if step.test is not None else TRUE
        if stream is None or stream not in self.cursors:
            self.iteration(step.body)
            return
        cursor = self.cursors[stream]
        for _ in range(MOST_ROUNDS):
            token = _loop_token(cursor)
            if token is not None and token.kind == "loop":
                self._one_round(cursor, token, lambda: self._round(step), item)
                again = self.value(test)
                if not isinstance(again, Const) or not again.value:
                    return  # the writer's loop was the whole of it, unless something is known to remain
            elif not self.decide(test) or not self.iteration(step.body):
                return
        raise Unreadable("a loop without a bound")


def _loop_token(cursor: TokenCursor) -> Token | None:
    """Return the token at the position, a counted type without its own prefix taken apart."""
    token = cursor.peek()
    while (
        token is not None
        and token.kind == "value"
        and (isinstance(token.type, Array) or (isinstance(token.type, Seq) and token.type.prefix is None))
    ):
        cursor.put(expand(token) or [])
        token = cursor.peek()
    return token


def _first_read(body: Program) -> tuple[str | None, Item | None]:
    """Return the stream that a body reads from, and the first item that it reads."""
    steps = walk(body)
    first = next((step for step in steps if isinstance(step, Item | Open | Skip | Unclear)), None)
    item = next((step for step in steps if isinstance(step, Item)), None)
    return None if first is None else first.stream, item


def _guards_refusal(step: When) -> bool:
    return any(way and isinstance(way[0], Refuse) for way in (step.then, step.otherwise))


def _differ(left: Term | None, right: Term) -> bool:
    return isinstance(left, Const) and isinstance(right, Const) and left.value != right.value
