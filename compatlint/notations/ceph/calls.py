"""Calls that touch a stream: frames, values, raw bytes, and functions to be looked through.

Sources: ENCODE_START, DECODE_START and their kin in src/include/encoding.h; DENC_* in src/include/denc.h.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compatlint.notations.ceph.ctype import CType, Site, parse_type
from compatlint.notations.ceph.scope import Local, Scope, text
from compatlint.wire.steps import Close, Item, Leave, Let, Open, Program, Refuse, Skip, Splice, Step, Unclear, When
from compatlint.wire.steps import Scope as Inlined
from compatlint.wire.terms import Const, Op, Opaque, Term, Var, negate, operate, truth
from compatlint.wire.types import Blob, Fixed, Int, Seq, Struct, Type, Unknown, Varint, size_of

if TYPE_CHECKING:
    from compatlint.notations.cpp.facts import Expression, FunctionFacts

ABORTS = frozenset("ceph_abort ceph_abort_msg abort ceph_abort_msgf assert_fail __ceph_abort".split())
ASSERTS = frozenset("assert ceph_assert assertf ceph_assertf ceph_assert_always assert_warn".split())
VALUES = frozenset(
    "encode decode denc encode_nohead decode_nohead encode_raw decode_raw decode_noshare encode_destructively decode_destructively "
    "denc_varint denc_varint_lowz denc_signed_varint denc_signed_varint_lowz denc_lba encode_array_nohead decode_array_nohead".split()
)
IGNORED = frozenset("hexdump crc32c length clear reserve rebuild rebuild_aligned c_str get_num_buffers swap dendl is_contiguous get_bl get_crc set_crc invalidate_crc get_current_ptr last_p_off reassign_to_mempool try_assign_to_mempool get_logical_offset get_pos".split())
MAX_INLINE = 14


def aborts(expression: Expression) -> bool:
    """Tell whether an expression never returns."""
    return expression[0] == "call" and expression[1][0] == "id" and (
        expression[1][1].rsplit("::", 1)[-1] in ABORTS
        or (expression[1][1].rsplit("::", 1)[-1] in ASSERTS and bool(expression[2]) and _is_false(expression[2][0]))
    )


def _is_false(expression: Expression) -> bool:
    if expression[0] == "num":
        return bool(expression[1] == 0)
    return expression[0] == "bin" and expression[1] in ("==", "&&") and expression[2][:2] == ("num", 0)


def call(expression: Expression, line: int, scope: Scope) -> list[Step] | None:
    """Return the steps of a call, None if it does not touch a stream."""
    callee, arguments = expression[1], expression[2]
    name = callee[1].rsplit("::", 1)[-1] if callee[0] in ("id", "tid") else callee[2].rsplit("::", 1)[-1] if callee[0] == "mem" else ""
    if name in ABORTS or aborts(expression):
        return [Refuse(text(expression), line)]
    if name in ASSERTS and arguments:
        return _assertion(arguments[0], line, scope)
    macro = _MACROS.get(name)
    if macro is not None and callee[0] == "id":
        return macro(arguments, line, scope)
    if callee[0] == "mem":
        stream = scope.stream(callee[1])
        if stream is not None:
            return _stream_method(stream, callee, name, arguments, line, scope)
    if name in ("apply_visitor", "visit") and len(arguments) >= 2:
        return _visit(arguments, line, scope)
    local = scope.locals.get(callee[1]) if callee[0] == "id" else None
    if local is not None and local.lambda_ is not None:
        return _lambda(local.lambda_, arguments, line, scope)
    places = [index for index, argument in enumerate(arguments) if scope.stream(argument) is not None]
    if not places:
        return _streamless(callee, name, arguments, line, scope)
    if name in VALUES and callee[0] in ("id", "tid"):
        found = _value(callee, name, arguments, places, line, scope)
        if found is not None:
            return found
    if callee[0] == "mem" and name in ("encode", "decode", "bound_encode"):
        return _method_value(callee, name, arguments, places, line, scope)
    return inline(callee, name, arguments, line, scope)


def _streamless(callee: Expression, name: str, arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step] | None:
    """A call without a stream matters in a message: `paxos_encode()` writes the payload that it does not name."""
    if not scope.message or callee[0] != "id" or not (name.endswith(("encode", "decode")) or "code" in name):
        return None
    return inline(callee, name, arguments, line, scope) if scope.owner is not None and scope.method_of(scope.owner, name) else None


def _assertion(test: Expression, line: int, scope: Scope) -> list[Step]:
    condition = truth(scope.term(test))
    if isinstance(condition, Const):
        return [] if condition.value else [Refuse(text(test), line)]
    if isinstance(condition, Opaque) or (scope.writing and "header" not in text(test)):
        return []
    return [When(negate(condition), (Refuse(f"assert {text(test)}", line),), (), line)]


# ---- frames ----------------------------------------------------------------------------------------------------------


def _encode_start(arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step] | None:
    if len(arguments) != 3:
        return None
    stream = scope.stream(arguments[2])
    if stream is None:
        return [Unclear(f"frame on {text(arguments[2])}", line)]
    scope.frames.append(_frame(scope))
    return [Open(scope.term(arguments[0]), scope.term(arguments[1]), var=scope.frames[-1], stream=stream, line=line, path=scope.site.path)]


def _frame(scope: Scope) -> str:
    return "struct_v" if not scope.frames else f"struct_v#{len(scope.frames)}"


def _finish(arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step]:
    stream = scope.stream(arguments[0]) if arguments else ""
    if scope.frames:
        scope.frames.pop()
    oldest = scope.term(arguments[1]) if len(arguments) > 1 else None
    return [Close(stream or "", line, oldest)]


def _decode_start(arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step] | None:
    return _legacy((arguments[0], ("num", 0, ""), ("num", 0, ""), arguments[-1]), line, scope) if len(arguments) >= 2 else None


def _legacy(arguments: tuple[Expression, ...], line: int, scope: Scope, bits: int = 8) -> list[Step] | None:
    if len(arguments) != 4:
        return None
    stream = scope.stream(arguments[3])
    if stream is None:
        return [Unclear(f"frame on {text(arguments[3])}", line)]
    known, compat, length = (scope.term(each) for each in arguments[:3])
    if not isinstance(compat, Const) or not isinstance(length, Const):
        return [Unclear("computed legacy versions", line, stream)]
    name = _frame(scope)
    scope.frames.append(name)
    oldest = name.replace("struct_v", "struct_compat")
    return [Open(var=name, oldest_var=oldest, known=known, compat_from=int(compat.value), length_from=int(length.value), bits=bits, stream=stream, line=line, path=scope.site.path)]


def _oldest(arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step]:
    name = scope.frames[-1] if scope.frames else "struct_v"
    return [When(negate(operate(">=", (Var(name), scope.term(arguments[0])))), (Refuse(f"older than version {text(arguments[0])}", line),), (), line)]


def _denc_start(arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step] | None:
    return _encode_start(arguments, line, scope) if scope.writing else _decode_start((arguments[0], arguments[-1]), line, scope)


def _header(arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step]:
    return []


_MACROS = {
    "ENCODE_START": _encode_start,
    "ENCODE_FINISH": _finish,
    "ENCODE_FINISH_NEW_COMPAT": _finish,
    "DECODE_START": _decode_start,
    "DECODE_START_LEGACY_COMPAT_LEN": _legacy,
    "DECODE_START_LEGACY_COMPAT_LEN_16": lambda arguments, line, scope: _legacy(arguments, line, scope, 16),
    "DECODE_START_LEGACY_COMPAT_LEN_32": lambda arguments, line, scope: _legacy(arguments, line, scope, 32),
    "DECODE_OLDEST": _oldest,
    "DECODE_FINISH": _finish,
    "DENC_START": _denc_start,
    "DENC_FINISH": _finish,
    "ENCODE_DUMP_PRE": _header,
    "ENCODE_DUMP_POST": _header,
    "DENC_DUMP_PRE": _header,
    "DENC_DUMP_POST": _header,
}


# ---- values ----------------------------------------------------------------------------------------------------------


def _value(callee: Expression, name: str, arguments: tuple[Expression, ...], places: list[int], line: int, scope: Scope) -> list[Step] | None:
    """A free call: encode(x, bl), decode(x, p), encode_nohead(x, bl), decode_nohead(n, x, p), denc(x, p)."""
    destination = places[-1] if places[-1] > 0 else 0
    if destination == 0:  # encode(bl): this very object, or a base's
        return inline(callee, name, arguments, line, scope)
    stream = scope.stream(arguments[destination]) or ""
    subject = arguments[destination - 1] if name.startswith("decode_") and name.endswith("nohead") and destination >= 2 else arguments[0]
    count = scope.term(arguments[0]) if name.startswith("decode_") and name.endswith("nohead") and destination >= 2 else None
    qualified = callee[1].rsplit("::", 1)[0] if "::" in callee[1] else ""
    if qualified and qualified not in ("ceph", "std") and scope.types.class_of(CType(qualified, (), scope.site)) is not None:
        return inline(callee, name, arguments, line, scope)
    if callee[0] == "tid" and name in ("encode_raw", "decode_raw"):
        kind: Type = scope.types.raw(parse_type(callee[2][0], scope.site))
        return [item(subject, kind, stream, line, scope)]
    if name in ("encode_raw", "decode_raw"):
        return [item(subject, scope.types.raw(scope.typ(subject) or CType("?")), stream, line, scope)]
    if name.startswith("denc_"):
        return [item(subject, Varint(name.removeprefix("denc_")), stream, line, scope)]
    if destination == 2 and not name.endswith("nohead"):
        if scope.typ(arguments[0]) is not None and arguments[1][0] in ("num", "id") and "array" in (scope.types.settle(scope.typ(arguments[0]) or CType("?")).name):
            return None
        return inline(callee, name, arguments, line, scope)
    if subject == ("un", "*", ("this",)):
        return inline(("id", name), name, arguments[1:], line, scope)
    return [_typed(subject, name, count, stream, line, scope)]


def _typed(subject: Expression, name: str, count: Term | None, stream: str, line: int, scope: Scope) -> Step:
    """Return the item of a value by its type."""
    content = scope.stream(subject) if scope.writing else None
    if content is not None and _holds_bytes(subject, scope):
        return Item(scope.path(subject) or text(subject), Blob(0 if name.endswith("nohead") else 32), line, None, stream, "bufferlist", False, content, None, scope.site.path)
    kind = scope.typ(subject)
    wire: Type = scope.types.wire(kind) if kind is not None else Unknown(f"type of {text(subject)}")
    wire = _exact(wire, subject)
    if name.endswith("nohead"):
        wire = Blob(0) if isinstance(wire, Blob) else replace(wire, prefix=0) if isinstance(wire, Seq) else wire
    found = item(subject, wire, stream, line, scope, kind)
    return found if count is None else replace(found, value=count)


def _holds_bytes(subject: Expression, scope: Scope) -> bool:
    """Tell whether a stream's name stands for a buffer, so that encoding it nests its bytes."""
    local = scope.locals.get(subject[1]) if subject[0] == "id" else None
    return subject[0] != "id" or local is None or local.buffer or scope.is_stream_type(scope.typ(subject))


