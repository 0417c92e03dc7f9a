from __future__ import annotations

import textwrap
from pathlib import Path

from compatlint.comparison import check
from compatlint.config import Config
from compatlint.notations.openstack.versioned_objects.ledger import check_ledger
from compatlint.sources.cache import Cache
from compatlint.sources.git import Repository
from compatlint.wire.ir.records import Fingerprints, Lowered
from tests.gitbox import GitBox
from tests.projects import project

OBJECTS = """
    from oslo_versionedobjects import base, fields

    class Registry(base.VersionedObjectRegistry):
        pass

    @Registry.register
    class Crate(base.VersionedObject):
        fields = {'id': fields.IntegerField()}

    @Registry.register
    class CrateV2(base.VersionedObject):
        VERSION = '2.0'
        fields = {'id': fields.UUIDField()}

        @classmethod
        def obj_name(cls):
            return 'Crate'

    @Registry.register
    class Strange(base.VersionedObject):
        fields = {'id': unseen.Field()}
"""
FIRST = "1.0-22f79bb7b0aa1a59d68b5cbfc4f5ca0a"
LEDGER = """
    from oslo_versionedobjects import fixture
    from shop.objects import things

    object_data = {
        'Crate': %r,
        'Crate1': %r,
    }

    class TestVersions:
        def test_versions(self):
            checker = fixture.ObjectVersionChecker(things.Registry.obj_classes())
            expected, actual = checker.test_hashes(object_data)
"""
PATH = "shop/tests/unit/objects/test_objects.py"


def lowered(first: str, second: str, **files: str) -> Lowered:
    return check_ledger(project({"shop/objects/things.py": OBJECTS, PATH: LEDGER % (first, second), **files}))


def recorded() -> tuple[str, str]:
    found = {each.name: each.reader for each in lowered(FIRST, "1.0-" + "0" * 32).meetings}
    texts = {name: reader.entries[0].type for name, reader in found.items() if reader is not None}
    return texts.get("Crate", FIRST), texts["Crate1"]


def test_a_ledger_that_agrees_is_reproduced() -> None:
    newest, older = recorded()
    assert newest.startswith("2.0-")
    assert older.startswith("1.0-")
    assert lowered(newest, older) == Lowered(fingerprints=Fingerprints(2, 2))


def test_a_ledger_that_disagrees_is_a_meeting_of_a_release_with_itself() -> None:
    newest, older = recorded()
    wrong = older[:-1] + ("0" if older[-1] != "0" else "1")
    found = lowered(newest, wrong)
    (meeting,) = found.meetings
    assert found.fingerprints == Fingerprints(2, 1, ("Crate1",))
    assert (meeting.name, meeting.directions, meeting.change) == ("Crate1", ("self",), "ledger-differs")
    assert meeting.writer is not None
    assert meeting.reader is not None
    assert (meeting.writer.span.path, meeting.writer.span.line) == (PATH, 7)
    assert (meeting.reader.span.path, meeting.reader.span.line) == ("shop/objects/things.py", 8)
    assert [each.entries[0].type for each in (meeting.writer, meeting.reader)] == [wrong, older]


def test_what_cannot_be_computed_or_found_is_unread() -> None:
    text = LEDGER.replace("'Crate':", "'Strange':").replace("'Crate1':", "'Gone':")
    found = lowered(FIRST, FIRST, **{PATH: text % (FIRST, FIRST)})
    assert found.meetings == ()
    assert found.fingerprints == Fingerprints(2, 0, (), ("Strange", "Gone"))
    assert [each.reason for each in found.missing] == [
        "its fingerprint: id: the field unseen.Field()",
        "its fingerprint: no class of that name is found",
    ]


def test_only_the_table_that_is_checked_counts() -> None:
    other = LEDGER.replace("test_hashes(object_data)", "test_hashes(prints)") + "    prints = {'Crate': %r}\n"
    assert lowered(FIRST, FIRST, **{PATH: other % (FIRST, FIRST, FIRST)}).fingerprints is not None
    counts = lowered(FIRST, FIRST, **{PATH: other % (FIRST, FIRST, FIRST)}).fingerprints
    assert counts is not None
    assert counts.recorded == 1


def test_a_table_of_another_formula_is_left_alone() -> None:
    other = LEDGER.replace("test_hashes(object_data)", "test_hashes(object_data, extra_data_func=more)")
    assert lowered(FIRST, FIRST, **{PATH: other % (FIRST, FIRST)}) == Lowered()


def test_objects_of_the_test_itself_are_found() -> None:
    text = LEDGER.replace("'Crate':", "'Own':").replace("'Crate1': %r,", "") + (
        "\n    from oslo_versionedobjects import base\n"
        "    @things.Registry.register\n"
        "    class Own(base.VersionedObject):\n"
        "        VERSION = '1.0'\n"
    )
    counts = lowered(FIRST, FIRST, **{PATH: text % FIRST}).fingerprints
    assert counts is not None
    assert counts.unread == ()


def test_a_project_without_a_ledger_has_no_fingerprints() -> None:
    assert check_ledger(project({"shop/objects/things.py": OBJECTS})) == Lowered()


def test_check_names_a_ledger_that_disagrees(tmp_path: Path) -> None:
    wrong = "1.0-" + "0" * 32
    box = GitBox(tmp_path)
    text = textwrap.dedent(LEDGER) % (wrong, wrong)
    box.commit({"shop/objects/things.py": textwrap.dedent(OBJECTS), PATH: text}, tag="v1.0.0")
    repository = Repository.open(tmp_path)
    found = check(repository, repository.tree("v1.0.0"), config=Config(), cache=Cache(None))
    assert [(each.rule, each.codec, str(each.severity)) for each in found.findings] == [
        ("ledger-disagrees", "Crate", "error"),
        ("ledger-disagrees", "Crate1", "error"),
    ]
    assert found.fingerprints is not None
    assert found.fingerprints.mismatch == ("Crate", "Crate1")
    assert f"the tests record fingerprint {wrong}" in found.findings[0].message
