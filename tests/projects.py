"""A release of Python files, from a dict of path to text."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterable, Mapping

from compatlint.notations.languages.python import Project


def project(files: Mapping[str, str | bytes], commit: str = "new") -> Project:
    """Return a project of these files; texts lose their common indentation."""
    contents = {
        path: text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        for path, text in files.items()
    }
    blobs = {
        path: hashlib.sha1(content, usedforsecurity=False).hexdigest() for path, content in contents.items()
    }
    by_blob = {blob: contents[path] for path, blob in blobs.items()}

    def read(ids: Iterable[str]) -> dict[str, bytes]:
        return {each: by_blob[each] for each in ids}

    return Project(commit, blobs, read)
