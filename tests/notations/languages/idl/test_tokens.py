"""Words of schema languages: comments left out, lines kept, and no text that takes long."""

from __future__ import annotations

import time

import pytest

from compatlint.notations.languages.idl import Cursor, SyntaxMistake, tokens
from compatlint.notations.languages.idl.tokens import integer, string


def test_words_and_their_lines():
    found = tokens('a // x\n/* b */ c\n "d\\"e" 0x1F -1.5e+3 .foo.bar; `if`\n')
    assert found.words == ["a", "c", '"d\\"e"', "0x1F", "-", "1.5e+3", ".foo.bar", ";", "`if`", ""]
    assert [found.line(index) for index in range(4)] == [1, 2, 3, 3]
    assert tokens("a # b\nc", hashes=True).words == ["a", "c", ""]


def test_a_comment_that_is_never_closed_hides_nothing():
    with pytest.raises(SyntaxMistake, match="line 2: the comment is not closed"):
        tokens("a\n/* b")
    assert tokens("a // */ /* b\nc").words == ["a", "c", ""]


@pytest.mark.parametrize(
    ("word", "value"),
    [("12", 12), ("0x1F", 31), ("017", 15), ("0", 0), ("x", None), ("1.5", None), ("9" * 30, None)],
)
def test_integers(word, value):
    assert integer(word) == value


@pytest.mark.parametrize(
    ("word", "value"),
    [('"a"', "a"), ("'a'", "a"), ('"a\\n\\x41\\101"', "a\nAA"), ('"a', None), ("a", None), ('"', None)],
)
def test_strings(word, value):
    assert string(word) == value


def test_a_cursor_says_what_it_expected():
    cursor = Cursor(tokens("a { { } } b"))
    assert cursor.name() == "a"
    assert cursor.skip() == (1, 4)
    with pytest.raises(SyntaxMistake, match="line 1: ';' expected, not 'b'"):
        cursor.expect(";")
    with pytest.raises(SyntaxMistake, match="is not closed"):
        Cursor(tokens("{ {")).skip()


@pytest.mark.parametrize("text", ["/*", " ", '"\\"', "'\"a", "{", "/* */", "1e+", "a.", "`"])
def test_time_grows_with_the_text_alone(text):
    started = time.process_time()
    try:
        found = tokens(text * 200_000)
        found.line(len(found.words) - 1)
    except SyntaxMistake:
        pass
    assert time.process_time() - started < 3
