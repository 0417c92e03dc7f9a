"""The matrix: every cell says what `diff` of that pair says, over a miniature history of two series."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from compatlint.check.findings import Finding
from compatlint.comparison import check, compare
from compatlint.config import Config
from compatlint.notations.presets import presets
from compatlint.releases.matrix import Cell, Matrix, Question, matrix
from compatlint.releases.selection import chosen
from compatlint.releases.series import list_series
from compatlint.report import matrix_html, matrix_json, matrix_text
from compatlint.report.matrix_groups import groups
from compatlint.sources.cache import Cache
from compatlint.sources.git import Repository
from compatlint.vocabulary import Direction, Severity
from tests.gitbox import GitBox

HEAD = '#include "include/encoding.h"\n'


def framed(name: str, version: int, writes: str, reads: str, before: str = "") -> str:
    return f"""{before}
struct {name} {{
  uint32_t a; uint64_t b; std::string c; inner_t in;
  void encode(bufferlist& bl) const {{
    ENCODE_START({version}, 1, bl);
    {writes}
    ENCODE_FINISH(bl);
  }}
  void decode(bufferlist::const_iterator& p) {{
    DECODE_START({version}, p);
    {reads}
    DECODE_FINISH(p);
  }}
}};
WRITE_CLASS_ENCODER({name})
"""


def raw(kind: str) -> str:
    return f"""
