"""Decide whether a failure is the release's fault or ours: in doubt the object is unread, never wrong.

A decoder that fails on real bytes is either broken, or compatlint misread it. It counts as broken only if, in
every structure on the way, the release decodes what it encodes and every term was understood.
"""

from __future__ import annotations

from compatlint.check.positional.queries import parts, understood
from compatlint.check.positional.self_check import check_itself
from compatlint.notations.notation import CodecSource
from compatlint.wire.concrete.decode_object import WRONG, Replay
from compatlint.wire.ir.steps import Codec, walk
from compatlint.wire.ir.terms import Opaque, Term


class Trust:
    """Remembers for each codec of a release why its programs may be misread, "" if there is no doubt."""

    def __init__(self, release: CodecSource) -> None:
        self.release = release
        self._doubts: dict[str, str] = {}

    def weigh(self, codec: Codec, found: Replay) -> Replay:
        """Return the outcome, or `unread` if one of the programs involved may be misread."""
        if found.outcome not in WRONG:
            return found
        for each in (codec, *(self.release.codec(name) for name in sorted(found.met))):
            doubt = self.doubt(each) if each is not None else "no codec found"
            if doubt:
                name = each.name if each is not None else "?"
                failed = f"the program does not fit these bytes ({found.outcome}: {found.reason})"
                reason = f"{failed}, and {name} is not clear: {doubt}"
                return Replay(
                    "unread", reason, found.held, found.consumed, found.size, found.versions, found.met
                )
        return found

    def doubt(self, codec: Codec) -> str:
        """Return why the programs of a codec may be misread, "" if there is no doubt."""
        if codec.name not in self._doubts:
            self._doubts[codec.name] = self._doubt(codec)
        return self._doubts[codec.name]

    def _doubt(self, codec: Codec) -> str:
        reason = understood(codec) or _unclear(codec)
        if reason:
            return reason
        result = check_itself(codec, self.release.codec, self.release.features())
        return result.unread or "; ".join(
            cause.note or f"{cause.outcome} of {cause.item}" for cause in result.causes
        )


def _unclear(codec: Codec) -> str:
    """Return a sentence about the first term of a decoder that was not understood, "" if there is none."""
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
