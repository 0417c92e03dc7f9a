"""A position in real bytes: what is taken next, and the frames around it.

Nothing is allocated by a length that was read: a length is compared with what remains before anything is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class Overread(Exception):
    """The program wants more bytes than there are; the text names what it wanted."""


@dataclass(slots=True)
class Frame:
    """A frame under way: where it ends (None without a length), and whether it is a message's payload."""

    end: int | None
    header: bool = False


@dataclass(slots=True)
class Cursor:
    """Bytes with a position. `frames` are those that have begun and not ended."""

    content: memoryview
    at: int = 0
    frames: list[Frame] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        """The number of bytes after the position."""
        return len(self.content) - self.at

    def take(self, size: int, what: str) -> memoryview:
        """Return the next `size` bytes; raise Overread if there are not as many."""
        end = self.at + size
        if size < 0 or end > len(self.content):
            raise Overread(f"{what} wants {size} bytes, {len(self.content) - self.at} remain")
        found = self.content[self.at : end]
        self.at = end
        return found

    def number(self, size: int, what: str) -> int:
        """Return the next `size` bytes as an unsigned integer."""
        return int.from_bytes(self.take(size, what), "little")

    def end(self) -> int:
        """Return where the innermost frame with a length ends, or the bytes do."""
        return next((frame.end for frame in reversed(self.frames) if frame.end is not None), len(self.content))

    def varint(self, kind: str, what: str) -> int:
        """Return a variable-length integer. Source: denc_varint and its kin in src/include/denc.h of Ceph."""
        if kind == "lba":
            return self._lba(what)
        number = self._base128(what)
        if kind.endswith("lowz"):
            negative = kind.startswith("signed") and number & 1
            number >>= kind.startswith("signed")
            number = (number >> 2) << ((number & 3) * 4)
            return -number if negative else number
        if kind.startswith("signed"):
            return -(number >> 1) if number & 1 else number >> 1
        return number

    def _base128(self, what: str) -> int:
        number, shift = 0, 0
        while True:
            byte = self.take(1, what)[0]
            number |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 70:
                return number

    def _lba(self, what: str) -> int:
        word = self.number(4, what)
        tail = word & 7
        if tail in (0, 2, 4, 6):
            number, shift = (word & 0x7FFFFFFE) << (12 - 1), 12 + 30
        elif tail in (1, 5):
            number, shift = (word & 0x7FFFFFFC) << (16 - 2), 16 + 29
        elif tail == 3:
            number, shift = (word & 0x7FFFFFF8) << (20 - 3), 20 + 28
        else:
            number, shift = (word & 0x7FFFFFF8) >> 3, 28
        more = word & 0x80000000
        while more and shift < 80:
            byte = self.take(1, what)[0]
            number |= (byte & 0x7F) << shift
            shift += 7
            more = byte & 0x80
        return number
