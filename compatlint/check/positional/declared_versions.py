"""The version that a decoder says it knows, against the one that its own encoder writes.

Nothing breaks while the oldest reader that frames admit stays low. A decoder that is behind makes its release
refuse its own bytes once somebody raises that; one that is ahead admits bytes of a later release that it will
misread.
"""

from __future__ import annotations

from compatlint.check.positional.feasibility import Cause
from compatlint.check.positional.meet import Worlds
from compatlint.vocabulary import Change, Direction, Outcome
from compatlint.wire.ir.steps import Codec, Open, walk
from compatlint.wire.ir.terms import whole


def declared(old: Codec, new: Codec, own_old: Worlds, own_new: Worlds) -> list[Cause]:
    """Return that the newer release's decoder fell behind its encoder, or ran ahead of it, in this range.

    `own_old` and `own_new` are the meetings of each release with itself.
    """
    before, after = _numbers(old, own_old), _numbers(new, own_new)
    if after is None or before is None:
        return []
    (wrote, knew), (writes, knows) = before, after
    if knows < writes and writes > wrote:
        return [_cause(new, own_new, Outcome.REFUSED, Change.DECLARED_BEHIND, knows)]
    if knows > writes and (knows > knew or writes < wrote):
        return [_cause(new, own_new, Outcome.MISREAD, Change.DECLARED_AHEAD, knows)]
    return []


def _numbers(codec: Codec, own: Worlds) -> tuple[int, int] | None:
    """Return the highest version that a release writes and the one that its decoder declares."""
    opened = next((step for step in walk(codec.decoder or ()) if isinstance(step, Open)), None)
    if codec.message or opened is None or opened.known is None:
        return None
    frames = [run.tokens[0] for run in own.runs if run.tokens and run.tokens[0].kind == "open"]
    written = [number for frame in frames if (number := whole(frame.version)) is not None]
    known = whole(opened.known)
    return (max(written), known) if written and known is not None else None


def _cause(codec: Codec, own: Worlds, outcome: Outcome, change: Change, known: int) -> Cause:
    span = codec.decoder_span or codec.span
    run = max(own.runs, key=lambda each: whole(each.tokens[0].version) or 0 if each.tokens else 0)
    note = f"the decoder declares version {known}"
    return Cause(
        outcome, change, "", span.line, span.path, (Direction.SELF,), {Direction.SELF: run}, True, note=note
    )
