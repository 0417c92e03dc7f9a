"""Tasks of Celery: what one release queues meets the functions of the other."""

from __future__ import annotations

import pytest

from compatlint.notations.openstack import rpc
from compatlint.notations.openstack.rpc.tasks import sent, tasks
from tests.notations.openstack.rpc.box import broken, release

TASKS = """
    from shop.app import app
    @{decorator}
    def deliver({arguments}):
        pass
    def helper(parcel):
        pass
"""
VIEWS = """
    from shop import tasks
    def save(parcel):
        tasks.deliver.{call}
        tasks.helper.delay(parcel)
"""


def shop(arguments: str, call: str, decorator: str = "app.task") -> dict[str, str]:
    views = VIEWS.replace("{call}", call)
    text = TASKS.replace("{decorator}", decorator).replace("{arguments}", arguments)
    return {"shop/tasks.py": text, "shop/views.py": views}


@pytest.mark.parametrize(
    "decorator", ["app.task", "shared_task", "celery.task(name='x')", "app.task(max_retries=3)"]
)
@pytest.mark.parametrize(
    "call", ["delay(1, 2)", "apply_async((1, 2))", "apply_async(args=[1, 2])", "s(1, 2)", "si(1, 2)"]
)
def test_an_argument_by_place_that_is_another_one_there(decorator: str, call: str) -> None:
    old, new = shop("parcel, size", call, decorator), shop("parcel, site=None, size=0", call, decorator)
    refused = [each for each in broken(old, new) if each[3] == "reader"]
    assert refused == [("deliver", "size as argument 2", "rejected", "reader")]


@pytest.mark.parametrize(
    ("before", "after", "call", "found"),
    [
        ("parcel", "parcel, size", "delay(1)", {("size", "absent")}),
        ("parcel", "parcel, *, size", "delay(1)", {("size", "absent")}),
        ("parcel", "parcel, size=0", "delay(1)", set()),
        ("parcel, size", "parcel", "delay(1, size=2)", {("size", "rejected")}),
        ("parcel, size", "parcel, **more", "delay(1, size=2)", set()),
        ("parcel, size", "parcel, *more", "delay(1, 2)", set()),
        ("parcel, size", "parcel", "apply_async(kwargs={'parcel': 1, 'size': 2})", {("size", "rejected")}),
        ("parcel, size", "size, parcel", "delay(parcel=1, size=2)", set()),
        ("parcel", "parcel, size", "delay(*given)", set()),
        ("parcel", "parcel, size", "delay(**given)", set()),
        ("parcel", "parcel, size", "apply_async(args=given)", set()),
        ("parcel", "parcel, size", "apply_async(kwargs=given)", set()),
    ],
)
def test_what_older_messages_lack_or_carry_too_much(
    before: str, after: str, call: str, found: set[tuple[str, str]]
) -> None:
    old, new = shop(before, call), shop(after, call)
    new["shop/views.py"] = "from shop import tasks\n"
    assert {(item, outcome) for _, item, outcome, _ in broken(old, new)} == found


def test_self_of_a_bound_task_is_not_sent() -> None:
    bound = "app.task(bind=True)"
    old = shop("self, parcel", "delay(1)", bound)
    new = shop("self, parcel, size", "delay(1, 2)", bound)
    wrong = {("size", "absent"), ("size as argument 2", "rejected")}
    assert {each[1:3] for each in broken(old, new)} == wrong


def test_a_newer_message_to_an_older_task() -> None:
    old, new = shop("parcel", "delay(1)"), shop("parcel, size=0", "delay(1, size=2)")
    assert broken(old, new) == {("deliver", "size", "rejected", "writer")}
    assert broken(shop("parcel, **more", "delay(1)"), new) == set()


def test_a_task_that_is_gone_is_still_queued() -> None:
    old = shop("parcel", "delay(1)")
    new = {
        "shop/tasks.py": TASKS.replace("{decorator}", "app.task").replace("deliver({arguments})", "other()")
    }
    assert {each[:3] for each in broken(old, new)} == {("deliver", "", "refused")}


def test_the_mark_finds_tasks_and_those_who_send() -> None:
    for text in shop("parcel", "delay(1)").values():
        assert rpc.NOTATION.marks.found_in(text.encode())
    here = release(shop("parcel", "delay(1)"))
    assert list(tasks(here)) == ["shop.tasks.deliver"]
    assert [each.places for each in sent(here, tasks(here))] == [1]
