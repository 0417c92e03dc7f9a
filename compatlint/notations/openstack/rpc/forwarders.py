"""Functions of a release that hand a call on: they are told the name of the method, and call or cast it.

def sync_call(self, ctx, method, target=None, **kwargs):
return self._client.prepare(server=target).call(ctx, method, **kwargs)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import Project, calls, walk
from compatlint.notations.openstack.rpc.wants import wants

Function = ast.FunctionDef | ast.AsyncFunctionDef
_NAMED: Final = re.compile(rb"def (?:\w{1,40}_ca(?:ll|st)\d?|ca(?:ll|st)\w{0,40})\(")
_OWN: Final = ("call", "cast")


@dataclass(frozen=True, slots=True)
class Forwarder:
    """A function that calls or casts (`kind`) a method that it is told.

    `position` is that of the method's name among its positional arguments; arguments of the names in `own`
    are for the function itself and are not sent. `sent` are the names under which it sends further positional
    ones.
    """

    kind: str
    position: int = 1
    own: frozenset[str] = frozenset()
    sent: tuple[tuple[int, str], ...] = ()


def forwarders(release: Project) -> dict[str, Forwarder]:
    """Return the functions of a release that hand calls on, by name."""
    found: dict[str, Forwarder] = {}
    for path in release.matching(_NAMED, wants):
        module = release.module(path)
        for node in walk(module.tree) if module is not None else ():
            if isinstance(node, Function):
                made = next(_of(node), None)
                if made is not None:
                    found[node.name] = made
    return found


def _of(node: Function) -> Iterator[Forwarder]:
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    listed = names[1:] if names[:1] in (["self"], ["cls"]) else names
    for call in calls(node, *_OWN, into_functions=False):
        method = call.args[1] if len(call.args) > 1 else None
        if isinstance(method, ast.Name) and method.id in listed and isinstance(call.func, ast.Attribute):
            own = frozenset((*listed, *(each.arg for each in node.args.kwonlyargs))) - {method.id}
            sent = tuple(
                (listed.index(each.value.id), each.arg)
                for each in call.keywords
                if each.arg is not None and isinstance(each.value, ast.Name) and each.value.id in listed
            )
            yield Forwarder(call.func.attr, listed.index(method.id), own, sent)
            return
