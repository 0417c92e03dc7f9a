"""Settings of the whole suite."""

import pytest
from hypothesis import HealthCheck, settings

from compatlint import faults

# How long an example takes to be made says how busy the machine is, not whether the program is right.
settings.register_profile("compatlint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("compatlint")

# A failure of compatlint shows as it is, and does not pass for a file that is unread.
faults.loud = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test whose input is made by chance as `fuzz`: `-m 'not fuzz'` leaves it out of a daily run."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.fuzz)
