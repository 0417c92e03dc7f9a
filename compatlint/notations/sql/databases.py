"""Which models belong to which migrations, where a project keeps more than one database.

Models that share a declarative base are of one database. Of several, each goes with the scripts whose folders
are called as its modules are: `api_models.py` with `api_migrations/`, `db/main/models.py` with
`db/main/migrations/`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from compatlint.notations.sql.models import Model

_WORD = re.compile(r"[^/_.]+")


def assign(found: Sequence[Model], repositories: Collection[str]) -> list[tuple[list[Model], frozenset[str]]]:
    """Return groups of models, each with the repositories of its database."""
    groups: dict[str, list[Model]] = {}
    for each in found:
        groups.setdefault(each.base, []).append(each)
    if len(groups) < 2 or len(repositories) < 2 or not _collide(groups):
        return [(list(found), frozenset(repositories))]
    words = {base: _common([_words(each.path) for each in mine]) for base, mine in groups.items()}
    result: dict[frozenset[str], list[Model]] = {}
    for base, mine in groups.items():
        others = set().union(*(own for name, own in words.items() if name != base)) - words[base]
        scores = {
            path: (len(words[base] & _words(path)), -len(others & _words(path))) for path in repositories
        }
        best = max(scores.values())
        result.setdefault(frozenset(path for path, score in scores.items() if score == best), []).extend(mine)
    return [(mine, paths) for paths, mine in result.items()]


def _collide(groups: dict[str, list[Model]]) -> bool:
    """Tell whether two groups map a table of the same name, as only two databases can."""
    seen: dict[str, str] = {}
    return any(
        seen.setdefault(each.table.name, base) != base for base, mine in groups.items() for each in mine
    )


def _words(path: str) -> set[str]:
    return set(_WORD.findall(path.removesuffix(".py")))


def _common(each: Sequence[set[str]]) -> set[str]:
    return set.intersection(*each) if each else set()
