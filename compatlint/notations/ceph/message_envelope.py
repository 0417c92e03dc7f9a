"""A whole message as one run of bytes: header, footer, payload, middle and data.

Source: encode_message in src/msg/Message.cc, ceph_msg_header and ceph_msg_footer_old in src/include/msgr.h of
Ceph.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

# seq 8, tid 8, type 2, priority 2, version 2, three lengths 4 each, data_off 2, src 9, compat_version 2,
# reserved 2, crc 4
HEADER = 53
FOOTER = 13  # three checksums 4 each, flags 1
_VERSION, _OLDEST = 20, 45


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """What a message's header says of its payload, and the three streams."""

    version: int
    oldest: int
    payload: bytes
    beside: dict[str, bytes]


def open_envelope(content: bytes) -> OpenedMessage | None:
    """Return a message taken apart; None if the bytes are no whole message."""
    if len(content) < HEADER + FOOTER:
        return None
    (version,), (oldest,) = (
        struct.unpack_from("<H", content, _VERSION),
        struct.unpack_from("<H", content, _OLDEST),
    )
    parts, at = [], HEADER + FOOTER
    for _ in range(3):
        if at + 4 > len(content):
            return None
        (size,) = struct.unpack_from("<I", content, at)
        at += 4
        if size > len(content) - at:
            return None
        parts.append(content[at : at + size])
        at += size
    if at != len(content):
        return None
    return OpenedMessage(version, oldest, parts[0], {"middle": parts[1], "data": parts[2]})


def seal(content: bytes, payload: bytes, beside: dict[str, bytes], version: int, oldest: int) -> bytes:
    """Return a message's bytes with other streams and versions in it."""
    head = bytearray(content[: HEADER + FOOTER])
    struct.pack_into("<H", head, _VERSION, version)
    struct.pack_into("<H", head, _OLDEST, oldest)
    parts = (payload, beside.get("middle", b""), beside.get("data", b""))
    return bytes(head) + b"".join(struct.pack("<I", len(part)) + part for part in parts)
