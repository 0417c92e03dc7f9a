"""Random structures and what becomes of them.

Pairs of releases as wire programs, and values to fill them with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from compatlint.vocabulary import Link
from compatlint.wire.ir.conventions import Conventions
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.steps import (
    ONE,
    OUTSIDE,
    Close,
    Codec,
    FrameHeader,
    Item,
    Open,
    Program,
    Repeat,
    Step,
    When,
)
from compatlint.wire.ir.terms import Const, Feature, Op, Term, Var
from compatlint.wire.ir.types import (
    BYTES,
    RAW,
    U8,
    U32,
    Array,
    Blob,
    Fixed,
    Int,
    Optional,
    Seq,
    Struct,
    Tuple,
    Type,
    Varint,
)

SPAN = Span("0" * 40, "src/thing.h", 1, 1)
HEADER = FrameHeader(U8, U8, U32)
HEADERS = (
    *(HEADER, HEADER, HEADER),
    FrameHeader(U8, None, Int(16, order="big")),
    FrameHeader(Int(16, order="big"), U8, U32),
    FrameHeader(U8, U8, None),
)
CONVENTIONS = Conventions(
    versions=("struct_v", "header.version"),
    frames=("struct_v", "struct_compat", "header."),
    outside=("header.",),
    by_hand=frozenset(("struct_v", "version", "v")),
    version_like=r"(^|_)v(_|$)|ver",
    member_prefix="m_",
    member_suffix="_",
    buffer_suffix="bl",
)
SCALARS: tuple[Type, ...] = (Int(8), Int(16), Int(32), Int(64))
TYPES: tuple[Type, ...] = (
    *SCALARS,
    *SCALARS,
    BYTES,
    BYTES,
    Seq(U32, Int(32)),
    Seq(U32, BYTES),
    Seq(U32, Tuple((Int(64), Int(16)))),
    Optional(Int(64)),
    Optional(BYTES),
    Array(2, Int(32)),
    Fixed(16),
    Tuple((Int(32), BYTES)),
    Struct("Inner"),
    Struct("Bare"),
    Int(32, order="big"),
    Int(64, order="big"),
    Varint("varint"),
    Blob(Varint("varint")),
    Blob(Int(16, order="big")),
    Seq(Varint("varint"), U32),
)


@dataclass(frozen=True)
class Field:
    """One member. `since`: the decoder's gate, 0 for none. `flag`.

    Only where that earlier member is not zero.

    `apart`: containers element by element. `guarded`: the decoder asks whether there are any before it reads
    them.
    """

    name: str
    type: Type
    since: int = 0
    flag: str = ""
    apart: bool = False
    guarded: bool = False


@dataclass(frozen=True)
class Layout:
    """One release of a structure. `known` is the number in the decoder's frame."""

    fields: tuple[Field, ...]
    version: int = 1
    oldest: int = 1
    framed: bool = True
    message: bool = False
    feature: str = ""
    header: FrameHeader = HEADER


def begin(version: Term = ONE, known: Term | None = None) -> Open:
    """Return the beginning of a frame as most structures have it."""
    return Open(version, Const(1), "struct_v", "struct_compat", known, HEADER)


INNER = Layout((Field("x", Int(32)), Field("y", BYTES)), version=2)
BARE = Layout((Field("x", Int(16)), Field("y", Int(64))), framed=False)


def codec(layout: Layout, name: str = "Thing") -> Codec:
    """Return a layout's programs."""
    writes: list[Step] = [
        step for each in layout.fields for step in _gated(layout, each, _writes(each), writing=True)
    ]
    reads: list[Step] = [
        step for each in layout.fields for step in _gated(layout, each, _reads(each), writing=False)
    ]
    if layout.message or layout.framed:
        var, oldest = (
            ("header.version", "header.compat_version") if layout.message else ("struct_v", "struct_compat")
        )
        header = OUTSIDE if layout.message else layout.header
        version: Term = Const(layout.version)
        if layout.feature:
            version = Op(
                "cond", (Feature(layout.feature), Const(layout.version), Const(max(1, layout.version - 1)))
            )
        lowest: Term = version if layout.feature and layout.oldest == layout.version else Const(layout.oldest)
        writes = [Open(version, lowest, var, oldest, header=header), *writes, Close()]
        known = Const(layout.version)
        reads = [Open(Const(1), Const(1), var, oldest, known, header=header), *reads, Close()]
    return Codec(
        name,
        "ceph",
        Link.PEER if layout.message else Link.DISK,
        tuple(writes),
        tuple(reads),
        SPAN,
        message=layout.message,
        conventions=CONVENTIONS,
    )


