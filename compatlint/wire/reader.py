"""The symbolic reader: a decoder's program run over the tokens that a writer left, one world at a time.

What goes wrong is raised as `Mismatch`; what was paired is in `pairs`, what was skipped in `dropped`.
"""

from __future__ import annotations

from dataclasses import dataclass

from compatlint.wire.halt import Halt, Refused, Unreadable
from compatlint.wire.machine import Machine, Programs
from compatlint.wire.oracle import Oracle
from compatlint.wire.steps import (
    Close,
    Enter,
    Item,
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
from compatlint.wire.terms import FALSE, TRUE, AtEnd, Const, Op, Opaque, Place, Term, Var, operate, truth, variables
from compatlint.wire.tokens import CONTENT, REST, Token, expand, fixed_size
from compatlint.wire.types import Array, Blob, Fixed, Int, Optional, Seq, Struct, Tuple, Type, Unknown, describe

MANY = 16  # elements where the number is no loop's of the writer: more than would fit by chance


NOTHING = "nothing"  # expected by a reader that itself looks whether anything is left


class Mismatch(Halt):
    """The reader takes the bytes for something else. `outcome` is misread, overread or leftover."""

    def __init__(self, outcome: str, token: Token | None, item: Item | None, text: str = "", expected: str = "") -> None:
        super().__init__(text or outcome)
        self.outcome, self.token, self.item, self.expected = outcome, token, item, expected


class NeedInline(Exception):
    """Two structures with different names meet: the writer's has to be taken apart."""

    def __init__(self, name: str) -> None:
        self.name = name


@dataclass(slots=True)
class Pair:
    """A token and the item that read it; `type` is the reader's."""

    token: Token
    name: str
    type: Type
    line: int
    dead: bool = False
    spelling: str = ""


class Cursor:
    """A position in nested lists of tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.stack: list[tuple[list[Token], int]] = [(tokens, 0)]
        self.frames: list[Token | None] = []

    def save(self) -> tuple[list[tuple[list[Token], int]], list[Token | None]]:
        """Return the position."""
        return list(self.stack), list(self.frames)

    def restore(self, saved: tuple[list[tuple[list[Token], int]], list[Token | None]]) -> None:
        """Go back to a position."""
        self.stack, self.frames = list(saved[0]), list(saved[1])

    def peek(self) -> Token | None:
        """Return the token at the position, None at the end of the list at hand."""
        tokens, at = self.stack[-1]
        while at < len(tokens) and tokens[at].kind == "close" and not tokens[at].length and not tokens[at].header:
            at += 1  # the end of a frame without a length cannot be seen
        self.stack[-1] = (tokens, at)
        return tokens[at] if at < len(tokens) else None

    def take(self) -> None:
        """Step over one token."""
        tokens, at = self.stack[-1]
        self.stack[-1] = (tokens, at + 1)

    def put(self, tokens: list[Token]) -> None:
        """Put tokens in the place of the one at the position."""
        current, at = self.stack[-1]
        current[at : at + 1] = tokens

    def left(self) -> list[Token]:
        """Return what remains of the list at hand."""
        tokens, at = self.stack[-1]
        return tokens[at:]


class Reader(Machine):
    """Reads tokens. `pairs` is what was read as what, in order."""

    def __init__(self, oracle: Oracle, programs: Programs, tokens: list[Token], apart: frozenset[str] = frozenset()) -> None:
        super().__init__(oracle, programs)
        self.cursors: dict[str, Cursor] = {"": Cursor([token.copy() for token in tokens if token.kind != "stream"])}
        for token in tokens:
            if token.kind == "stream":
                self.cursors[token.name] = Cursor([each.copy() for each in token.body or ()])
        self.pairs: list[Pair] = []
        self.dropped: list[Token] = []
        self.blobs: dict[str, Token] = {}
        self.marks: dict[str, tuple[list[tuple[list[Token], int]], list[Token | None]]] = {}
        self.unclear_pairs = 0
        self.apart = apart
        self.stream = ""

    def cursor(self, stream: str) -> Cursor:
        """Return the position on a stream."""
        found = self.cursors.get(stream)
        if found is None and stream and "~" not in stream:
            found = self.cursors[stream] = Cursor([])  # beside the payload, and nothing was written there
        if found is None:
            raise Unreadable(f"stream {stream.split('~', maxsplit=1)[0] or 'of the codec'} was not opened")
        return found

    # ---- values ------------------------------------------------------------------------------------------------

    def item(self, step: Item) -> None:
        """Read a value into its path."""
        name = self.name(step.name)
        value = self.read(step.type, step, name, step.stream)
        self.env[name] = value
        below = (f"{name}.", f"{name}[")
        for path in [path for path in self.env if path.startswith(below)]:
            if path not in self._fresh:
                del self.env[path]

    _fresh: frozenset[str] = frozenset()

    def read(self, kind: Type, step: Item, name: str, stream: str) -> Term:
        """Read one value of a type; return what it is."""
        cursor = self.cursor(stream)
        for _ in range(64):
            self.pass_empty(cursor)
            token = cursor.peek()
            if isinstance(kind, Struct | Tuple) and (token is None or token.kind != "value"):
                return self._parts(kind, token, step, name, stream)
            if token is None or token.kind == "close":
                raise Mismatch("overread", token, step)
            if token.kind == "unclear":
                raise Unreadable(token.name)
            if token.kind == "open":
                self._header_bytes(cursor, token, kind, step)
                continue
            if token.kind == "loop":
                if isinstance(kind, Array) and token.body is not None and token.value is not None:
                    return self._array(kind, step, name, stream)
                self._unrolled(cursor, token, step)
                continue
            found = self._take(cursor, token, kind, step, name, stream)
            if found is not None:
                return found
        raise Unreadable("types nested too deeply")

    def _parts(self, kind: Struct | Tuple, token: Token | None, step: Item, name: str, stream: str) -> Term:
        """Read a structure where a frame, a loop or the end of another stands: only its own parts can tell."""
        if isinstance(kind, Tuple):
            return self._compound(kind, step, name, stream) or Var(name)
        codec = self.programs(kind.name)
        if (token is None or token.kind == "close") and (codec is None or codec.decoder):
            raise Mismatch("overread", token, step)
        return self._structure(kind, step, name, stream)

    def _unrolled(self, cursor: Cursor, token: Token, step: Item) -> None:
        """Read plain values where the writer has a loop of a known small number."""
        if (
            isinstance(token.value, Const)
            and isinstance(token.value.value, int)
            and 0 < token.value.value <= 64
            and token.body is not None
        ):
            cursor.put([_numbered(each, index) for index in range(token.value.value) for each in token.body])
            return
        raise Mismatch("misread", token, step)

    def _take(self, cursor: Cursor, token: Token, kind: Type, step: Item, name: str, stream: str) -> Term | None:
        """Read `kind` at a value token; None after taking the token apart."""
        wrote = token.type
        if wrote == kind and kind != Blob(0) and not (isinstance(kind, Struct) and kind.name in self.apart):
            return self._paired(cursor, token, kind, step, name)
        if isinstance(wrote, Unknown) or isinstance(kind, Unknown):
            return self._unknown(cursor, token, kind, step, name)
        if isinstance(wrote, Struct):
            if isinstance(kind, Struct) and kind.name not in self.apart and _same_template(wrote.name, kind.name):
                return self._paired(cursor, token, kind, step, name)
            raise NeedInline(wrote.name)
        if isinstance(kind, Struct) and not isinstance(wrote, Tuple):  # a tuple is nothing but its parts
            return self._structure(kind, step, name, stream)
        if isinstance(kind, Blob) and kind.prefix == 0:
            return self._raw(cursor, token, kind, step, name)
        parts = expand(token)
        if parts is not None and not (isinstance(wrote, Blob) and isinstance(kind, Blob)):
            cursor.put(parts)
            return None
        compound = self._compound(kind, step, name, stream)
        if compound is not None:
            return compound
        return self._scalar(cursor, token, kind, step, name)

    def _paired(self, cursor: Cursor, token: Token, kind: Type, step: Item, name: str) -> Term:
        cursor.take()
        self.pairs.append(Pair(token, name, kind, step.line, step.dead, step.spelling))
        self.blobs[name] = token
        if not token.imagined:
            self.oracle.written |= variables(token.value)[0] if token.value is not None else {token.name}
        if kind == Blob(0):
            return Var(token.name)  # the value of raw bytes is their number
        return token.value if token.value is not None else Var(token.name)

    def _unknown(self, cursor: Cursor, token: Token, kind: Type, step: Item, name: str) -> Term:
        """Something is not understood: equal texts are equal, and so are unknown members of one name."""
        wrote = token.type
        if isinstance(wrote, Unknown) and isinstance(kind, Unknown):
            return self._paired(cursor, token, kind, step, name)
        if isinstance(wrote, Unknown) and wrote.text.startswith(("type of", "?")) and _last(token.name) == _last(name):
            return self._paired(cursor, token, kind, step, name)
        if isinstance(kind, Unknown) and kind.text.startswith(("type of", "?")) and _last(token.name) == _last(name):
            return self._paired(cursor, token, kind, step, name)
        side = wrote if isinstance(wrote, Unknown) else kind
        raise Unreadable(f"{token.name or name}: type not understood ({describe(side)[1:]})")

    def _structure(self, kind: Struct, step: Item, name: str, stream: str) -> Term:
        codec = self.programs(kind.name)
        if codec is None or codec.decoder is None:
            raise Unreadable(f"{kind.name}: no decoder found")
        outer, prefix = self.cursors, self.prefix
        self.cursors, self.prefix = {"": outer[stream]}, ""
        try:
            self.nested(codec, codec.decoder, name)
        finally:
            self.cursors, self.prefix = outer, prefix
        return Var(name)

    def _compound(self, kind: Type, step: Item, name: str, stream: str) -> Term | None:
        """Read a compound type part by part."""
        if isinstance(kind, Tuple):
            suffixes = (".first", ".second") if len(kind.parts) == 2 else tuple(f".{index}" for index in range(len(kind.parts)))
            for part, suffix in zip(kind.parts, suffixes, strict=True):
                self.env[name + suffix] = self.read(part, step, name + suffix, stream)
            return Var(name)
        if isinstance(kind, Optional):
            present = self.read(Int(8), step, name, stream)
            if self.oracle.decide(truth(present)):
                self.read(kind.of, step, name + ".value", stream)
            return present
        if isinstance(kind, Seq):
            count = (
                self.read(Int(kind.prefix), step, f"{name}.size()", stream)
                if kind.prefix
                else (self.value(step.value) if step.value is not None else Opaque("?"))
            )
            self._elements(kind.of, count, step, name, stream)
            return Var(name)
        if isinstance(kind, Array):
            return self._array(kind, step, name, stream)
        if isinstance(kind, Blob) and kind.prefix:
            size = self.read(Int(kind.prefix), step, f"{name}.size()", stream)
            return size if size == FALSE else self.read(Blob(0), step, name, stream)
        return None

    def _array(self, kind: Array, step: Item, name: str, stream: str) -> Term:
        self._elements(kind.of, Const(kind.count), step, name, stream)
        return Var(name)

    def _elements(self, kind: Type, count: Term, step: Item, name: str, stream: str) -> None:
        self._loop(count, stream, lambda: self._element(kind, step, name, stream), step)

    def _element(self, kind: Type, step: Item, name: str, stream: str) -> None:
        self.read(kind, step, f"{name}[]", stream)

    def _raw(self, cursor: Cursor, token: Token, kind: Type, step: Item, name: str) -> Term | None:
        """Read a number of raw bytes: what was written raw, or everything up to a known size."""
        count = self.value(step.value) if step.value is not None else None
        if isinstance(token.type, Tuple) or (isinstance(token.type, Blob | Seq) and token.type.prefix):
            parts = expand(token)
            cursor.put(parts or [])
            return None
        if isinstance(count, Const) and isinstance(count.value, int) and fixed_size(token.type) is not None:
            return self._scalar(cursor, token, Fixed(count.value), step, name)
        if isinstance(count, Opaque) and count.text == "the rest":
            while cursor.peek() is not None and cursor.left() and cursor.left()[0].kind != "close":
                cursor.take()
            return Opaque("the rest")
        if token.type == Blob(0) and count is not None and token.value is not None and _apart(token.value, count):
            raise Mismatch("misread", token, step, expected="another number of raw bytes")
        if fixed_size(token.type) is None or token.dead:
            return self._paired(cursor, token, kind, step, name)
        covered = _covered(cursor.left(), count)
        if not covered:
            raise Mismatch("misread", token, step, expected="raw bytes")
        for _ in range(covered):
            self._paired(cursor, cursor.peek() or token, kind, step, name)
        return Var(name)

    def _first_of_raw(self, cursor: Cursor, token: Token, kind: Type, step: Item, name: str) -> Term | None:
        """Read the first bytes of a number of raw bytes that only the program knows; the rest must be exactly the rest."""
        want = fixed_size(kind)
        if (
            token.type != Blob(0)
            or want is None
            or token.value is None
            or isinstance(token.value, Const | Opaque)
            or token.body is not None
            or token.spelling == CONTENT
        ):
            return None
        self.pairs.append(Pair(token, name, kind, step.line, step.dead, step.spelling))
        left = operate("-", (token.value, Const(want)))
        cursor.put([Token("value", token.name, Blob(0), left, None, token.line, token.path, REST, token.dead)])
        return Var(name)

    def _scalar(self, cursor: Cursor, token: Token, kind: Type, step: Item, name: str) -> Term:
        """Compare two types without parts."""
        wrote = token.type
        first = self._first_of_raw(cursor, token, kind, step, name)
        if first is not None:
            return first
        if isinstance(wrote, Fixed | Int) and isinstance(kind, Fixed | Int):
            have, want = fixed_size(wrote), fixed_size(kind)
            if have is None or want is None:
                if isinstance(wrote, Fixed) and isinstance(kind, Fixed):
                    return self._paired(cursor, token, kind, step, name)
                raise Unreadable(f"{name}: size not known")
            if have == want:
                return self._paired(cursor, token, kind, step, name)
            if have > want and isinstance(token.value, Const) and isinstance(token.value.value, int):
                return self._low_bytes(cursor, token, token.value.value, have, want, step, name)
            if have < want and isinstance(kind, Fixed):
                return self._fixed(cursor, want, step, name)
            if have > want and isinstance(wrote, Fixed):
                rest = Token(
                    "value",
                    token.name,
                    Fixed(have - want, wrote.name),
                    Opaque("bytes of " + token.name),
                    None,
                    token.line,
                    token.path,
                )
                self.pairs.append(Pair(token, name, kind, step.line, step.dead, step.spelling))
                cursor.put([rest])
                part = f"{token.name} at -{have}"
                self.oracle.written.add(part)
                return Var(part)
        raise Mismatch("misread", token, step, expected=describe(kind))

    def _low_bytes(self, cursor: Cursor, token: Token, value: int, have: int, want: int, step: Item, name: str) -> Term:
        """Read the first bytes of a written constant: integers are little-endian, so they are its low bytes."""
        low, rest = Const(value & ((1 << 8 * want) - 1)), Const((value & ((1 << 8 * have) - 1)) >> 8 * want)
        self.pairs.append(Pair(token, name, step.type, step.line, step.dead, step.spelling))
        cursor.put([Token("value", token.name, Int(8 * (have - want)), rest, None, token.line, token.path, dead=token.dead)])
        return low

    def _fixed(self, cursor: Cursor, want: int, step: Item, name: str) -> Term:
        """Read a fixed number of bytes over several written values."""
        taken = 0
        while taken < want:
            token = cursor.peek()
            if token is None or token.kind != "value":
                raise Mismatch("overread" if token is None else "misread", token, step)
            if isinstance(token.type, Struct):
                raise NeedInline(token.type.name)
            have = fixed_size(token.type)
            if have is None:
                parts = expand(token)
                if parts is None:
                    raise Mismatch("misread", token, step)
                cursor.put(parts)
                continue
            if have > want - taken:
                raise Mismatch("misread", token, step)
            self.pairs.append(Pair(token, name, Fixed(have), step.line, step.dead, step.spelling))
            cursor.take()
            taken += have
        return Var(name)

    # ---- frames ------------------------------------------------------------------------------------------------

    def _header_bytes(self, cursor: Cursor, token: Token, kind: Type, step: Item) -> None:
        """Something reads the bytes of a frame's header as values: a version by hand, or a misreading."""
        name = _last(step.name).lower()
        if token.header or not (
            kind == Int(token.bits if not token.compat else 8)
            and ("v" in name.split("_") or "ver" in name or name.endswith("_v") or name == "v")
        ):
            raise Mismatch("misread", token, step, expected=describe(kind))
        parts = [Token("value", "version", Int(8), token.version, None, token.line, token.path)]
        if token.compat:
            parts.append(Token("value", "oldest", Int(8), token.oldest, None, token.line, token.path))
        if token.length:
            parts.append(Token("value", "length", Int(32), Opaque("length"), None, token.line, token.path))
        cursor.put(parts)

    def open(self, step: Open) -> None:
        """Read a frame's header; refuse what is for newer readers only."""
        cursor = self.cursor(step.stream)
        token = cursor.peek()
        head = Item("frame", Tuple((Int(8), Int(8), Int(32))), step.line, path=step.path)
        if token is None or token.kind == "close":
            raise Mismatch("overread", token, head)
        if token.kind == "value" and isinstance(token.type, Struct):
            raise NeedInline(token.type.name)
        if token.kind == "unclear":
            raise Unreadable(token.name)
        if token.kind == "value" and self._bare_version(step, token):
            return
        if token.kind != "open" or token.header != step.header:
            raise Mismatch("misread", token, head, expected="a frame")
        version = token.version or Const(1)
        self.assign(step.var, version)
        self.assign(step.oldest_var, token.oldest if token.compat and token.oldest is not None else version)
        if not step.header:
            self._same_header(step, token, version, head)
        self._accepts(step, token)
        cursor.take()
        cursor.frames.append(token)

    def _bare_version(self, step: Open, token: Token) -> bool:
        """Read a version that was written as a plain integer: all that a frame older than `compat_from` has for a header.

        Source: DECODE_START_LEGACY_COMPAT_LEN in Ceph's src/include/encoding.h.
        """
        version = token.value
        if step.header or token.type != Int(step.bits) or not isinstance(version, Const) or not isinstance(version.value, int):
            return False
        if not 0 <= version.value < min(step.compat_from, step.length_from):
            return False
        cursor = self.cursor(step.stream)
        cursor.take()
        self.pairs.append(Pair(token, self.name(step.var), Int(step.bits), step.line, dead=True))
        self.assign(step.var, version)
        self.assign(step.oldest_var, version)
        cursor.frames.append(Token("open", version=version, oldest=version, compat=False, length=False))
        return True

    def _same_header(self, step: Open, token: Token, version: Term, head: Item) -> None:
        """Check that reader and writer agree on which header fields this version has."""
        if not isinstance(version, Const) or not isinstance(version.value, int):
            return
        compat, length = version.value >= step.compat_from, version.value >= step.length_from
        if compat != token.compat or length != token.length or (not compat and step.bits != token.bits):
            raise Mismatch("misread", token, head, expected="another frame header")

    def _accepts(self, step: Open, token: Token) -> None:
        oldest = token.oldest if token.oldest is not None else Const(0)
        known = self.value(step.known) if step.known is not None else None
        match oldest, known:
            case Const(int(least)), Const(int(mine)) if least > mine:
                raise Refused(f"version {mine} reader meets a structure for version {least} and newer", step.line)
            case _:
                pass

    def close(self, step: Close) -> None:
        """End a frame: skip what its length covers."""
        cursor = self.cursor(step.stream)
        if not cursor.frames:
            return
        token = cursor.frames.pop()
        if token is None or not (token.length or token.header):
            return
        depth = 0
        while True:
            following = cursor.peek()
            if following is None:
                return
            cursor.take()
            if following.spelling == REST:
                raise Mismatch("misread", following, None, expected="the rest of raw bytes")
            if following.kind == "open" and following.length:
                depth += 1
            elif following.kind == "close" and (following.length or following.header):
                if depth == 0:
                    return
                depth -= 1
            elif following.kind in ("value", "loop", "unclear"):
                self.dropped.append(following)

    # ---- loops -------------------------------------------------------------------------------------------------

    def repeat(self, step: Repeat) -> None:
        """Do a loop against the writer's loop, or as often as its count says."""
        stream = _stream_of(step.body)
        if step.count is not None:
            item = _first_item(step.body)
            self._loop(self.value(step.count), stream, lambda: self._body(step), item)
            return
        self._while(step, stream)

    def step(self, step: Step) -> None:
        """Execute one step. A test that only guards giving up is a check of what is sane, which a sane writer passes."""
        if isinstance(step, When) and self.oracle.reading and _guards_refusal(step):
            self.oracle.reading = False
            try:
                taken = step.then if self.decide(step.test) else step.otherwise
            finally:
                self.oracle.reading = True
            self._nothing_follows(step.test, taken)
            self.execute(taken)
            return
        super().step(step)

    def _nothing_follows(self, test: Term, taken: Program) -> None:
        """Find what is left where the reader gives up just because it is not at the end."""
        asked = test.args[0] if isinstance(test, Op) and test.name == "!" else test
        if not (taken and isinstance(taken[0], Refuse) and isinstance(asked, AtEnd) and self.at_end(asked.stream) == FALSE):
            return
        rest = next(
            token for tokens, at in reversed(self.cursors[asked.stream].stack) for token in tokens[at:] if token.kind != "close"
        )
        raise Mismatch("leftover", rest, None, expected=NOTHING)

    def _body(self, step: Repeat) -> None:
        if step.index:
            self.env.pop(self.name(step.index), None)
        self.iteration(step.body)

    def _loop(self, count: Term, stream: str | None, body: object, item: Item | None) -> None:
        if count == FALSE:
            return
        if not callable(body):
            raise TypeError("a loop needs a body")
        if stream is None or stream not in self.cursors:
            body()
            return
        cursor = self.cursor(stream)
        token = self._loop_token(cursor)
        if token is not None and token.kind == "loop":
            if _differ(token.value, count) or self._may_differ(token.value, count) or self._may_differ(count, token.value):
                raise Mismatch("misread", token, item, "another number of elements")
            self._one_round(cursor, token, body, item)
            return
        if isinstance(count, Const) and isinstance(count.value, int) and 0 < count.value <= 256:
            for _ in range(count.value):
                body()
            return
        if self.oracle.known_to_be(operate("==", (count, Const(0)))):
            return
        test = operate("==", (count, Const(0)))  # a value is in the writer's words: nothing of ours is put in
        for _ in range(MANY if self.oracle.written_only(test) else 1):
            body()  # how many there are is the writer's choice: a reader must be right for any number

    def _may_differ(self, count: Term | None, fixed: Term | None) -> bool:
        """Tell whether one number of elements is fixed and the other is a value on the wire, which may be any."""
        return isinstance(fixed, Const) and count is not None and self.oracle.written_only(operate("==", (count, Const(0))))

    def _loop_token(self, cursor: Cursor) -> Token | None:
        """Return the token at the position, a counted type without its own prefix taken apart."""
        token = cursor.peek()
        while (
            token is not None
            and token.kind == "value"
            and isinstance(token.type, Array | Seq)
            and (isinstance(token.type, Array) or token.type.prefix == 0)
        ):
            cursor.put(expand(token) or [])
            token = cursor.peek()
        return token

    def _one_round(self, cursor: Cursor, token: Token, body: object, item: Item | None) -> None:
        """Run the reader's body over the writer's: both must end together."""
        cursor.take()
        cursor.stack.append((token.body if token.body is not None else [], 0))
        depth = len(cursor.stack)
        frames = cursor.frames
        cursor.frames = []
        if callable(body):
            body()
        self.pass_empty(cursor)
        rest = cursor.peek()
        if len(cursor.stack) == depth:
            if rest is not None:
                raise Mismatch("leftover", rest, item, "elements are longer than the reader takes them to be")
            cursor.stack.pop()
        cursor.frames = frames

    def _while(self, step: Repeat, stream: str | None) -> None:
        test = step.test if step.test is not None else TRUE
        if stream is None or stream not in self.cursors:
            self.iteration(step.body)
            return
        cursor = self.cursor(stream)
        for _ in range(64):
            token = self._loop_token(cursor)
            if token is not None and token.kind == "loop":
                self._one_round(cursor, token, lambda: self._body(step), _first_item(step.body))
                if not self.decide_quietly(test):
                    return
                continue
            if not self.decide(test):
                return
            if not self.iteration(step.body):
                return
        raise Unreadable("a loop without a bound")

    def decide_quietly(self, test: Term) -> bool:
        """Return whether a loop goes on after the writer's loop was read: only if something is known to remain."""
        value = self.value(test)
        return isinstance(value, Const) and bool(value.value)

    # ---- streams -----------------------------------------------------------------------------------------------

    def attempt(self, step: Try) -> None:
        """Try one layout; what it cannot read, the other reads."""
        saved = {name: cursor.save() for name, cursor in self.cursors.items()}
        count = len(self.pairs)
        try:
            self.execute(step.body)
        except (Mismatch, Refused):
            for name, position in saved.items():
                self.cursors[name].restore(position)
            del self.pairs[count:]
            self.execute(step.instead)

    def skip(self, step: Skip) -> None:
        """Step over bytes: a value of that size, or a loop of bytes of that number."""
        cursor = self.cursor(step.stream)
        count = self.value(step.count)
        if count == FALSE:
            return
        token = cursor.peek()
        if token is None or token.kind == "close":
            if isinstance(count, Const):
                raise Mismatch("overread", token, Item("(skipped)", Blob(0), step.line))
            return
        if token.kind == "loop" or (token.kind == "value" and isinstance(token.type, Blob) and token.type.prefix == 0):
            cursor.take()
            self.dropped.append(token)
            return
        if isinstance(count, Const) and isinstance(count.value, int) and 0 < count.value < 4096:
            self._fixed(cursor, count.value, Item("(skipped)", Fixed(count.value), step.line, dead=True), "(skipped)")
            return
        if isinstance(count, Const):
            raise Mismatch("misread", token, Item("(skipped)", Blob(0), step.line))
        while cursor.peek() is not None and (cursor.peek() or token).kind == "value":
            self.dropped.append(cursor.peek() or token)
            cursor.take()

    def mark(self, step: Mark) -> None:
        """Remember a position."""
        self.marks[step.name] = self.cursor(step.stream).save()

    def seek(self, step: Seek) -> None:
        """Go back."""
        saved = self.marks.get(step.name)
        if saved is None:
            raise Unreadable(f"position {step.name} is not known")
        self.cursor(step.stream).restore(saved)

    def enter(self, step: Enter) -> None:
        """Read the contents of a value, if the writer's program shows them."""
        token = self.blobs.get(self.name(step.source))
        if token is None:
            raise Unreadable(f"{step.source} is read before it is decoded")
        if token.body is None:
            if isinstance(token.type, Blob):
                raise Unreadable(f"contents of {step.source} are not known")
            raise Unreadable(f"{step.source} is not a buffer")
        self.cursors[step.stream] = Cursor([each.copy() for each in token.body])

    def splice(self, step: Splice) -> None:
        """Do nothing: a reader appends nothing."""

    def unclear(self, step: Unclear) -> None:
        """Meet a step not understood: allowed only where the writer has one too."""
        token = self.cursor(step.stream).peek() if step.stream in self.cursors else None
        if token is not None and token.kind == "unclear":
            self.cursor(step.stream).take()
            self.unclear_pairs += 1
            return
        raise Unreadable(step.text)

    def at_end(self, stream: str) -> Term | None:
        """Return whether nothing remains on a stream, ends of frames aside."""
        cursor = self.cursors.get(stream)
        if cursor is None:
            return Opaque("at end")
        return FALSE if any(token.kind != "close" for tokens, at in cursor.stack for token in tokens[at:]) else TRUE

    def place(self, term: Place) -> Term | None:
        """Return a position in tokens: enough to tell before from after the end of a frame."""
        cursor = self.cursors.get(term.stream)
        if cursor is None:
            return Opaque(term.what)
        if term.what == "next":
            return self._next_byte(cursor)
        remaining = sum(1 for token in cursor.left() if token.kind != "close")
        if term.what == "remaining":
            return Opaque("remaining") if remaining else FALSE
        return Const(0 if term.what == "offset" else remaining)

    def _next_byte(self, cursor: Cursor) -> Term:
        """Return the byte that a reader looks at without taking it: a frame begins with its version."""
        token = cursor.peek()
        if token is not None and token.kind == "open" and not token.header and token.version is not None:
            return token.version
        if token is not None and token.kind == "value" and isinstance(token.type, Struct):
            raise NeedInline(token.type.name)
        if token is not None and token.type == Int(8) and token.value is not None:
            return token.value
        return Opaque("next byte")

    def pass_empty(self, cursor: Cursor) -> None:
        """Step over what is known to hold nothing in this world: no elements, no bytes."""
        while (token := cursor.peek()) is not None and token.value is not None:
            counted = token.kind == "loop" or (isinstance(token.type, Blob | Seq) and token.type.prefix == 0)
            if not counted or not self.oracle.known_to_be(Op("==", (token.value, Const(0)))):
                return
            cursor.take()

    def finish(self) -> None:
        """Check that nothing is left on the codec's own stream."""
        self.pass_empty(self.cursors[""])
        rest = [token for token in self.cursors[""].left() if token.kind != "close"]
        if rest:
            raise Mismatch("leftover", rest[0], None)


def _apart(left: Term, right: Term) -> bool:
    """Tell whether two numbers surely differ: the same unknown, and something else added to it."""
    (one, more), (other, less) = _offset(left), _offset(right)
    return one == other and more != less


def _offset(term: Term) -> tuple[Term, int]:
    """Take a sum apart into an unknown and a number."""
    if isinstance(term, Const) and isinstance(term.value, int):
        return Const(0), term.value
    if isinstance(term, Op) and term.name in ("+", "-") and len(term.args) == 2:
        right = term.args[1]
        if isinstance(right, Const) and isinstance(right.value, int):
            base, number = _offset(term.args[0])
            return base, number + (right.value if term.name == "+" else -right.value)
    return term, 0


def _covered(tokens: list[Token], count: Term | None) -> int:
    """Return how many values make up exactly `count` raw bytes: what they are worth does not matter, 0 if unknown."""
    rest = count
    for index, token in enumerate(tokens):
        size = fixed_size(token.type)
        length = Const(size) if size is not None else token.value if token.type == Blob(0) else None
        if token.kind != "value" or length is None or rest is None:
            return 0
        if length == rest:
            return index + 1
        rest = operate("-", (rest, length))
    return 0


def _guards_refusal(step: When) -> bool:
    return any(way and isinstance(way[0], Refuse) for way in (step.then, step.otherwise))


def _numbered(token: Token, index: int) -> Token:
    """Return the token of one element: what it is worth, is not what the others are."""
    made = token.copy()
    if isinstance(made.value, Var):
        made.value = Var(f"{made.value.name}{index}")
    return made


def _differ(left: Term | None, right: Term) -> bool:
    return isinstance(left, Const) and isinstance(right, Const) and left.value != right.value


def _last(name: str) -> str:
    return name.rstrip("[]").rsplit(".", 1)[-1]


def _same_template(left: str, right: str) -> bool:
    """Tell whether two names differ only in a template argument that is not known on one side."""
    return left.split("<", maxsplit=1)[0] == right.split("<", maxsplit=1)[0] and ("<" not in left or "<" not in right)


def _first_item(body: Program) -> Item | None:
    from compatlint.wire.steps import walk

    return next((step for step in walk(body) if isinstance(step, Item)), None)


def _stream_of(body: Program) -> str | None:
    """Return the stream that a body reads from."""
    from compatlint.wire.steps import walk

    for step in walk(body):
        if isinstance(step, Item | Open | Skip | Unclear):
            return step.stream
    return None


__all__ = ["NOTHING", "AtEnd", "Mismatch", "NeedInline", "Pair", "Reader"]
