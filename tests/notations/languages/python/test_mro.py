"""In which order bases are asked, also where there are very many."""

from __future__ import annotations

import time

from compatlint.notations.languages.python import Defined, External, Project
from tests.projects import project


def order(release: Project, name: str) -> list[str]:
    module = release.module("pkg/a.py")
    assert module is not None
    owner = release.resolve(module, name)
    assert isinstance(owner, Defined)
    return [each.name for each in release.mro(owner)]


def test_the_order_is_that_of_python() -> None:
    release = project(
        {
            "pkg/a.py": """
                class A: pass
                class B(A): pass
                class C(A): pass
                class D(B, C): pass
                class E(C, B): pass
                class Never(D, E): pass
                class F(D): pass
                class G(F, D, A): pass
            """
        }
    )
    assert order(release, "D") == ["D", "B", "C", "A"]
    assert order(release, "G") == ["G", "F", "D", "B", "C", "A"]
    assert sorted(order(release, "Never")) == ["A", "B", "C", "D", "E", "Never"]


def test_a_class_of_very_many_bases_ends_soon_and_is_not_known_in_full() -> None:
    names = [f"C{count}" for count in range(5000)]
    lines = [*(f"class {name}: pass" for name in names), f"class All({', '.join(names)}): pass"]
    release = project({"pkg/a.py": "\n".join(lines)})
    start = time.process_time()
    module = release.module("pkg/a.py")
    assert module is not None
    owner = release.resolve(module, "All")
    assert isinstance(owner, Defined)
    found = release.mro(owner)
    assert time.process_time() - start < 2
    assert any(isinstance(each, External) and each.unresolved for each in found)


def test_a_base_that_many_classes_share_takes_no_time() -> None:
    lines = ["class C0: pass", "class D0: pass"]
    for count in range(1, 50):
        lines.append(f"class C{count}(C{count - 1}, D{count - 1}): pass")
        lines.append(f"class D{count}(C{count - 1}): pass")
    start = time.process_time()
    order(project({"pkg/a.py": "\n".join(lines)}), "C49")
    assert time.process_time() - start < 2