def _exact(wire: Type, subject: Expression) -> Type:
    return Int(8) if subject[0] == "num" and len(subject) > 2 and subject[2] == "bool" else wire


def item(subject: Expression, wire: Type, stream: str, line: int, scope: Scope, kind: CType | None = None) -> Item:
    """Return the item of `subject` with its value (writing) or its target (reading)."""
    path = scope.path(subject)
    spelling = kind.name.rsplit("::", 1)[-1] if kind is not None and not kind.name.startswith("@") else ""
    if scope.writing:
        value = scope.term(subject)
        dead = isinstance(value, Const) or path is None
        return Item(path or text(subject), wire, line, value, stream, spelling, dead, None, None, scope.site.path)
    root = subject
    while root[0] in ("cast", "un"):
        root = root[2]
    dead = root[0] == "id" and root[1] in scope.locals and scope.uses[root[1]] <= 1
    return Item(path or text(subject), wire, line, None, stream, spelling, dead, None, None, scope.site.path)


def _method_value(callee: Expression, name: str, arguments: tuple[Expression, ...], places: list[int], line: int, scope: Scope) -> list[Step]:
    """A member call: x.encode(bl), x.decode(p). Another structure's codec unless it takes more than features."""
    subject = callee[1]
    kind = scope.typ(subject)
    stream = scope.stream(arguments[places[0]]) or ""
    if subject == ("this",) or kind is None:
        if kind is None:
            return [Unclear(f"{text(subject)}.{name}: type unknown", line, stream)]
        return inline(("id", name), name, arguments, line, scope)
    extra = [argument for index, argument in enumerate(arguments) if index not in places and not _is_features(argument)]
    if not extra and len(places) == 1 and scope.types.encodable(_class_kind(kind, scope)):
        return [item(subject, Struct(scope.types.struct_name(_class_kind(kind, scope))), stream, line, scope, kind)]
    return inline(callee, name, arguments, line, scope)


