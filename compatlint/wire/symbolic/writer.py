"""The symbolic writer: an encoder's program to the tokens that it leaves on the wire, one world at a time."""

from __future__ import annotations

from typing import Final

from compatlint.wire.ir.conventions import NO_CONVENTIONS, Conventions
from compatlint.wire.ir.steps import OUTSIDE, Close, Item, Open, Program, Repeat, Splice, Unclear
from compatlint.wire.ir.terms import FALSE, Const, Op, Opaque, StreamPosition, Term, Var, whole
from compatlint.wire.ir.types import RAW
from compatlint.wire.machine.environment import Environment
from compatlint.wire.machine.interpreter import COMMON, Actions, Execution, Programs
from compatlint.wire.machine.interrupts import Refused, Unreadable
from compatlint.wire.machine.paths import Oracle
from compatlint.wire.symbolic.tokens import Token
from compatlint.wire.symbolic.writing import AT_END, NoPositions, TokenWriting, emit, settle


def write_tokens(
    program: Program,
    oracle: Oracle,
    programs: Programs,
    inline: frozenset[str] = frozenset(),
    conventions: Conventions = NO_CONVENTIONS,
) -> list[Token] | None:
    """Return what an encoder writes in the world of an oracle, None where it gives up.

    Raises Unreadable where a step is not understood.
    """
    environment = Environment(oracle, NoPositions(AT_END), conventions.outside)
    writing = TokenWriting(Execution(ACTIONS), environment, programs, inline)
    return written(writing, program)


def written(writing: TokenWriting, program: Program) -> list[Token] | None:
    """Return what a program leaves on its own stream, None where it gives up."""
    try:
        writing.execution.run(writing, program)
    except Refused:
        return None
    return writing.streams[""]


def _item(writing: TokenWriting, step: Item) -> None:
    """Write a value, or the bytes of a buffer."""
    name, value, content = writing.values.name(step.name), _value(writing, step), None
    dead = step.dead or isinstance(value, Const)
    if step.content is not None:
        value, content = Var(name), writing.out(step.content)
        if step.type == RAW:
            writing.out(step.stream).extend(content)
            return
    token = Token("value", name, step.type, value, content, step.line, step.path, step.spelling, dead)
    emit(writing, token, step.stream)


def _value(writing: TokenWriting, step: Item) -> Term | None:
    """Return what is written, as far as it is known."""
    if step.value is None:
        return None
    value = _chosen(writing, writing.values.value(step.value))
    return Opaque(step.name) if isinstance(value, StreamPosition) else value


def _chosen(writing: TokenWriting, value: Term) -> Term:
    """Return the number written where it is one of two.

    A code for what follows, so each is a world of its own.
    """
    while (
        isinstance(value, Op)
        and value.name == "cond"
        and all(isinstance(each, Const) or each == value.args[2] for each in value.args[1:])
    ):
        value = value.args[1] if writing.values.oracle.decide(value.args[0]) else value.args[2]
    return value


def _repeat(writing: TokenWriting, step: Repeat) -> None:
    """Write the body once, as a loop."""
    count = writing.values.value(step.count) if step.count is not None else None
    if count == FALSE:
        return
    if step.test is not None and count is None and writing.values.value(step.test) == FALSE:
        return
    before = {name: len(tokens) for name, tokens in writing.streams.items()}
    if step.index:
        writing.values.forget(step.index)
    writing.execution.iteration(writing, step.body)
    for name, tokens in writing.streams.items():
        start = before.get(name, 0)
        if len(tokens) > start:
            body = tokens[start:]
            del tokens[start:]
            tokens.append(Token("loop", step.over, None, count, body, step.line))


def _open(writing: TokenWriting, step: Open) -> None:
    """Begin a frame with the version and the oldest reader of this world."""
    values = writing.values
    version, oldest = (settle(writing, values.value(each)) for each in (step.version, step.oldest))
    number = whole(version)
    header = step.header if number is None else step.header_at(number)
    token = Token("open", line=step.line, path=step.path, version=version, oldest=oldest, header=header)
    values.assign_frame(step, version, oldest)
    writing.frames.append((token, step))
    writing.out(step.stream).append(token)


def _close(writing: TokenWriting, step: Close) -> None:
    """End the innermost frame; a version outside the bytes is what the encoder left in its variable."""
    token, begun = innermost(writing)
    if token.header == OUTSIDE:
        token.version = settle(writing, writing.values.value(Var(begun.var)))
        token.oldest = settle(writing, writing.values.value(Var(begun.oldest_var)))
    if step.oldest is not None:
        token.oldest = writing.values.value(step.oldest)
    writing.out(step.stream).append(Token("close", line=step.line, header=token.header))
    if token.header == OUTSIDE:
        _beside(writing, step.stream)


def innermost(writing: TokenWriting) -> tuple[Token, Open]:
    """Take the innermost frame off those that have begun."""
    if not writing.frames:
        raise Unreadable("a frame ends that did not begin")
    return writing.frames.pop()


def _beside(writing: TokenWriting, stream: str) -> None:
    """Leave what a message carries beside its payload, each as a stream of its own."""
    for name, tokens in list(writing.streams.items()):
        if name != stream and "~" not in name and tokens:
            writing.out(stream).append(Token("stream", name, body=tokens))


def _splice(writing: TokenWriting, step: Splice) -> None:
    """Append the tokens of one stream to another."""
    writing.out(step.stream).extend(writing.out(step.source))


def _unclear(writing: TokenWriting, step: Unclear) -> None:
    """Leave a token that only the same text matches."""
    writing.out(step.stream).append(Token("unclear", step.text, line=step.line))


ACTIONS: Final[Actions] = {
    **COMMON,
    Item: _item,
    Repeat: _repeat,
    Open: _open,
    Close: _close,
    Splice: _splice,
    Unclear: _unclear,
}

__all__ = ["ACTIONS", "innermost", "write_tokens", "written"]
