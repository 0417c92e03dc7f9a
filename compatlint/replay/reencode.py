"""Run the encoder over the values that the decoder read, and compare its bytes with the object.

Outcomes: `same`, byte for byte. Differences that the format allows: `newer` (a different version is written
than was read), `reordered` (the same elements in a different order), `rewritten` (only bytes differ that no
decoder keeps). `different`: the values change, so one of the programs is wrong. `unread`: the encoder needs a
value that the decoder did not keep, or was not understood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compatlint.wire.concrete.decode_object import Replay, replay
from compatlint.wire.concrete.encoder import pack
from compatlint.wire.ir.steps import Codec
from compatlint.wire.machine.interpreter import Programs
from compatlint.wire.machine.interrupts import Refused, Unreadable

ALLOWED = ("same", "newer", "reordered", "rewritten")


@dataclass(frozen=True, slots=True)
class Written:
    """The bytes of an object for a codec.

    For a message, `header` is (version, compat version), and `beside` are its other streams, (name, bytes).
    """

    content: bytes
    header: tuple[int, int] | None = None
    beside: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Reencoded:
    """How the encoded bytes compare, and the bytes themselves (None if nothing could be encoded)."""

    outcome: str
    reason: str = ""
    written: Written | None = None


def reencode(codec: Codec, found: Replay, object_: Written, programs: Programs) -> Reencoded:
    """Encode the values that were read, and compare the bytes."""
    if found.outcome not in ("exact", "dropped"):
        return Reencoded("unread", f"it was not read: {found.outcome}")
    if codec.encoder is None:
        return Reencoded("unread", "no encoder found")
    beside = dict(object_.beside)
    try:
        packed = pack(codec, found.held, programs, beside)
    except Refused as refused:
        return Reencoded("unread", f"the encoder gives up: {refused.text}")
    except Unreadable as unclear:
        return Reencoded("unread", str(unclear))
    streams = {name: packed.streams[name] for name in beside}
    header = packed.header if object_.header is not None else None
    written = Written(packed.streams[""], header, tuple(streams.items()))
    if written.content == object_.content and streams == beside:
        return Reencoded("same", "", written)
    return _compared(codec, object_, written, programs)


def _compared(codec: Codec, object_: Written, written: Written, programs: Programs) -> Reencoded:
    """Decode the new bytes, to tell a difference that the format allows from a wrong one."""
    before = _read(codec, object_, programs)
    after = _read(codec, written, programs)
    if after.outcome not in ("exact", "dropped"):
        return Reencoded(
            "different", f"its own decoder does not read it: {after.outcome}: {after.reason}", written
        )
    if before.held == after.held:
        return Reencoded("rewritten", "", written)
    if _unordered(before.held) == _unordered(after.held):
        return Reencoded("reordered", "", written)
    if before.versions != after.versions:
        old, new = next(
            ((a, b) for a, b in zip(before.versions, after.versions, strict=False) if a != b), ("none", "one")
        )
        return Reencoded("newer", f"version {old} becomes {new}", written)
    return Reencoded("different", _first(before.held, after.held, ""), written)


def _read(codec: Codec, object_: Written, programs: Programs) -> Replay:
    return replay(codec, object_.content, programs, object_.header, dict(object_.beside), keep_dead=False)


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unordered(inner) for name, inner in value.items() if not name.endswith("[]")}
    if isinstance(value, list) and len(value) != 2:  # two are a pair
        return sorted((_unordered(each) for each in value), key=repr)
    return [_unordered(each) for each in value] if isinstance(value, list) else value


def _first(before: Any, after: Any, path: str) -> str:
    """Return a sentence about the first value that differs, by its access path."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in (*before, *after):
            if before.get(name) != after.get(name):
                return _first(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    if isinstance(before, list) and isinstance(after, list):
        for one, other in zip(before, after, strict=False):
            if one != other:
                return _first(one, other, f"{path}[]")
    return f"{path} has a different value"