def _class_kind(kind: CType, scope: Scope) -> CType:
    return kind if scope.types.class_of(kind) is not None and not kind.args else scope.types.settle(kind)


def _is_features(argument: Expression) -> bool:
    words = text(argument).lower()
    return "feat" in words or argument[:2] in (("num", 0), ("un", "-")) or words in ("-1", "cot")


# ---- raw bytes -------------------------------------------------------------------------------------------------------


def _stream_method(stream: str, callee: Expression, name: str, arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step] | None:
    """A method of a buffer or of a position in one."""
    if name in IGNORED or name in ("begin", "cbegin", "end", "get_off", "get_remaining", "buffers", "front", "back", "get_ptr"):
        return []
    if scope.writing:
        return _append(stream, name, arguments, line, scope, callee)
    if name in ("advance", "seek"):
        return [Skip(scope.term(arguments[0]), stream, line)] if name == "advance" else [Unclear("seek", line, stream)]
    if name in ("copy", "copy_deep", "copy_shallow", "get_ptr_and_advance", "copy_in"):
        return [_copied(arguments, stream, line, scope)]
    if name == "copy_all":
        return [Item(scope.path(arguments[0]) or text(arguments[0]), Blob(0), line, Opaque("the rest"), stream)]
    if name == "get_pos_add":
        return [Unclear(name, line, stream)]
    return []


