"""A position in real bytes: what is taken next, and the frames around it.

Nothing is allocated by a length that was read: a length is compared with what remains before anything is
taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from compatlint.wire.ir.types import ByteOrder


class Overread(Exception):
    """The program wants more bytes than there are; the text names what it wanted."""


@dataclass(slots=True)
class ByteFrame:
    """A frame under way: where it ends (None without a length), and whether it is a message's payload."""

    end: int | None
    header: bool = False


@dataclass(slots=True)
class ByteCursor:
    """Bytes with a position. `frames` are those that have begun and not ended."""

    content: memoryview
    at: int = 0
    frames: list[ByteFrame] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        """The number of bytes after the position."""
        return len(self.content) - self.at

    def take(self, size: int, what: str) -> memoryview:
        """Return the next `size` bytes; raise Overread if there are not as many."""
        end = self.at + size
        if size < 0 or end > len(self.content):
            raise Overread(f"{what} needs {size} bytes, {len(self.content) - self.at} remain")
        found = self.content[self.at : end]
        self.at = end
        return found

    def number(self, size: int, what: str, order: ByteOrder = "little") -> int:
        """Return the next `size` bytes as an unsigned integer."""
        return int.from_bytes(self.take(size, what), order)

    def end(self) -> int:
        """Return where the innermost frame with a length ends, or the bytes do."""
        return next(
            (frame.end for frame in reversed(self.frames) if frame.end is not None), len(self.content)
        )
