"""What the calls in a client return while it is followed, and what they send."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Final

from compatlint.notations.languages.python import Budget
from compatlint.notations.openstack.rpc.expressions import MAX_SIZE, Expressions
from compatlint.notations.openstack.rpc.forwarders import Forwarder
from compatlint.notations.openstack.rpc.model import ClientCall, version_of
from compatlint.notations.openstack.rpc.values import (
    OPEN,
    Above,
    BoundClientMethod,
    Own,
    Prepared,
    Remote,
    Sending,
    allows,
    mixed,
)

PLAIN: Final = Forwarder("call")
MORE: Final = "**"  # the key of a dict that stands for keys that are not known
MAX_WORD: Final = 100
_SEQUENCES: Final[dict[str, Callable[[Iterable[object]], object]]] = {
    "tuple": tuple,
    "list": list,
    "sorted": list,
    "len": lambda items: len(list(items)),
    "reversed": lambda items: list(items)[::-1],
}
_CLIENTS: Final = ("get_client", "get_rpc_client")
_TYPES: Final[dict[str, type]] = {
    "tuple": tuple,
    "list": list,
    "dict": dict,
    "str": str,
    "bool": bool,
    "set": set,
    "int": int,
}


class Calls(Expressions):
    """Expressions, with calls understood."""

    def call(self, node: ast.Call) -> object:
        """Return what a call returns; note it down if it sends something."""
        if isinstance(node.func, ast.Attribute):
            return self.of_attribute(node, node.func)
        if isinstance(node.func, ast.Name) and node.func.id not in self.frame.names:
            if node.func.id == "super":
                return Above(self.frame.owner)
            if node.func.id == "isinstance" and len(node.args) == 2:
                return self.is_instance(node.args[0], node.args[1])
            return self.of_name(node, node.func.id)
        return self.of_value(node, self.value(node.func))

    def of_attribute(self, node: ast.Call, callee: ast.Attribute) -> object:
        """Return what a method returns: of the messaging library, of a plain value, or of the client."""
        owner = self.value(callee.value)
        if isinstance(owner, dict | list | str):
            positional, named, more = self.arguments(node)
            given = named | ({MORE: OPEN} if more else {})
            return _of_plain(owner, callee.attr, positional, given, self.run.budget)
        mine = isinstance(owner, Own | Above)
        if callee.attr == "prepare" and not mine:
            return self.prepared(node, owner)
        if callee.attr == "can_send_version" and not mine:
            return self.can_send(node, owner)
        return self.of_value(node, self.attribute(callee), callee.attr)

    def of_name(self, node: ast.Call, name: str) -> object:
        """Return what a function returns."""
        positional, named, more = self.arguments(node)
        first = positional[0] if positional else None
        if name == "dict" and (first is None or isinstance(first, dict)):
            return {**(first or {}), **named, **({MORE: OPEN} if more else {})}
        if name in _SEQUENCES and isinstance(first, list | tuple | dict):
            return _SEQUENCES[name](first)
        if (
            name == "getattr"
            and len(positional) > 1
            and positional[1] in ("call", "cast")
            and isinstance(first, Prepared | Remote)
        ):
            return Sending(str(positional[1]), first if isinstance(first, Prepared) else Prepared())
        return self.made(name, positional, named, more)

    def of_value(self, node: ast.Call, callee: object, name: str = "") -> object:
        """Return what something that was evaluated returns."""
        positional, named, more = self.arguments(node)
        if isinstance(callee, Sending):
            return self.sent(node, callee, positional, named, more)
        if isinstance(callee, BoundClientMethod):
            return self.followed(callee, positional, named | ({MORE: OPEN} if more else {}))
        made = self.made(name, positional, named, more)
        return made if isinstance(made, Remote | Sending) else mixed(callee, *positional, *named.values())

    def made(self, name: str, positional: list[object], named: dict[str, object], more: bool) -> object:
        """Return what a function of others makes.

        A client, a target, or a wrapper around `call` or `cast`.
        """
        if name == "Target" or (name in _CLIENTS and "version" in named):
            self.run.targets.append(named | ({MORE: OPEN} if more else {}))
        if name.endswith(("client", "RPCClient")):
            return Remote()
        if positional and isinstance(positional[0], Sending):
            return positional[0]
        return mixed(*positional, *named.values()) if positional or named else OPEN

    def is_instance(self, value: ast.expr, kinds: ast.expr) -> object:
        """Return whether a plain value is of a plain type."""
        found = self.value(value)
        names = [
            getattr(each, "id", "") for each in (kinds.elts if isinstance(kinds, ast.Tuple) else [kinds])
        ]
        if (
            found is None
            or not isinstance(found, str | tuple | list | dict | int)
            or not all(each in _TYPES for each in names)
        ):
            return mixed(found)
        return isinstance(found, tuple(_TYPES[each] for each in names))

    def arguments(self, node: ast.Call) -> tuple[list[object], dict[str, object], bool]:
        """Return the arguments of a call, and whether there may be more, under names that are not known."""
        positional: list[object] = []
        named: dict[str, object] = {}
        more = False
        for each in node.args:
            value = self.value(each)
            if not isinstance(each, ast.Starred):
                positional.append(value)
            elif isinstance(value, list | tuple):
                positional.extend(value)
            else:
                positional.append(OPEN)
        for keyword in node.keywords:
            value = self.value(keyword.value)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict):
                named |= {str(key): item for key, item in value.items() if key != MORE}
                more = more or MORE in value
            else:
                more = True
        return positional, named, more

    def prepared(self, node: ast.Call, owner: object) -> object:
        """Return a client that is prepared for a version."""
        _, named, more = self.arguments(node)
        version = named.get("version", owner.version if isinstance(owner, Prepared) else None)
        if version is None and more:
            return Prepared(OPEN)
        return Prepared(version if version is None or isinstance(version, str) else OPEN)

    def can_send(self, node: ast.Call, owner: object) -> object:
        """Return whether a version may be sent to the peers that this run imagines."""
        positional, named, _ = self.arguments(node)
        asked = named.get("version", positional[0] if positional else None)
        if asked is None:
            asked = self.spoken(owner if isinstance(owner, Prepared) else Prepared())
        version = version_of(asked)
        return allows(self.run.cap, version) if version is not None else OPEN

    def sent(
        self, node: ast.Call, sending: Sending, positional: list[object], named: dict[str, object], more: bool
    ) -> object:
        """Note down what is sent."""
        by = sending.forwarder or PLAIN
        if (
            by is PLAIN and len(positional) > 2
        ):  # the messaging library takes two: this is a function of the release
            by = self.run.surface.forwarders.get(sending.kind, PLAIN)
        method = positional[by.position] if len(positional) > by.position else named.get("method")
        if isinstance(method, str) and len(self.run.sent) < MAX_SIZE:
            version = version_of(self.spoken(sending.context))
            keys = frozenset(named) - {MORE} - by.own
            keys -= {"method"} if len(positional) <= by.position else set()
            keys |= {key for at, key in by.sent if at < len(positional)}
            run, place = self.run, self.frame.owner.module.span(node)
            run.sent.append(
                ClientCall(
                    method,
                    version,
                    run.surface.namespace,
                    keys,
                    place,
                    sending.kind,
                    more,
                    run.sure,
                    run.forgiving > 0,
                    run.by,
                    version is None and sending.context.version is None,
                )
            )
        return OPEN


def _of_plain(
    owner: dict[object, object] | list[object] | str,
    name: str,
    positional: list[object],
    named: dict[str, object],
    budget: Budget,
) -> object:
    """Return what a method of a dict, a list or a text returns, and change the value as it would."""
    if isinstance(owner, dict):
        return _of_dict(owner, name, positional, named, budget)
    if isinstance(owner, list):
        if name == "append" and len(positional) == 1 and budget.may_put(owner, positional):
            owner.append(positional[0])
        return OPEN
    texts = [each for each in positional if isinstance(each, str) and len(each) < MAX_WORD]
    if (
        name in ("replace", "lower", "upper", "strip", "startswith", "endswith")
        and len(texts) == len(positional)
        and len(owner) < MAX_SIZE
    ):
        try:
            return getattr(owner, name)(*texts)
        except TypeError:
            return OPEN
    return mixed(*positional, *named.values()) if positional or named else OPEN


def _of_dict(
    owner: dict[object, object],
    name: str,
    positional: list[object],
    named: dict[str, object],
    budget: Budget,
) -> object:
    key = positional[0] if positional else None
    if name in ("update", "setdefault"):
        more = len(key) if isinstance(key, dict) else 1
        if not budget.may_put(owner, (*positional, *named.values()), more + len(named)):
            return OPEN
    if name == "update":
        if positional and not isinstance(key, dict):
            owner[MORE] = OPEN
        owner.update(key if isinstance(key, dict) else {})
        owner.update(named)
        return None
    if name in ("keys", "values", "items", "copy"):
        made: dict[str, object] = {
            "keys": list(owner),
            "values": list(owner.values()),
            "items": list(owner.items()),
            "copy": dict(owner),
        }
        return made[name]
    if name not in ("pop", "get", "setdefault") or not isinstance(key, str | int):
        return OPEN
    default = positional[1] if len(positional) > 1 else OPEN if name == "pop" else None
    if name == "pop":
        return owner.pop(key, default)
    return owner.setdefault(key, default) if name == "setdefault" else owner.get(key, default)
