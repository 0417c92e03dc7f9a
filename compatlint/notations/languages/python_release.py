"""Front ends of Python code as functions of releases: nothing of the language is imported before they are called."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project
    from compatlint.sources.release import Release

Made = TypeVar("Made")


def of_project(alone: Callable[[Project], Made]) -> Callable[[Release], Made]:
    """Return a function of one project as one of a release."""

    def of_release(release: Release) -> Made:
        from compatlint.notations.languages.python import project

        return alone(project(release))

    return of_release


def of_projects(
    lower: Callable[[Project, Project, Collection[str]], Made],
) -> Callable[[Release, Release, Collection[str]], Made]:
    """Return a function of two projects and the changed paths as one of two releases."""

    def of_releases(old: Release, new: Release, changed: Collection[str]) -> Made:
        from compatlint.notations.languages.python import project

        return lower(project(old), project(new), changed)

    return of_releases
