"""A position in tokens: what is read next, in the innermost of the loops and frames around it."""

from __future__ import annotations

from compatlint.wire.symbolic.tokens import Token

Position = tuple[list[tuple[list[Token], int]], list[Token]]


class TokenCursor:
    """A position in nested lists of tokens.

    `frames` are those that have begun and not ended in the list at hand.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self.stack: list[tuple[list[Token], int]] = [(tokens, 0)]
        self.frames: list[Token] = []

    def save(self) -> Position:
        """Return the position."""
        return list(self.stack), list(self.frames)

    def restore(self, saved: Position) -> None:
        """Go back to a position."""
        self.stack, self.frames = list(saved[0]), list(saved[1])

    def peek(self) -> Token | None:
        """Return the token at the position, None at the end of the list at hand."""
        tokens, at = self.stack[-1]
        while at < len(tokens) and tokens[at].kind == "close" and not tokens[at].bounded:
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

    def rest(self) -> Token | None:
        """Return the first token that remains of any list, ends of frames aside; None if none does."""
        return next(
            (token for tokens, at in reversed(self.stack) for token in tokens[at:] if token.kind != "close"),
            None,
        )
