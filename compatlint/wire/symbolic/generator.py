"""A decoder turned writer: the bytes that it would accept, as one version of its frame.

What old code could read tells what older code wrote, even where no writer of that is at hand.
"""

from __future__ import annotations

from typing import Final

from compatlint.wire.ir.conventions import NO_CONVENTIONS, Conventions
from compatlint.wire.ir.steps import Close, Enter, Item, Open, Program, Seek, Skip, Try
from compatlint.wire.ir.terms import FALSE, Const, Term, Var, whole
from compatlint.wire.ir.types import RAW
from compatlint.wire.machine.environment import Environment
from compatlint.wire.machine.interpreter import Actions, Execution, Programs
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.machine.paths import Oracle
from compatlint.wire.symbolic import writer
from compatlint.wire.symbolic.tokens import Token
from compatlint.wire.symbolic.writing import NoPositions, TokenWriting, emit


def imagine_tokens(
    program: Program,
    version: int,
    oracle: Oracle,
    programs: Programs,
    inline: frozenset[str] = frozenset(),
    conventions: Conventions = NO_CONVENTIONS,
) -> list[Token] | None:
    """Return what a decoder would accept as a version in the world of an oracle, None where it gives up.

    Raises Unreadable where a step is not understood, or cannot be turned around.
    """
    # Whatever may follow does: that it was once left out is known of no writer.
    environment = Environment(oracle, NoPositions(FALSE), conventions.outside)
    writing = TokenWriting(Execution(_ACTIONS), environment, programs, inline, version)
    return writer.written(writing, program)


def _item(writing: TokenWriting, step: Item) -> None:
    """Leave what would be read."""
    name = writing.values.name(step.name)
    token = Token(
        "value",
        name,
        step.type,
        Var(name),
        None,
        step.line,
        step.path,
        step.spelling,
        step.dead,
        imagined=True,
    )
    writing.values.known.pop(name, None)
    writing.sources[name] = token
    emit(writing, token, step.stream)


def _open(writing: TokenWriting, step: Open) -> None:
    """Begin a frame: the outermost one is of the version at hand, inner ones of that which the reader knows."""
    outermost = not writing.frames
    known = writing.values.value(step.known) if step.known is not None else Const(1)
    version: Term = Const(writing.version) if outermost else known
    header = step.header_at(whole(version) or 0)
    token = Token("open", line=step.line, path=step.path, version=version, oldest=Const(1), header=header)
    writing.values.assign_frame(step, version, Const(1))
    writing.frames.append((token, step))
    writing.out(step.stream).append(token)


def _close(writing: TokenWriting, step: Close) -> None:
    token, _ = writer.innermost(writing)
    writing.out(step.stream).append(Token("close", line=step.line, header=token.header))


def _skip(writing: TokenWriting, step: Skip) -> None:
    """Leave bytes that are skipped."""
    count = writing.values.value(step.count)
    writing.out(step.stream).append(Token("value", "(skipped)", RAW, count, None, step.line, dead=True))


def _seek(_writing: TokenWriting, _step: Seek) -> None:
    """Give up: a second look at the same bytes cannot be turned into a writer."""
    raise Unreadable("a decoder that goes back")


def _enter(writing: TokenWriting, step: Enter) -> None:
    """Give a value read before the contents that are read from it."""
    token = writing.sources.get(writing.values.name(step.source))
    body = writing.out(step.stream)
    if token is not None:
        token.body = body


def _attempt(_writing: TokenWriting, _step: Try) -> None:
    """Give up: several layouts of one version cannot be turned into a writer."""
    raise Unreadable("a decoder that tries layouts")


_ACTIONS: Final[Actions] = {
    **writer.ACTIONS,
    Item: _item,
    Open: _open,
    Close: _close,
    Skip: _skip,
    Seek: _seek,
    Enter: _enter,
    Try: _attempt,
}

__all__ = ["imagine_tokens"]
