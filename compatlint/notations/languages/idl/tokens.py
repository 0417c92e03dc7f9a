"""Text of a schema language to words, and a cursor that walks them.

One regular expression, one pass; every alternative is possessive or bounded by a line, so that time grows with
the length of the text alone. Lines are counted when somebody asks for one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

_SPACE: Final = r"(?:\s++|//[^\n]*+|/\*[\s\S]*?(?:\*/|\Z)%s)*+"
_WORD: Final = (
    r"(\.?[A-Za-z_][\w]*+(?:\.[A-Za-z_]\w*+)*+"
    r"|\.?\d(?:[\w.]|(?<=[eE])[+-])*+"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    r"|'(?:[^'\\\n]|\\[^\n])*+'?"
    r"|`[^`\n]*+`?"
    r"|\S|\Z)"
)
_PLAIN: Final = re.compile(_SPACE % "" + _WORD)
_HASHED: Final = re.compile(_SPACE % r"|\#[^\n]*+" + _WORD)
_ESCAPES: Final = re.compile(r"\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|([\s\S]))")
_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_MOST_WORDS: Final = 12_000_000
_CLOSING: Final = {"{": "}", "[": "]", "(": ")", "<": ">"}


class SyntaxMistake(Exception):
    """A text that is not of its language: what was expected, and in which line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"line {line}: {text}")
        self.line = line


@dataclass(slots=True)
class Tokens:
    """The words of a text, comments left out, with "" behind the last; `line` tells where a word stands."""

    text: str
    words: list[str]
    _pattern: re.Pattern[str]
    _starts: list[int] = field(default_factory=list)
    _breaks: list[int] = field(default_factory=list)

    def line(self, index: int) -> int:
        """Return the 1-based line of a word."""
        if not self._starts:
            self._starts = [found.start(1) for found in self._pattern.finditer(self.text)]
            self._breaks = [found.start() for found in re.finditer("\n", self.text)]
        start = self._starts[min(index, len(self._starts) - 1)]
        return bisect_right(self._breaks, start - 1) + 1 if start else 1


def tokens(text: str, *, hashes: bool = False) -> Tokens:
    """Return the words of a text; `hashes`: a `#` begins a comment, too.

    Raise SyntaxMistake if a comment is never closed: what it hides might be code.
    """
    pattern = _HASHED if hashes else _PLAIN
    words = pattern.findall(text)
    found = Tokens(text, words, pattern)
    opened = text.rfind("/*")
    if opened >= 0 and text.find("*/", opened + 2) < 0:
        around = next(each for each in pattern.finditer(text) if each.end() > opened)
        if _unclosed(text[around.start() : around.start(1)]):
            raise SyntaxMistake(text.count("\n", 0, opened) + 1, "the comment is not closed")
    if len(words) > 1 and not words[-1] and not words[-2]:
        words.pop()
    return found


def _unclosed(space: str) -> bool:
    """Tell whether a run of blanks and comments ends in a block comment without an end."""
    comments = re.finditer(r"//[^\n]*+|/\*(?:[\s\S]*?\*/|([\s\S]*+))", space)
    return any(found[1] is not None for found in comments)


PARTS: Final = 64  # of a dotted name: it is looked for in each scope around it


class Cursor:
    """A place in the words of a text; every step that does not fit raises SyntaxMistake."""

    __slots__ = ("at", "tokens", "words")

    def __init__(self, found: Tokens) -> None:
        self.tokens = found
        self.words = found.words
        self.at = 0

    @property
    def word(self) -> str:
        """Return the word at the cursor, "" at the end."""
        return self.words[self.at]

    def ahead(self, count: int = 1) -> str:
        """Return a word further on, "" behind the end."""
        place = self.at + count
        return self.words[place] if place < len(self.words) else ""

    def take(self) -> str:
        """Return the word at the cursor and step over it."""
        word = self.words[self.at]
        if not word:
            raise self.mistake("the text ends too early")
        self.at += 1
        return word

    def accept(self, word: str) -> bool:
        """Step over a word if it is the one at the cursor, and tell whether it was."""
        if self.words[self.at] == word and word:
            self.at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        """Step over a word that must be here."""
        if not self.accept(word):
            raise self.mistake(f"{word!r} expected, not {self.word[:40]!r}")

    def name(self) -> str:
        """Step over a name, dotted or not, and return it."""
        word = self.words[self.at]
        if not (word[:1].isalpha() or word[:1] in ("_", ".", "`")) or word in (".", "`"):
            raise self.mistake(f"a name expected, not {word[:40]!r}")
        if word.count(".") > PARTS:
            raise self.mistake(f"a name has more than {PARTS} parts")
        self.at += 1
        return word

    def number(self) -> int:
        """Step over an integer, with or without a sign, and return it."""
        sign = -1 if self.accept("-") else 1
        self.accept("+")
        word = self.words[self.at]
        value = integer(word)
        if value is None:
            raise self.mistake(f"a number expected, not {word[:40]!r}")
        self.at += 1
        return sign * value

    def skip(self) -> tuple[int, int]:
        """Step over a bracketed group of which the cursor stands on the opening bracket.

        Return the places of its brackets. Only brackets of the kind that opened it are counted.
        """
        start = self.at
        opening = self.take()
        closing, depth = _CLOSING[opening], 1
        words, at = self.words, self.at
        while depth:
            word = words[at]
            if word == opening:
                depth += 1
            elif word == closing:
                depth -= 1
            elif not word:
                self.at = start
                raise self.mistake(f"{opening!r} is not closed")
            at += 1
        self.at = at
        return start, at - 1

    def mistake(self, text: str) -> SyntaxMistake:
        """Return an error about the word at the cursor."""
        return SyntaxMistake(self.tokens.line(self.at), text)


def integer(word: str) -> int | None:
    """Return what a decimal, hexadecimal or octal word is worth, None if it is no integer of up to 64 bits."""
    if len(word) > 24 or not word[:1].isdigit():
        return None
    try:
        if word[:2] in ("0x", "0X"):
            return int(word, 16)
        return int(word, 8) if word[0] == "0" and len(word) > 1 else int(word)
    except ValueError:
        return None


def string(word: str) -> str | None:
    """Return what a quoted word says, None if it is none or its end is missing."""
    if len(word) < 2 or word[0] not in "\"'" or word[-1] != word[0]:
        return None
    body = word[1:-1]
    return _ESCAPES.sub(_unescaped, body) if "\\" in body else body


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 8))
    if found[2]:
        return chr(int(found[2], 16))
    return _LETTERS.get(found[3], found[3])
