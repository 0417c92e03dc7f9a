"""Ceph's encodings: encode and decode functions in C++, in all the spellings that the project has used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from compatlint.notations.ceph.wants import wants
from compatlint.notations.notation import ContentCache, Marks, Positional

if TYPE_CHECKING:
    from compatlint.notations.ceph.reading import CephReading
    from compatlint.sources.release import Read

__all__ = ["NOTATION"]


def _reading(read: Read, cache: ContentCache | None) -> CephReading:
    from compatlint.notations.ceph.reading import CephReading

    return CephReading(read, cache)


class _MessageEnvelope:
    """Messages as `encode_message` writes them; see `message_envelope`."""

    def open(self, content: bytes) -> tuple[bytes, tuple[int, int], dict[str, bytes]] | None:
        """Return (payload, (version, oldest reader), other streams); None if the bytes are no whole message."""
        from compatlint.notations.ceph.message_envelope import open_envelope

        found = open_envelope(content)
        return None if found is None else (found.payload, (found.version, found.oldest), found.beside)

    def seal(
        self, content: bytes, payload: bytes, beside: dict[str, bytes], version: int, oldest: int
    ) -> bytes:
        """Return a message's bytes with other streams and versions in it."""
        from compatlint.notations.ceph.message_envelope import seal

        return seal(content, payload, beside, version, oldest)


_MARKS: Final = Marks(
    re.compile(
        rb"\b(?:ENCODE_START|DECODE_START\w*|WRITE_(?:CLASS|RAW|EQ_OPERATORS)_\w+|DENC\w*|bufferlist|encode_payload)\b"
        rb"|\b(?:buffer::list|ceph::encode|ceph::decode)\b"
    ),
    (b"bufferlist", b"CODE_START", b"DENC", b"WRITE_", b"buffer::list", b"encode_payload", b"ceph::"),
)
NOTATION: Final = Positional("ceph", wants, _reading, _MARKS, _MessageEnvelope(), promise="ceph")
