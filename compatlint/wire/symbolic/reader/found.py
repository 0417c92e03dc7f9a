"""What comes out of a reading: which item read which token, and what ends it early."""

from __future__ import annotations

from dataclasses import dataclass

from compatlint.vocabulary import Outcome
from compatlint.wire.ir.steps import Item
from compatlint.wire.ir.types import Type
from compatlint.wire.machine.interrupts import Halt
from compatlint.wire.symbolic.tokens import Token

NOTHING = "nothing"  # expected by a reader that itself looks whether anything is left


class Mismatch(Halt):
    """The reader takes the bytes for something else. `outcome` is MISREAD, OVERREAD or LEFTOVER."""

    def __init__(self, outcome: Outcome, token: Token | None, item: Item | None, expected: str = "") -> None:
        super().__init__(outcome)
        self.outcome, self.token, self.item, self.expected = outcome, token, item, expected


class NeedInline(Exception):
    """Two structures with different names meet: the writer's has to be taken apart."""

    def __init__(self, name: str) -> None:
        self.name = name


@dataclass(slots=True)
class ReadItem:
    """A token and the item that read it; `type` is the reader's."""

    token: Token
    name: str
    type: Type
    line: int
    dead: bool = False
    spelling: str = ""