def _copied(arguments: tuple[Expression, ...], stream: str, line: int, scope: Scope) -> Step:
    """p.copy(n, destination)."""
    size = scope.term(arguments[0]) if arguments else Opaque("?")
    target = arguments[-1] if len(arguments) > 1 else ("text", "bytes")
    name = scope.path(target) or text(target)
    if isinstance(size, Const) and isinstance(size.value, int):
        kind: Type = Int(size.value * 8) if size.value in (1, 2, 4, 8) else Fixed(size.value)
        return Item(name, kind, line, None, stream, path=scope.site.path)
    return Item(name, Blob(0), line, size, stream, path=scope.site.path)


def _append(stream: str, name: str, arguments: tuple[Expression, ...], line: int, scope: Scope, callee: Expression) -> list[Step]:
    """bl.append(...) in its spellings."""
    if name in ("append", "claim_append", "append_bl", "claim", "push_back") and len(arguments) == 1:
        source = scope.stream(arguments[0])
        if source is not None:
            return [Splice(source, stream)]
        kind = scope.typ(arguments[0])
        wire = scope.types.wire(kind) if kind is not None else Unknown(text(arguments[0]))
        if isinstance(wire, Blob):
            if arguments[0][0] == "str":
                return [Item(text(arguments[0]), Fixed(len(arguments[0][1])), line, Opaque(text(arguments[0])), stream, dead=True, path=scope.site.path)]
            return [Item(scope.path(arguments[0]) or text(arguments[0]), Blob(0), line, scope.term(arguments[0]), stream, path=scope.site.path)]
        return [item(arguments[0], wire if isinstance(wire, Int) else Unknown(text(arguments[0])), stream, line, scope, kind)]
    if name == "append" and len(arguments) == 2:
        size = scope.term(arguments[1])
        if isinstance(size, Const) and isinstance(size.value, int):
            raw: Type = Int(size.value * 8) if size.value in (1, 2, 4, 8) else Fixed(size.value)
            return [Item(scope.path(arguments[0]) or text(arguments[0]), raw, line, scope.term(arguments[0]), stream, path=scope.site.path)]
        return [Item(scope.path(arguments[0]) or text(arguments[0]), Blob(0), line, Op("size", (scope.term(arguments[0]),)), stream, path=scope.site.path)]
    if name in ("append_zero", "append_hole"):
        size = scope.term(arguments[0])
        if isinstance(size, Const) and isinstance(size.value, int):
            raw = Int(size.value * 8) if size.value in (1, 2, 4, 8) else Fixed(size.value)
            return [Item("zeros" if name == "append_zero" else "hole", raw, line, Opaque(name), stream, dead=True)]
        return [Item("zeros", Blob(0), line, size, stream, dead=True)]
    if name in ("copy_in", "flush", "get_append_buffer_unused_tail_length", "set"):
        return []
    return [Unclear(f"{name}({', '.join(text(each) for each in arguments)})", line, stream)]


