"""Loops, tests and tries of a symbolic reader: they go where the writer's tokens lead.

In: the bodies of loops as functions. Out: a loop of the reader's paired with one of the writer's, round for
round, or done as often as its count says; both must end together.
"""

from __future__ import annotations

from collections.abc import Callable

from compatlint.vocabulary import Outcome
from compatlint.wire.ir.steps import Item, Open, Program, Refuse, Repeat, Skip, Try, Unclear, When, walk
from compatlint.wire.ir.terms import FALSE, TRUE, AtEnd, Const, Op, Term, operate, whole
from compatlint.wire.ir.types import Array, Seq
from compatlint.wire.machine.interrupts import Refused, Unreadable
from compatlint.wire.symbolic.reader.cursor import TokenCursor
from compatlint.wire.symbolic.reader.found import NOTHING, Mismatch
from compatlint.wire.symbolic.reader.reading import TokenReading
from compatlint.wire.symbolic.tokens import Token, expand

MANY = 16  # elements where the number is no loop's of the writer: more than would fit by chance
MOST_UNROLLED = 256
MOST_ROUNDS = 64


def when(reading: TokenReading, step: When) -> None:
    """Take one of two ways.

    A test that only guards giving up is a check of what is sane, which a sane writer passes.
    """
    oracle = reading.values.oracle
    guarded = oracle.reading and _guards_refusal(step)
    oracle.reading = oracle.reading and not guarded
    try:
        taken = step.then if reading.values.decide(step.test) else step.otherwise
    finally:
        oracle.reading = oracle.reading or guarded
    if guarded:
        _nothing_follows(reading, step.test, taken)
    reading.execution.execute(reading, taken)


def _nothing_follows(reading: TokenReading, test: Term, taken: Program) -> None:
    """Find what is left where the reader gives up just because it is not at the end."""
    asked = test.args[0] if isinstance(test, Op) and test.name == "!" else test
    if not (
        taken
        and isinstance(taken[0], Refuse)
        and isinstance(asked, AtEnd)
        and asked.stream in reading.streams.cursors
    ):
        return
    rest = reading.streams.cursors[asked.stream].rest()
    if rest is not None:
        raise Mismatch(Outcome.LEFTOVER, rest, None, NOTHING)


def attempt(reading: TokenReading, step: Try) -> None:
    """Try one layout; what it cannot read, the other reads."""
    saved = {name: cursor.save() for name, cursor in reading.streams.cursors.items()}
    count = len(reading.pairs)
    try:
        reading.execution.execute(reading, step.body)
    except (Mismatch, Refused):
        for name, position in saved.items():
            reading.streams.cursors[name].restore(position)
        del reading.pairs[count:]
        reading.execution.execute(reading, step.instead)


def unclear(reading: TokenReading, step: Unclear) -> None:
    """Meet a step not understood: allowed only where the writer has one too."""
    token = reading.streams.cursors[step.stream].peek() if step.stream in reading.streams.cursors else None
    if token is None or token.kind != "unclear":
        raise Unreadable(step.text)
    reading.streams.cursors[step.stream].take()


def repeat(reading: TokenReading, step: Repeat) -> None:
    """Do a loop against the writer's loop, or as often as its count says."""
    stream, item = _first_read(step.body)
    if step.count is not None:
        loop(reading, reading.values.value(step.count), stream, lambda: _round(reading, step), item)
    else:
        _while(reading, step, stream, item)


def _round(reading: TokenReading, step: Repeat) -> None:
    """Do one round of a loop that may stand for any of them: which one it is, is not known."""
    if step.index:
        reading.values.forget(step.index)
    reading.execution.iteration(reading, step.body)


def loop(
    reading: TokenReading, count: Term, stream: str | None, body: Callable[[], object], item: Item | None
) -> None:
    """Do `body` `count` times: once where the writer has a loop of that number, whatever it is."""
    if count == FALSE:
        return
    if stream is None or stream not in reading.streams.cursors:
        body()
        return
    cursor = reading.streams.cursors[stream]
    token = _loop_token(cursor)
    if token is not None and token.kind == "loop":
        if (
            _differ(token.value, count)
            or _may_differ(reading, token.value, count)
            or _may_differ(reading, count, token.value)
        ):
            raise Mismatch(Outcome.MISREAD, token, item)
        _one_round(reading, cursor, token, body, item)
        return
    number = whole(count)
    if number is not None and 0 < number <= MOST_UNROLLED:
        for _ in range(number):
            body()
        return
    empty = operate("==", (count, FALSE))  # a value is in the writer's words: nothing of ours is put in
    if reading.values.oracle.known_to_be(empty):
        return
    for _ in range(MANY if reading.values.oracle.written_only(empty) else 1):
        body()  # how many there are is the writer's choice: a reader must be right for any number


def _may_differ(reading: TokenReading, count: Term | None, fixed: Term | None) -> bool:
    """Tell whether one number of elements is fixed and the other is a value on the wire, which may be any."""
    return (
        isinstance(fixed, Const)
        and count is not None
        and reading.values.oracle.written_only(operate("==", (count, FALSE)))
    )


def _one_round(
    reading: TokenReading, cursor: TokenCursor, token: Token, body: Callable[[], object], item: Item | None
) -> None:
    """Run the reader's body over the writer's: both must end together."""
    cursor.take()
    cursor.stack.append((token.body if token.body is not None else [], 0))
    depth = len(cursor.stack)
    frames, cursor.frames = cursor.frames, []
    body()
    reading.pass_empty(cursor)
    rest = cursor.peek()
    if len(cursor.stack) == depth:
        if rest is not None:
            raise Mismatch(
                Outcome.LEFTOVER, rest, item
            )  # an element is longer than the reader takes it to be
        cursor.stack.pop()
    cursor.frames = frames


def _while(reading: TokenReading, step: Repeat, stream: str | None, item: Item | None) -> None:
    """Do a loop that ends by a test: against the writer's loops where there are any."""
    test = step.test if step.test is not None else TRUE
    if stream is None or stream not in reading.streams.cursors:
        reading.execution.iteration(reading, step.body)
        return
    cursor = reading.streams.cursors[stream]
    for _ in range(MOST_ROUNDS):
        token = _loop_token(cursor)
        if token is not None and token.kind == "loop":
            _one_round(reading, cursor, token, lambda: _round(reading, step), item)
            again = reading.values.value(test)
            if not isinstance(again, Const) or not again.value:
                return  # the writer's loop was the whole of it, unless something is known to remain
        elif not reading.values.decide(test) or not reading.execution.iteration(reading, step.body):
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
