"""How near a declaration is to a name that asks for it: by scopes, and by files."""

from __future__ import annotations

import functools

from compatlint.notations.languages.cpp.file_facts import FunctionFacts


def last_part(name: str) -> str:
    """Return a name without its scopes."""
    return name.rsplit("::", 1)[-1]


def without_arguments(name: str) -> str:
    """Return a class name without the arguments of a specialisation."""
    return name.split("<", 1)[0]


def fits(qualified: str, asked: str) -> bool:
    """Tell whether one name can mean the other: one ends with the other, or both end the same."""
    asked = asked.removeprefix("::")
    return (
        qualified == asked
        or qualified.endswith("::" + asked)
        or asked.endswith("::" + qualified)
        or last_part(qualified) == asked
    )


def same_owner(function: FunctionFacts, owner: str, name: str) -> bool:
    """Tell whether an out-of-line definition can belong to the class `owner`.

    One qualified name ends the other.
    """
    mine = function.name.rsplit("::", 1)[0]
    owner = without_arguments(owner)
    return function.name.rsplit("::", 1)[-1] == name and (
        mine == owner or owner.endswith("::" + mine) or mine.endswith("::" + owner)
    )


def shared_tail(left: str, right: str) -> int:
    """Return how many trailing components two qualified names share."""
    count = 0
    for one, other in zip(reversed(left.split("::")), reversed(right.split("::")), strict=False):
        if one != other:
            break
        count += 1
    return count


def distance(
    qualified: str, where: str, asked: str, scope: str, path: str
) -> tuple[int, int, int, int, str, str]:
    """Order candidates for a name: enclosing scopes first, then the same file, then the nearest folder."""
    parts = scope.split("::") if scope else []
    wanted = asked.removeprefix("::")
    level = len(parts) + 1
    for depth in range(len(parts), -1, -1):
        if "::".join((*parts[:depth], wanted)) == qualified:
            level = len(parts) - depth
            break
    return (level, *farness(where, path), qualified, where)


@functools.lru_cache(maxsize=100_000)
def farness(where: str, path: str) -> tuple[int, int, int]:
    """Order files as seen from `path`.

    Itself, its header or source file, then by how much of the folder is the same.
    """
    folder = 0
    for one, two in zip(path.split("/"), where.split("/"), strict=False):
        if one != two:
            break
        folder += 1
    return (0 if where == path else 1, 0 if path.rsplit(".", 1)[0] == where.rsplit(".", 1)[0] else 1, -folder)
