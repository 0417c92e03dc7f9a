"""The outcome of a run as bytes and back.

The same question, asked of the same content by the same code, is answered once.

JSON and not a pickle: what a damaged or foreign cache holds is at worst no outcome.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import hashlib
import json
import types
import typing
from dataclasses import dataclass
from pathlib import Path

from compatlint.check.findings import Considered, Finding, Unread
from compatlint.check.waivers import Comment
from compatlint.wire.ir.records import Fingerprints

if typing.TYPE_CHECKING:
    from _typeshed import DataclassInstance

Kept = typing.TypeVar("Kept")
KIND = "outcome"
VERSION = "5"  # of the shape; what a change of the code does to the content, `code_version` tells


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a run found before waivers: `codecs` and `changed` as in a Comparison.

    `early` breaks no promise: it shows only where new code runs over a database that was not migrated yet.
    `comments` are the waivers in the newer versions of the changed files. `found` are changed files in which a
    notation found something of its own; `gone` names codecs that only the older release has.
    """

    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    codecs: int
    changed: int
    fingerprints: Fingerprints | None = None
    early: tuple[Finding, ...] = ()
    comments: tuple[Comment, ...] = ()
    found: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    considered: Considered | None = None


@functools.cache
def code_version() -> str:
    """Return a name for the code that answers: a hash over every module of the package."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def key(*parts: object) -> str:
    """Return a name for a question.

    Everything that the answer depends on, as values whose `repr` says all.
    """
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def dump(value: DataclassInstance) -> bytes:
    """Return outcomes, or another value of dataclasses, as bytes."""
    return json.dumps(dataclasses.asdict(value), separators=(",", ":")).encode("utf-8")


def load(packed: bytes) -> Outcomes | None:
    """Return the outcomes in `packed`, None if there are none."""
    return load_as(Outcomes, packed)


def load_as(kind: type[Kept], packed: bytes) -> Kept | None:
    """Return the value of a dataclass in `packed`, None if there is none."""
    try:
        return typing.cast(Kept, _build(kind, json.loads(packed)))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


@functools.cache
def _fields(cls: type) -> dict[str, object]:
    return typing.get_type_hints(cls)


def _build(kind: object, value: object) -> object:
    """Return `value`, as JSON holds it, as what a type annotation asks for.

    Raise TypeError if it is something else.
    """
    if isinstance(kind, types.UnionType):
        if value is None and type(None) in kind.__args__:
            return None
        (kind,) = (each for each in kind.__args__ if each is not type(None))
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        parts = typing.get_args(kind)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_build(parts[0], each) for each in value)
        return tuple(_build(part, each) for part, each in zip(parts, value, strict=True))
    if not isinstance(kind, type):
        raise TypeError(f"{kind} cannot be read back")
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, dict):
            raise TypeError(f"{value!r} is no {kind.__name__}")
        hints = _fields(kind)
        return kind(
            **{field.name: _build(hints[field.name], value[field.name]) for field in dataclasses.fields(kind)}
        )
    if issubclass(kind, enum.Enum):
        return kind(value)
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
