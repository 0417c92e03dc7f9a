"""What is known of oslo.versionedobjects: its fields, their types and its bases, as facts.

The library stands outside the release under study, so what its classes do is written down here, from
`oslo_versionedobjects/fields.py` and `base.py` (unchanged in these respects since Mitaka).
"""

from __future__ import annotations

from typing import Final

FIELDS: Final = "oslo_versionedobjects.fields."
BASE: Final = "oslo_versionedobjects.base."
REGISTRY: Final = BASE + "VersionedObjectRegistry"
OBJECT: Final = BASE + "VersionedObject"
LIST: Final = BASE + "ObjectListBase"
VERSION: Final = "1.0"  # of a class that says nothing

# What a type derives from; all end at FieldType.
TYPES: Final[dict[str, str]] = {
    "FieldType": "",
    "String": "FieldType",
    "SensitiveString": "String",
    "VersionPredicate": "String",
    "Enum": "String",
    "StringPattern": "FieldType",
    "UUID": "StringPattern",
    "MACAddress": "StringPattern",
    "PCIAddress": "StringPattern",
    "Integer": "FieldType",
    "NonNegativeInteger": "FieldType",
    "Float": "FieldType",
    "NonNegativeFloat": "FieldType",
    "Boolean": "FieldType",
    "FlexibleBoolean": "Boolean",
    "DateTime": "FieldType",
    "IPAddress": "StringPattern",
    "IPV4Address": "IPAddress",
    "IPV6Address": "IPAddress",
    "IPV4AndV6Address": "IPAddress",
    "IPNetwork": "StringPattern",
    "IPV4Network": "IPNetwork",
    "IPV6Network": "IPNetwork",
    "CompoundFieldType": "FieldType",
    "List": "CompoundFieldType",
    "Dict": "CompoundFieldType",
    "Set": "CompoundFieldType",
    "Object": "FieldType",
}

# The AUTO_TYPE of a field: a type's name, or a container, whether its elements may be null, and what is in
# it.
Auto = str | tuple[str, bool, "Auto"]
_CONTAINERS: Final[dict[str, Auto]] = {
    "DictOfStringsField": ("Dict", False, "String"),
    "DictOfNullableStringsField": ("Dict", True, "String"),
    "DictOfIntegersField": ("Dict", False, "Integer"),
    "DictOfListOfStringsField": ("Dict", False, ("List", False, "String")),
    "DictOfSetOfIntegersField": ("Dict", False, ("Set", False, "Integer")),
    "ListOfStringsField": ("List", False, "String"),
    "ListOfIntegersField": ("List", False, "Integer"),
    "ListOfUUIDField": ("List", False, "UUID"),
    "ListOfListsOfStringsField": ("List", False, ("List", False, "String")),
    "ListOfSetsOfIntegersField": ("List", False, ("Set", False, "Integer")),
    "ListOfDictOfNullableStringsField": ("List", False, ("Dict", True, "String")),
    "SetOfStringsField": ("Set", False, "String"),
    "SetOfIntegersField": ("Set", False, "Integer"),
}
_WITHOUT_FIELD: Final = (
    "FieldType",
    "StringPattern",
    "CompoundFieldType",
    "List",
    "Dict",
    "Set",
    "Object",
    "Enum",
)
AUTO_TYPES: Final[dict[str, Auto]] = {
    name + "Field": name for name in TYPES if name not in _WITHOUT_FIELD
} | _CONTAINERS

# The arguments of a field by position; those of AutoTypedField may follow by name.
COMMON: Final = ("nullable", "default", "read_only")
ARGUMENTS: Final[dict[str, tuple[str, ...]]] = {
    "Field": ("field_type", *COMMON),
    "AutoTypedField": COMMON,
    "BaseEnumField": COMMON,
    "EnumField": ("valid_values",),
    "StateMachine": ("valid_values",),
    "ListOfEnumField": ("valid_values",),
    "ObjectField": ("objtype", "subclasses"),
    "ListOfObjectsField": ("objtype", "subclasses"),
    "DateTimeField": ("tzinfo_aware",),
} | {name: COMMON for name in AUTO_TYPES if name != "DateTimeField"}

# The arguments of a type by position.
TYPE_ARGUMENTS: Final[dict[str, tuple[str, ...]]] = {
    "Enum": ("valid_values",),
    "List": ("element_type",),
    "Dict": ("element_type",),
    "Set": ("element_type",),
    "Object": ("obj_name", "subclasses"),
    "DateTime": ("tzinfo_aware",),
}

