"""Constants of libraries outside the release that projects build values of their own from, as facts.

A mapping stands for its keys: nobody asks what they lead to.
"""

from __future__ import annotations

import string
from typing import Final

from compatlint.notations.languages.python.values import Thing

UNSPECIFIED: Final = Thing(
    {"__name__": "UnspecifiedDefault"}, "<class 'oslo_versionedobjects.fields.UnspecifiedDefault'>"
)
CONSTANTS: Final[dict[str, object]] = {
    "oslo_versionedobjects.fields.UnspecifiedDefault": UNSPECIFIED,
    "cursive.signature_utils.HASH_METHODS": dict.fromkeys(("SHA-224", "SHA-256", "SHA-384", "SHA-512")),
    "neutron_lib.api.definitions.port_security.DEFAULT_PORT_SECURITY": True,
    "neutron_lib.constants.ACTIVE": "ACTIVE",
    "neutron_lib.constants.DOWN": "DOWN",
    "neutron_lib.constants.ERROR": "ERROR",
    "neutron_lib.constants.DEFAULT_NETWORK_MTU": 1500,
    "neutron_lib.constants.EGRESS_DIRECTION": "egress",
    "neutron_lib.constants.INGRESS_DIRECTION": "ingress",
    "neutron_lib.constants.HA_ROUTER_STATE_STANDBY": "standby",
    "neutron_lib.constants.HA_ROUTER_STATE_ACTIVE": "active",
    "string.ascii_letters": string.ascii_letters,
    "string.ascii_lowercase": string.ascii_lowercase,
    "string.ascii_uppercase": string.ascii_uppercase,
    "string.digits": string.digits,
    "string.hexdigits": string.hexdigits,
    "string.punctuation": string.punctuation,
}
