"""What the keywords of one schema say: types, values, bounds, properties, and schemas made of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeGuard

from compatlint.notations.languages.json import JsonObject
from compatlint.notations.schemas.json_schema.documents import Placed

TYPES: Final = ("null", "boolean", "integer", "number", "string", "array", "object")


def demands(placed: Placed) -> dict[str, Any]:
    """Return the keywords as an object with the line of the schema."""
    made = JsonObject(placed.line)
    made.update(placed.keywords)
    return made


def rest_of(placed: Placed, key: str) -> dict[str, Any]:
    """Return what a schema demands beside one keyword."""
    rest = demands(placed)
    rest.pop(key, None)
    return rest


def merged(placed: Placed, key: str, branch: Any) -> Placed:
    """Return a schema with one branch in place of the list that it stands in."""
    rest = rest_of(placed, key)
    if not rest:
        return placed.within(branch)
    return placed.within({"allOf": [rest, branch]})


def all_of(placed: Placed) -> Placed | None:
    """Return the parts of an `allOf` as one schema, None if two of them say the same keyword differently."""
    whole = JsonObject(placed.line)
    for part in (*placed.keywords["allOf"], rest_of(placed, "allOf")):
        found = placed.library.follow(placed.within(part))
        if found is None or found.path != placed.path:
            return None
        for key, value in found.keywords.items():
            if (
                key == "properties"
                and isinstance(value, dict)
                and not (whole.get(key, {}).keys() & value.keys())
            ):
                whole[key] = {**whole.get(key, {}), **value}
            elif key == "required" and isinstance(value, list):
                whole[key] = sorted({*whole.get(key, []), *map(str, value)})
            elif key in whole and whole[key] != value:
                return None
            else:
                whole[key] = value
    return placed.within(whole)


def types_of(placed: Placed) -> list[str]:
    """Return the types that a schema takes; integer is within number."""
    wish = placed.keywords.get("type")
    found = [wish] if isinstance(wish, str) else list(wish) if isinstance(wish, list) else [*TYPES]
    if wish is not None and placed.keywords.get("nullable") is True:
        found.append("null")
    if "number" in found:
        found = [each for each in found if each != "integer"]
    if placed.value is False or placed.keywords.get("not") == {}:
        return []
    return [str(each) for each in found]


def values_of(placed: Placed) -> list[Any] | None:
    """Return the values that a schema lists, None if it lists none."""
    if "const" in placed.keywords:
        return [placed.keywords["const"]]
    listed = placed.keywords.get("enum")
    if isinstance(listed, list):
        return listed
    return [True, False] if types_of(placed) == ["boolean"] else None


def accepts(placed: Placed, value: Any) -> bool:
    """Tell whether a schema takes one value, as far as types, lists and bounds go."""
    listed = values_of(placed)
    if listed is not None and not any(each == value for each in listed if type(each) is type(value)):
        return False
    kind = kind_of(value)
    taken = types_of(placed)
    if kind not in taken and not (kind == "integer" and "number" in taken):
        return False
    if kind in ("integer", "number"):
        low, high = bounds(placed)
        return not lower((value, False), low) and not lower((-value, False), negated(high))
    if kind == "string":
        least, most = placed.keywords.get("minLength", 0), placed.keywords.get("maxLength", len(value))
        return bool(least <= len(value) <= most)
    return True


def kind_of(value: Any) -> str:
    """Return the type of a value."""
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "boolean"),
        (int, "integer"),
        (float, "number"),
        (str, "string"),
    )
    plain = next((name for kind, name in kinds if isinstance(value, kind)), None)
    return plain or ("array" if isinstance(value, list) else "null" if value is None else "object")


Bound = tuple[float, bool] | None  # a number, and whether it is left out itself


def bounds(placed: Placed) -> tuple[Bound, Bound]:
    """Return the lower and the upper bound of numbers."""
    return _limit(placed.keywords, "minimum", "exclusiveMinimum", max), _limit(
        placed.keywords, "maximum", "exclusiveMaximum", min
    )


def _limit(keywords: Mapping[str, Any], plain: str, strict: str, pick: Callable[..., Any]) -> Bound:
    found: list[tuple[float, bool]] = []
    value, other = keywords.get(plain), keywords.get(strict)
    if is_number(value):
        found.append((value, other is True))
    if is_number(other):
        found.append((other, True))
    return pick(found, key=lambda each: each[0]) if found else None


def is_number(value: Any) -> TypeGuard[int | float]:
    """Tell whether a value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def lower(one: Bound, other: Bound) -> bool:
    """Tell whether values above `one` may be below `other`."""
    if other is None:
        return False
    return one is None or one[0] < other[0] or (one[0] == other[0] and other[1] and not one[1])


def negated(bound: Bound) -> Bound:
    """Return a bound of the negated numbers."""
    return (-bound[0], bound[1]) if bound is not None else None


def tuple_of(placed: Placed) -> tuple[list[Any], Any]:
    """Return the schemas of the first items, and that of all others."""
    items = placed.keywords.get("items", True)
    if isinstance(items, list):
        return items, placed.keywords.get("additionalItems", True)
    first = placed.keywords.get("prefixItems")
    return (first if isinstance(first, list) else []), items


def properties_of(placed: Placed) -> Mapping[str, Any]:
    """Return the types that a schema takes; integer is within number."""
    found = placed.keywords.get("properties")
    return found if isinstance(found, dict) else {}


def required_of(placed: Placed) -> set[str]:
    """Return the schemas of properties by name."""
    found = placed.keywords.get("required")
    return set(map(str, found)) if isinstance(found, list) else set()


def exclusive(placed: Placed, branches: list[Any]) -> bool:
    """Tell whether at most one branch can take a value: their types differ, or a property's constants do."""
    seen: set[str] = set()
    for each in branches:
        found = placed.library.follow(placed.within(each))
        if found is None:
            return False
        kinds = set(types_of(found))
        if kinds == {"object"}:
            kinds = _constants(found) or kinds
        kinds = {"number" if each == "integer" else each for each in kinds}
        if seen & kinds:
            return False
        seen |= kinds
    return True


def _constants(placed: Placed) -> set[str]:
    """Return the required properties of which a schema gives the one value."""
    needed = required_of(placed)
    some = ((name, value) for name, value in properties_of(placed).items() if name in needed)
    return {
        f"{name}={value['const']}" for name, value in some if isinstance(value, dict) and "const" in value
    }


def shown(placed: Placed) -> str:
    """Return a bound of the negated numbers."""
    types = types_of(placed)
    return " or ".join(types) if len(types) < len(TYPES) - 1 else "anything"


def listed(placed: Placed) -> str:
    """Return the lower and the upper bound of numbers."""
    values = values_of(placed)
    return "one of " + ", ".join(repr(each) for each in values[:6]) if values is not None else shown(placed)


def bound_text(word: str, bound: Bound) -> str:
    """Return the type of a value."""
    return f"{word} {bound[0]}" if bound is not None else "any number"


def joined(path: str, name: str) -> str:
    """Return what a schema demands beside one keyword."""
    return f"{path}.{name}" if path else name
