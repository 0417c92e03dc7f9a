"""The HTML report in a browser: it works offline, its policy admits its own script, and its filters filter."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from compatlint.report import html
from compatlint.vocabulary import Direction, Severity
from tests.report.made import BOOK, comparison, finding

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NOTE = finding(severity=Severity.NOTE, codec="Other", breaks=(Direction.DOWNGRADE,))


def page() -> str:
    return html.render(comparison(finding(), NOTE, finding(codec="Third")), rulebook=BOOK)


def test_it_asks_nothing_of_anywhere() -> None:
    assert not re.search(r"(src|href)=\"(?!data:,)", page())
    assert "default-src 'none'" in page()
    assert "url(" not in page()


def test_both_sources_and_the_bytes_are_side_by_side() -> None:
    text = page()
    assert text.count("<figure>") == 6
    assert '<span class="line marked" data-line="41">' in text
    assert "<td><code>stamp utime_t</code></td><td><code>action u8</code></td><td>misread</td>" in text


@pytest.mark.skipif(CHROMIUM is None, reason="a browser is needed: apt-get install chromium")
def test_search_and_filters_in_a_browser(tmp_path: Path) -> None:
    """A second script, admitted by its digest, types and chooses as a reader does."""
    assert CHROMIUM is not None
    drive = (
        'const s = document.getElementById("search"); const told = [];'
        'const note = () => told.push(document.getElementById("shown").textContent);'
        'note(); s.value = "third"; s.dispatchEvent(new Event("input")); note(); s.value = "";'
        'const f = document.querySelector("select[data-filter=severity]");'
        'f.value = "note"; f.dispatchEvent(new Event("change")); note();'
        'document.getElementById("open").click();'
        'told.push(document.querySelectorAll("details.finding[open]").length + " open");'
        'document.getElementById("theme").click(); told.push(document.documentElement.className);'
        'document.body.setAttribute("data-told", told.join("; "));'
    )
    text = page()
    text = text.replace("script-src ", f"script-src {html._digest(drive)} ", 1)
    text = text.replace("</body>", f"<script>{drive}</script></body>")
    (tmp_path / "report.html").write_text(text, encoding="utf-8")
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=20000", "--dump-dom", (tmp_path / "report.html").as_uri(),
    ]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    told = re.search(r'data-told="([^"]*)"', shown)
    assert told is not None, "the page's script ran to its end"
    assert told[1].startswith("3 of 3; 1 of 3; 1 of 3; 1 open; ")
    assert told[1].rsplit("; ", 1)[-1] in ("dark", "light")
