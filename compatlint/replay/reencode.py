"""The way back: the encoder's program over what the decoder's program read, and how its bytes compare with the object's.

`same`: byte for byte. What the format allows: `newer` (another version is written than was read), `reordered`
(the same elements in another order), `rewritten` (only what no decoder keeps differs). `different`: the
values change on the way, so one of the programs is wrong. `unread`: the encoder asks for what the decoder did
not leave, or was not understood.
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
    """What an object is to a codec.

    Its bytes, and around a message's payload the header's versions and the other streams.
    """

    content: bytes
    header: tuple[int, int] | None = None
    beside: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """How the bytes written anew compare, and the bytes themselves (None where nothing could be written)."""

    outcome: str
    reason: str = ""
    written: Written | None = None


def again(codec: Codec, found: Replay, object_: Written, programs: Programs) -> Again:
    """Return what the encoder makes of what was read."""
    if found.outcome not in ("exact", "dropped"):
        return Again("unread", f"it was not read: {found.outcome}")
    if codec.encoder is None:
        return Again("unread", "no encoder found")
    beside = dict(object_.beside)
    try:
        machine = pack(codec, found.held, programs, beside)
    except Refused as refused:
        return Again("unread", f"the encoder gives up: {refused.text}")
    except Unreadable as unclear:
        return Again("unread", str(unclear))
    streams = {name: bytes(machine.bytes_of(name)) for name in beside}
    header = machine.header if object_.header is not None else None
    written = Written(bytes(machine.out[""]), header, tuple(streams.items()))
    if written.content == object_.content and streams == beside:
        return Again("same", "", written)
    return _compared(codec, found, object_, written, tuple(machine.versions), programs)


def _compared(
    codec: Codec,
    found: Replay,
    object_: Written,
    written: Written,
    versions: tuple[int, ...],
    programs: Programs,
) -> Again:
    """Tell a difference that the format allows from a wrong one: by reading what was written."""
    before = _read(codec, object_, programs)
    after = _read(codec, written, programs)
    if after.outcome not in ("exact", "dropped"):
        return Again(
            "different", f"its own decoder does not read it: {after.outcome}: {after.reason}", written
        )
    if before.held == after.held:
        return Again("rewritten", "", written)
    if _unordered(before.held) == _unordered(after.held):
        return Again("reordered", "", written)
    if before.versions != after.versions:
        old, new = next(
            ((a, b) for a, b in zip(before.versions, after.versions, strict=False) if a != b), ("none", "one")
        )
        return Again("newer", f"version {old} becomes {new}", written)
    return Again("different", _first(before.held, after.held, ""), written)


def _read(codec: Codec, object_: Written, programs: Programs) -> Replay:
    return replay(codec, object_.content, programs, object_.header, dict(object_.beside), keep_dead=False)


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unordered(inner) for name, inner in value.items() if not name.endswith("[]")}
    if isinstance(value, list) and len(value) != 2:  # two are a pair
        return sorted((_unordered(each) for each in value), key=repr)
    return [_unordered(each) for each in value] if isinstance(value, list) else value


def _first(before: Any, after: Any, path: str) -> str:
    """Return the first value that differs."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in (*before, *after):
            if before.get(name) != after.get(name):
                return _first(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    if isinstance(before, list) and isinstance(after, list):
        for one, other in zip(before, after, strict=False):
            if one != other:
                return _first(one, other, f"{path}[]")
    return f"{path} is not what it was"