# ---- functions looked through ----------------------------------------------------------------------------------------


def inline(callee: Expression, name: str, arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step]:
    """Return the steps of a called function, or one Unclear step."""
    if scope.depth > MAX_INLINE:
        return [Unclear(f"{name}: nested too deeply", line)]
    found = _callee(callee, name, arguments, scope)
    if found is None:
        touched = next((scope.stream(each) for each in arguments if scope.stream(each) is not None), "")
        if name in _HARMLESS or name.startswith(("operator", "dump", "print")):
            return []
        return [Unclear(f"call of {text(callee)}", line, touched or "")]
    function, path, owner, prefix = found
    if (function.name, function.line) in scope.active:
        return [Unclear(f"{name} calls itself", line)]
    inner = scope.enter(function, path, owner, prefix)
    offset = 1 if owner is None and False else 0
    for (text_, parameter), argument in zip(function.params[offset:], arguments, strict=False):
        inner.bind(text_, parameter, scope, argument)
    from compatlint.notations.ceph.lower import lower

    body = lower(function.body, inner)
    return _wrap(body)


_HARMLESS = frozenset("encode_json hexdump dump crc32c ceph_crc32c make_writeable dout_prefix JSONFormatter generate_test_instances get_encoded_len bound_encode".split())


def _wrap(body: Program) -> list[Step]:
    while body and body[-1] == Leave("function"):
        body = body[:-1]
    if any(step == Leave("function") for step in _deep(body)):
        return [Inlined(body, "function")]
    return list(body)


def _deep(body: Program) -> list[Step]:
    from compatlint.wire.steps import walk

    return walk(body)


def _callee(callee: Expression, name: str, arguments: tuple[Expression, ...], scope: Scope) -> tuple[FunctionFacts, str, CType | None, str] | None:
    """Find the function that a call means: (function, file, type of its `this`, path of its `this`)."""
    if callee[0] == "mem":
        kind, prefix = scope.typ(callee[1]), scope.path(callee[1])
        if kind is None or prefix is None:
            return None
        found = _method(kind, name, arguments, scope)
        return (*found, f"{prefix}." if prefix else "") if found else None
    qualified = callee[1]
    if "::" in qualified:
        owner = qualified.rsplit("::", 1)[0]
        kind = parse_type(owner, scope.site)
        if owner.split("::")[-1] == "T" or scope.types.class_of(scope.types.settle(kind)) is not None:
            found = _method(kind, name, arguments, scope)
            if found:
                return (*found, scope.prefix)
    if scope.owner is not None:
        found = _method(scope.owner, name, arguments, scope)
        if found:
            return (*found, scope.prefix)
    for function, path in sorted(scope.types.corpus.free(name), key=lambda pair: (pair[1] != scope.site.path, pair[1])):
        if len(function.params) >= len(arguments) and function.body and _accepts(function, path, arguments, scope):
            return function, path, None, ""
    return None


