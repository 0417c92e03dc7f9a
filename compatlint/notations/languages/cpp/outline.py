"""A C++ file taken apart into the declarations at its top, before anything is parsed.

What comes in is source text, what goes out are pieces of it, each with the namespaces around it: most pieces
of a file are never looked at, and most of what two versions of a file have is the same in both. A piece ends
where a brace in the first column closes what it opened. Where the braces do not tell, the pieces are large;
at worst there is one.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from compatlint.notations.languages.cpp import name_index
from compatlint.notations.languages.cpp.blanking import mask
from compatlint.notations.languages.cpp.macro_glue import expand
from compatlint.notations.languages.cpp.preprocessor import settle

MAX_BYTES = 2 << 20
_EDGE = re.compile(
    r"\n(?:\}[^\n]*|(?:(?:inline\s+)?namespace\b[^;={}\n]*|extern\s+\"C\"\s*|extern\s+~~~\s*)(?:\{[^{}\n;]*|\n\{[^{}\n]*)(?=\n))"
)
_REMARK = re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?")
_WORD = re.compile(r"\w+")
_ASIDE = re.compile(r"//.*|/\*.*?\*/")


@dataclass(frozen=True, slots=True)
class Piece:
    """One or more declarations.

    `around` are the heads of the blocks that they stand in, `line` is where `text` begins. `when` is "" for a
    piece of an ordinary build; else the piece stands in a build in which that condition, of the `#if` in line
    `guessed`, comes out the other way.
    """

    around: tuple[str, ...]
    text: str
    line: int = field(compare=False)
    when: str = ""
    guessed: int = field(default=0, compare=False)

    def mentions(self, *words: str) -> bool:
        """Tell whether every one of `words` stands in the text."""
        return all(_stands(word, self.text) for word in words)


@dataclass(slots=True)
class Outline:
    """One file: its pieces in order, its macros, and why it was not read if it was not.

    The pieces of other builds come last; `replaced` are the numbers of those that they stand for.
    """

    pieces: list[Piece] = field(default_factory=list)
    macros: list[tuple[str, str, int]] = field(default_factory=list)
    defines: dict[str, str] = field(default_factory=dict)
    failed: str = ""
    replaced: list[int] = field(default_factory=list)
    _names: dict[tuple[int, str], frozenset[str]] = field(
        default_factory=dict
    )  # of the pieces that somebody asked about

    def __reduce__(self) -> tuple[Callable[[bytes], Outline], tuple[bytes]]:
        """Be pickled as plain values, which is much faster."""
        pieces = [(each.around, each.text, each.line, each.when, each.guessed) for each in self.pieces]
        return _unpacked, (marshal.dumps((pieces, self.macros, self.defines, self.failed, self.replaced)),)

    @property
    def others(self) -> list[int]:
        """The numbers of the pieces that stand in other builds only."""
        return [number for number, piece in enumerate(self.pieces) if piece.when]

    def mentioning(self, *words: str) -> Iterator[int]:
        """Yield the numbers of the pieces that mention every one of `words`."""
        rarest = max(words, key=len)
        for number, piece in enumerate(self.pieces):
            if rarest in piece.text and piece.mentions(*words):
                yield number

    def defining(self, name: str) -> Iterator[int]:
        """Yield the numbers of the pieces that may define `name`, spelled as `name_index` spells it."""
        words = _WORD.findall(name) if name[:1] not in "!#" else ()
        kind = name_index.kind(name)
        for number in self.mentioning(*words) if words else ():
            if (number, kind) not in self._names:
                self._names[number, kind] = frozenset(
                    name_index.of_kind(self.pieces[number].text.encode(), kind)
                )
            if name in self._names[number, kind]:
                yield number


def _unpacked(packed: bytes) -> Outline:
    pieces, macros, defines, failed, replaced = marshal.loads(packed)
    return Outline([Piece(*each) for each in pieces], macros, defines, failed, replaced)


def _stands(word: str, source: str) -> bool:
    """Tell whether a word stands in a text by itself and not as a part of another."""
    at = source.find(word)
    while at >= 0:
        end = at + len(word)
        before, after = source[at - 1 : at], source[end : end + 1]
        if not (after.isalnum() or after == "_" or before.isalnum() or before == "_"):
            return True
        at = source.find(word, at + 1)
    return False


def outline(source: bytes) -> Outline:
    """Return the outline of one file's bytes."""
    if len(source) > MAX_BYTES:
        return Outline(failed=f"file of {len(source)} bytes is over the limit of {MAX_BYTES}")
    settled = settle(source.decode("utf-8", "replace"))
    if settled.failed:
        return Outline(failed=settled.failed)
    text, macros = expand(settled.text)
    found = Outline(split(text), macros, settled.defines)
    if settled.other is not None:
        _add_others(found, split(expand(settled.other)[0]), settled.guesses)
    return found


