"""Ceph's encodings: encode and decode functions in C++, in all the spellings that the project has used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from compatlint.notations.ceph.wants import wants
from compatlint.notations.notation import ContentCache, Positional

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


NOTATION: Final = Positional("ceph", wants, _reading, _MessageEnvelope(), promise="ceph")
