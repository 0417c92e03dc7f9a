"""Which stages of an upgrade work, from findings that say between whom they show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compatlint.check.findings import Evidence, Finding, Waived
from compatlint.comparison.standings import standings
from compatlint.errors import ConfigError
from compatlint.notations.openstack.stages import SERVICES
from compatlint.stages import custom
from compatlint.vocabulary import Direction, Outcome, Severity
from compatlint.wire.ir.span import Span


def finding(
    direction: str, writer: str, reader: str, link: str = "peer", path: str = "x.py", **more: object
) -> Finding:
    """`writer` and `reader` are "release" or "release@component"."""
    sides = [each.partition("@") for each in (writer, reader)]
    shown = Evidence(
        sides[0][0],
        sides[1][0],
        Direction(direction),
        Outcome.ABSENT,
        writer_at=sides[0][2],
        reader_at=sides[1][2],
    )
    kept = {"severity": Severity.ERROR, "weight": Severity.ERROR} | more
    return Finding(
        "absent", breaks=(Direction(direction),), link=link, notation="rpc", codec="Thing", item="a", message="",
        span=Span("c" * 40, path, 1, 1), evidence=(shown,), **kept,  # type: ignore[arg-type]
    )  # fmt: skip


def broken(*found: Finding, early: tuple[Finding, ...] = (), topology=SERVICES) -> list[str]:
    return [each.stage for each in standings(found, early, topology, "1.0", "2.0") if each.broken]


def test_where_nothing_breaks_every_stage_works():
    made = standings((), (), SERVICES, "1.0", "2.0")
    assert made[0].stage == "after the database is migrated"
    assert all(not each.broken for each in made)
    assert dict(made[1].releases) == {"database": "new", "control": "new", "agents": "old"}


def test_a_call_of_the_new_control_plane_breaks_where_agents_are_old():
    stages = broken(finding("mixed", "2.0@control", "1.0@agents"))
    assert stages == ["control plane first", "control plane before the database", "agents one by one"]


def test_agents_among_themselves_break_only_while_they_are_mixed():
    assert broken(finding("mixed", "2.0@agents", "1.0@agents")) == ["agents one by one"]


def test_a_column_that_is_gone_breaks_old_code_as_soon_as_the_database_moved():
    stages = broken(finding("mixed", "2.0@database", "1.0@control", "disk"))
    assert stages == ["after the database is migrated"]
    assert broken(finding("downgrade", "2.0@database", "1.0@control", "disk")) == ["rollback of the code"]


def test_rows_of_the_newer_code_break_only_the_rollback():
    assert broken(finding("downgrade", "2.0", "1.0", "disk")) == ["rollback of the code"]
    assert broken(finding("upgrade", "1.0", "2.0", "disk")) == ["all new"]


def test_new_code_over_an_old_database_counts_in_that_stage_alone():
    ahead = finding("mixed", "1.0@database", "2.0@control", "disk")
    assert broken(early=(ahead,)) == ["control plane before the database"]


def test_what_is_waived_or_no_error_breaks_no_stage_and_a_missing_promise_does_not_help():
    shown = ("mixed", "2.0@control", "1.0@agents")
    assert broken(finding(*shown, waived=Waived("known", None, "comment"))) == []
    assert broken(finding(*shown, weight=Severity.WARNING, severity=Severity.WARNING)) == []
    assert broken(finding(*shown, severity=Severity.NOTE, promised=False)) != []


def test_a_project_names_its_own_components():
    made = custom({"components": {"server": ["src/server"], "client": ["src/client", "lib/*.py"]}})
    assert [(each.name, dict(each.runs)) for each in made.stages[:1]] == [
        ("server one by one", {"server": "old and new", "client": "old"})
    ]
    assert made.component("src/server/a.py") == "server"
    assert made.component("lib/b.py") == "client"
    assert made.component("docs/c.md") == ""
    talk = finding("mixed", "2.0", "1.0", path="src/server/a.py")
    assert broken(talk, topology=made) == ["server one by one", "client one by one"]
    turned = custom(
        {
            "components": {"server": ["s"], "client": ["c"]},
            "stages": [{"name": "clients first", "new": ["client"]}],
        }
    )
    assert [each.name for each in turned.stages] == ["clients first", "all new", "rollback of the code"]


DAEMONS = custom({"components": {"mds": ["src/mds"], "osd": ["src/osd"]}})


def test_a_component_reads_at_once_what_it_left_at_rest():
    queue = finding("upgrade", "1.0", "2.0", "disk", path="src/mds/queue.cc")
    assert broken(queue, topology=DAEMONS) == ["mds one by one", "osd one by one", "all new"]
    other = finding("upgrade", "1.0", "2.0", "disk", path="src/osd/queue.cc")
    assert broken(other, topology=DAEMONS) == ["osd one by one", "all new"]


def test_peers_of_one_component_meet_while_it_is_upgraded():
    """The evidence is of both directions; the finding says that it breaks while both run."""
    talk = finding("upgrade", "1.0", "2.0", path="src/mds/migrator.cc")
    both = replace(talk, breaks=(Direction.UPGRADE, Direction.MIXED))
    assert "mds one by one" in broken(both, topology=DAEMONS)


def test_a_pair_that_no_stage_holds_breaks_none():
    """With all new, nobody is left who writes a row without the new column."""
    late = finding("skip", "1.0@control", "2.0@database", "disk")
    assert broken(late) == []
    assert broken(finding("mixed", "1.0@control", "2.0@database", "disk")) == [
        "after the database is migrated"
    ]


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"component": {}},
        {"components": {"a": "src"}},
        {"components": {"a": ["s"]}, "stages": {}},
        {"components": {"a": ["s"]}, "stages": [{"name": "x", "new": ["b"]}]},
        {"components": {"a": ["s"]}, "stages": [{"new": ["a"]}]},
    ],
)
def test_a_wrong_topology_is_one_clear_error(table):
    with pytest.raises(ConfigError, match="topology"):
        custom(table)
