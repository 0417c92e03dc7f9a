from __future__ import annotations

import ast
import time

import pytest

from compatlint.notations.languages.python import UNKNOWN, Defined, Project
from tests.projects import project

RELEASE = {
    "pkg/consts.py": """
        A, B = 'a', 'b'
        ALL = (A, B)
        PAIRS = (('x', 1), ('y', 2))
        class Kind:
            FIRST = 'first'
            ALL = (FIRST, 'second')
        class Sub(Kind):
            MORE = Kind.ALL + ('third',)
        MAP = {'1': 'one'}
        MAP['2'] = MAP['1']
        MAP.update({'3': 'three'})
        NAMES = ['a']
        NAMES += ['b']
        NAMES.append('c')
        if PAIRS:
            MAYBE = 1
        else:
            MAYBE = 2
        if PAIRS:
            SAME = 1
        else:
            SAME = 1
        CHANGED = {}
        for key in ALL:
            CHANGED[key] = 1
        LOOP = LOOP_TOO
        LOOP_TOO = LOOP
        def join(a, b='z'):
            'Join.'
            return a + b
        def listed(names, *, last=None):
            from somewhere import other
            result = []
            found = {}
            for name in names:
                if name == 'skip':
                    result += ['-']
                else:
                    result.append(name.upper())
                found[name] = len(result)
            first, _ = result, None
            if last:
                return result + [last]
            return found
        def endless(a):
            return endless(a)
        def loop():
            items = ['x']
            for item in range(9999):
                items = items + items
            return items
        def unsure(a):
            a.change()
            return a
        HASHES = {'one': object(), 'two': unseen}
        CHANGED_HASHES = {'one': unseen}
        CHANGED_HASHES['two'] = 1
    """,
}


@pytest.fixture
def release() -> Project:
    return project(RELEASE)


def worth(release: Project, text: str, **values: object) -> object:
    module = release.find("pkg.consts")
    assert module is not None
    return release.evaluate(module, ast.parse(text, mode="eval").body, values)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ALL", ("a", "b")),
        ("Kind.ALL", ("first", "second")),
        ("Sub.MORE", ("first", "second", "third")),
        ("Sub.FIRST", "first"),
        ("MAP", {"1": "one", "2": "one", "3": "three"}),
        ("NAMES", ["a", "b", "c"]),
        ("SAME", 1),
        ("'%s-%d' % (A, 3)", "a-3"),
        ("'{}/{x}'.format(B, x=1)", "b/1"),
        ("f'{A}.{B!r}'", "a.'b'"),
        ("[k for k, v in PAIRS if v > 1]", ["y"]),
        ("{k: v for k, v in PAIRS}", {"x": 1, "y": 2}),
        ("dict(PAIRS, z=3)", {"x": 1, "y": 2, "z": 3}),
        ("{**MAP, 'q': (*ALL, 'c')}['q'][-1]", "c"),
        ("sorted({B, A})", ["a", "b"]),
        ("tuple(str(i) for i in range(3))", ("0", "1", "2")),
        ("','.join(ALL).upper().split(',')", ["A", "B"]),
        ("PAIRS[0][1] if A == 'a' else nowhere", 1),
        ("join('a') + join(A, b=B)", "azab"),
        ("-(2 ** 10) // 3 | 1", -341),
        ("x + 1", 5),
        ("listed(('a', 'skip'), last='z')", ["A", "-", "z"]),
        ("listed(['a', 'skip'])", {"a": 1, "skip": 2}),
        ("sorted(HASHES.keys())", ["one", "two"]),
        ("str(MAP.keys())", "dict_keys(['1', '2', '3'])"),
        ("Kind.__name__ + join.__name__", "Kindjoin"),
        ("frozenset(ALL) == {'a', 'b'} and not None", True),
    ],
)
def test_what_an_expression_is_worth(release: Project, text: str, value: object) -> None:
    assert worth(release, text, x=4) == value


@pytest.mark.parametrize(
    "text",
    [
        "MAYBE",
        "endless(1)",
        "loop()",
        "unsure([])",
        "CHANGED_HASHES.keys()",
        "'%s' % ({A, B},)",
        "'{}'.format(Kind)",
        "f'{[{A, B}]}'",
        "str({A, B})",
        "CHANGED",
        "LOOP",
        "nowhere",
        "open('x')",
        "tuple({A, B})",
        "','.join({A, B})",
        "[A, nowhere]",
        "1 / 0",
        "ALL[7]",
        "A + 1",
        "'x' * 10**9",
        "10**10**10",
        "1 << 10**6",
        "'%999999999d' % 1",
        "'%*d' % (999999999, 1)",
        "'{:999999999}'.format(1)",
        "'{0.__class__}'.format(1)",
        "f'{1:999999999}'",
        "range(10**12)",
        "list(range(10**6))",
        "('a' * 60000).replace('a', 'a' * 60000)",
        "9" * 4000,
        "[[i for i in range(9999)] for j in range(9999)]",
        "().__class__.__bases__",
    ],
)
def test_what_is_not_sure_or_too_much_is_unknown(release: Project, text: str) -> None:
    start = time.process_time()
    assert worth(release, text) is UNKNOWN
    assert time.process_time() - start < 1


def test_values_that_share_their_parts_are_weighed_in_full() -> None:
    lines = [
        "a0 = ('x',) * 50",
        *(f"a{n} = (a{n - 1},) * 50" for n in range(1, 30)),
        "text = str(a29 == a28)",
    ]
    release = project({"pkg/consts.py": "\n".join(lines)})
    assert worth(release, "text") is UNKNOWN


def test_a_long_sum_and_a_deep_nesting_end_well() -> None:
    release = project(
        {"pkg/consts.py": "LONG = " + " + ".join(["'x'"] * 900) + "\nDEEP = " + "-" * 150 + "1\n"}
    )
    assert worth(release, "LONG") == "x" * 900
    assert worth(release, "DEEP") == 1


def test_a_class_is_worth_its_definition(release: Project) -> None:
    value = worth(release, "(Kind, join)")
    assert isinstance(value, tuple)
    assert [each.dotted for each in value if isinstance(each, Defined)] == [
        "pkg.consts.Kind",
        "pkg.consts.join",
    ]


def test_what_is_known_of_a_value_does_not_change_it(release: Project) -> None:
    assert worth(release, "MAP.copy()") == worth(release, "MAP")
    first = worth(release, "MAP")
    assert isinstance(first, dict)
    first["spoilt"] = True
    assert "spoilt" not in str(worth(release, "MAP")), "a caller gets a value of its own"


def test_values_nested_ever_deeper_end_well() -> None:
    lines = ["v0 = ['x']", *(f"v{count} = [v{count - 1}]" for count in range(1, 3000))]
    release = project({"pkg/consts.py": "\n".join(lines)})
    assert worth(release, "v5") == [[[[[["x"]]]]]]
    for count in range(3000):
        last = worth(release, f"v{count}")
    assert last is UNKNOWN