def _gated(layout: Layout, each: Field, steps: list[Step], *, writing: bool) -> list[Step]:
    if each.flag:
        steps = [When(Op("!", (Op("==", (Var(each.flag), Const(0))),)), tuple(steps), ())]
    if each.since and (layout.framed or layout.message) and not writing:
        var = "header.version" if layout.message else "struct_v"
        steps = [When(Op(">=", (Var(var), Const(each.since))), tuple(steps), ())]
    if writing and layout.feature and each.since == layout.version and each.name.startswith("new"):
        steps = [When(Feature(layout.feature), tuple(steps), ())]
    return steps


def _writes(each: Field) -> list[Step]:
    name, kind = each.name, each.type
    if each.apart and isinstance(kind, Seq) and kind.prefix is not None:
        body: Program = (Item(f"{name}[]", kind.of, 1, Var(f"{name}[]")),)
        if isinstance(kind.of, Tuple):
            body = tuple(
                Item(f"{name}[].{part}", of, 1, Var(f"{name}[].{part}"))
                for part, of in zip(("first", "second"), kind.of.parts, strict=True)
            )
        count = Op("size", (Var(name),))
        return [Item(f"{name}.size()", kind.prefix, 1, count), Repeat(body, count, over=name)]
    if each.apart and isinstance(kind, Optional):
        present = Op("!", (Op("==", (Var(name), Const(0))),))
        return [
            Item(f"has_{name}", Int(8), 1, present),
            When(present, (Item(name, kind.of, 1, Var(name)),), ()),
        ]
    return [Item(name, kind, 1, Var(name))]


def _any(name: str) -> Term:
    return Op("!", (Op("==", (Var(name), Const(0))),))


def _reads(each: Field) -> list[Step]:
    name, kind = each.name, each.type
    if each.apart and isinstance(kind, Seq) and kind.prefix is not None:
        body: Program = (Item(f"{name}[]", kind.of, 1),)
        if isinstance(kind.of, Tuple):
            body = tuple(
                Item(f"{name}[].{part}", of, 1)
                for part, of in zip(("first", "second"), kind.of.parts, strict=True)
            )
        loop: Step = Repeat(body, Var(f"n_{name}"), over=name)
        return [
            Item(f"n_{name}", kind.prefix, 1),
            When(_any(f"n_{name}"), (loop,), ()) if each.guarded else loop,
        ]
    if each.apart and isinstance(kind, Blob) and kind.prefix is not None:
        rest: Step = Item(name, RAW, 1, Var(f"n_{name}"))
        return [
            Item(f"n_{name}", kind.prefix, 1),
            When(_any(f"n_{name}"), (rest,), ()) if each.guarded else rest,
        ]
    if each.apart and isinstance(kind, Optional):
        present = Op("!", (Op("==", (Var(f"has_{name}"), Const(0))),))
        return [Item(f"has_{name}", Int(8), 1), When(present, (Item(name, kind.of, 1),), ())]
    return [Item(name, kind, 1)]


def programs() -> dict[str, Codec]:
    """Return the structures that others hold."""
    return {"Inner": codec(INNER, "Inner"), "Bare": codec(BARE, "Bare")}


# ---- values ----------------------------------------------------------------------------------------------------------


def fill(layout: Layout, random: Random) -> dict[str, Any]:
    """Return values for all members: often zero, empty or small."""
    return {each.name: _value(each.type, random) for each in layout.fields}


def _value(kind: Type, random: Random) -> Any:
    match kind:
        case Varint(_):
            return random.choice((0, 1, 127, 128, random.getrandbits(40)))
        case Int(bits):
            return random.choice((0, 0, 1, 2, 3, random.getrandbits(bits), (1 << bits) - 1)) & (
                (1 << bits) - 1
            )
        case Blob(_):
            return random.randbytes(random.choice((0, 0, 1, 3, 4, 7, 8)))
        case Fixed(size, _):
            return random.randbytes(size or 0)
        case Seq(_, of):
            return [_value(of, random) for _ in range(random.choice((0, 0, 1, 2, 3)))]
        case Array(count, of):
            return [_value(of, random) for _ in range(count)]
        case Tuple(parts):
            return tuple(_value(part, random) for part in parts)
        case Optional(of):
            return random.choice((None, _value(of, random)))
        case Struct(name):
            return fill(INNER if name == "Inner" else BARE, random)
    raise NotImplementedError(kind)


