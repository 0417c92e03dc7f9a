"""The promise: versions out of names, and what each preset covers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compatlint.errors import ConfigError
from compatlint.notations.presets import presets
from compatlint.promise import assumption, version_of

PRESETS = presets().promises
CEPH = PRESETS["ceph"]


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("v13.2.2", (13, 2, 2)),
        ("27.0.0", (27, 0, 0)),
        ("27.0.0.0rc1", (27, 0, 0, 0)),
        ("2023.1.0", (2023, 1, 0)),
        ("nova-27.1.0", (27, 1, 0)),
        ("refs/tags/v0.94.10", (0, 94, 10)),
        ("stable/2023.1", (2023, 1)),
        ("v5", (5,)),
        ("main", None),
        ("1f5892f8204~1", None),
        ("HEAD~3", None),
        ("", None),
    ],
)
def test_version_of_a_name(name, version):
    assert version_of(name) == version


@pytest.mark.parametrize(
    ("direction", "link", "old", "new", "covered"),
    [
        ("downgrade", "disk", "13.2.1", "13.2.2", True),
        ("downgrade", "disk", "13.1.0", "13.2.0", False),
        ("downgrade", "disk", "13.0.1", "13.0.2", False),
        ("downgrade", "disk", "12.2.12", "13.2.0", False),
        ("downgrade", "peer", "12.2.12", "13.2.0", True),
        ("downgrade", "peer", "12.2.12", "14.2.0", False),
        ("upgrade", "disk", "12.2.12", "14.2.0", True),
        ("upgrade", "disk", "11.2.0", "14.2.0", False),
        ("upgrade", "disk", "0.94.10", "10.2.0", True),
        ("upgrade", "disk", "0.80.1", "10.2.0", False),
        ("skip", "disk", "12.2.12", "13.2.0", True),
        ("skip", "peer", "12.2.12", "13.2.0", False),
        ("skip", "peer", "13.2.1", "13.2.2", True),
        ("mixed", "peer", "12.2.12", "13.2.0", True),
        ("mixed", "peer", "12.2.12", "14.2.0", False),
        ("self", "disk", "11.2.0", "14.2.0", True),
    ],
)
def test_ceph_preset(direction, link, old, new, covered):
    assert CEPH.covers(direction, link, version_of(old), version_of(new)) is covered


def test_a_range_that_goes_back_swaps_the_roles():
    assert not CEPH.covers("upgrade", "disk", (13, 2, 0), (12, 2, 12))
    assert CEPH.covers("downgrade", "disk", (13, 2, 0), (12, 2, 12))
    assert CEPH.covers("upgrade", "disk", (13, 2, 2), (13, 2, 1))


@pytest.mark.parametrize("link", ["disk", "peer"])
@pytest.mark.parametrize("direction", ["upgrade", "downgrade", "mixed", "skip", "self"])
def test_without_versions_a_series_is_assumed(direction, link):
    assert CEPH.covers(direction, link, None, None)
    assert CEPH.covers(direction, link, (13, 0, 1), None)
    assert "neighbours" in (assumption(None, (13, 2, 0)) or "")
    assert assumption((13, 2, 0), (13, 2, 1)) is None


def services(project):
    promise = PRESETS["openstack"]
    return replace(promise, versions=promise.versions.of_project(project))


NOVA = services("nova")
IRONIC = services("ironic")


def test_openstack_goes_back_within_a_stable_series_only():
    openstack = PRESETS["openstack"]
    assert openstack.covers("downgrade", "disk", (2023, 1, 0), (2023, 1, 1))
    assert NOVA.covers("downgrade", "disk", (27, 0, 0), (27, 1, 0))
    assert not NOVA.covers("downgrade", "disk", (27, 5, 0), (28, 0, 0))
    assert IRONIC.covers("downgrade", "disk", (21, 4, 0), (21, 4, 1))
    assert not IRONIC.covers("downgrade", "disk", (21, 1, 0), (21, 4, 0)), "one major version, two cycles"


@pytest.mark.parametrize("direction", ["upgrade", "mixed", "skip"])
@pytest.mark.parametrize(
    ("promise", "old", "new", "kept"),
    [
        (PRESETS["openstack"], (2023, 1, 0), (2024, 1, 0), True),
        (PRESETS["openstack"], (2023, 2, 0), (2024, 2, 0), False),
        (NOVA, (27, 0, 0), (29, 0, 0), True),
        (NOVA, (28, 0, 0), (30, 0, 0), False),
        (NOVA, (25, 0, 0), (27, 0, 0), False),
        (NOVA, (27, 0, 0), (31, 0, 0), False),
        (IRONIC, (21, 4, 0), (24, 1, 0), True),
        (IRONIC, (23, 0, 0), (26, 1, 0), False),
        (IRONIC, (26, 1, 0), (32, 0, 0), False),
    ],
)
def test_openstack_skips_from_one_slurp_to_the_next_alone(direction, promise, old, new, kept):
    assert promise.covers(direction, "disk", old, new) is kept


@pytest.mark.parametrize(
    ("promise", "old", "new"),
    [(NOVA, (27, 2, 0), (28, 0, 0)), (IRONIC, (23, 0, 0), (24, 1, 0)), (NOVA, (2015, 1, 0), (12, 0, 0))],
)
def test_openstack_mixes_neighbours(promise, old, new):
    for direction in ("upgrade", "mixed"):
        assert promise.covers(direction, "peer", old, new)
    assert not promise.covers("skip", "disk", old, new)


versions = st.none() | st.lists(st.integers(0, 2100), min_size=1, max_size=4).map(tuple)
directions = st.sampled_from(["upgrade", "downgrade", "mixed", "skip", "self"])
links = st.sampled_from(["disk", "peer"])


@given(directions, links, versions, versions)
def test_all_promises_everything_and_more_than_any_other(direction, link, old, new):
    assert PRESETS["all"].covers(direction, link, old, new)
    for preset in PRESETS.values():
        named = direction == "self" or direction in preset.directions
        assert preset.covers(direction, link, new, new) is named or direction == "downgrade"


@pytest.mark.parametrize(
    ("preset", "kept"),
    [
        ("backward", {"upgrade"}),
        ("backward_transitive", {"upgrade", "skip"}),
        ("forward", {"downgrade"}),
        ("full", {"upgrade", "downgrade", "mixed"}),
        ("full_transitive", {"upgrade", "downgrade", "mixed", "skip"}),
    ],
)
def test_presets_with_the_names_of_registries_promise_directions(preset, kept):
    every = ("upgrade", "downgrade", "mixed", "skip")
    assert {each for each in every if PRESETS[preset].covers(each, "disk", (1, 0), (7, 3))} == kept


def test_a_custom_promise_names_its_directions():
    only = presets().custom({"base": "all", "directions": ["upgrade"]})
    assert only.covers("upgrade", "disk", (1, 0), (2, 0))
    assert not only.covers("downgrade", "disk", (1, 0), (2, 0))
    with pytest.raises(ConfigError, match="directions is a list of upgrade, downgrade, mixed, skip"):
        presets().custom({"directions": ["sideways"]})


@given(links, versions, versions)
def test_swapping_both_ends_swaps_the_direction(link, old, new):
    for preset in PRESETS.values():
        if old is not None and new is not None and old != new:
            assert preset.covers("upgrade", link, old, new) == preset.covers("downgrade", link, new, old)


def test_the_notation_chooses_unless_the_user_does():
    assert presets().choose(None, "ceph").name == "ceph"
    assert presets().choose(None, "openstack").name == "openstack"
    assert presets().choose(None, "protobuf").name == "semver"
    assert presets().choose("all", "ceph").name == "all"
    assert presets().choose({"base": "ceph", "upgrade_majors": 1}, "protobuf").upgrade_majors == 1


def test_a_custom_promise_changes_its_base():
    promise = presets().custom({"base": "ceph", "downgrade": "none", "mixed_majors": -1})
    assert not promise.covers("downgrade", "disk", (13, 2, 1), (13, 2, 2))
    assert promise.covers("mixed", "peer", (9, 2, 1), (13, 2, 2))
    assert promise.covers("upgrade", "disk", (12, 2, 1), (14, 2, 2))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"upgrade_major": 1}, "did you mean 'upgrade_majors'"),
        ({"base": "cef"}, "did you mean 'ceph'"),
        ({"downgrade": "serie"}, "did you mean 'series'"),
        ({"skip_majors": True}, "number of releases"),
        ({"skip_majors": -2}, "number of releases"),
    ],
)
def test_a_wrong_promise_says_what_is_wrong(table, words):
    with pytest.raises(ConfigError, match=words):
        presets().custom(table)


def test_an_unknown_preset_is_suggested():
    with pytest.raises(ConfigError, match="did you mean 'ceph'"):
        presets().named("ceth")


@pytest.mark.parametrize(
    ("old", "new", "alike"),
    [
        ((16, 2, 0), (16, 3, 0), True),
        ((16, 2, 0), (17, 0, 0), False),
        ((2015, 1, 0), (2015, 1, 4), True),
        ((2015, 1, 0), (7, 0, 0), False),
        ((16, 2, 0), None, True),
    ],
)
def test_releases_of_one_major_release_are_upgraded_in_any_order(old, new, alike):
    assert presets().named("all").alike(old, new) is alike
