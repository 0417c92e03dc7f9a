"""Codes: values that say which layout follows, and the worlds in which one is none that its writer has a name for.

A choice among codes that ends in doing nothing is closed: nobody writes a code without a name. A reader that
gives up on such a code loses nothing, and one that steps over it has understood nothing.
"""

from __future__ import annotations

from compatlint.check.positional.meet import Run
from compatlint.vocabulary import Outcome
from compatlint.wire.ir.steps import Codec, Item, Program, When, walk
from compatlint.wire.ir.terms import Const, Op, Term, Var
from compatlint.wire.machine.interpreter import Programs
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.machine.paths import Oracle, explore
from compatlint.wire.symbolic.writer import write_tokens

WORLDS = 64


def closed_choices(program: Program) -> dict[Term, frozenset[object]]:
    """Return the values that closed choices of a program depend on, each with the codes that it names.

    Two at least.
    """
    found: dict[Term, frozenset[object]] = {}
    for step in walk(program):
        if isinstance(step, When):
            subject, codes = _chain(step)
            if subject is not None and len(codes) > 1:
                found.setdefault(subject, codes)
    return found


def _chain(first: When) -> tuple[Term | None, frozenset[object]]:
    """Return what a chain of tests compares and with which codes, (None, none) if it is no closed choice."""
    subject, codes = None, frozenset[object]()
    step: When | None = first
    rest: Program = ()
    while step is not None:
        other, more = _compared(step.test)
        if other is None or (subject is not None and other != subject):
            break
        subject, codes, rest = other, codes | more, step.otherwise
        step = rest[0] if len(rest) == 1 and isinstance(rest[0], When) else None
    return (None, frozenset()) if any(isinstance(each, Item) for each in walk(rest)) else (subject, codes)


def _compared(test: Term) -> tuple[Term | None, frozenset[object]]:
    """Return the value and the codes of `value is a` or `value is a or b`."""
    match test:
        case Op("==", (Var() as subject, Const(code))):
            return subject, frozenset((code,))
        case Op("||", (left, right)):
            (one, some), (other, more) = _compared(left), _compared(right)
            return (one, some | more) if one == other else (None, frozenset())
        case _:
            return None, frozenset()


def nameless(run: Run, program: Program | None) -> bool:
    """Tell whether a reader gives up on a code that `program`, which left the bytes, has no name for.

    Zero must be one of those that it names: where it is not, it may well be written, for nothing at all.
    """
    return run.outcome is Outcome.REFUSED and any(0 in codes for codes in _denied(run, program))


def given_up(run: Run, codec: Codec, programs: Programs) -> bool:
    """Tell whether a world of a decoder is of a code without a name that the encoder gives up on, too.

    Nobody wrote it.
    """
    return bool(_denied(run, codec.decoder)) and not _writes(run, codec, programs)


def _denied(run: Run, program: Program | None) -> list[frozenset[object]]:
    """Return the codes of the closed choices of which a world is none."""
    answers = dict(run.world.answers)
    return [
        codes
        for subject, codes in closed_choices(program or ()).items()
        if all(answers.get(Op("==", (subject, Const(code)))) is False for code in codes)  # type: ignore[arg-type]  # of a Const
    ]


def _writes(run: Run, codec: Codec, programs: Programs) -> bool:
    """Tell whether an encoder writes anything where all values are as in a world."""

    def write(oracle: Oracle) -> bool:
        for test, answer in run.world.answers:
            oracle.learn(test, answer)
        encoder, names = codec.encoder or (), codec.conventions
        return write_tokens(encoder, oracle, programs, conventions=names) is not None

    try:
        return any(explore(write, WORLDS, default=True, full=WORLDS))
    except Unreadable:
        return True
