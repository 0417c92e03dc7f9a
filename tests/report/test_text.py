"""The report for people: a list, details of a few findings, and a last line that says what it means."""

from __future__ import annotations

import re
from dataclasses import replace

from compatlint.check.findings import Comparison, Finding, Row, Standing, Waived
from compatlint.report import text
from compatlint.report.view import PLAIN, View
from compatlint.vocabulary import Direction, Outcome, Severity
from tests.report.made import BOOK, comparison, finding

WAIVED = Waived("nobody reads it", "14.2.0", "comment")
NOTE = finding(
    rule="trailing-lost",
    severity=Severity.NOTE,
    breaks=(Direction.DOWNGRADE,),
    codec="Other",
    weight=Severity.NOTE,
)
FULL = View(full=True)
MANY = [finding(codec=f"Thing{number}") for number in range(5)]


def run(made: Comparison, view: View = PLAIN) -> str:
    return text.render(made, rulebook=BOOK, view=view)


def test_one_finding_in_full() -> None:
    assert run(comparison(finding())).splitlines() == [
        "error: PurgeItem.stamp  item-inserted-midway",
        "  --> src/mds/PurgeQueue.cc:41  (ceph, disk)",
        "  PurgeItem.stamp is written where v13.2.1 reads action",
        "",
        "  upgrade    v13.2.2 misreads data that v13.2.1 wrote",
        "  downgrade  v13.2.1, after a rollback, reads past the end of data that v13.2.2",
        "             wrote (if feature OAK is on)",
        "",
        "  v13.2.2 writes  src/mds/PurgeQueue.cc:40",
        "    40 |   encode(a, bl);",
        "  > 41 |   encode(stamp, bl);",
        "    42 |     encode(b, bl);",
        "",
        "  v13.2.1 reads  src/mds/PurgeQueue.cc:50",
        "    50 |   decode(a, p);",
        "  > 51 |   decode(b, p);",
        "",
        "  offset  v13.2.1 wrote  v13.2.2 reads",
        "       0  stamp utime_t  action u8      <- misread",
        "       8  pad u8         ino u64        <- misread",
        "     ...                 size u64       <- past the end",
        "",
        "  offset  v13.2.2 wrote  v13.2.1 reads",
        "       0  stamp utime_t  action u8      <- misread",
        "       8  pad u8         ino u64        <- misread",
        "",
        "  see  src/mds/PurgeQueue.cc:60: its decoder",
        "  also in  Journaler, PurgeQueue (they contain it)",
        "  fix  Append the item after all others, raise the version by one, and read the",
        "       item only from that version on.",
        "  why  the promise 'ceph' covers upgrade and downgrade between v13.2.1 and",
        "       v13.2.2",
        f"  rule item-inserted-midway, fingerprint {finding().fingerprint}",
        "",
        "1 error in v13.2.1..v13.2.2: 812 codecs, 9 changed, 0 unread, 0.6 s",
        "do not release v13.2.2: deployments that upgrade from v13.2.1 or go back to it",
        "  misread PurgeItem",
    ]


def test_many_findings_are_a_list() -> None:
    made = [replace(each, kept=(Direction.UPGRADE,)) for each in MANY]
    assert run(comparison(*made, NOTE)).splitlines()[:13] == [
        "error: item-inserted-midway  Item inserted in the middle of an encoding (5)",
        *(
            f"  {each.codec}.stamp  upgrade, (downgrade)  src/mds/PurgeQueue.cc:41  {each.fingerprint}"
            for each in made
        ),
        "note: trailing-lost  Other.stamp",
        "",
        "upgrade    The newer release reads data that the older release wrote.",
        "downgrade  The older release, after a rollback, reads data that the newer",
        "           release wrote.",
        "(direction) is not promised to work; --full shows details",
        "",
    ]
    assert "-->" not in run(comparison(*made))
    assert run(comparison(*made), FULL).count("  --> ") == 5


def test_three_findings_are_shown_in_detail_and_four_are_not() -> None:
    assert run(comparison(*MANY[:3])).count("  --> ") == 3
    assert run(comparison(*MANY[:4])).count("  --> ") == 0


def test_notes_are_names_until_they_are_asked_for() -> None:
    notes = [replace(NOTE, codec=f"Other{number}") for number in range(5)]
    assert "note: trailing-lost (5)  Other0.stamp, Other1.stamp, Other2.stamp and 2 more\n" in run(
        comparison(*notes)
    )
    listed = run(comparison(*notes), View(least=Severity.NOTE))
    assert "note: trailing-lost  Older releases skip an appended item and lose it (5)\n" in listed
    assert "  Other4.stamp  downgrade  src/mds/PurgeQueue.cc:41" in listed
    assert run(comparison(NOTE), View(full=True, least=Severity.NOTE)).count("  --> ") == 1


