"""Tasks of Celery: functions that are called through a queue, by place or by name, and no version is checked.

    @app.task(bind=True)
    def deliver(self, parcel, urgent=False): ...

    deliver.delay(parcel, urgent=True)
    deliver.apply_async(args=[parcel], kwargs={"urgent": True})

A message that is queued when a worker is upgraded, or that another release's process sends, is called with
the arguments that it carries.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from compatlint.notations.languages.python import Defined, Module, Project, argument, calls, decorator_names
from compatlint.notations.openstack.rpc.meeting_terms import BOTH, LINK, NAME
from compatlint.notations.openstack.rpc.wants import wants
from compatlint.wire.ir.records import Entry, Meeting, Record
from compatlint.wire.ir.span import Span

_Newer = Literal["reader", "writer"]
Function = ast.FunctionDef | ast.AsyncFunctionDef
TASK: Final = re.compile(rb"@(?:\w+\.)*(?:shared_)?task\b")
_SENDS: Final = re.compile(rb"\.(?:delay|apply_async|s|si|signature)\(")
_PLAIN: Final = ("delay", "s", "si")
_PACKED: Final = ("apply_async", "signature")


@dataclass(frozen=True, slots=True)
class Task:
    """A function that is called through a queue: its arguments in order, `self` left out.

    `places` are those that may be given by place; `required` those without a default. `more_places` and
    `more_names`: it takes any further ones.
    """

    name: str
    span: Span
    places: tuple[str, ...]
    names: frozenset[str]
    required: frozenset[str]
    more_places: bool
    more_names: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """One message to a task: how many arguments it has by place, and which by name."""

    task: str
    places: int
    names: frozenset[str]
    span: Span


def task_meetings(old: Project, new: Project) -> Iterator[Meeting]:
    """Yield the meetings of each release's messages with the other's tasks, where anything goes wrong."""
    before, after = tasks(old), tasks(new)
    if not before or not after:
        return
    for each in sent(old, before):
        if each.task in after:
            yield from _met(each, before[each.task], after[each.task], "reader")
        else:
            task = before[each.task]
            gone = Record(task.name, each.span)
            was = Record(task.name, task.span)
            yield Meeting(
                NAME,
                LINK,
                BOTH,
                gone,
                None,
                "reader",
                was,
                why="no worker of the newer release knows the task",
            )
    for each in sent(new, after):
        if each.task in before:
            yield from _met(each, after[each.task], before[each.task], "writer")


def tasks(release: Project) -> dict[str, Task]:
    """Return the tasks of a release by their dotted names."""
    found: dict[str, Task] = {}
    for path in release.matching(TASK, wants):
        module = release.module(path)
        for node in module.names.values() if module is not None else ():
            if isinstance(node, Function) and module is not None and is_task(node):
                found[f"{module.name}.{node.name}"] = _task(module, node)
    return found


def is_task(node: Function) -> bool:
    """Tell whether a decorator makes a function a task."""
    return any(each.rpartition(".")[2] in ("task", "shared_task") for each in decorator_names(node))


def _task(module: Module, node: Function) -> Task:
    bound = any(
        getattr(argument(each, "bind"), "value", None) is True
        for each in node.decorator_list
        if isinstance(each, ast.Call)
    )
    listed = [each.arg for each in (*node.args.posonlyargs, *node.args.args)][1 if bound else 0 :]
    without = len(listed) - len(node.args.defaults)
    required = set(listed[: max(without, 0)])
    for each, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if default is None:
            required.add(each.arg)
    names = frozenset((*listed, *(each.arg for each in node.args.kwonlyargs)))
    more = (node.args.vararg is not None, node.args.kwarg is not None)
    return Task(node.name, module.span(node), tuple(listed), names, frozenset(required), *more)


def sent(release: Project, known: dict[str, Task]) -> list[Sent]:
    """Return the messages of a release whose arguments are plain, each way of sending once."""
    found: dict[tuple[str, int, frozenset[str]], Sent] = {}
    for path in release.matching(_SENDS, wants):
        module = release.module(path)
        for call in calls(module.tree, *_PLAIN, *_PACKED) if module is not None else ():
            if module is not None and isinstance(call.func, ast.Attribute):
                made = _message(release, module, call, call.func, known)
                if made is not None:
                    found.setdefault((made.task, made.places, made.names), made)
    return list(found.values())


def _message(
    release: Project, module: Module, call: ast.Call, callee: ast.Attribute, known: dict[str, Task]
) -> Sent | None:
    task = release.resolve(module, callee.value)
    name = f"{task.module.name}.{task.name}" if isinstance(task, Defined) else ""
    if name not in known:
        return None
    given = _plain(call) if callee.attr in _PLAIN else _packed(call)
    return Sent(name, given[0], given[1], module.span(call)) if given is not None else None


def _plain(call: ast.Call) -> tuple[int, frozenset[str]] | None:
    starred = any(isinstance(each, ast.Starred) for each in call.args)
    if starred or any(each.arg is None for each in call.keywords):
        return None
    return len(call.args), frozenset(each.arg for each in call.keywords if each.arg is not None)


def _packed(call: ast.Call) -> tuple[int, frozenset[str]] | None:
    places, names = argument(call, "args", 0), argument(call, "kwargs", 1)
    if places is not None and not isinstance(places, ast.List | ast.Tuple):
        return None
    listed = places.elts if isinstance(places, ast.List | ast.Tuple) else []
    if names is not None and not isinstance(names, ast.Dict):
        return None
    keys = [getattr(each, "value", None) for each in names.keys] if isinstance(names, ast.Dict) else []
    if any(isinstance(each, ast.Starred) for each in listed) or not all(
        isinstance(each, str) for each in keys
    ):
        return None
    return len(listed), frozenset(str(each) for each in keys)


def _met(message: Sent, own: Task, other: Task, newer: _Newer) -> Iterator[Meeting]:
    """Yield the meeting of a message with another release's task, if it goes wrong there and not at home."""
    if not _faults(message, own, other) or _faults(message, own, own):
        return
    writer, reader = _record(message, own, other), _read(other)
    was = _taken(own, writer) if newer == "reader" else _least(other)
    why = f"the message is sent in {message.span.path}"
    yield Meeting(NAME, LINK, BOTH, writer, reader, newer, was, why=why)