def _add_others(found: Outline, other: list[Piece], guesses: Sequence[tuple[int, int, str]]) -> None:
    """Add the pieces that a file has in another build to an outline, each with the condition that it needs."""
    usual, unusual = set(found.pieces), set(other)
    found.replaced = [number for number, piece in enumerate(found.pieces) if piece not in unusual]
    for piece in other:
        if piece in usual or not name_index.takes_part(piece.text.encode("utf-8", "replace")):
            continue
        end = piece.line + piece.text.count("\n")
        line, condition = next(
            ((first, shown) for first, last, shown in guesses if first <= end and last >= piece.line),
            (guesses[0][0], guesses[0][2]),
        )
        found.pieces.append(replace(piece, when=condition, guessed=line))


def split(source: str) -> list[Piece]:
    """Return the pieces of a text without directives."""
    plain = f"\n{source}\n"
    found, sound = (
        _split(plain, plain)
        if 'R"' not in plain and not any("{" in each or "}" in each for each in _REMARK.findall(plain))
        else ([], False)
    )
    if sound:
        return found
    # A brace in a comment or a string counts for nothing.
    found, sound = _split(plain, mask(plain))
    return found if sound or not found or not found[-1].around else [Piece((), source, 1)]


def _split(source: str, bare: str) -> tuple[list[Piece], bool]:
    """Return the pieces of `source` by the braces of `bare`, and whether these all fit."""
    found: list[Piece] = []
    around: list[str] = []
    done = seen = depth = 0  # what is in pieces, what braces are counted of, and how many of these are open
    line = 0
    for edge in _EDGE.finditer(bare):
        start, end = edge.span()
        if start < seen:
            continue
        depth += bare.count("{", seen, start) - bare.count("}", seen, start)
        seen = end
        inner = bare.count("{", start, end) - bare.count("}", start, end)
        closing = bare[start + 1] == "}"
        if depth + inner == 0 and closing:
            line, done = _take(found, around, source, done, end, line), end
        elif depth == 0 and (not closing or -len(around) <= inner):
            line, done = _take(found, around, source, done, start, line), start
            if closing:
                del around[inner:]
            else:
                head, _, _ = source[start:end].partition("{")
                around.append(" ".join(_ASIDE.sub("", head).split()) + "{")
            line, done = line + source.count("\n", done, end), end
            continue
        depth = 0 if closing and depth + inner == 0 else depth + inner
        if depth < 0:
            break
    depth += bare.count("{", seen) - bare.count("}", seen)
    _take(found, around, source, done, len(source), line)
    return found, depth == 0 and not around


def _take(found: list[Piece], around: list[str], source: str, start: int, end: int, line: int) -> int:
    """Add what stands between `start` and `end` to the pieces, if anything does; return the line of `end`."""
    whole = source[start:end]
    body = whole.strip()
    if body:
        lead = whole.count("\n", 0, whole.index(body[0]))
        found.append(Piece(tuple(around), f"{body}\n", line + lead))
    return line + whole.count("\n")
