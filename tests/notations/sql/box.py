"""Releases made of texts, and what the front end makes of them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from compatlint.check.keyed.meet import by_key
from compatlint.notations import sql
from compatlint.notations.languages.python import Project
from compatlint.notations.sql.meetings import steps
from compatlint.notations.sql.schema import Step
from compatlint.notations.sql.scripts import scripts
from compatlint.wire.ir.records import Lowered

MODELS = "shop/db/models.py"
VERSIONS = "shop/db/migrations/versions/"
NUMBERS = "shop/db/migrate_repo/versions/"

BASE = """
    from sqlalchemy import BigInteger, Boolean, Column, DateTime, Enum, ForeignKey, Integer, String, Text, UniqueConstraint
    from sqlalchemy.orm import declarative_base

    Base = declarative_base()
"""


def release(files: Mapping[str, str], commit: str = "c") -> Project:
    """Make a release of files."""
    texts = {path: textwrap.dedent(text).lstrip("\n").encode() for path, text in files.items()}

    def read(blobs: Iterable[str]) -> dict[str, bytes]:
        return {blob: texts[blob] for blob in blobs if blob in texts}

    return Project(commit, {path: path for path in texts}, read)


def lower(old: Mapping[str, str], new: Mapping[str, str]) -> Lowered:
    before, after = release(old, "old"), release(new, "new")
    changed = [path for path in {*old, *new} if old.get(path) != new.get(path) and sql.wants(path)]
    return sql.lower(before, after, changed)


def clashes(lowered: Lowered) -> set[tuple[str, str, str, str, tuple[str, ...]]]:
    """Return outcome, table, item, change and directions of all that goes wrong."""
    return {
        (clash.outcome.value, meeting.name, clash.item, meeting.change, meeting.directions)
        for meeting in lowered.meetings
        if meeting.directions
        for clash in by_key(meeting)
    }


def told(lowered: Lowered) -> set[tuple[str, str, str]]:
    """Return outcome, table and item of all that goes wrong."""
    return {found[:3] for found in clashes(lowered)}


def model(*lines: str, name: str = "Parcel", table: str = "parcels") -> str:
    body = "".join(f"        {line}\n" for line in ("id = Column(Integer, primary_key=True)", *lines))
    return f"{textwrap.dedent(BASE)}\n\nclass {name}(Base):\n        __tablename__ = '{table}'\n{body}"


def script(*lines: str, revision: str = "b2", down: str | None = "a1", head: str = "") -> str:
    body = "".join(f"    {line}\n" for line in lines) or "    pass\n"
    top = f"from alembic import op\nimport sqlalchemy as sa\n\nrevision = {revision!r}\ndown_revision = {down!r}\n"
    return f"{top}{textwrap.dedent(head)}\n\ndef upgrade():\n{body}"


FIRST = {f"{VERSIONS}a1_first.py": script(revision="a1", down=None)}


def upgrade(
    old: str, new: str, *lines: str, head: str = "", path: str = f"{VERSIONS}b2_second.py"
) -> Lowered:
    """Return what comes of models, other models, and a script between them."""
    return lower({MODELS: old, **FIRST}, {MODELS: new, **FIRST, path: script(*lines, head=head)})


def done(text: str, path: str = f"{VERSIONS}b2_second.py", **more: str) -> tuple[Step, ...]:
    """Return the steps of a script."""
    made = release({path: text, **{name.replace("__", "/") + ".py": body for name, body in more.items()}})
    return steps(made, scripts(made)[path])