def test_a_rule_with_many_warnings_says_how_to_list_them() -> None:
    warnings = [replace(each, severity=Severity.WARNING, codec=f"W{n}") for n, each in enumerate(MANY * 4)]
    report = run(comparison(*warnings))
    assert "  and 14 more; --select item-inserted-midway --severity warning lists them" in report
    assert report.count("src/mds/PurgeQueue.cc:41") == 6
    assert run(comparison(*warnings), View(least=Severity.WARNING)).count("src/mds/PurgeQueue.cc:41") == 20


def test_waived_findings_and_warnings_are_told() -> None:
    report = run(
        comparison(replace(finding(), waived=WAIVED), warnings=("a.h:3: this waiver waives nothing",))
    )
    assert "waived: PurgeItem.stamp item-inserted-midway at src/mds/PurgeQueue.cc:41\n" in report
    assert "warning: a.h:3: this waiver waives nothing\n" in report
    assert "1 waived in v13.2.1..v13.2.2" in report


def test_a_quiet_report_of_nothing_is_empty() -> None:
    quiet = View(quiet=True)
    assert run(comparison(NOTE, unread=3), quiet) == ""
    report = run(comparison(*MANY, NOTE, unread=3), quiet)
    assert "could not be read" not in report
    assert "note" not in report.splitlines()[0:6]
    assert report.count("src/mds/PurgeQueue.cc:41") == 5


def test_a_direction_that_nobody_promised_is_last_and_says_so() -> None:
    report = run(comparison(replace(finding(), kept=(Direction.DOWNGRADE,))))
    assert report.index("  downgrade  v13.2.1") < report.index("  upgrade    v13.2.2")
    assert "  upgrade    v13.2.2 misreads data that v13.2.1 wrote (not promised)\n" in report


def test_a_cell_of_the_row_that_breaks_is_never_lost() -> None:
    long = "gives up: version 4 reader meets a structure for version 5 and newer"
    table = (Row(0, "(frame) version 5, oldest 5", long, True), Row(6, "a u32", ""))
    evidence = replace(finding().evidence[1], table=table, outcome=Outcome.REFUSED)
    report = run(comparison(finding(evidence=(evidence,))))
    assert re.sub(r"\s+", " ", report).count(f"v13.2.1 reads: {long} ") == 1
    assert "<- refused" in report


def test_the_line_that_matters_is_never_cut() -> None:
    code = "def live_migration(self, context, dest, instance, block_migration, migration, migrate_data, priority):"
    excerpt = replace(finding().excerpts[0], text=f"{code}\n{code}\n", mark=41)
    report = run(comparison(finding(excerpts=(excerpt,))))
    assert report.count("priority):") == 1
    lines = [line for line in report.splitlines() if line.startswith("  > ")]
    assert "".join(line.partition(" | ")[2] for line in lines) == code


def test_it_fits_in_80_columns_and_long_cells_are_cut() -> None:
    long = "a_name_that_goes_on_and_on_" * 6
    table = tuple(replace(row, wrote=long, read=long) for row in finding().evidence[0].table)
    evidence = (replace(finding().evidence[0], table=table),)
    made = finding(message=f"{long} is wrong", evidence=evidence, contained_in=("Some",) * 40)
    report = run(comparison(made)).splitlines()
    assert [line for line in report if len(line) > 80 and long not in line] == []
    assert sum(line.endswith("...  <- misread") for line in report) == 3


def test_colour_adds_nothing_but_colour() -> None:
    made = comparison(finding(), NOTE, unread=3)
    coloured = run(made, View(color=True))
    assert "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == run(made).splitlines()


def test_stages_say_first_whether_they_work() -> None:
    stages = (
        Standing("agents first", (("control", "old"), ("agents", "new")), ()),
        Standing("all new", (("control", "new"), ("agents", "new")), (("", "Thing.a"), ("", "Thing.b"))),
    )
    assert (
        "stages of the upgrade\n"
        "  works   agents first (control old, agents new)\n"
        "  breaks  all new (control new, agents new)\n"
        "          2 breaks: Thing.a, Thing.b\n"
    ) in run(comparison(standings=stages))


def test_members_of_one_cause_are_named() -> None:
    made: Finding = finding(members=("a", "b", "c"))
    assert "  namely a, b, c\n" in run(comparison(made))
    listed = run(comparison(*MANY, made))
    assert "  PurgeItem.stamp and 2 more  upgrade, downgrade  " in listed
    assert "Item inserted in the middle of an encoding (8)\n" in listed, "members count each"
