"""Whether a failure is the release's or ours: what was not surely read rightly is unread, never wrong.

A decoder that stumbles over real bytes is either broken or was misread. It is believed to be broken only
where the same release is understood to decode what it encodes, in every structure on the way, and nothing in
them was left unclear.
"""

from __future__ import annotations

from compatlint.check.positional.queries import parts, understood
from compatlint.check.positional.self_check import alone
from compatlint.notations.notation import CodecSource
from compatlint.wire.concrete.decode_object import WRONG, Replay
from compatlint.wire.ir.steps import Codec, walk
from compatlint.wire.ir.terms import Opaque, Term


class Trust:
    """Remembers for each codec of a release why its programs may be misread; "" where they are believed."""

    def __init__(self, release: CodecSource) -> None:
        self.release = release
        self._doubts: dict[str, str] = {}

    def weigh(self, codec: Codec, found: Replay) -> Replay:
        """Return what is found, or unread if the programs on the way may be misread."""
        if found.outcome not in WRONG:
            return found
        for each in (codec, *(self.release.codec(name) for name in sorted(found.met))):
            doubt = self.doubt(each) if each is not None else "no codec found"
            if doubt:
                name = each.name if each is not None else "?"
                reason = f"the program does not fit these bytes ({found.outcome}: {found.reason}), and {name} is not clear: {doubt}"
                return Replay(
                    "unread", reason, found.held, found.consumed, found.size, found.versions, found.met
                )
        return found

    def doubt(self, codec: Codec) -> str:
        """Return why a codec's programs may be misread."""
        if codec.name not in self._doubts:
            self._doubts[codec.name] = self._doubt(codec)
        return self._doubts[codec.name]

    def _doubt(self, codec: Codec) -> str:
        reason = understood(codec) or _unclear(codec)
        if reason:
            return reason
        result = alone(codec, self.release.codec, self.release.features())
        return result.unread or "; ".join(
            cause.note or f"{cause.outcome} of {cause.item}" for cause in result.causes
        )


def _unclear(codec: Codec) -> str:
    """Return the first term in a decoder that was not understood and may matter."""
    for step in walk(codec.decoder or ()):
        for name in ("test", "count", "value"):
            term = getattr(step, name, None)
            if term is not None:
                unclear = _opaque(term)
                if unclear:
                    return f"{unclear} is not understood"
    return ""


def _opaque(term: Term) -> str:
    return next(
        (part.text for part in parts(term) if isinstance(part, Opaque) and part.text != "the rest"), ""
    )
