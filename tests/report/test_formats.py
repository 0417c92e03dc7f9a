"""Which format a report is written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from compatlint.errors import UsageError
from compatlint.report.formats import Format, choose


@pytest.mark.parametrize(
    ("wish", "name", "kind"),
    [
        (None, None, "text"),
        (None, "r.sarif", "sarif"),
        (None, "r.MD", "markdown"),
        (None, "r.html", "html"),
        (None, "r.xml", "junit"),
        (None, "r.txt", "text"),
        ("json", "r.md", "json"),
        ("gitlab", "r.odd", "gitlab"),
        (None, "report", "text"),
        (None, ".hidden", "text"),
    ],
)
def test_what_was_asked_for_or_the_suffix(wish: str | None, name: str | None, kind: str) -> None:
    assert choose(wish, Path(name) if name else None) is Format(kind)


def test_a_suffix_of_no_format_is_an_error() -> None:
    with pytest.raises(
        UsageError, match=r"report\.docx: no format has the suffix \.docx; use one of \.txt, \.json"
    ):
        choose(None, Path("report.docx"))
