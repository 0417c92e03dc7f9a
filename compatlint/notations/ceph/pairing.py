"""Which function reads what another writes, by their names alone."""

from __future__ import annotations

import re

STEM = re.compile(r"(?:^|_)(?:en|de)code(?:_|$)")


def other(short: str) -> str:
    """Return what the function on the other side is called where names are alike."""
    return short.replace("encode", "decode") if "encode" in short else short.replace("decode", "encode")


_SYNONYMS = {"export": "transfer", "import": "transfer", "fetch": "store", "store": "store"}


def _words(short: str) -> list[str]:
    return [
        _SYNONYMS.get(word, word) for word in short.split("_") if word and word not in ("encode", "decode")
    ]


def likeness(one: str, other: str) -> tuple[int, int] | None:
    """Compare two function names apart from encode and decode: (words that differ, words in all).

    None if unlike.
    """
    left, right = _words(one), _words(other)
    if left == right:
        return (0, 0)
    shared = set(left) & set(right)
    if not shared or not (set(left) <= set(right) or set(right) <= set(left)):
        return None
    return (len(set(left) ^ set(right)), len(left) + len(right))