struct inner_t {{
  {kind} x;
  void encode(bufferlist& bl) const {{ encode(x, bl); }}
  void decode(bufferlist::const_iterator& p) {{ decode(x, p); }}
}};
WRITE_CLASS_ENCODER(inner_t)
"""


PLAIN = framed("item_t", 1, "encode(a, bl);", "decode(a, p);")
FRONT = framed("item_t", 1, "encode(b, bl); encode(a, bl);", "decode(b, p); decode(a, p);")
AGAIN = framed("item_t", 2, "encode(a, bl); encode(b, bl);", "decode(a, p); if (struct_v >= 2) decode(b, p);")
OUTER = framed("outer_t", 1, "encode(in, bl);", "decode(in, p);")
TORN = framed("torn_t", 1, "encode(a, bl);", "decode(c, p);")
MOVED = "\n// one\n// two\n// three\n"

HISTORY = (
    ("v12.2.0", {"a.h": HEAD + raw("uint32_t") + PLAIN + OUTER, "b.h": HEAD + TORN}),
    ("v12.2.1", {"a.h": HEAD + raw("uint32_t") + MOVED + PLAIN + OUTER}),
    ("v12.2.2", {"a.h": HEAD + raw("uint32_t") + FRONT + OUTER, "b.h": HEAD}),
    ("v13.2.0", {"a.h": HEAD + MOVED + raw("uint64_t") + PLAIN + OUTER}),
    ("v13.2.1", {"a.h": HEAD + raw("uint64_t") + AGAIN + OUTER}),
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    box = GitBox(tmp_path_factory.mktemp("history"))
    for tag, files in HISTORY:
        box.commit(dict(files), tag=tag)
    return Repository.open(box.path)


def asked(
    repository: Repository, *terms: str, promise: str = "all", codec: str = "", cache: Cache | None = None
) -> Matrix:
    found = presets().choose("ceph", "")
    series = list_series(repository.tagged_commits(), found.versions)
    rows = chosen(repository, series, terms)
    chosen_promise = presets().choose(promise, "")
    question = Question(repository, rows, Config(), chosen_promise, promise, codec, cache=cache)
    return matrix(question)


def of(found: Matrix, writer: str, reader: str) -> Cell:
    names = [each.rev for each in found.releases]
    return next(each for each in found.cells if (names[each.writer], names[each.reader]) == (writer, reader))


def told(finding: Finding) -> tuple[str, str, str, Severity, str]:
    return finding.codec, finding.item, finding.rule, finding.severity, finding.fingerprint


@pytest.mark.parametrize("promise", ["all", "ceph"])
def test_every_cell_says_what_diff_of_that_pair_says(repository: Repository, promise: str) -> None:
    found = asked(repository, "v*", promise=promise)
    names = [each.rev for each in found.releases]
    broken = 0
    for new in range(len(names)):
        for old in range(new):
            compared = compare(repository, names[old], names[new], promise=promise)
            up, down = of(found, names[old], names[new]), of(found, names[new], names[old])
            there = {
                (each.codec, each.item, each.rule, each.severity, each.fingerprint)
                for cell in (up, down)
                for each in found.of(cell)
            }
            assert there == {told(each) for each in compared.findings}, (names[old], names[new])
            assert {each.fingerprint for each in found.of(up)} == {
                each.fingerprint
                for each in compared.findings
                if {Direction.UPGRADE, Direction.SKIP} & set(each.breaks)
            }
            broken += len(there)
        own = {each.fingerprint for each in found.of(of(found, names[new], names[new]))}
        alone = check(repository, repository.tree(names[new]), config=Config())
        assert own == {each.fingerprint for each in alone.findings}
    assert broken > 10


def test_what_only_moved_is_made_once_and_breaks_nothing(repository: Repository) -> None:
    found = asked(repository, "v12.2.0", "v12.2.1")
    assert not of(found, "v12.2.0", "v12.2.1").findings
    assert [each.rev for each in found.releases] == ["v12.2.0", "v12.2.1"]
    assert found.programs == 4


def test_an_inner_structure_breaks_what_holds_it_once(repository: Repository) -> None:
    found = asked(repository, "v12.2.0..v13.2.0")
    cell = of(found, "v12.2.0", "v13.2.0")
    assert {each.codec for each in found.of(cell)} == {"inner_t"}


def test_only_one_codec(repository: Repository) -> None:
    found = asked(repository, "v*", codec="item_t")
    assert {each.codec for each in found.findings} == {"item_t"}


def test_releases_that_behave_alike_are_one_row(repository: Repository) -> None:
    found = asked(repository, "v*")
    assert [each.label for each in groups(found)] == [
        "v12.2.0..v12.2.1",
        "v12.2.2",
        "v13.2.0",
        "v13.2.1",
    ]
    text = matrix_text.render(found, width=80)
    assert "misread item_t.b  " in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_json_names_the_worst_of_each_cell(repository: Repository) -> None:
    report = json.loads(matrix_json.render(asked(repository, "v*")))
    (cell,) = (each for each in report["cells"] if (each["writer"], each["reader"]) == ("v12.2.0", "v12.2.2"))
    assert (cell["direction"], cell["outcome"], cell["guarded"]) == ("upgrade", "misread", False)
    assert cell["findings"][0]["codec"] == "item_t"
    clean = next(
        each for each in report["cells"] if (each["writer"], each["reader"]) == ("v12.2.0", "v12.2.1")
    )
    assert (clean["outcome"], clean["findings"]) == (None, [])


def test_the_page_holds_no_name_that_ends_its_script(tmp_path: Path) -> None:
    box = GitBox(tmp_path)
    box.commit({"a.h": HEAD + raw("uint32_t") + PLAIN}, tag="v1.0")
    box.commit({"</script><b>.h": HEAD + raw("uint64_t"), "a.h": HEAD + PLAIN}, tag="v1.1")
    found = asked(Repository.open(tmp_path), "v*")
    page = matrix_html.render(found)
    assert any("</script>" in each.path for each in found.findings)
    assert page.count("</script>") == 2


def test_the_same_question_is_answered_once(repository: Repository, tmp_path: Path) -> None:
    with closing(Cache(tmp_path)) as cache:
        first = asked(repository, "v*", cache=cache)
        again = asked(Repository.open(repository.place.folder), "v*", cache=cache)
        assert replace(again, seconds=0.0) == replace(first, seconds=0.0)
        assert again.seconds < first.seconds
        fewer = asked(repository, "v12*", cache=cache)
        assert len(fewer.releases) == 3
