"""Macros that begin and end versioned blocks.

Sources: ENCODE_START, DECODE_START and their kin in src/include/encoding.h; DENC_START in src/include/denc.h.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from compatlint.notations.ceph.expression_text import text
from compatlint.notations.ceph.function_scope import FunctionScope
from compatlint.wire.ir.steps import Close, FrameHeader, Open, Refuse, Step, When
from compatlint.wire.ir.terms import Const, Var, negate, operate
from compatlint.wire.ir.types import U8, U16, U32, Int

if TYPE_CHECKING:
    from compatlint.notations.languages.cpp.file_facts import Expression


HEADER: Final = FrameHeader(U8, U8, U32)  # struct_v, struct_compat, struct_len


def _encode_start(arguments: tuple[Expression, ...], line: int, scope: FunctionScope) -> list[Step] | None:
    if len(arguments) != 3:
        return None
    stream = scope.stream(arguments[2])
    if stream is None:
        return [scope.not_understood(f"frame on {text(arguments[2])}", line)]
    scope.frames.append(_frame(scope))
    return [
        Open(
            scope.term(arguments[0]),
            scope.term(arguments[1]),
            var=scope.frames[-1],
            oldest_var="struct_compat",
            header=HEADER,
            stream=stream,
            line=line,
            path=scope.site.path,
        )
    ]


def _frame(scope: FunctionScope) -> str:
    return "struct_v" if not scope.frames else f"struct_v#{len(scope.frames)}"


def _finish(arguments: tuple[Expression, ...], line: int, scope: FunctionScope) -> list[Step]:
    stream = scope.stream(arguments[0]) if arguments else ""
    if scope.frames:
        scope.frames.pop()
    oldest = scope.term(arguments[1]) if len(arguments) > 1 else None
    return [Close(stream or "", line, oldest)]


def _decode_start(arguments: tuple[Expression, ...], line: int, scope: FunctionScope) -> list[Step] | None:
    return (
        _legacy((arguments[0], ("num", 0, ""), ("num", 0, ""), arguments[-1]), line, scope)
        if len(arguments) >= 2
        else None
    )


def _legacy(
    arguments: tuple[Expression, ...], line: int, scope: FunctionScope, early: Int = U8
) -> list[Step] | None:
    if len(arguments) != 4:
        return None
    stream = scope.stream(arguments[3])
    if stream is None:
        return [scope.not_understood(f"frame on {text(arguments[3])}", line)]
    known, compat, length = (scope.term(each) for each in arguments[:3])
    if not isinstance(compat, Const) or not isinstance(length, Const):
        return [scope.not_understood("computed legacy versions", line, stream)]
    name = _frame(scope)
    scope.frames.append(name)
    oldest = name.replace("struct_v", "struct_compat")
    return [
        Open(
            var=name,
            oldest_var=oldest,
            known=known,
            header=HEADER,
            oldest_from=int(compat.value),
            length_from=int(length.value),
            early=early,
            stream=stream,
            line=line,
            path=scope.site.path,
        )
    ]


def _oldest(arguments: tuple[Expression, ...], line: int, scope: FunctionScope) -> list[Step]:
    name = scope.frames[-1] if scope.frames else "struct_v"
    return [
        When(
            negate(operate(">=", (Var(name), scope.term(arguments[0])))),
            (Refuse(f"older than version {text(arguments[0])}", line),),
            (),
            line,
        )
    ]


def _denc_start(arguments: tuple[Expression, ...], line: int, scope: FunctionScope) -> list[Step] | None:
    if scope.writing:
        return _encode_start(arguments, line, scope)
    opened = _decode_start((arguments[0], arguments[-1]), line, scope)
    if opened is None or scope.types.corpus.denc_compares_oldest:
        return opened
    return [replace(step, compares=False) if isinstance(step, Open) else step for step in opened]


def _header(_arguments: tuple[Expression, ...], _line: int, _scope: FunctionScope) -> list[Step]:
    return []


MACROS = {
    "ENCODE_START": _encode_start,
    "ENCODE_FINISH": _finish,
    "ENCODE_FINISH_NEW_COMPAT": _finish,
    "DECODE_START": _decode_start,
    "DECODE_START_LEGACY_COMPAT_LEN": _legacy,
    "DECODE_START_LEGACY_COMPAT_LEN_16": lambda arguments, line, scope: _legacy(arguments, line, scope, U16),
    "DECODE_START_LEGACY_COMPAT_LEN_32": lambda arguments, line, scope: _legacy(arguments, line, scope, U32),
    "DECODE_OLDEST": _oldest,
    "DECODE_FINISH": _finish,
    "DENC_START": _denc_start,
    "DENC_FINISH": _finish,
    "ENCODE_DUMP_PRE": _header,
    "ENCODE_DUMP_POST": _header,
    "DENC_DUMP_PRE": _header,
    "DENC_DUMP_POST": _header,
}


__all__ = ["MACROS"]
