"""Settings of the whole suite."""

import pytest
from hypothesis import HealthCheck, settings

from compatlint import faults

# How long an example takes to be made says how busy the machine is, not whether the program is right.
settings.register_profile("compatlint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("compatlint")


@pytest.fixture(autouse=True)
def _loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure of compatlint shows as it is, and does not pass for a file that is unread."""
    monkeypatch.setattr(faults, "loud", True)
