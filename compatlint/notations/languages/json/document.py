"""Values of a JSON or YAML text: dictionaries and lists that know their lines."""

from __future__ import annotations

from typing import Any, Final

DEEPEST: Final = 200


class JsonMistake(Exception):
    """A text that is not of its language: what is wrong, and in which line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"line {line}: {text}")
        self.line = line


class JsonObject(dict[str, Any]):
    """An object. `line` is where it begins, `lines` where each of its keys stands."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """Return the line of a key, that of the object where there is none."""
        return self.lines.get(key, self.line)


class JsonArray(list[Any]):
    """A list. `line` is where it begins."""

    __slots__ = ("line",)

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