def _taken(task: Task, message: Record) -> Record:
    """Return how a task reads a message of its own release: it takes all that it is sent."""
    read = _read(task)
    known = {each.key for each in read.entries}
    more = [replace(each, required=False) for each in message.entries if each.key not in known]
    return replace(read, entries=(*read.entries, *more))


def _least(task: Task) -> Record:
    """Return the least that a task of the older release is sent."""
    return Record(task.name, task.span, tuple(Entry(each, task.span) for each in sorted(task.required)))


def _faults(message: Sent, own: Task, other: Task) -> bool:
    sent_names = {each.key for each in _record(message, own, other).entries}
    more = sent_names - other.names
    return bool(other.required - sent_names) or (bool(more) and not other.more_names)


def _record(message: Sent, own: Task, other: Task) -> Record:
    """Return a message as the other release's task takes it: what is given by place has that task's names."""
    keys: list[str] = []
    for place in range(message.places):
        mine = own.places[place] if place < len(own.places) else f"argument {place + 1}"
        theirs = other.places[place] if place < len(other.places) else ""
        if theirs == mine or (not theirs and other.more_places):
            keys.append(mine if theirs else "")
        else:
            keys.append(f"{mine} as argument {place + 1}")
    keys += sorted(message.names)
    return Record(
        own.name, message.span, tuple(Entry(each, message.span, required=True) for each in keys if each)
    )


def _read(task: Task) -> Record:
    entries = tuple(Entry(each, task.span, required=each in task.required) for each in sorted(task.names))
    return Record(task.name, task.span, entries, extra="kept" if task.more_names else "rejected")
