"""One release against itself: it must decode what it encodes."""

from __future__ import annotations

from compatlint.check.confront import Cause, Confrontation, explain, understood
from compatlint.check.decode import meet
from compatlint.check.facts import Change
from compatlint.check.findings import Direction, Outcome
from compatlint.wire.machine import Programs
from compatlint.wire.steps import Codec, Enter, Item, Skip, Splice, Try, walk
from compatlint.wire.terms import Opaque, Op, Term
from compatlint.wire.types import Blob


def alone(codec: Codec, programs: Programs) -> Confrontation:
    """Return the codec's own disagreement, or why it cannot be told whether there is one."""
    reason = understood(codec)
    meeting = meet(codec, codec, programs, programs)
    if meeting.unread:
        return Confrontation(unread=meeting.unread)
    if not meeting.failed:
        return Confrontation(unread=reason)
    run = meeting.failed[0]
    if reason or not plainly_read(codec):
        return Confrontation(unread=reason or f"encoder and decoder do not fit as read: {explain(run)}")
    span = codec.encoder_span or codec.span
    token = run.token
    name = token.name if token is not None and token.name else run.item_name
    line, path = (token.line, token.path) if token is not None and token.line and token.path else (span.line, span.path)
    cause = Cause(Outcome(run.outcome), Change.NONE, name, line, path, (Direction.SELF,), {Direction.SELF: run}, note=explain(run))
    return Confrontation([cause])


def plainly_read(codec: Codec) -> bool:
    """Tell whether a codec's programs hold nothing but typed values, frames and tests that are fully understood.

    Only then is a disagreement taken for the code's fault and not for ours.
    """
    for program in (codec.encoder, codec.decoder):
        for step in walk(program or ()):
            if isinstance(step, Enter | Splice | Try | Skip) or (isinstance(step, Item) and (step.content is not None or step.type == Blob(0) or step.stream)):
                return False
            test = getattr(step, "test", None)
            if test is not None and _opaque(test):
                return False
    return True


def _opaque(term: Term) -> bool:
    if isinstance(term, Opaque):
        return True
    return isinstance(term, Op) and any(_opaque(each) for each in term.args)
