"""Databases: the models of one release against the schema that the migrations of another leave.

Reads SQLAlchemy's models and the scripts of alembic and sqlalchemy-migrate; nothing is run against a
database. Only the scripts that are new in a range are read: what they start from is what the older release's
models say.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.languages.python_release import of_project, of_projects
from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.sql import django_migrations, scripts
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project

NAME: Final = "database"
_HINTS: Final = (b"op.", b"sqlalchemy", b"alembic", b"def upgrade(", b"def migrate(", b"class Migration(")
_MARK: Final = re.compile(rb"\bop\.\w+|sqlalchemy|\balembic\b|def (?:upgrade|migrate)\(|class Migration\(")


def wants(path: str) -> bool:
    """Tell whether a file is a migration script."""
    here = scripts.wants(path) or django_migrations.wants(path)
    return here and not any(part in ("tests", "test") for part in path.split("/"))


def lower(old: Project, new: Project, changed: Collection[str]) -> Lowered:
    """Return the meetings of older models with the newer schema, and of histories that do not join."""
    from compatlint.notations.sql.meetings import lowered

    return lowered(old, new, changed)


def alone(release: Project) -> Lowered:
    """Return every table of a release as it meets itself."""
    from compatlint.notations.sql import meetings as ranges

    return ranges.alone(release)


NOTATION: Final = Keyed(
    "database",
    wants,
    of_projects(lower),
    of_project(alone),
    Marks(_MARK, _HINTS),
    promise="openstack",
    topology="services",
)
