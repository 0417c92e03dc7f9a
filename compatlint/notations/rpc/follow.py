"""Follows a client's methods in every way that they can go, and returns what they send.

A client may pin what it sends to what its peers understand (`can_send_version`), so it is followed once for each version
that its peers may have. Conditions that the source alone does not decide are taken both ways, one way in each run.
"""

from __future__ import annotations

from typing import Final

from compatlint.notations.rpc.calling import MORE
from compatlint.notations.rpc.frame import Ended, Enough, Frame, Returned, Run
from compatlint.notations.rpc.model import ANY, Call, Speech, version_of
from compatlint.notations.rpc.statements import Follower
from compatlint.notations.rpc.surface import Surface
from compatlint.notations.rpc.values import GIVEN, Bound, Outside, Own
from compatlint.wire.keyed import Version

MAX_RUNS: Final = 64
MAX_STEPS: Final = 1_000_000  # of one client


def follow(surface: Surface, cap: Version | None) -> Speech:
    """Return all that a client's methods send when its peers are pinned to `cap` (None: to nothing)."""
    _identify(surface)
    cap = surface.fixed or (cap if surface.pinned else None)
    found: dict[Call, None] = {}
    lost: list[str] = []
    left = MAX_STEPS
    for name, bound in surface.methods.items():
        if name not in surface.senders:
            continue
        calls, complete, steps = _ways(surface, cap, bound, left)
        left -= steps
        found |= dict.fromkeys(calls)
        if not complete:
            lost.append(name)
    return Speech(cap, tuple(found), tuple(lost))


def _identify(surface: Surface) -> None:
    """Let a client be made, and tell it which target it made for itself."""
    for name in ("__init__", *surface.makers):
        bound = surface.methods.get(name)
        if surface.identified or bound is None:
            continue
        run = Run(surface, None, name, [], everything=True)
        _one(run, bound)
        if run.targets:
            version, namespace = run.targets[0].get("version", "1.0"), run.targets[0].get("namespace")
            surface.identify(
                version_of(version),
                namespace
                if isinstance(namespace, str)
                else ""
                if namespace is None
                else f"?{namespace.name}"
                if isinstance(namespace, Outside)
                else ANY,
            )


def _ways(surface: Surface, cap: Version | None, bound: Bound, left: int) -> tuple[list[Call], bool, int]:
    """Return what a method sends on all its ways, whether all could be taken, and in how many steps."""
    found: list[Call] = []
    path: list[bool] = []
    steps = 0
    for _ in range(MAX_RUNS):
        if steps > left:
            break
        run = Run(surface, cap, bound.node.name, path)
        complete = _one(run, bound)
        found += run.sent
        steps += run.steps
        path = run.path[: run.at]
        while path and not path[-1]:
            path.pop()
        if not path:
            return found, complete, steps
        path[-1] = False
    return found, False, steps


def _one(run: Run, bound: Bound) -> bool:
    arguments = bound.node.args
    names: dict[str, object] = {
        each.arg: GIVEN for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg) if each
    }
    if arguments.kwarg is not None:
        names[arguments.kwarg.arg] = {MORE: GIVEN}
    listed = [*arguments.posonlyargs, *arguments.args]
    if listed and not bound.simple:
        names[listed[0].arg] = Own()
    try:
        Follower(run, Frame(bound.owner, bound.node, names)).body(bound.node.body)
    except (Returned, Ended):
        return True
    except (Enough, RecursionError):
        return False
    return True
