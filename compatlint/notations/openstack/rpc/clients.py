"""Which classes of a release are clients, and what they say."""

from __future__ import annotations

import ast
import re
from typing import Final

from compatlint.notations.languages.python import Defined, Project
from compatlint.notations.openstack.rpc.client_class import Surface
from compatlint.notations.openstack.rpc.endpoints import mentions
from compatlint.notations.openstack.rpc.forwarders import forwarders
from compatlint.notations.openstack.rpc.wants import wants

_PREPARES: Final = re.compile(rb"\.prepare\(|\bcctxt\b")
_SENDS: Final = re.compile(rb"\.ca(?:ll|st)\b")
_REMOTE: Final = re.compile(rb"rpc|RPC|messaging|_client\.ca(?:ll|st)\(")
_HANDS_ON: Final = re.compile(rb"\.(?:_?ca(?:ll|st)\d?|a?sync_call)\b")
_SENDING: Final = re.compile(_HANDS_ON.pattern.decode())


def surfaces(release: Project) -> list[Surface]:
    """Return the client classes of a release: those in which something is called or cast."""
    found: list[Surface] = []
    known = forwarders(release)
    plain = release.matching_of(_SENDS, release.matching(_PREPARES, wants))
    further = release.matching_of(_HANDS_ON, release.matching(_REMOTE, wants))
    for path in sorted({*plain, *further}):
        module = release.module(path)
        if module is not None:
            classes = [
                each
                for each in module.names.values()
                if isinstance(each, ast.ClassDef) and mentions(module, each, _SENDING)
            ]
            found.extend(Surface(release, Defined(module, each), known) for each in classes)
    return found
