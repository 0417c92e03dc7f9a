"""The state of following a client.

One run takes one way through it, and remembers the ways that it did not take.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from compatlint.notations.languages.python import Budget, Defined
from compatlint.notations.languages.python.budget import MAX_WEIGHT
from compatlint.notations.openstack.rpc.client_class import Surface
from compatlint.notations.openstack.rpc.model import ClientCall
from compatlint.notations.openstack.rpc.values import GIVEN, Function
from compatlint.wire.ir.records import Version

MAX_STEPS = 20_000


class Ended(Exception):
    """A run that goes no further: the client raises."""


class Returned(Exception):
    """A method that returns."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class LeaveLoop(Exception):
    """`break`, which `stops` a loop, or `continue`."""

    def __init__(self, stops: bool) -> None:
        super().__init__()
        self.stops = stops


@dataclass(slots=True)
class MethodFrame:
    """One method while it is followed: the class that defines it and its local names."""

    owner: Defined
    node: Function
    names: dict[str, object]


@dataclass(slots=True)
class ClientPath:
    """One way through a method.

    `by` is the method's name. `path` holds which way it takes at each open condition; past its end, the first
    one. `cap`: the version that it imagines its peers to be pinned to, None for no pin. `sure`: nothing but
    the caller's wishes decided so far. `forgiving`: how many handlers around would catch a server's refusal.
    `everything`: methods that have no say in what is sent are followed as well. `sent` are the calls,
    `targets` the arguments of every target made on the way.
    """

    surface: Surface
    cap: Version | None
    by: str
    path: list[bool]
    at: int = 0
    budget: Budget = field(default_factory=lambda: Budget(MAX_STEPS))
    depth: int = 0
    sure: bool = True
    forgiving: int = 0
    everything: bool = False
    sent: list[ClientCall] = field(default_factory=list)
    targets: list[dict[str, object]] = field(default_factory=list)
    taken: dict[tuple[int, str], bool] = field(default_factory=dict)

    @property
    def spent(self) -> int:
        """Return how many steps it has taken, the weight of values counted too."""
        return MAX_STEPS - self.budget.steps + (MAX_WEIGHT - self.budget.weight) // 64

    def choose(self, test: ast.expr, value: object, frame: MethodFrame) -> bool:
        """Take one of two ways, the same as before where the same names were asked before."""
        key = (id(frame), ast.dump(test))
        if key in self.taken:
            return self.taken[key]
        if self.at == len(self.path):
            self.path.append(True)
        way = self.path[self.at]
        self.at += 1
        if value is not GIVEN:
            self.sure = False
        if all(not isinstance(each, ast.Call) for each in ast.walk(test)):
            self.taken[key] = way
        return way