def _accepts(function: FunctionFacts, path: str, arguments: tuple[Expression, ...], scope: Scope) -> bool:
    """Tell whether the parameters that are streams are where the arguments are streams."""
    site = Site("", path)
    for (text_, _), argument in zip(function.params, arguments, strict=False):
        parameter = parse_type(text_, site)
        if (scope.stream(argument) is not None) != (scope.is_stream_type(parameter) or parameter.name in function.template):
            return False
        given = scope.typ(argument)
        if given is not None and scope.stream(argument) is None:
            cls, other = scope.types.class_of(scope.types.settle(parameter)), scope.types.class_of(scope.types.settle(given))
            if cls is not None and (other is None or cls[0].name != other[0].name):
                return False
    return True


def _method(kind: CType, name: str, arguments: tuple[Expression, ...], scope: Scope, depth: int = 0) -> tuple[FunctionFacts, str, CType] | None:
    """Return the overload of a method that fits the number of arguments, in the class or a base."""
    settled = scope.types.settle(kind)
    found = scope.types.class_of(settled)
    if found is None or depth > 8:
        return None
    cls, path = found
    overloads = scope.types.corpus.overloads(cls.name, name)
    fitting = [pair for pair in overloads if len(pair[0].params) >= len(arguments) and _streams_fit(pair[0], arguments, scope)]
    if fitting:
        best = min(fitting, key=lambda pair: (len(pair[0].params), pair[1] != path, -len(pair[0].body)))
        return best[0], best[1], settled
    for base in cls.bases:
        inner = _method(parse_type(base, Site(cls.name.rsplit("::", 1)[0] if "::" in cls.name else "", path, scope.types.bindings(cls, settled))), name, arguments, scope, depth + 1)
        if inner is not None:
            return inner
    return None


def _streams_fit(function: FunctionFacts, arguments: tuple[Expression, ...], scope: Scope) -> bool:
    for (text_, _), argument in zip(function.params, arguments, strict=False):
        kind = parse_type(text_, scope.site)
        if scope.stream(argument) is not None and not (scope.is_stream_type(kind) or kind.name in function.template or kind.name == "auto"):
            return False
    return True


def _lambda(found: Expression, arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step]:
    """Return the steps of a lambda called by its name: it sees the locals of where it was made."""
    from compatlint.notations.ceph.lower import lower

    known = dict(scope.locals)
    for (text_, parameter), argument in zip(found[1], arguments, strict=False):
        kind = parse_type(text_, scope.site)
        scope.locals[parameter] = Local(scope.typ(argument) if kind.name == "auto" else kind, scope.path(argument) or parameter, scope.stream(argument))
    scope.depth += 1
    steps = lower(found[2], scope) if scope.depth < MAX_INLINE else (Unclear("lambda nested too deeply", line),)
    scope.depth -= 1
    scope.locals = known
    return _wrap(steps)


def _visit(arguments: tuple[Expression, ...], line: int, scope: Scope) -> list[Step] | None:
    """apply_visitor(Visitor(...), variant): one way for each alternative of the variant."""
    visitor, variant = arguments[0], arguments[1]
    alternatives = scope.types.settle(scope.typ(variant) or CType("?"))
    made = _made(visitor, scope)
    if made is None or alternatives.name.rsplit("::", 1)[-1] != "variant":
        return None if not scope.locals else _unclear_visit(visitor, line, scope)
    kind, given = made
    path = scope.path(variant) or text(variant)
    chain: Program = ()
    for alternative in reversed(alternatives.args):
        steps = _visited(kind, given, alternative, path, line, scope)
        tag = Const("type:" + alternative.name.rsplit("::", 1)[-1])
        chain = (When(operate("==", (Var(path), tag)), steps, chain, line),)
    return list(chain)


