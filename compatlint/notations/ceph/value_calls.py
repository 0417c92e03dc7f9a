"""Calls that write or read one value: encode(x, bl), decode(x, p), denc(x, p), x.encode(bl)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from compatlint.notations.ceph.ctype import CType, is_stream, parse_type
from compatlint.notations.ceph.expression_text import text
from compatlint.notations.ceph.function_scope import FunctionScope
from compatlint.notations.ceph.inline import inline
from compatlint.wire.ir.steps import Item, Repeat, Step
from compatlint.wire.ir.terms import Const, Term
from compatlint.wire.ir.types import BYTES, RAW, Blob, Int, Seq, Struct, Type, Unknown, Varint

if TYPE_CHECKING:
    from compatlint.notations.languages.cpp.file_facts import Expression

VALUES = frozenset(
    [
        "encode",
        "decode",
        "denc",
        "encode_nohead",
        "decode_nohead",
        "encode_raw",
        "decode_raw",
        "decode_noshare",
        "encode_destructively",
        "decode_destructively",
        "encode_array_nohead",
        "decode_array_nohead",
    ]
)
_SMALL = re.compile(r"(?:denc|small_(?:en|de)code)_(varint|varint_lowz|signed_varint|signed_varint_lowz|lba)")


def takes(name: str) -> bool:
    """Tell whether a free function of this name writes or reads a value."""
    return name in VALUES or _SMALL.fullmatch(name) is not None


def value(
    callee: Expression,
    name: str,
    arguments: tuple[Expression, ...],
    places: list[int],
    line: int,
    scope: FunctionScope,
) -> list[Step] | None:
    """Lower a free call: encode(x, bl), decode(x, p), denc(x, p), encode_nohead(x, bl), decode_nohead(n, x, p)."""
    destination = places[-1]
    if destination == 0:  # encode(bl): this very object, or a base's
        return inline(callee, name, arguments, line, scope)
    stream = scope.stream(arguments[destination]) or ""
    counted = name.startswith("decode_") and name.endswith("nohead") and destination >= 2
    subject = arguments[destination - 1] if counted else arguments[0]
    if _of_class(callee[1], scope):
        return inline(callee, name, arguments, line, scope)
    plain = _plain_value(callee, name, subject, stream, line, scope)
    if plain is not None:
        return [plain]
    if name.endswith("array_nohead") and destination == 2:
        # source: encode_array_nohead in src/include/encoding.h until 12.1
        element = _typed(("idx", arguments[0], ("num", 0, "")), "encode", None, stream, line, scope)
        return [Repeat((element,), count=scope.term(arguments[1]), line=line)]
    if destination == 2 and not name.endswith("nohead"):
        return None if _is_array(arguments, scope) else inline(callee, name, arguments, line, scope)
    if not scope.writing and subject[0] == "num" and name == "decode":  # a version handed to another overload
        return inline(callee, name, arguments, line, scope)
    if subject == ("un", "*", ("this",)):
        return inline(("id", name), name, arguments[1:], line, scope)
    return [_typed(subject, name, scope.term(arguments[0]) if counted else None, stream, line, scope)]


def _of_class(name: str, scope: FunctionScope) -> bool:
    """Tell whether a function's name is qualified with a class."""
    around = name.rsplit("::", 1)[0] if "::" in name else ""
    if around in ("", "ceph", "std"):
        return False
    return scope.types.class_of(CType(around, (), scope.site)) is not None


def _plain_value(
    callee: Expression, name: str, subject: Expression, stream: str, line: int, scope: FunctionScope
) -> Item | None:
    """Return the item of a call whose name, or template argument, says how the value is written."""
    if name in ("encode_raw", "decode_raw"):
        given = parse_type(callee[2][0], scope.site) if callee[0] == "tid" else scope.typ(subject)
        return item(subject, scope.types.raw(given or CType("?")), stream, line, scope)
    # source: src/include/small_encoding.h until 12.0, src/include/denc.h since
    small = _SMALL.fullmatch(name)
    return item(subject, Varint(small[1]), stream, line, scope) if small else None


