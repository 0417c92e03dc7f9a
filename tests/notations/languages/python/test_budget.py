"""Hostile source text costs little: nothing large is made, and no value gets into itself."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable

import pytest

from compatlint.notations.languages.python import UNKNOWN, Budget, TooMuch
from compatlint.notations.languages.python.budget import MAX_ITEMS, MAX_TEXT
from tests.notations.openstack.rpc.box import spoken
from tests.notations.openstack.versioned_objects.test_compat import lowered
from tests.notations.sql.test_steps import alembic
from tests.projects import project

DOUBLED = "\n".join(["X = ['x']", *["X += X"] * 40])


def worth(source: str, text: str) -> object:
    release = project({"pkg/a.py": source})
    module = release.module("pkg/a.py")
    assert module is not None
    return release.evaluate(module, ast.parse(text, mode="eval").body)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("X = []\nX.append(X)", "X"),
        ("X = []\nX.append(X)", "f'1.{X}'"),
        ("X = []\nX.append([1, [X]])", "'%s' % X"),
        ("X = {}\nX['a'] = X", "str(X)"),
        ("X = {}\nX.update({'a': {'b': X}})", "X"),
        (DOUBLED, "X"),
        ("\n".join(["X = ['x']", *["X.extend(X)"] * 40]), "X"),
        ("\n".join(["X = ['x']", *["X.extend(list(X))"] * 40]), "X"),
        (
            "\n".join(
                ["X = {}", *[f"X.update({{str(k) + '{n}': 1 for k in range(9000)}})" for n in range(9)]]
            ),
            "X",
        ),
        ("\n".join(["X = 'x'", *["X += X"] * 40]), "X"),
        ("\n".join(["X = b'x'", *["X *= 9"] * 40]), "X"),
        ("\n".join(["X = 7", *["X *= X"] * 40]), "X"),
        ("\n".join(["X = ['x']", *["X = [X, X]"] * 40]).replace("X = [X", "X += [X"), "str(X)"),
        ("\n".join(f"X{n} = (X{n - 1}, X{n - 1})" if n else "X0 = ('x',)" for n in range(40)), "X39"),
        ("X = list(range(9999))", "[*X, *X, *X]"),
        ("X = {k: 1 for k in range(9999)}", "{**X, **{-1 - k: 1 for k in range(9999)}}"),
        ("X = 'x' * 60000", "'%s%s%s' % (X, X, X)"),
        ("X = 'x' * 60000", "'%(a)s%(a)s' % {'a': X}"),
        ("X = 'x' * 60000", "'{0}{0}{0}'.format(X)"),
        ("X = 'x' * 60000", "f'{X}{X}'"),
        ("X = ['x' * 60000] * 9999", "X"),
        ("def f():\n    X = []\n    X.append(X)\n    return X", "f()"),
        ("def f():\n    X = ['x']\n    for i in range(60):\n        X += X\n    return X", "f()"),
        ("def f():\n    X = ['x']\n    for i in range(60):\n        X = [X, X]\n    return X", "f()"),
        (
            "X = [0] * 9999\ndef f():\n    n = 0\n    for i in range(9999):\n        n += X.count(1)\n    return n",
            "f()",
        ),
    ],
)
def test_what_would_be_too_large_is_unknown_at_once(source: str, text: str) -> None:
    start = time.process_time()
    assert worth(source, text) is UNKNOWN
    assert time.process_time() - start < 2


def test_what_is_large_and_allowed_is_known() -> None:
    assert worth("X = ['x']\nX += ['y'] * 9000", "len(X)") == 9001
    assert worth("X = 'x' * 60000", "len('%s-%s' % (X, 1))") == 60002
    assert worth("X = []\nX.append(X[:])", "X") == [[]]


@pytest.mark.parametrize(
    "growth",
    [
        "x += x",
        "x.extend(x)",
        "x = x + x",
        "x = [*x, *x]",
        "x = [x, x]",
        "x.append(x)",
        "x = [x for _ in range(300)]",
        "x = {'a': x, 'b': x}",
        "x = ['%s%s' % (each, each) for each in x]",
        "x = [f'{each}{each}' for each in x]",
        "x = sorted([x, x], key=repr)",
    ],
)
def test_a_migration_that_grows_a_list_ends_soon(growth: str) -> None:
    start = time.process_time()
    alembic(
        "x = ['parcels']",
        "for _ in range(60):",
        f"    {growth}",
        "for name in x:",
        "    op.drop_column(name, 'colour')",
    )
    assert time.process_time() - start < 4


CLIENT = """
    class ParcelAPI:
        def __init__(self):
            self.client = rpc.get_client(messaging.Target(topic='p', version='1.0'))
        def send(self, ctxt, weight):
            x = ['weight']
            y = {{'weight': weight}}
            t = ('a',)
            for each in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20):
                {}
            self.client.prepare(version='1.0').call(ctxt, 'send', weight=weight)
"""


@pytest.mark.parametrize(
    "growth",
    [
        "x = x + x",
        "t += t",
        "x = [x, x]",
        "x.append(x)",
        "y['y'] = y",
        "y.update(z=y)",
        "y = {'a': y, 'b': y}",
    ],
)
def test_a_client_that_grows_a_value_ends_soon(growth: str) -> None:
    start = time.process_time()
    spoken(CLIENT.format(growth))
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    "growth", ["x = [x, x]", "x = {'a': x, 'b': x}", "x.extend(x)", "x = [*x, *x]", "x.append(x)"]
)
def test_compat_code_that_grows_a_value_ends_soon(growth: str) -> None:
    body = f"""
        def obj_make_compatible(self, primitive, target_version):
            x = ['name']
            for _ in range(60):
                {growth}
            if 'name' in x:
                primitive.pop('name')
    """
    start = time.process_time()
    lowered(body, (1, 0))
    assert time.process_time() - start < 4


def test_a_container_takes_what_leaves_it_within_bounds() -> None:
    budget = Budget(1)
    owner: list[object] = [0] * (MAX_ITEMS - 1)
    assert budget.may_put(owner, [1])
    assert not budget.may_put(owner, [1, 2], 2)
    assert not budget.may_put(owner, [{"a": (1, [owner])}])


@pytest.mark.parametrize(
    "cost",
    [
        lambda budget: budget.spend(3),
        lambda budget: budget.weigh(["x" * MAX_TEXT]),
        lambda budget: budget.weigh([[1, 2], {3: 4}, {5}]),
    ],
)
def test_past_its_end_a_budget_raises(cost: Callable[[Budget], None]) -> None:
    with pytest.raises(TooMuch):
        cost(Budget(2, 12))
    assert Budget(2, 12).left == 14