# The fields that a base brings along: a key, the field's class, the object it holds, whether it may be null.
BASE_FIELDS: Final[dict[str, tuple[tuple[str, str, str, bool], ...]]] = {
    LIST: (("objects", "ListOfObjectsField", "VersionedObject", False),),
    BASE + "TimestampedObject": (
        ("created_at", "DateTimeField", "", True),
        ("updated_at", "DateTimeField", "", True),
    ),
}
# neutron-lib, a library of the same making: fields of its own, each with its type and what that derives from
# ...
COMMON_TYPES: Final = "neutron_lib.objects.common_types."
COMMON_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "DictOfMiscValuesField": ("DictOfMiscValues", "FieldType"),
    "DomainNameField": ("DomainName", "String"),
    "DscpMarkField": ("DscpMark", "Integer"),
    "EtherTypeEnumField": ("Enum", "Enum"),
    "FloatingIPStatusEnumField": ("Enum", "Enum"),
    "FlowDirectionAndAnyEnumField": ("Enum", "Enum"),
    "FlowDirectionEnumField": ("Enum", "Enum"),
    "HARouterEnumField": ("Enum", "Enum"),
    "IPNetworkField": ("IPNetwork", "FieldType"),
    "IPNetworkPrefixLenField": ("IPNetworkPrefixLen", "Integer"),
    "IPV6ModeEnumField": ("Enum", "Enum"),
    "IPVersionEnumField": ("IPVersionEnum", "Integer"),
    "IpProtocolEnumField": ("IpProtocolEnum", "Enum"),
    "IpamAllocationStatusEnumField": ("Enum", "Enum"),
    "ListOfDictOfMiscValuesField": ("List", "List"),
    "ListOfIPNetworksField": ("List", "List"),
    "MACAddressField": ("MACAddress", "FieldType"),
    "NetworkSegmentRangeNetworkTypeEnumField": ("Enum", "Enum"),
    "NumaAffinityPoliciesEnumField": ("Enum", "Enum"),
    "PortBindingStatusEnumField": ("Enum", "Enum"),
    "PortHardwareOffloadTypeEnumField": ("Enum", "Enum"),
    "PortRangeField": ("PortRange", "Integer"),
    "PortRangeWith0Field": ("PortRange", "Integer"),
    "PortRangesField": ("PortRanges", "FieldType"),
    "RouterStatusEnumField": ("Enum", "Enum"),
    "SetOfUUIDsField": ("Set", "Set"),
    "UUIDField": ("UUID", "UUID"),
    "VlanIdRangeField": ("VlanIdRange", "Integer"),
}
UNSETTLED: Final = frozenset(
    {"DictOfMiscValuesField"}
)  # printed in one way by some versions of the library, in another by others
KNOWN_FIELDS: Final = frozenset(
    {FIELDS + name for name in ARGUMENTS} | {COMMON_TYPES + name for name in COMMON_FIELDS}
)
# ... what one of its functions adds to the fields of a class ...
ADDED_FIELDS: Final[dict[str, tuple[tuple[str, str, str, bool], ...]]] = {
    "neutron_lib.objects.extensions.standardattributes.add_standard_attributes": (
        ("revision_number", "IntegerField", "", False),
        ("description", "StringField", "", True),
        ("created_at", "DateTimeField", "", True),
        ("updated_at", "DateTimeField", "", True),
    )
}
BROUGHT: Final = BASE_FIELDS | ADDED_FIELDS
# ... and bases of models that nothing else is told of by.
PLAIN_MODELS: Final = ("neutron_lib.db.model_base.", "oslo_db.", "sqlalchemy.", "builtins.", "abc.")
REMOTABLE: Final = frozenset({BASE + "remotable", BASE + "remotable_classmethod"})
PLAIN_BASES: Final = frozenset(
    {BASE + name for name in ("VersionedObject", "ComparableVersionedObject", "VersionedObjectDictCompat")}
    | set(BASE_FIELDS)
)


def chain(name: str) -> tuple[str, ...]:
    """Return a type of the library and what it derives from, up to FieldType."""
    result: list[str] = []
    while name:
        result.append(name)
        name = TYPES[name]
    return tuple(result)
