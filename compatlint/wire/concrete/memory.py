"""What a decoder read: values by the paths that its program gave them, one store for each structure.

A value is a number, bytes, a list, or the store of a nested structure. `X[]` is the element at hand of the
container `X`; an element that a loop put together is a store whose paths begin with what follows `X[]`.
"""

from __future__ import annotations

from typing import Any, Final

from compatlint.wire.ir.terms import Const

StoredValues = dict[str, Any]
MISSING: Final = object()
READ: Final = "@"  # behind a path: the number that was read there, before the decoder went on to change it
PRESENT: Final = "?"  # in an optional value's store: whether it is there
_PLACES = {".first": 0, ".second": 1}


class Kind(str):
    """Which of several classes a value is of, as its decoder chose it ("type:Name")."""

    __slots__ = ()


def gathered(store: StoredValues, path: str) -> Any:
    """Return a structure whose members were read one by one where it stands, or MISSING."""
    found = {each[len(path) + 1 :]: value for each, value in store.items() if each.startswith(path + ".")}
    return found or MISSING


def find(store: StoredValues, path: str) -> Any:
    """Return the value at a path, or MISSING."""
    if path in store:
        return store[path]
    cut = len(path)
    while cut > 0:
        cut = max(path.rfind(".", 0, cut), path.rfind("[]", 0, cut))
        if cut > 0 and path[:cut] in store:
            return dig(store[path[:cut]], path[cut:])
    return MISSING


def dig(value: Any, rest: str) -> Any:
    """Return what a value has at the rest of a path (".first", ".name.part"), or MISSING."""
    if not rest:
        return value
    if isinstance(value, dict):
        if rest in value:
            return value[rest]
        found = find(value, rest[1:]) if rest[0] == "." else MISSING
        return found if found is not MISSING else find(value, rest)
    if isinstance(value, list) and rest[0] == ".":
        head, _, tail = rest[1:].partition(".")
        index = _PLACES.get(f".{head}", int(head) if head.isdecimal() else -1)
        if 0 <= index < len(value):
            return dig(value[index], f".{tail}" if tail else "")
    return MISSING


def plain(value: Any) -> Any:
    """Return a structure that holds one number or text as that."""
    while isinstance(value, dict) and len(value) == 1 and PRESENT not in value:
        value = next(iter(value.values()))
    return value


def constant(value: Any) -> Const | None:
    """Return a value as a term, None if it is no scalar."""
    value = plain(value)
    if isinstance(value, dict) and PRESENT in value:
        return Const(value[PRESENT])
    if isinstance(value, int | Kind):
        return Const(value)
    if isinstance(value, bytes):
        return Const('"' + value.decode("utf-8", "replace"))
    return None


def size(value: Any) -> int | None:
    """Return how many elements or bytes a value has, None if it has none to count."""
    value = plain(value)
    return len(value) if isinstance(value, list | bytes) else None


def shown(value: Any, hidden: tuple[str, ...] = ()) -> Any:
    """Return a value as it prints in JSON: text where bytes are text, hexadecimal digits elsewhere.

    Members whose paths begin with any of `hidden` are left out.
    """
    if isinstance(value, bytes):
        return _text(value)
    if isinstance(value, Kind):
        return value.removeprefix("type:")
    if isinstance(value, list):
        return [shown(each, hidden) for each in value]
    if not isinstance(value, dict):
        return value
    if PRESENT in value:
        return shown(value.get("value"), hidden)
    found: dict[str, Any] = {}
    for path, inner in value.items():
        if not path.endswith(("[]", READ)) and not path.startswith(hidden):
            _put(found, path, shown(inner, hidden))
    return found[""] if set(found) == {""} else found


def _put(found: dict[str, Any], path: str, value: Any) -> None:
    parts = [
        part
        for part in path.split("#")[0 if path.startswith("each#") else -1].split(".")
        if part and not part.isdecimal()
    ]
    for part in parts[:-1]:
        inner = found.setdefault(part, {})
        if not isinstance(inner, dict):
            break
        found = inner
    name = parts[-1] if parts else ""
    count = 2
    while name in found and name:
        name, count = f"{parts[-1]}#{count}", count + 1
    found[name] = value


def _text(found: bytes) -> str:
    try:
        text = found.decode("utf-8")
    except UnicodeDecodeError:
        return "0x" + found.hex()
    return text if text.isprintable() else "0x" + found.hex()
