"""Methods of a buffer or of a position in one: bytes without a type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compatlint.notations.ceph.expression_text import text
from compatlint.notations.ceph.function_scope import FunctionScope
from compatlint.notations.ceph.value_calls import item
from compatlint.notations.ceph.wire_types import unknown
from compatlint.wire.ir.steps import Item, Seek, Skip, Splice, Step
from compatlint.wire.ir.terms import THE_REST, Const, Op, Opaque, Term, Var
from compatlint.wire.ir.types import RAW, Blob, Fixed, Int, Type, size_of

if TYPE_CHECKING:
    from compatlint.notations.languages.cpp.file_facts import Expression

IGNORED = frozenset(
    [
        "hexdump",
        "crc32c",
        "length",
        "clear",
        "reserve",
        "rebuild",
        "rebuild_aligned",
        "c_str",
        "get_num_buffers",
        "swap",
        "dendl",
        "is_contiguous",
        "get_bl",
        "get_crc",
        "set_crc",
        "invalidate_crc",
        "get_current_ptr",
        "last_p_off",
        "reassign_to_mempool",
        "try_assign_to_mempool",
        "get_logical_offset",
        "get_pos",
    ]
)


_APPENDS = frozenset(["append", "claim_append", "append_bl", "claim", "push_back", "share"])


def stream_method(
    stream: str,
    name: str,
    arguments: tuple[Expression, ...],
    line: int,
    scope: FunctionScope,
) -> list[Step] | None:
    """Return the steps of a method of a buffer, or of a position in one."""
    if (
        name in IGNORED
        or name
        in (
            "begin",
            "cbegin",
            "end",
            "get_off",
            "get_remaining",
            "buffers",
            "front",
            "back",
        )
        or (name == "get_ptr" and not arguments)
    ):
        return []
    if scope.writing:
        return _append(stream, name, arguments, line, scope)
    if name == "advance":
        return [Skip(scope.term(arguments[0]), stream, line)]
    if name == "seek":
        place = scope.path(arguments[0]) if arguments and arguments[0][0] == "id" else None
        return [Seek(f"mark:{place}", stream) if place else scope.not_understood("seek", line, stream)]
    if name in ("copy", "copy_deep", "copy_shallow", "get_ptr_and_advance", "copy_in"):
        return _copied(arguments, stream, line, scope)
    if name == "copy_all":
        return [Item(scope.path(arguments[0]) or text(arguments[0]), RAW, line, THE_REST, stream)]
    if name in ("get_pos_add", "get_ptr"):  # source: buffer::ptr::iterator in src/include/buffer.h
        return [
            Item(
                f"{text(arguments[0])} bytes",
                RAW,
                line,
                scope.term(arguments[0]),
                stream,
                path=scope.site.path,
            )
        ]
    return []


def _copied(arguments: tuple[Expression, ...], stream: str, line: int, scope: FunctionScope) -> list[Step]:
    """p.copy(n, destination)."""
    size = scope.term(arguments[0]) if arguments else Opaque("?")
    target = arguments[-1] if len(arguments) > 1 else ("text", "bytes")
    return _memory(target, size, None, stream, line, scope)


def _memory(
    at: Expression, size: Term, value: Term | None, stream: str, line: int, scope: FunctionScope
) -> list[Step]:
    """Return so many bytes as they lie in memory.

    A structure's are its members, if they are all that is copied.
    """
    path = scope.site.path
    name = scope.path(at) or text(at)
    if not isinstance(size, Const) or not isinstance(size.value, int):
        return [Item(name, RAW, line, size, stream, path=path)]
    whole = at
    while whole[0] == "cast" or (whole[0] == "un" and whole[1] == "&"):
        whole = whole[2]
    kind = scope.typ(whole) if whole is not at else None
    if whole[0] == "this":
        kind = scope.owner
    if kind is not None and scope.types.class_of(scope.types.settle(kind)) is not None:
        members = scope.types.raw_members(kind) or ()
        if sum(size_of(each.type) or 0 for each in members) != size.value:
            return [Item(name, Fixed(size.value), line, value, stream, path=path)]
        prefix = scope.prefix if whole[0] == "this" else f"{scope.path(whole) or text(whole)}."
        named = [(each, f"{prefix}{each.name}") for each in members]
        return [
            Item(inner, each.type, line, Var(inner) if scope.writing else None, stream, path=path)
            for each, inner in named
        ]
    kind_of: Type = Int(size.value * 8) if size.value in (1, 2, 4, 8) else Fixed(size.value)
    return [Item(name, kind_of, line, value, stream, path=path)]


def _made(made: Expression, stream: str, line: int, scope: FunctionScope) -> Step | None:
    """Return the bytes of a buffer made for the purpose.

    `buffer::copy(from, n)`, and a UUID's text (RFC 4122: 36 characters).
    """
    callee, arguments = made[1], made[2]
    name = callee[1].rsplit("::", 1)[-1] if callee[0] == "id" else ""
    if name == "stringify" and len(arguments) == 1 and scope.kind_name(arguments[0]) == "uuid_d":
        return Item(
            text(made), Fixed(36, "uuid text"), line, Opaque(text(made)), stream, path=scope.site.path
        )
    if name in ("copy", "create_static", "claim_buffer", "create", "claim_malloc") and len(arguments) == 2:
        size = arguments[1] if name == "copy" else arguments[0]
        source = arguments[0] if name == "copy" else arguments[1]
        dead = "zero" in text(source)
        return Item(
            scope.path(source) or text(source),
            RAW,
            line,
            scope.term(size),
            stream,
            dead=dead,
            path=scope.site.path,
        )
    return None


def _characters(literal: str) -> int:
    """Return how many bytes a literal has once its escapes are read."""
    return len(re.sub(r"\\(?:x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", "_", literal))


def _length(expression: Expression, scope: FunctionScope) -> Term:
    """Return how many bytes an appended buffer or string has."""
    value = scope.term(expression)
    return value if isinstance(value, Opaque | Const) else Op("size", (value,))


def _append(
    stream: str,
    name: str,
    arguments: tuple[Expression, ...],
    line: int,
    scope: FunctionScope,
) -> list[Step]:
    """bl.append(...) in its spellings."""
    if name in _APPENDS and len(arguments) == 1:
        return [_appended(stream, name, arguments[0], line, scope)]
    if name == "append" and len(arguments) == 2:
        return _memory(arguments[0], scope.term(arguments[1]), scope.term(arguments[0]), stream, line, scope)
    if name == "get_pos_add" and len(arguments) == 1:
        size = scope.term(arguments[0])
        return [Item(text(arguments[0]), RAW, line, size, stream, path=scope.site.path)]
    if name in ("append_zero", "append_hole"):
        return [_blank(stream, name, scope.term(arguments[0]), line)]
    if name in ("copy_in", "flush", "get_append_buffer_unused_tail_length", "set"):
        return []
    return [scope.not_understood(f"{name}({', '.join(text(each) for each in arguments)})", line, stream)]


def _blank(stream: str, name: str, size: Term, line: int) -> Step:
    """Return bytes that nothing was put into yet."""
    if not (isinstance(size, Const) and isinstance(size.value, int)):
        return Item("zeros", RAW, line, size, stream, dead=True)
    raw = Int(size.value * 8) if size.value in (1, 2, 4, 8) else Fixed(size.value)
    return Item("zeros" if name == "append_zero" else "hole", raw, line, Opaque(name), stream, dead=True)


def _appended(stream: str, name: str, subject: Expression, line: int, scope: FunctionScope) -> Step:
    """Return what appending one thing adds: another buffer, a literal, the bytes of a string, a number."""
    if name in ("append", "push_back") and subject[0] == "call":
        made = _made(subject, stream, line, scope)
        if made is not None:
            return made
    source = scope.stream(subject)
    if source is not None:
        return Splice(source, stream)
    kind = scope.typ(subject)
    wire = scope.types.wire(kind) if kind is not None else unknown(text(subject))
    path = scope.site.path
    if isinstance(wire, Blob) and subject[0] == "str":
        size = Fixed(_characters(subject[1]))
        return Item(text(subject), size, line, Opaque(text(subject)), stream, dead=True, path=path)
    if isinstance(wire, Blob):
        shown = scope.path(subject) or text(subject)
        return Item(shown, RAW, line, _length(subject, scope), stream, path=path)
    plain = wire if isinstance(wire, Int) else unknown(text(subject))
    return item(subject, plain, stream, line, scope, kind)
