"""What ends a run before its program does."""

from __future__ import annotations

from compatlint.wire.ir.terms import Term, show


class Halt(Exception):
    """A run that cannot go on."""


class Refused(Halt):
    """The program gave up by itself: an assertion, an exception, a version that it does not accept.

    `newer`: a frame says that it is for newer readers only.
    """

    def __init__(self, text: str, line: int = 0, *, newer: bool = False) -> None:
        super().__init__(text)
        self.text, self.line, self.newer = text, line, newer


class Unreadable(Halt):
    """A step was not understood, or a bound was reached."""


class Undecided(Exception):
    """A reader asks for a feature that its writer never asked for: both answers are worlds of their own."""

    def __init__(self, feature: Term) -> None:
        super().__init__(show(feature))
        self.feature = feature
