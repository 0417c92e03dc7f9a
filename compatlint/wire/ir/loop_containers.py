"""A loop of a program to the containers that its rounds fill or go through.

Its body names their elements `a[]`.
"""

from __future__ import annotations

from compatlint.wire.ir.steps import Inlined, Item, Program, Repeat, Try, When


def filled(step: Repeat) -> tuple[str, ...]:
    """Return the containers that a loop's rounds fill: for `a[].b[]` in a loop in it, `a`."""
    return tuple(dict.fromkeys(_containers(step.body, 0)))


def _containers(body: Program, depth: int) -> list[str]:
    """Return the containers of items `depth` loops further in: each loop of ours is one `[]` of a name."""
    found: list[str] = []
    for step in body:
        match step:
            case Item(name):
                parts = name.split("[]")
                if len(parts) - 1 > depth:
                    found.append("[]".join(parts[: len(parts) - 1 - depth]))
            case Repeat():
                found.extend(_containers(step.body, depth + 1))
            case When(_, then, otherwise, _):
                found.extend(_containers((*then, *otherwise), depth))
            case Inlined():
                found.extend(_containers(step.body, depth))
            case Try(first, instead, _):
                found.extend(_containers((*first, *instead), depth))
            case _:
                pass
    return found


class FilledBy:
    """The containers of the loops that one run met; each is looked for once."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[int, tuple[Repeat, tuple[str, ...]]] = {}  # the step is kept: its id stays its own

    def containers(self, step: Repeat) -> tuple[str, ...]:
        """Return the containers that a loop's rounds fill."""
        known = self._known.get(id(step))
        if known is None:
            known = self._known[id(step)] = (step, filled(step))
        return known[1]


__all__ = ["FilledBy", "filled"]