def _unclear_visit(visitor: Expression, line: int, scope: Scope) -> list[Step] | None:
    touched = [scope.stream(each) for each in (visitor[2] if visitor[0] in ("call", "make") else ()) if scope.stream(each) is not None]
    return [Unclear(f"visitor {text(visitor)}", line, touched[0] or "")] if touched else None


def _made(visitor: Expression, scope: Scope) -> tuple[CType, tuple[Expression, ...]] | None:
    """Return the class of a visitor object and the arguments that it was made from."""
    if visitor[0] == "call" and visitor[1][0] in ("id", "tid"):
        return parse_type(visitor[1][1], scope.site), visitor[2]
    if visitor[0] == "make":
        return parse_type(visitor[1], scope.site), visitor[2]
    if visitor[0] == "id" and visitor[1] in scope.locals:
        local = scope.locals[visitor[1]]
        if local.lambda_ is not None and local.lambda_[0] == "made" and local.type is not None:
            return local.type, local.lambda_[1]
    return None


def _visited(kind: CType, given: tuple[Expression, ...], alternative: CType, path: str, line: int, scope: Scope) -> Program:
    """Return the steps of a visitor's call operator for one alternative."""
    found = scope.types.class_of(scope.types.settle(kind))
    if found is None:
        return (Unclear(f"visitor {kind.name}", line),)
    cls, where = found
    chosen = _operator(cls.name, alternative, scope)
    if chosen is None:
        return (Unclear(f"visitor {kind.name} for {alternative.name}", line),)
    function, file, bound = chosen
    inner = scope.enter(function, file, scope.types.settle(kind), "visitor.")
    inner.site = replace(inner.site, bound=(*inner.site.bound, *bound))
    _construct(cls.name, cls.super_calls, given, where, inner, scope)
    if function.params:
        inner.locals[function.params[0][1]] = Local(alternative, f"{path}.{alternative.name.rsplit('::', 1)[-1]}")
    from compatlint.notations.ceph.lower import lower

    return tuple(_wrap(lower(function.body, inner)))


def _operator(cls: str, alternative: CType, scope: Scope) -> tuple[FunctionFacts, str, tuple[tuple[str, CType], ...]] | None:
    """Choose operator() by its parameter: the alternative's own, otherwise the template."""
    general = None
    short = alternative.name.rsplit("::", 1)[-1]
    for function, path in scope.types.corpus.overloads(cls, "operator()"):
        if not function.params:
            continue
        parameter = parse_type(function.params[0][0], Site(cls, path))
        if parameter.name.rsplit("::", 1)[-1] == short:
            return function, path, ()
        if parameter.name in function.template:
            general = (function, path, ((parameter.name, alternative),))
    return general


def _construct(cls: str, initializers: dict[str, tuple[Expression, ...]], given: tuple[Expression, ...], where: str, inner: Scope, scope: Scope) -> None:
    """Bind the members of a visitor to the arguments of its constructor."""
    short = cls.rsplit("::", 1)[-1]
    scope.types.corpus.need(short)
    constructors = [pair[0] for pair in scope.types.corpus.overloads(cls, short) if len(pair[0].params) >= len(given)]
    if not constructors:
        return
    names = {name: (text_, argument) for (text_, name), argument in zip(constructors[0].params, given, strict=False)}
    for member, values in initializers.items():
        if len(values) == 1 and values[0][0] == "id" and values[0][1] in names:
            text_, argument = names[values[0][1]]
            inner.bind(text_, member, scope, argument)


__all__ = ["Let", "aborts", "call", "inline", "size_of"]
