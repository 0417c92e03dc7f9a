"""Which changed files leave their options alone.

Told from their text, so that most of them need not be parsed.

What can matter are the statements at the top of a module, definitions that make options or register them, and
nothing else: not what the other functions and classes do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from compatlint.notations.languages.python import Project

_BODY: Final = re.compile(rb"(async\s+)?(def|class)\b|@")
_IMPORT: Final = re.compile(rb"(import|from)\s")
_MARK: Final = re.compile(rb"Opt\(|register\w{0,80}opts?\b|append_config_values\b")
_DECLARING: Final = re.compile(rb"Opt\(")


def busy(old: Project, new: Project, paths: Collection[str]) -> list[str]:
    """Return the paths at which options or their registrations may differ."""
    before, after = old.sources(paths), new.sources(paths)
    return [path for path in paths if list(_told(before.get(path, b""))) != list(_told(after.get(path, b"")))]


def _told(source: bytes) -> Iterator[bytes]:
    """Yield the parts of a file that can matter."""
    for part in _statements(source):
        if _DECLARING.search(part) or not (_BODY.match(part) or _IMPORT.match(part)):
            yield part
        else:
            yield from (line for line in part.split(b"\n") if _MARK.search(line))


def _statements(source: bytes) -> Iterator[bytes]:
    """Yield what stands between lines that begin in the first column; comments there are left out."""
    part: list[bytes] = []
    for line in source.split(b"\n"):
        if line[:1] == b"#" or not line.strip():
            continue
        if part and line[:1] not in b" \t)]}":
            yield b"\n".join(part)
            part = []
        part.append(line)
    yield b"\n".join(part)
