"""One release against itself: it must decode what it encodes."""

from __future__ import annotations

from compatlint.check.positional.compare import CodecComparison, disagreement
from compatlint.check.positional.feasibility import Own, Side, at_once, explain, own_meeting, possible
from compatlint.check.positional.queries import plainly_read, understood
from compatlint.wire.ir.steps import Codec
from compatlint.wire.machine.interpreter import Programs


def check_itself(
    codec: Codec, programs: Programs, features: frozenset[str] | None = None, own_worlds: Own = own_meeting
) -> CodecComparison:
    """Return the codec's own disagreement, or why it cannot be told whether there is one."""
    reason = understood(codec)
    side = Side(codec, programs, features)
    meeting = own_worlds(side, None)
    if meeting.unread:
        return CodecComparison(unread=meeting.unread)
    failed = [run for run in meeting.failed if possible(run, side, side)]
    if not failed:
        return CodecComparison(unread=reason)
    if reason or not plainly_read(codec):
        return CodecComparison(
            unread=reason or f"encoder and decoder do not fit as read: {explain(failed[0])}"
        )
    # What is written for peers without a feature that the release itself announces is for older decoders than
    # its own.
    own = next((run for run in failed if at_once(run, side, side)), None)
    if own is None:
        return CodecComparison(
            unread=f"does not read what it writes for peers without its features: {explain(failed[0])}"
        )
    return CodecComparison((disagreement(codec, own),))
