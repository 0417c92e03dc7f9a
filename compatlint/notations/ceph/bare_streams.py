"""Streams that ordinary functions write and read, without an encode and a decode of their own.

Two kinds are paired. A buffer that is a member of a message or another class, which one function fills
(`encode(x, request->sessions)`) and another takes apart (`auto p = request->sessions.cbegin()`): its codec is
called `Class.member`. And an encoder without a decoder of its name, whose bytes another function of the class
reads from a parameter of that name: `_encode_header` and a parameter `header_bl`.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from compatlint.notations.ceph.ctype import CType, Site, parse_type
from compatlint.notations.ceph.evaluate_terms import open_scope
from compatlint.notations.ceph.expression_text import text
from compatlint.notations.ceph.wire_types import Types
from compatlint.wire.ir.steps import (
    Close,
    Enter,
    Inlined,
    Item,
    Leave,
    Let,
    Mark,
    Open,
    Program,
    Refuse,
    Repeat,
    Seek,
    Skip,
    Splice,
    Step,
    Try,
    Unclear,
    When,
)
from compatlint.wire.ir.types import BYTES

if TYPE_CHECKING:
    from compatlint.notations.languages.cpp.file_facts import Body, Expression, FunctionFacts

_BEGIN = ("begin", "cbegin")
_ENCODES = re.compile(r"encode\s*\(([^;]*)")
_GIVEN = re.compile(r",\s*\w+\s*(?:\.|->)\s*(\w+)\s*[,)]")
_BEGINS = re.compile(r"begin\s*\(")
_BEFORE = re.compile(r"(?<![\w.>])\w+\s*(?:\.|->)\s*(\w+)\s*(?:\.|->)\s*c?$")


@functools.lru_cache(maxsize=1 << 16)
def touched(source: str) -> frozenset[tuple[str, bool]]:
    """Return (member, written) of all that `buffers` may find in functions of this text."""
    found: set[tuple[str, bool]] = set()
    if "encode" in source:
        found.update(
            (member, True) for call in _ENCODES.finditer(source) for member in _GIVEN.findall(call[1])
        )
    if "decode" in source and "begin" in source:
        taken = (
            _BEFORE.search(source, max(0, at.start() - 80), at.start()) for at in _BEGINS.finditer(source)
        )
        # what is gone through from begin() to end() is a container
        found.update((each[1], False) for each in taken if each and f"{each[1]}.end(" not in source)
    return frozenset(found)


Told = tuple[str, str, bool]


@functools.lru_cache(maxsize=8192)
def _survey(body: Body) -> tuple[tuple[Told, ...], dict[str, tuple[str, Expression | None]]]:
    """Return what `buffers` does, and (type text, initial) of every local by name.

    One walk through the body for both.
    """
    found: dict[Told, None] = {}
    locals_: dict[str, tuple[str, Expression | None]] = {}
    reads = False
    stack: list[object] = [body]
    while stack:
        node = stack.pop()
        if not isinstance(node, tuple):
            continue
        if len(node) == 3 and node[0] == "call":
            callee, arguments = node[1], node[2]
            short = callee[1].rsplit("::", 1)[-1] if callee[0] == "id" else ""
            reads = reads or short == "decode"
            if short == "encode" and len(arguments) >= 2 and _member(arguments[1]):
                found[arguments[1][1][1], arguments[1][2], True] = None
            elif callee[0] == "mem" and callee[2] in _BEGIN and not arguments and _member(callee[1]):
                found[callee[1][1][1], callee[1][2], False] = None
        elif len(node) == 6 and node[0] == "decl":
            locals_.setdefault(node[3], (node[2], node[4]))
        stack.extend(node)
    return tuple(each for each in found if reads or each[2]), locals_


def buffers(body: Body) -> tuple[Told, ...]:
    """Return (object, member, written) of a body.

    For every `encode(x, object->member)` and `object->member.begin()`.
    """
    return _survey(body)[0]


def _member(expression: Expression) -> bool:
    return bool(expression[0] == "mem" and expression[1][0] == "id")


def owner_of(function: FunctionFacts, path: str, name: str, member: str, types: Types) -> str | None:
    """Return the class of the local or parameter `name` if its `member` is a buffer."""
    kind = _declared(function, path, name, types)
    found = types.class_of(types.settle(kind)) if kind is not None else None
    held = types.member(types.settle(kind), member) if kind is not None and found is not None else None
    if (
        found is None
        or held is None
        or types.wire(held) != BYTES
        or types.settle(held).name.rsplit("::", 1)[-1] in ("string", "bufferptr")
    ):
        return None
    return found[0].name


def _declared(function: FunctionFacts, path: str, name: str, types: Types) -> CType | None:
    site = Site(function.owner, path)
    for text_, parameter in function.params:
        if parameter == name:
            return parse_type(text_, site)
    found = _survey(function.shape)[1].get(name)
    if found is None:
        return None
    kind = parse_type(found[0], site)
    if kind.name != "auto" or found[1] is None:
        return kind
    return _made(found[1], site) or open_scope(types, True, site).typ(found[1])


def _made(initial: Expression, site: Site) -> CType | None:
    """Return T of `new T(...)` and `make_message<T>(...)`."""
    if initial[0] == "call" and initial[1][0] == "tid" and initial[1][2]:
        return parse_type(initial[1][2][0], site)
    return parse_type(initial[1], site) if initial[0] == "new" else None


def parameter_pattern(encoder: FunctionFacts) -> re.Pattern[str]:
    """Return what the text of a function has for which `reader_parameter` can find anything."""
    return re.compile(rf"\b{re.escape(_content(encoder))}(?:_bl)?\b")


def _content(encoder: FunctionFacts) -> str:
    """Return the name of what an encoder writes, by its own."""
    return "_".join(word for word in encoder.name.rpartition("::")[2].split("_") if word and word != "encode")


def reader_parameter(encoder: FunctionFacts, function: FunctionFacts) -> str | None:
    """Return the parameter of `function` that holds what `encoder` wrote, by their names."""
    wanted = _content(encoder)
    if not wanted or function is encoder:
        return None
    for text_, name in function.params:
        kind = text_.replace("const", "").replace("&", "").strip()
        if (
            name in (f"{wanted}_bl", wanted)
            and kind.rsplit("::", 1)[-1] in ("bufferlist", "list")
            and f"{name}.begin" in _begun(function.body, name)
        ):
            return name
    return None


def _begun(body: Body, name: str) -> tuple[str, ...]:
    return (
        (f"{name}.begin",)
        if any(f"('mem', ('id', '{name}'), '{each}')" in str(body) for each in _BEGIN)
        else ()
    )


def sliced(program: Program) -> Program:
    """Keep what happens to the codec's own stream.

    An ordinary function does much else, and leaves early for other reasons.

    A test around everything that touches the stream decides whether there is a stream at all, not what it
    looks like.
    """
    kept = _own(program)
    while True:
        touching = [step for step in kept if touches(step)]
        if len(touching) != 1:
            return kept
        only = touching[0]
        if isinstance(only, When) and (
            not any(map(touches, only.then)) or not any(map(touches, only.otherwise))
        ):
            kept = only.then if any(map(touches, only.then)) else only.otherwise
        elif isinstance(only, Inlined):
            kept = only.body
        else:
            return kept


def _own(program: Program) -> Program:
    out: list[Step] = []
    for step in program:
        if isinstance(step, When):
            then, otherwise = _own(step.then), _own(step.otherwise)
            if any(map(touches, (*then, *otherwise))) or any(
                isinstance(each, Let) for each in (*then, *otherwise)
            ):
                out.append(replace(step, then=then, otherwise=otherwise))
        elif isinstance(step, Repeat | Inlined):
            body = _own(step.body)
            if any(map(touches, body)):
                out.append(replace(step, body=body))
        elif isinstance(step, Try):
            out.extend(_own(step.body))
        elif isinstance(step, Let) or touches(step):
            out.append(step)
    return tuple(out)


def touches(step: Step) -> bool:
    """Tell whether a step does something to the codec's own stream."""
    if isinstance(step, When):
        return any(map(touches, (*step.then, *step.otherwise)))
    if isinstance(step, Repeat | Inlined):
        return any(map(touches, step.body))
    if isinstance(step, Leave | Refuse | Let | Enter | Try):
        return False
    if isinstance(step, Item | Open | Close | Skip | Mark | Seek | Splice | Unclear):
        return step.stream == ""
    return False


__all__ = ["buffers", "owner_of", "reader_parameter", "sliced", "text", "touches"]
