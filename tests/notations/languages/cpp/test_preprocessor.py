"""Conditional compilation: which branch is kept, where the other one matters, and what cannot be told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compatlint.notations.languages.cpp.preprocessor import settle


def kept(source: str) -> str:
    """Return the words of what is kept of a text."""
    settled = settle(source)
    assert not settled.failed, settled.failed
    assert settled.text.count("\n") == source.count("\n")
    return " ".join(settled.text.split())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("#if 0\na\n#else\nb\n#endif", "b"),
        ("#if 1\na\n#else\nb\n#endif", "a"),
        ("#if (0)\na\n#endif\nb", "b"),
        ("#ifdef X\na\n#else\nb\n#endif", "a"),
        ("#ifndef X\na\n#else\nb\n#endif", "a"),
        ("#if !defined(X)\na\n#else\nb\n#endif", "a"),
        ("#if ! defined X\na\n#else\nb\n#endif", "a"),
        ("#define X 1\n#ifndef X\na\n#else\nb\n#endif", "b"),
        ("#define X\n#ifndef X\na\n#else\nb\n#endif", "b"),
        ("#define X\n#undef X\n#ifndef X\na\n#else\nb\n#endif", "a"),
        ("#ifndef F_H\n#define F_H\na\n#endif", "a"),
        ("#if !defined(F_H)\n#define F_H\na\n#endif", "a"),
        ("#if !defined(F_H) // once\n#define F_H\na\n#endif", "a"),
        ("#ifdef __APPLE__\na\n#else\nb\n#endif", "b"),
        ("#if defined(__APPLE__) || defined(X)\na\n#else\nb\n#endif", "a"),
        ("#if defined(X) && !defined(_WIN32)\na\n#else\nb\n#endif", "a"),
        ("#if __BYTE_ORDER == __BIG_ENDIAN\na\n#else\nb\n#endif", "b"),
        ("#if 0\na\n#elif 1\nb\n#else\nc\n#endif", "b"),
        ("#if 0\n#if 1\na\n#endif\n#else\nb\n#endif", "b"),
        ("#if 1 \\\n && 0\na\n#endif\nb", "b"),
        ("#\tif 0\na\n# endif\nb", "b"),
    ],
)
def test_the_branch_of_an_ordinary_build_is_kept(source: str, words: str) -> None:
    assert kept(source) == words


@pytest.mark.parametrize(
    "hidden",
    [
        "/*\n#if 0\n*/\n",
        "/* a\n * b\n#else\n*/\n",
        'auto s = R"(\n#if 0\n)";\n',
        'auto s = R"x(\n#if 0\n)"\n#else\n)x";\n',
        'auto s = u8R"(\n#if 0\n)";\n',
        "// a \\\n#if 0\n",
        'auto s = "a \\\n#if 0\n";\n',
        "#if 1 /*\n#endif\n#if 0\n*/\n#endif\n",
    ],
)
def test_a_directive_in_a_comment_or_a_string_is_none(hidden: str) -> None:
    assert kept(f"{hidden}void encode();").endswith("void encode();")
    assert kept(f"#if 1\n{hidden}#endif\nvoid encode();").endswith("void encode();")


def test_a_comment_may_stand_in_front_of_a_directive() -> None:
    assert kept("/* a */ #if 0\nb\n#endif\nc") == "c"


@pytest.mark.parametrize(
    ("source", "line"),
    [("a\n#if X\nb", 2), ("#ifdef A\n#ifdef B\n#endif\n", 1)],
)
def test_a_condition_that_does_not_end_makes_the_file_unread(source: str, line: int) -> None:
    settled = settle(source)
    assert settled.failed == f"the #if in line {line} does not end"
    assert not settled.text


@pytest.mark.parametrize("source", ["a\n#endif\n", "#else\n", "#if 1\n#endif\n#elif 1\n"])
def test_an_end_without_a_beginning_makes_the_file_unread(source: str) -> None:
    assert "without an #if" in settle(source).failed


def test_conditions_are_nested_only_so_deep() -> None:
    assert "nested too deeply" in settle("#if 1\n" * 300 + "#endif\n" * 300).failed


@pytest.mark.parametrize(
    ("source", "other"),
    [
        ("#ifdef X\nencode(a);\n#else\nencode(b);\n#endif", "encode(b);"),
        ("#ifdef X\nencode(a);\n#endif\nc", "c"),
        ("#ifndef X\nencode(a);\n#else\nb\n#endif", "b"),
        ("#if defined(X) && FOO > 3\nencode(a);\n#elif defined(Y)\nb\n#else\nc\n#endif", "b"),
        ("#ifdef X\na\n#else\nb\n#endif", None),  # says nothing of an encoding
        ("#if 0\nencode(a);\n#endif", None),  # nobody builds it
        ("#ifdef __APPLE__\nencode(a);\n#else\nencode(b);\n#endif", None),
        ("#ifndef F_H\n#define F_H\nencode(a);\n#endif", None),
    ],
)
def test_the_other_branch_of_a_guess_that_bears_codecs(source: str, other: str | None) -> None:
    found = settle(source).other
    assert (None if found is None else " ".join(found.split())) == other


def test_a_guess_is_named_with_its_lines_and_its_condition() -> None:
    settled = settle("a\n#ifdef HAVE_X // maybe\nencode(a);\n#endif\n")
    assert settled.guesses == ((2, 4, "HAVE_X"),)


def test_macros_are_kept_the_function_like_ones_if_they_may_touch_a_stream() -> None:
    source = (
        "#define A 12 // dozen\n#define E(x, y) \\\n  encode(x, bl); \\\n  encode(y, bl)\n#define F(x) x\n"
    )
    defines = settle(source).defines
    assert defines["A"] == "12"
    assert defines["E("].startswith("x, y)encode(x, bl);")
    assert set(defines) == {"A", "E("}


@given(st.text(alphabet="#if 01\n/*\"'R()\\defnl", max_size=60))
def test_whatever_a_text_holds_its_lines_stay(source: str) -> None:
    settled = settle(source)
    assert settled.failed or settled.text.count("\n") == source.count("\n")
