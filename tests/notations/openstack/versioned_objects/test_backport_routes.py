"""Where a release makes a result older without asking whether it is newer than what was asked for."""

from __future__ import annotations

import pytest

from compatlint.notations.openstack.versioned_objects.backport_routes import sends_stored_versions
from tests.projects import project

CONDUCTOR = """
    class Conductor:
        def object_class_action_versions(self, context, name, versions):
            result = self.act(name)
            {check}
            return result.obj_to_primitive(target_version=versions[name])
"""


@pytest.mark.parametrize(
    ("check", "asks"),
    [
        ("", False),
        ("if result.VERSION == versions[name]: return result", True),
        ("if self.cls.VERSION > versions[name]: return result", True),
        ("log(cls.VERSION)", False),
        ("log(result.version)", False),
    ],
)
def test_what_is_compared_is_the_version_of_the_result(check: str, asks: bool) -> None:
    release = project({"shop/conductor/manager.py": CONDUCTOR.replace("{check}", check)})
    place = sends_stored_versions(release, ["shop/conductor/manager.py"])
    assert (place is None) is asks
