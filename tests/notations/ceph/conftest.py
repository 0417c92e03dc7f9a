"""In tests an unexpected error in the front end is an error, not a reason to leave a codec unread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from compatlint.notations.ceph.codecs import Codecs


@pytest.fixture(autouse=True)
def raising() -> Iterator[None]:
    """Let errors through."""
    Codecs.raising = True
    yield
    Codecs.raising = False
