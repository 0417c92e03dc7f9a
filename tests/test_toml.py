"""TOML of somebody else: what is read, what is refused, and that neither costs much."""

from __future__ import annotations

import contextlib
import time
import tomllib

import pytest

from compatlint import toml

GOOD = {
    "keys and tables": 'a = 1\n[b.c]\n"d.e" = [1.5, "x"]\n[[f]]\ng = { h = 2020-01-01 }\n',
    "brackets in strings": "a = '@'\nb = \"@\"\nc = '''\n@'''\nd = \"\"\"@\"\"\"\n# @".replace("@", "[" * 99),
    "dots in strings": f'a = "{"." * 99}"',
    "quotes in strings": r'a = "\"[" # "' + "\nb = '\"' # '",
    "quotes at the end of strings": "a = \"\"\"x\"\"\"\"\"\nb = '''x'''''\n",
    "many in a row": "a = [" + "[1.0]," * 9999 + "]",
    "windows": "a = 1\r\n",
    "long numbers": "a = " + "9" * 999,
}
BAD = {
    "brackets": ("a = " + "[" * 100_000, "more than 32 brackets are open (at line 1, column 37)"),
    "inline tables": ("a = " + "{b=" * 40, "brackets"),
    "a dotted key": ("b = 1\n" + "a." * 20_000 + "a = 1", "more than 16 parts (at line 2"),
    "a dotted table": ("[" + "a." * 20_000 + "a]", "more than 16 parts"),
    "quoted parts": ("'a'." * 20_000 + "a = 1", "more than 16 parts"),
    "digits": ("a = " + "9" * 5000, "more than 1000 digits"),
    "underscored digits": ("a = " + "9_9" * 5000, "more than 1000 digits"),
    "a date": ("a = 2020-02-31", "invalid date|cannot be read"),
    "a huge file": ("a = 1\n" * 100_000, "longer than 512 kB"),
    "no TOML": ("a = ", "Invalid value"),
    "a string without end": ('a = "' + "[" * 1000, "Unterminated|Illegal"),
    "a comment with a control character": ("# \x00", "invalid character"),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_anybody_writes_is_read(name: str) -> None:
    assert toml.loads(GOOD[name]) == tomllib.loads(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_toml_or_past_a_limit_is_said_in_one_line(name: str) -> None:
    text, words = BAD[name]
    with pytest.raises(toml.TomlError) as caught:
        toml.loads(text)
    assert any(each.lower() in str(caught.value).lower() for each in words.split("|")), caught.value
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "unit",
    [
        "a = 1\n",
        "[a]\n",
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        '"\\',
        "#",
        "[",
        "]",
        "{",
        "a.",
        "9",
        "9_",
        "\n",
        "0x",
    ],
)
def test_the_limits_themselves_cost_little(unit: str) -> None:
    text = unit * (toml.SIZE // len(unit))
    began = time.process_time()
    with contextlib.suppress(toml.TomlError):
        toml.loads(text)
    assert time.process_time() - began < 2.0
