"""Settings of the whole suite."""

from hypothesis import HealthCheck, settings

from compatlint import faults

# How long an example takes to be made says how busy the machine is, not whether the program is right.
settings.register_profile("compatlint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("compatlint")

# A failure of compatlint shows as it is, and does not pass for a file that is unread.
faults.loud = True
