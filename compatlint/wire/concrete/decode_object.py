"""A decoder's program run over real bytes.

What they hold, and whether the program understands all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from compatlint.wire.concrete.cursor import Overread
from compatlint.wire.concrete.decoder import begin
from compatlint.wire.concrete.decoding import settled
from compatlint.wire.concrete.memory import StoredValues
from compatlint.wire.ir.steps import Codec
from compatlint.wire.machine.interpreter import Programs
from compatlint.wire.machine.interrupts import Refused, Unreadable

OUTCOMES = ("exact", "dropped", "overread", "leftover", "refused", "unread")
WRONG = ("overread", "leftover", "refused")


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of one object: `outcome` is one of OUTCOMES, `held` what was read until then.

    `versions` are those of the frames on the way, `met` the structures that were taken apart.
    """

    outcome: str
    reason: str = ""
    held: StoredValues = field(default_factory=dict)
    consumed: int = 0
    size: int = 0
    versions: tuple[int, ...] = ()
    met: frozenset[str] = frozenset()


def replay(
    codec: Codec,
    content: bytes,
    programs: Programs,
    header: tuple[int, int] | None = None,
    beside: Mapping[str, bytes] | None = None,
    *,
    keep_dead: bool = True,
) -> Replay:
    """Decode `content` with a codec.

    `header` is the (version, oldest reader) that a message's header carried, `beside` its other streams by
    name. `keep_dead`: what the decoder throws away is held, too.
    """
    if codec.decoder is None:
        return Replay("unread", "no decoder found", size=len(content))
    decoding = begin(programs, content, header, beside, keep_dead=keep_dead)
    outcome, reason = "exact", ""
    try:
        decoding.execution.run(decoding, codec.decoder)
    except Overread as wrong:
        outcome, reason = "overread", str(wrong)
    except Refused as refused:
        outcome, reason = "refused", refused.text
    except Unreadable as unclear:
        outcome, reason = "unread", str(unclear)
    except RecursionError:
        outcome, reason = "unread", "nested too deeply"
    here = decoding.values.here
    stream = here.streams[""]
    if outcome == "exact" and stream.remaining:
        outcome, reason = "leftover", f"{stream.remaining} of {len(content)} bytes remain"
    if outcome == "exact" and decoding.dropped:
        outcome, reason = "dropped", decoding.dropped[0]
    versions, met = tuple(decoding.versions), frozenset(decoding.met)
    return Replay(outcome, reason, settled(here), stream.at, len(content), versions, met)


__all__ = ["OUTCOMES", "WRONG", "Replay", "replay"]
