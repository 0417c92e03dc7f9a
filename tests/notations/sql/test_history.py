"""Whether the newer release knows the state in which the older one left a database, and what it changed about the past."""

from __future__ import annotations

import pytest

from tests.notations.sql.box import MODELS, NUMBERS, VERSIONS, clashes, lower, model, script

NOTHING = "def upgrade(engine):\n    pass\n"
ALEMBIC = "from alembic import command\n\ndef sync(config):\n    command.upgrade(config, 'head')\n"
FORWARD = ("upgrade", "skip")


def alembic(*chain: str) -> dict[str, str]:
    """Return scripts that follow each other."""
    return {
        f"{VERSIONS}{name}.py": script(revision=name, down=down)
        for name, down in zip(chain, (None, *chain), strict=False)
    }


def numbers(*every: int, folder: str = NUMBERS) -> dict[str, str]:
    return {f"{folder}{number:03}_x{number}.py": NOTHING for number in every}


def found(old: dict[str, str], new: dict[str, str]) -> set[tuple[str, str, str]]:
    base = {MODELS: model()}
    return {
        (each[0], each[1], each[3]) for each in clashes(lower(base | old, base | new)) if each[4] == FORWARD
    }


def test_a_head_that_is_gone_cuts_the_history() -> None:
    assert found(alembic("a", "b"), alembic("a", "c")) == {("refused", "shop/db/migrations", "history-cut")}


def test_a_head_that_is_there_does_not() -> None:
    assert found(alembic("a", "b"), alembic("a", "b", "c")) == set()


def test_a_squash_under_the_revision_of_the_head_does_not() -> None:
    assert found(alembic("a", "b"), alembic("b", "c")) == set()


def test_a_revision_that_is_taken_for_another_does_not() -> None:
    bridge = {"shop/db/migration.py": "def fix(heads):\n    if 'b' in heads:\n        stamp('c')\n"}
    assert found(alembic("a", "b"), alembic("a", "c") | bridge) == set()


def test_a_base_behind_the_head_cuts_it() -> None:
    assert found(numbers(1, 2, 3), numbers(6, 7)) == {("refused", "shop/db/migrate_repo", "base-moved")}
    assert found(numbers(1, 2, 3), numbers(4, 5)) == set()
    assert found(numbers(1, 2, 3), numbers(3, 4)) == set()


def test_a_repository_that_moved_is_found_by_its_scripts() -> None:
    moved = "shop/db/legacy/versions/"
    assert found(numbers(1, 2, 3), numbers(3, 4, folder=moved)) == set()
    assert (
        found(numbers(1, 2, 3), numbers(2, folder=moved) | numbers(6, folder=f"{moved}other/versions/"))
        == set()
    )


def test_the_way_from_sqlalchemy_migrate_to_alembic_may_be_gone() -> None:
    runner = {"shop/db/migration.py": ALEMBIC}
    assert found(numbers(1, 2), alembic("a") | runner) == {("refused", "legacy_migrations", "history-cut")}


@pytest.mark.parametrize(
    "more",
    [
        {
            "shop/db/migration.py": ALEMBIC
            + "\n\ndef stamp(engine):\n    from migrate.versioning import api\n"
        },
        {"shop/db/migration.py": ALEMBIC, "shop/cmd.py": "QUERY = 'SELECT version FROM migrate_version'\n"},
        {"shop/db/migration.py": ALEMBIC, f"{NUMBERS}003_x3.py": NOTHING},
    ],
)
def test_or_it_is_still_there(more: dict[str, str]) -> None:
    assert found(numbers(1, 2), alembic("a") | more) == set()


def test_a_release_that_has_both_has_made_the_step() -> None:
    assert found(numbers(1, 2) | alembic("a"), alembic("a", "b") | {"shop/db/migration.py": ALEMBIC}) == set()


def edited(before: str, after: str) -> bool:
    path = f"{VERSIONS}a.py"
    old, new = script(before, revision="a", down=None), script(after, revision="a", down=None)
    found = clashes(lower({MODELS: model(), path: old}, {MODELS: model(), path: new}))
    return ("dropped", "a", "upgrade", "edited", ("upgrade",)) in found


@pytest.mark.parametrize(
    ("before", "after", "noted"),
    [
        ("op.drop_column('t', 'a')", "op.drop_column('t', 'b')", True),
        (
            "op.add_column('t', sa.Column('c', sa.Integer(), default=1))",
            "op.add_column('t', sa.Column('c', sa.Integer()))",
            True,
        ),
        (
            "op.add_column('t', sa.Column('c', sa.String(3)))",
            "op.add_column('t', sa.Column('c', sa.String(4)))",
            True,
        ),
        (
            "op.add_column('t', sa.Column('c', sa.String(3)))",
            "op.add_column('t', sa.Column('c', sa.String(LENGTH)))",
            False,
        ),
        (
            "op.create_index('i', 't', ['a'])",
            "if not there():\n        op.create_index('i', 't', ['a'])",
            False,
        ),
        (
            "op.create_table('t', sa.Column('c', sa.Text()))",
            "op.create_table('t', sa.Column('c', sa.Text()), x='y')",
            False,
        ),
        ("op.drop_column('t', 'a')", "raise Exception('retired')", False),
        ("check()", "check(more=True)", False),
    ],
)
def test_a_released_script_that_does_something_else_is_noted(before: str, after: str, noted: bool) -> None:
    assert edited(before, after) is noted


def test_a_placeholder_that_is_filled_is_noted_but_not_a_base() -> None:
    placeholder = {f"{NUMBERS}002_placeholder.py": NOTHING}
    base = {MODELS: model()}
    filled = clashes(
        lower(base | numbers(1, 3) | placeholder, base | numbers(1, 3) | {f"{NUMBERS}002_real.py": NOTHING})
    )
    assert filled == {("dropped", "002_real", "upgrade", "on-stable", ("upgrade",))}
    squashed = clashes(
        lower(base | numbers(1, 3) | placeholder, base | numbers(3) | {f"{NUMBERS}002_init.py": NOTHING})
    )
    assert squashed == set()


FORKED = {("refused", "shop/db/migrations", "forked")}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"c": "b", "d": "b"}, FORKED),
        ({"c": "b", "d": "a"}, FORKED),
        ({"c": "gone"}, FORKED),
        ({"c": "b", "d": "c"}, set()),
        ({"c": "b", "d": "b", "e": "('c', 'd')"}, set()),
        ({"c": "b", "d": "b' \nbranch_labels = 'other"}, set()),
    ],
)
def test_migrations_lead_to_one_end(more: dict[str, str], told: set[tuple[str, str, str]]) -> None:
    texts = {
        name: f"revision = '{name}'\ndown_revision = "
        + (down if down.startswith("(") else f"'{down}'")
        + "\n"
        for name, down in more.items()
    }
    scripts = {f"{VERSIONS}{name}.py": f"{text}def upgrade():\n    pass\n" for name, text in texts.items()}
    assert found(alembic("a", "b"), alembic("a", "b") | scripts) == told


def test_ends_that_were_two_before_are_no_news() -> None:
    fork = alembic("a", "b") | {f"{VERSIONS}c.py": script(revision="c", down="a")}
    assert found(fork, fork | {f"{VERSIONS}d.py": script(revision="d", down="b")}) == set()
