"""JSON text to values with lines; `//` and `/* */` comments and a comma behind the last item are taken, too.

One regular expression and a list of open containers: time grows with the text alone, and nesting costs no stack.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from compatlint.notations.languages.json.document import DEEPEST, JsonArray, JsonMistake, JsonObject

_TOKEN: Final = re.compile(
    r"(?P<space>(?:[ \t\r\n\ufeff]++|//[^\n]*+|/\*[\s\S]*?\*/)+)"
    r'|(?P<text>"(?:[^"\\\n]|\\.)*+")'
    r"|(?P<number>-?\d[\d.eE+-]*+)"
    r"|(?P<word>[a-zA-Z]++)"
    r"|(?P<mark>[{}\[\],:])"
)
_WORDS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_LONGEST: Final = 400  # digits of a number


def parse_json(text: str) -> Any:
    """Return the value of a JSON text; raise JsonMistake where it is none, or says one key twice."""
    return _Scanner(text).value()


class _Scanner:
    """One text on its way to a value: `open` are the containers around the place that is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line = 1
        self.open: list[JsonObject | JsonArray] = []
        self.keys: list[str | None] = []
        self.root: Any = None
        self.done = False
        self.wants_value = True  # otherwise a comma, a key or a closing bracket
        self.after_comma = True  # or behind an opening bracket: a key or an item may follow

    def value(self) -> Any:
        at, text, match = 0, self.text, _TOKEN.match
        while at < len(text):
            found = match(text, at)
            if found is None:
                raise self._mistake(f"{text[at : at + 20]!r} is no JSON")
            self._token(str(found.lastgroup), found[0])
            self.line += text.count("\n", at, found.end())
            at = found.end()
        if not self.done or self.open:
            raise self._mistake("the text ends too early")
        return self.root

    def _token(self, kind: str, token: str) -> None:
        if kind == "space":
            return
        if self.done:
            raise self._mistake("there is more after the value")
        if kind == "mark":
            self._mark(token)
        elif kind == "text" and self._awaits_key():
            self._key(self._string(token))
        else:
            self._place(self._scalar(kind, token))

    def _mark(self, token: str) -> None:
        if token in "{[":
            self._demand_value()
            made: JsonObject | JsonArray = JsonObject(self.line) if token == "{" else JsonArray(self.line)
            self._place(made)
            self.open.append(made)
            self.keys.append(None)
            self.wants_value, self.done, self.after_comma = token == "[", False, True
            if len(self.open) > DEEPEST:
                raise self._mistake(f"values are nested more than {DEEPEST} deep")
        elif token in "}]":
            self._close(token)
        elif token == ":":
            if not self.open or self.keys[-1] is None or self.wants_value:
                raise self._mistake("a ':' is not allowed here")
            self.wants_value = True
        elif not self.open or self.after_comma or self.wants_value or self.keys[-1] is not None:
            raise self._mistake("a ',' is not allowed here")
        else:
            self.wants_value, self.after_comma = isinstance(self.open[-1], JsonArray), True

    def _close(self, token: str) -> None:
        kind = JsonObject if token == "}" else JsonArray
        if not self.open or not isinstance(self.open[-1], kind) or self.keys[-1] is not None:
            raise self._mistake(f"a {token!r} is not allowed here")
        self.open.pop()
        self.keys.pop()
        self.wants_value = self.after_comma = False
        self.done = not self.open

    def _awaits_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1], JsonObject) and self.keys[-1] is None

    def _key(self, key: str) -> None:
        owner = self.open[-1]
        assert isinstance(owner, JsonObject)
        if not self.after_comma:
            raise self._mistake("a ',' is missing")
        if key in owner:
            raise self._mistake(f"the key {key[:40]!r} occurs twice")
        owner.lines[key] = self.line
        self.keys[-1] = key

    def _place(self, value: Any) -> None:
        """Put a value where one is awaited."""
        self._demand_value()
        if not self.open:
            self.root, self.done = value, True
            return
        owner, key = self.open[-1], self.keys[-1]
        if isinstance(owner, JsonObject):
            assert key is not None
            owner[key] = value
            self.keys[-1] = None
        else:
            owner.append(value)
        self.wants_value = self.after_comma = False

    def _demand_value(self) -> None:
        if not self.wants_value or (
            self.open and isinstance(self.open[-1], JsonObject) and self.keys[-1] is None
        ):
            raise self._mistake("a value is not allowed here")

    def _scalar(self, kind: str, token: str) -> Any:
        if kind == "text":
            return self._string(token)
        if kind == "word":
            if token not in _WORDS:
                raise self._mistake(f"{token[:20]!r} is no JSON")
            return _WORDS[token]
        if len(token) > _LONGEST:
            raise self._mistake("a number has too many digits")
        try:
            return int(token) if token.lstrip("-").isdigit() else float(token)
        except ValueError:
            raise self._mistake(f"{token[:20]!r} is no number") from None

    def _string(self, token: str) -> str:
        if "\\" not in token:
            return token[1:-1]
        try:
            return str(json.loads(token, strict=False))
        except ValueError:
            raise self._mistake("a text holds an escape that there is not") from None

    def _mistake(self, text: str) -> JsonMistake:
        return JsonMistake(self.line, text)