# ---- changes ---------------------------------------------------------------------------------------------------------


def layout(random: Random) -> Layout:
    """Return a first release: framed, a message or raw, with a history of its own."""
    shape = random.choice(("framed", "framed", "framed", "message", "raw"))
    version = 1 if shape == "raw" else random.randint(1, 4)
    fields: list[Field] = []
    for index in range(random.randint(1, 4)):
        since = 0 if index == 0 else random.choice((0, random.randint(0, version)))
        since = max(since, fields[-1].since if fields else 0)
        fields.append(_fresh(random, f"f{index}", fields, since))
    oldest, header = random.randint(1, version), random.choice(HEADERS)
    return Layout(tuple(fields), version, oldest, shape == "framed", shape == "message", header=header)


def _fresh(random: Random, name: str, before: list[Field], since: int) -> Field:
    flags = [
        each.name for each in before if isinstance(each.type, Int) and not each.flag and each.since <= since
    ]
    flag = random.choice(flags) if flags and random.random() < 0.2 else ""
    return Field(name, random.choice(TYPES), since, flag, random.random() < 0.4, random.random() < 0.4)


CHANGES = (
    *(
        "append",
        "append",
        "append-ungated",
        "append-unbumped",
        "insert",
        "insert-gated",
        "remove",
        "retype",
        "respell",
    ),
    *("swap", "raise", "gate", "bump", "frame", "flag", "feature", "feature-raise", "rename", "header"),
)


def change(random: Random, old: Layout) -> tuple[Layout, str]:
    """Return what a later release made of a layout, and in a word what it did."""
    fields, index = list(old.fields), random.randrange(len(old.fields))
    kind = random.choice(CHANGES)
    up = old.version + 1
    name = "new" if all(each.name != "new" for each in fields) else "newer"
    match kind:
        case "append":
            return replace(old, fields=(*fields, _fresh(random, name, fields, up)), version=up), kind
        case "append-ungated":
            return replace(old, fields=(*fields, _fresh(random, name, fields, 0)), version=up), kind
        case "append-unbumped":
            return replace(old, fields=(*fields, _fresh(random, name, fields, 0))), kind
        case "insert":
            fields.insert(index, _fresh(random, name, [], 0))
            return replace(old, fields=tuple(fields)), kind
        case "insert-gated":
            fields.insert(index, _fresh(random, name, [], up))
            return replace(
                old, fields=tuple(fields), version=up, oldest=random.choice((old.oldest, up))
            ), kind
        case "remove" if len(fields) > 1 and not any(each.flag == fields[index].name for each in fields):
            del fields[index]
            return replace(old, fields=tuple(fields)), kind
        case "retype" if not any(each.flag == fields[index].name for each in fields):
            fields[index] = replace(fields[index], type=random.choice(TYPES))
            return replace(old, fields=tuple(fields)), kind
        case "respell":
            return replace(old, fields=tuple(replace(each, apart=not each.apart) for each in fields)), kind
        case "swap" if len(fields) > 1 and not any(each.flag for each in fields):
            fields[0], fields[-1] = fields[-1], fields[0]
            return replace(old, fields=tuple(fields)), kind
        case "raise":
            return replace(old, version=up, oldest=up), kind
        case "gate" if not any(each.flag == fields[index].name for each in fields):
            fields[index] = replace(fields[index], since=random.randint(0, old.version + 1))
            return replace(old, fields=tuple(fields)), kind
        case "bump":
            return replace(old, version=up), kind
        case "frame" if not old.message:
            return replace(old, framed=not old.framed), kind
        case "header" if old.framed:
            return replace(old, header=random.choice(HEADERS)), kind
        case "flag" if fields[index].flag:
            fields[index] = replace(fields[index], flag="")
            return replace(old, fields=tuple(fields)), kind
        case "feature" if old.framed or old.message:
            return replace(
                old, fields=(*fields, _fresh(random, name, fields, up)), version=up, feature="NEW"
            ), kind
        case "feature-raise" if old.framed or old.message:
            fields.insert(index, _fresh(random, name, [], up))
            return replace(old, fields=tuple(fields), version=up, oldest=up, feature="NEW"), kind
        case "rename" if not any(each.flag == fields[index].name for each in fields):
            fields[index] = replace(fields[index], name=f"{fields[index].name}_renamed")
            return replace(old, fields=tuple(fields)), kind
    return old, "same"
