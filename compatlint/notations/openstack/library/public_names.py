"""Which files and which names of a project are its public face, and whether the project is a library at all."""

from __future__ import annotations

import configparser
import re
from typing import TYPE_CHECKING, Final

from compatlint import toml

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project

MARK: Final = re.compile(rb"^[ \t]*(?:async[ \t]+)?(?:def|class)\s", re.MULTILINE)
_OUTSIDE: Final = re.compile(
    r"(^|/)(\.\w[\w.-]*|tests?|unittests?|testing|functional|docs?|examples?|samples?|vendor|_vendor|third_party|extern|benchmarks?|"
    r"releasenotes|playbooks|roles|devstack|rally-jobs|tools|openstack/common|hacking)/|(^|/)_\w|(^|/)(setup|conf|conftest|test_\w+)\.py$"
)
_NAMES: Final = re.compile(
    r"\A(?:[\w-]+client|oslo[.-]\w[\w.-]*|os-\w[\w-]*|[\w-]+[-_.]?lib|lib[\w-]+|[\w-]+sdk|keystoneauth\d*"
    r"|keystonemiddleware)"
)
_LIBRARY: Final = "Software Development :: Libraries"


def wants(path: str) -> bool:
    """Tell whether a path may hold a part of a library's public face."""
    return (
        path.endswith(".py")
        and (path.endswith("__init__.py") or _OUTSIDE.search(path) is None)
        and not _hidden(path)
    )


def _hidden(path: str) -> bool:
    parts = path.removesuffix("/__init__.py").removesuffix(".py").split("/")
    return any(part.startswith("_") for part in parts) or _OUTSIDE.search("/".join(parts) + "/") is not None


def is_library(release: Project) -> bool:
    """Tell whether others import the project: it says so itself, or its name does."""
    name, classifiers = _described(release)
    return _LIBRARY in classifiers or _NAMES.fullmatch(name.lower()) is not None


def _described(release: Project) -> tuple[str, str]:
    """Return a project's name and classifiers, "" where they are not said."""
    source = release.source("pyproject.toml")
    if source is not None:
        try:
            project = toml.loads(source.decode("utf-8", "replace")).get("project", {})
        except toml.TomlError:
            project = {}
        if isinstance(project, dict) and isinstance(project.get("name"), str):
            return project["name"], " ".join(map(str, project.get("classifiers") or ()))
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string((release.source("setup.cfg") or b"").decode("utf-8", "replace"))
    except configparser.Error:
        return "", ""
    section = parser["metadata"] if parser.has_section("metadata") else {}
    classifiers = section.get("classifier") or section.get("classifiers") or ""
    return (section.get("name") or "").strip(), classifiers
