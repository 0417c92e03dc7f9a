"""Which scripts a release has, what they come after, and in which phase they run."""

from __future__ import annotations

import pytest

from compatlint.notations import sql
from compatlint.notations.sql.scripts import heads, highest, in_order, scripts
from tests.notations.sql.box import release, script

V = "shop/db/migrations/versions"


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        (f"{V}/a1_first.py", True),
        (f"{V}/2023.1/expand/a1_first.py", True),
        ("shop/db/migrate_repo/versions/001_first.py", True),
        (f"{V}/__init__.py", False),
        ("shop/tests/db/migrations/versions/a1_first.py", False),
        ("shop/api/versions.py", False),
        ("shop/db/models.py", False),
        (f"{V}/a1_first.sql", False),
    ],
)
def test_a_script_is_told_by_its_path(path: str, wanted: bool) -> None:
    assert sql.wants(path) is wanted


def test_a_revision_says_what_it_comes_after() -> None:
    text = "revision: str = 'c3'\ndown_revision: Union[str, None] = (\n    'a1',\n    'b2',\n)\ndepends_on = ['d4']\n"
    (found,) = scripts(release({f"{V}/c3.py": text})).values()
    assert (found.revision, found.after, found.needs, found.number) == ("c3", ("a1", "b2"), ("d4",), None)


def test_a_number_is_a_revision_too() -> None:
    (found,) = scripts(
        release({"shop/db/migrate_repo/versions/012_weights.py": "def upgrade(engine):\n    pass\n"})
    ).values()
    assert (found.revision, found.number, found.stem) == ("012_weights", 12, "012_weights")


def test_a_module_that_is_neither_is_no_script() -> None:
    assert scripts(release({f"{V}/helpers.py": "def upgrade():\n    pass\n"})) == {}


@pytest.mark.parametrize(
    ("path", "more", "phase"),
    [
        (f"{V}/2023.1/expand/a1.py", "", "expand"),
        (f"{V}/liberty/contract/a1.py", "", "contract"),
        (f"{V}/ocata_expand01_visibility.py", "", "expand"),
        (f"{V}/ocata_contract01_visibility.py", "", "contract"),
        ("ident/sql/contract_repo/versions/a1.py", "", "contract"),
        ("ident/sql/data_migration_repo/versions/a1.py", "", "migrate"),
        (f"{V}/a1.py", "branch_labels = migration.CONTRACT_BRANCH\n", "contract"),
        (f"{V}/a1.py", "branch_labels = ('expand',)\n", "expand"),
        (f"{V}/a1_expanded_names.py", "", ""),
        ("contract/db/migrations/versions/old/a1.py", "", ""),
    ],
)
def test_the_phase_is_told_by_folder_name_or_label(path: str, more: str, phase: str) -> None:
    (found,) = scripts(release({path: f"revision = 'a1'\ndown_revision = None\n{more}"})).values()
    assert found.phase == phase


def test_heads_are_what_nothing_comes_after() -> None:
    found = scripts(
        release(
            {
                f"{V}/a.py": script(revision="a", down=None),
                f"{V}/b.py": script(revision="b", down="a"),
                f"{V}/c.py": script(revision="c", down="a") + "\ndepends_on = 'b'\n",
            }
        )
    )
    assert {each.revision for each in heads(found.values())} == {"b", "c"}


def test_the_highest_number_counts_in_each_repository() -> None:
    body = "def upgrade(engine):\n    pass\n"
    found = scripts(
        release({f"shop/{name}/versions/{number:03}_x.py": body for name in "ab" for number in (1, 2, 10)})
    )
    assert {name: last.number for name, last in highest(found.values()).items()} == {
        "shop/a/versions": 10,
        "shop/b/versions": 10,
    }


def test_a_contraction_comes_last_and_revisions_in_the_order_of_their_chain() -> None:
    found = scripts(
        release(
            {
                f"{V}/contract/z.py": script(revision="z", down="m"),
                f"{V}/m.py": script(revision="m", down="x"),
                f"{V}/x.py": script(revision="x", down=None),
                f"{V}/b.py": script(revision="b", down="m"),
            }
        )
    )
    assert [each.revision for each in in_order(list(found.values()), found)] == ["x", "m", "b", "z"]


def test_revisions_that_come_after_each_other_do_not_hang() -> None:
    found = scripts(
        release({f"{V}/a.py": script(revision="a", down="b"), f"{V}/b.py": script(revision="b", down="a")})
    )
    assert len(in_order(list(found.values()), found)) == 2


def test_a_very_long_chain_is_put_in_order() -> None:
    files = {
        f"{V}/r{count}.py": f"revision = 'r{count}'\ndown_revision = 'r{count - 1}'\n"
        for count in range(1, 3000)
    }
    every = scripts(release(files | {f"{V}/r0.py": "revision = 'r0'\ndown_revision = 'r2999'\n"}))
    found = in_order(list(every.values()), every)
    assert len(found) == 3000
    plain = {path: each for path, each in every.items() if each.revision != "r0"}
    assert [each.revision for each in in_order(list(plain.values())[::-1], plain)][:2] == ["r1", "r2"]
