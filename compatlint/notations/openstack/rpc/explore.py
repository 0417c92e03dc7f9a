"""Follows a client's methods in every way that they can go, and returns what they send.

A client may pin what it sends to what its peers understand (`can_send_version`), so it is followed once for
each version that its peers may have. Conditions that the source alone does not decide are taken both ways,
one way in each run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from compatlint.notations.languages.python import TooMuch
from compatlint.notations.openstack.rpc.calls import MORE
from compatlint.notations.openstack.rpc.client_class import Surface
from compatlint.notations.openstack.rpc.model import ANY, ClientCall, Speech, version_of
from compatlint.notations.openstack.rpc.path_state import (
    ClientPath,
    Ended,
    LeaveLoop,
    MethodFrame,
    Returned,
)
from compatlint.notations.openstack.rpc.statements import Follower
from compatlint.notations.openstack.rpc.values import GIVEN, BoundClientMethod, Outside, Own
from compatlint.wire.ir.records import Version

MAX_RUNS: Final = 64
MAX_STEPS: Final = 1_000_000  # of one client


def follow(surface: Surface, cap: Version | None) -> Speech:
    """Return all that a client's methods send when its peers are pinned to `cap` (None: to nothing)."""
    _identify(surface)
    cap = surface.fixed or (cap if surface.pinned else None)
    found: dict[ClientCall, None] = {}
    lost: list[str] = []
    left = MAX_STEPS
    for name, bound in surface.methods.items():
        if name not in surface.senders:
            continue
        ways = _Ways(surface, cap, bound, left)
        for run in ways.runs():
            found |= dict.fromkeys(run.sent)
        left = ways.left
        if not ways.complete:
            lost.append(name)
    return Speech(cap, tuple(found), tuple(lost))


def _identify(surface: Surface) -> None:
    """Let a client be made, and tell it which target it made for itself."""
    for name in ("__init__", *surface.makers):
        bound = surface.methods.get(name)
        if surface.identified or bound is None:
            continue
        for run in _Ways(surface, None, bound, MAX_STEPS // 10, everything=True).runs():
            if run.targets:
                versions = {version_of(each.get("version", "1.0")) for each in run.targets}
                spaces = {_namespace(each.get("namespace")) for each in run.targets}
                surface.identify(
                    versions.pop() if len(versions) == 1 else None, spaces.pop() if len(spaces) == 1 else ANY
                )
                break


def _namespace(value: object) -> str:
    """Return a namespace as servers spell it."""
    if isinstance(value, Outside):
        return f"?{value.name}"
    return value if isinstance(value, str) else "" if value is None else ANY


class _Ways:
    """All ways through one method, as far as `left` steps reach.

    `complete` when all were taken to their ends.
    """

    def __init__(
        self,
        surface: Surface,
        cap: Version | None,
        bound: BoundClientMethod,
        left: int,
        *,
        everything: bool = False,
    ) -> None:
        self.surface = surface
        self.cap = cap
        self.bound = bound
        self.left = left
        self.everything = everything
        self.complete = False

    def runs(self) -> Iterator[ClientPath]:
        """Yield a run for each way."""
        path: list[bool] = []
        ended = True
        for _ in range(MAX_RUNS):
            if self.left < 0:
                return
            run = ClientPath(self.surface, self.cap, self.bound.node.name, path, everything=self.everything)
            ended = self._taken(run) and ended
            self.left -= run.spent
            yield run
            path = run.path[: run.at]
            while path and not path[-1]:
                path.pop()
            if not path:
                self.complete = ended
                return
            path[-1] = False

    def _taken(self, run: ClientPath) -> bool:
        """Take one way, and tell whether it came to its end."""
        arguments = self.bound.node.args
        listed = [*arguments.posonlyargs, *arguments.args]
        given = [*listed, *arguments.kwonlyargs, *([arguments.vararg] if arguments.vararg else [])]
        names: dict[str, object] = {each.arg: GIVEN for each in given}
        if arguments.kwarg is not None:
            names[arguments.kwarg.arg] = {MORE: GIVEN}
        if listed and not self.bound.simple:
            names[listed[0].arg] = Own()
        try:
            Follower(run, MethodFrame(self.bound.owner, self.bound.node, names)).body(self.bound.node.body)
        except (Returned, Ended, LeaveLoop):
            return True
        except (TooMuch, RecursionError):
            return False
        return True
