"""The meaning of names in a notation's code, where nothing else tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Conventions:
    """One notation's names. Without any, a name tells nothing.

    Beginnings of names (any of a tuple):
    `versions`: the version of a structure, as tests ask for it.
    `frames`: all that frames leave in variables.
    `outside`: what travels beside the bytes and has one name in all structures of a message.

    Whole names, by the last part of a path:
    `by_hand`: a version that the program writes or gets by itself, without a frame.
    `version_like`: a regular expression, searched in lower case; an item of such a name may read a frame's header
    as plain values. "" matches none.

    Marks that are no part of what a name says:
    `member_prefix` and `member_suffix` (any number of these characters) of a member, `buffer_suffix` of a buffer.
    """

    versions: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    by_hand: frozenset[str] = frozenset()
    version_like: str = ""
    member_prefix: str = ""
    member_suffix: str = ""
    buffer_suffix: str = ""


NO_CONVENTIONS: Final = Conventions()