def _is_array(arguments: tuple[Expression, ...], scope: FunctionScope) -> bool:
    """Tell whether the first of three arguments is an array, and the second says how long it is."""
    kind = scope.typ(arguments[0])
    return kind is not None and arguments[1][0] in ("num", "id") and "array" in scope.types.settle(kind).name


def _typed(
    subject: Expression, name: str, count: Term | None, stream: str, line: int, scope: FunctionScope
) -> Step:
    """Return the item of a value by its type."""
    content = scope.stream(subject) if scope.writing else None
    if content is not None and _holds_bytes(subject, scope):
        return Item(
            scope.path(subject) or text(subject),
            RAW if name.endswith("nohead") else BYTES,
            line,
            None,
            stream,
            "bufferlist",
            False,
            content,
            None,
            scope.site.path,
        )
    kind = scope.typ(subject)
    wire: Type = (
        scope.types.wire(kind) if kind is not None else Unknown(f"type of {text(subject)}", named=True)
    )
    wire = _exact(wire, subject)
    if name.endswith("nohead") and isinstance(wire, Blob | Seq):
        wire = RAW if isinstance(wire, Blob) else replace(wire, prefix=None)
    found = item(subject, wire, stream, line, scope, kind)
    return found if count is None else replace(found, value=count)


def _holds_bytes(subject: Expression, scope: FunctionScope) -> bool:
    """Tell whether a stream's name stands for a buffer, so that encoding it nests its bytes."""
    local = scope.locals.get(subject[1]) if subject[0] == "id" else None
    return subject[0] != "id" or local is None or local.buffer or is_stream(scope.typ(subject))


def _exact(wire: Type, subject: Expression) -> Type:
    return Int(8) if subject[0] == "num" and len(subject) > 2 and subject[2] == "bool" else wire


def item(
    subject: Expression, wire: Type, stream: str, line: int, scope: FunctionScope, kind: CType | None = None
) -> Item:
    """Return the item of `subject` with its value (writing) or its target (reading)."""
    path = scope.path(subject)
    spelling = kind.name.rsplit("::", 1)[-1] if kind is not None and not kind.name.startswith("@") else ""
    if scope.writing:
        value = scope.term(subject)
        dead = isinstance(value, Const) or path is None
        return Item(
            path or text(subject), wire, line, value, stream, spelling, dead, None, None, scope.site.path
        )
    root = subject
    while root[0] in ("cast", "un"):
        root = root[2]
    scope.unclear.discard(path or "")
    dead = root[0] == "id" and root[1] in scope.locals and scope.uses[root[1]] <= 1
    return Item(path or text(subject), wire, line, None, stream, spelling, dead, None, None, scope.site.path)


def method_value(
    callee: Expression,
    name: str,
    arguments: tuple[Expression, ...],
    places: list[int],
    line: int,
    scope: FunctionScope,
) -> list[Step]:
    """Lower a member call: x.encode(bl), x.decode(p).

    Another structure's codec unless it takes more than features.
    """
    subject = callee[1]
    kind = scope.typ(subject)
    stream = scope.stream(arguments[places[0]]) or ""
    if subject == ("this",) or kind is None:
        if kind is None:
            return [scope.not_understood(f"{text(subject)}.{name}: type unknown", line, stream)]
        return inline(("id", name), name, arguments, line, scope)
    extra = [
        argument
        for index, argument in enumerate(arguments)
        if index not in places and not _is_features(argument)
    ]
    if not extra and len(places) == 1 and scope.types.encodable(_class_kind(kind, scope)):
        return [
            item(
                subject, Struct(scope.types.struct_name(_class_kind(kind, scope))), stream, line, scope, kind
            )
        ]
    return inline(callee, name, arguments, line, scope)


def _class_kind(kind: CType, scope: FunctionScope) -> CType:
    return kind if scope.types.class_of(kind) is not None and not kind.args else scope.types.settle(kind)


def _is_features(argument: Expression) -> bool:
    words = text(argument).lower()
    return "feat" in words or argument[:2] in (("num", 0), ("un", "-")) or words in ("-1", "cot")
