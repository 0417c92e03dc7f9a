"""Which classes of a release are clients, and what they say."""

from __future__ import annotations

import ast
import re
from typing import Final

from compatlint.notations.languages.python import Defined, Project
from compatlint.notations.openstack.rpc.client_class import Surface
from compatlint.notations.openstack.rpc.endpoints import mentions
from compatlint.notations.openstack.rpc.wants import wants

_PREPARES: Final = re.compile(rb"\.prepare\(|\bcctxt\b")
_SENDS: Final = re.compile(rb"\.ca(?:ll|st)\b")
_SENDING: Final = re.compile(_SENDS.pattern.decode())


def surfaces(release: Project) -> list[Surface]:
    """Return the client classes of a release: those in which something is called or cast."""
    found: list[Surface] = []
    for path in release.matching_of(_SENDS, release.matching(_PREPARES, wants)):
        module = release.module(path)
        if module is not None:
            classes = [
                each
                for each in module.names.values()
                if isinstance(each, ast.ClassDef) and mentions(module, each, _SENDING)
            ]
            found.extend(Surface(release, Defined(module, each)) for each in classes)
    return found
