"""Two releases that can, or cannot, be installed side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import pytest

from compatlint.notations.openstack import requirements
from compatlint.wire.ir.records import Lowered, Meeting


class Release:
    """As much of a release as this notation asks for."""

    def __init__(self, commit: str, files: Mapping[str, str]) -> None:
        self.commit = commit
        self.files = {path: path for path in files}
        self._texts = files

    def sources(self, paths: Iterable[str]) -> dict[str, bytes]:
        return {path: self._texts[path].encode() for path in paths}


def lower(old: Mapping[str, str], new: Mapping[str, str]) -> Lowered:
    return requirements.lower(Release("a", old), Release("b", new), {*old, *new})  # type: ignore[arg-type]


def clashes(lowered: Lowered) -> dict[str, Meeting]:
    found = {}
    for meeting in lowered.meetings:
        assert meeting.writer is not None
        assert meeting.reader is not None
        ours, theirs = (record.entries[0].domain for record in (meeting.writer, meeting.reader))
        assert ours.choice
        assert theirs.choice
        assert ours.values is not None
        assert theirs.values is not None
        if not ours.values & theirs.values:
            found[meeting.name] = meeting
    return found


def listed(old: str, new: str) -> set[str]:
    return set(clashes(lower({"requirements.txt": old}, {"requirements.txt": new})))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<2.0.0,>=1.1.1", ">=3.0.1"),
        ("<2.0", ">=2.0"),
        ("==1.2.*", ">=1.3"),
        ("==1.2.*", "!=1.2.*"),
        ("~=1.4.2", ">=1.5"),
        ("==2.0", "!=2.0"),
        ("<=2.0", ">2.0"),
        ("<1.0", ">=1!0.5"),
        (">=1.9a1,<2.0", ">=2.0"),
    ],
)
def test_ranges_without_a_common_version_meet_in_vain(old: str, new: str) -> None:
    assert listed(f"thing{old}\n", f"thing{new}\n") == {"thing"}
    assert listed(f"thing{new}\n", f"thing{old}\n") == {"thing"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (">=3.0.1", ">=3.2.2"),
        ("<=2.0", ">=2.0"),
        (">1.0", "<1.0.1"),  # 1.0.0.1 is a version
        (">1.0.post1", "<1.0.post3"),
        ("<2.0,>=1.0", "!=1.0,!=1.5"),
        ("==1.2.*", "!=1.2.0"),
        ("~=1.4.2", "<1.4.3"),
        (">=2.0a1,<3", "<=2.0b1"),
        ("", "<1"),
        ("===weird", "===weird"),
    ],
)
def test_ranges_with_a_common_version_get_along(old: str, new: str) -> None:
    assert listed(f"thing{old}\n", f"thing{new}\n") == set()


def test_two_lines_for_one_package_hold_together() -> None:
    assert listed("thing>=1\nThing<2\n", "thing>=2\n") == {"thing"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("thing<2;python_version<'3.0'", "thing>=3;python_version>='3.0'", set()),
        ("thing<2;python_version<'3.0'\nthing>=2;python_version>='3.0'", "thing>=3", set()),
        ("thing<2;python_version!='2.7'\nthing<3;python_version=='2.7'", "thing>=3", {"thing"}),
        ("thing<2;sys_platform=='win32'", "thing>=2;sys_platform=='win32'", {"thing"}),
        ("thing<2;sys_platform=='win32'", "thing>=2;sys_platform!='win32'", set()),
    ],
)
def test_one_environment_that_suits_both_is_enough_on_each_platform(
    old: str, new: str, expected: set[str]
) -> None:
    assert listed(old, new) == expected


def test_only_a_python_that_both_releases_run_on_counts() -> None:
    old = {"requirements.txt": "thing<2;python_version<'3.0'\nthing<4;python_version>='3.0'\n"}
    new = {
        "requirements.txt": "thing>=4 ; python_version>='3.0'\n",
        "setup.cfg": "[metadata]\npython-requires = >=3.6\n",
    }
    assert set(clashes(lower(old, new))) == {"thing"}
    assert clashes(lower(old, {"requirements.txt": new["requirements.txt"]})) == {}


def test_a_list_may_move_to_another_file() -> None:
    old = {"requirements.txt": "# why\nthing<2  # MIT\nother>=1 \\\n  ,<3 --hash=sha256:00\n"}
    new = {
        "pyproject.toml": '[project]\nrequires-python = ">=3.9"\ndependencies = ["Thing >= 2", "other>=2"]\n'
    }
    found = clashes(lower(old, new))
    assert set(found) == {"Thing"}
    assert found["Thing"].reader is not None
    assert (found["Thing"].reader.span.path, found["Thing"].reader.span.line) == ("pyproject.toml", 3)
    assert found["Thing"].directions == ("mixed", "skip")
    assert "thing<2" in found["Thing"].why
    setup = {"setup.cfg": "[options]\ninstall_requires =\n    thing>=2\n    other>3\n"}
    assert set(clashes(lower(old, setup))) == {"thing", "other"}


def test_the_python_of_two_releases_is_a_requirement_too() -> None:
    texts = [f"[metadata]\npython_requires = {wanted}\n" for wanted in ("<3", ">=3.6")]
    assert set(clashes(lower(*({"setup.cfg": text} for text in texts)))) == {"python"}


def test_a_lock_says_nothing_about_what_else_would_do() -> None:
    old, new = ("".join(f"thing{name}=={version}\n" for name in range(12)) for version in ("1.0", "1.1"))
    assert listed(old, new) == set()


def test_what_is_no_requirement_is_said_and_options_are_passed_over() -> None:
    text = "-r other.txt\n-e git+https://host/thing#egg=thing\nhttps://host/thing.tar.gz\n./local\nthing>>2\nother<1\n"
    result = lower({"requirements.txt": "thing<1\nother>1\n"}, {"requirements.txt": text})
    assert set(clashes(result)) == {"other"}
    assert [(each.codec, each.span.line) for each in result.missing] == [("thing", 5)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.cfg", "install_requires = nothing"),
        ("setup.cfg", "[options]\npython_requires = three\n"),
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", "[project]\nx = " + "[" * 5000),
        ("requirements.txt", "thing" + "<2" * 500_000),
        ("requirements.txt", "thing; " + "(" * 900),
    ],
)
def test_hostile_files_are_missing_and_break_nothing(path: str, text: str) -> None:
    result = lower({"requirements.txt": "thing<2\n"}, {path: text})
    assert result.meetings == ()
    assert [each.span.path for each in result.missing] == [path]


def test_shapes_that_mean_nothing_are_passed_over() -> None:
    for text in (
        "project = 3\n",
        "[project]\ndependencies = 3\n",
        "[project]\ndependencies = [3]\nrequires-python = 3\n",
    ):
        assert lower({"requirements.txt": "thing<2\n"}, {"pyproject.toml": text}) == Lowered()


def test_a_release_that_nothing_satisfies_fails_alone() -> None:
    result = requirements.alone(Release("a", {"requirements.txt": "thing<2,>=2\nother>1\n"}))  # type: ignore[arg-type]
    assert [(each.name, each.directions) for each in result.meetings] == [("thing", ("self",))]
    assert clashes(result).keys() == {"thing"}
    assert result.codecs == 2
    assert listed("thing<2,>=2\n", "thing>1\n") == set()


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("requirements.txt", True),
        ("setup.cfg", True),
        ("tools/pip-requires", True),
        ("plugins/one/requirements.txt", True),
        ("test-requirements.txt", False),
        ("lower-constraints.txt", False),
        ("doc/requirements.txt", False),
        ("pkg/tests/requirements.txt", False),
        (".tox/requirements.txt", False),
        ("tools/requirements.txt", False),
    ],
)
def test_which_files_are_read(path: str, wanted: bool) -> None:
    assert requirements.wants(path) is wanted


def test_a_nested_list_counts_where_a_distribution_is() -> None:
    old, new = ({"a/requirements.txt": f"thing{wanted}\n", "b/setup.py": ""} for wanted in ("<2", ">=2"))
    assert clashes(lower(old, new)) == {}
    old, new = ({"b/requirements.txt": f"thing{wanted}\n", "b/setup.py": ""} for wanted in ("<2", ">=2"))
    assert set(clashes(lower(old, new))) == {"thing"}


@pytest.mark.parametrize("entry", ["", " ", "\n", "\x0b", "\u2028"])
def test_an_entry_of_blanks_is_no_mistake_of_ours(entry: str) -> None:
    text = f'[project]\nname = "x"\nrequires-python = {json.dumps(entry)}\ndependencies = [{json.dumps(entry)}]\n'
    assert clashes(lower({"pyproject.toml": text}, {"pyproject.toml": text + "#"})) == {}
