"""The types of columns, as SQLAlchemy and its dialects name them, to what decides whether a value fits.

Lengths of texts without one are those of MySQL, the tightest of the databases in use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from compatlint.notations.languages.python import UNKNOWN
from compatlint.notations.sql.schema import ColumnType

_TEXTS: Final = {
    "TINYTEXT": 255,
    "TEXT": 65535,
    "UNICODETEXT": 65535,
    "MEDIUMTEXT": 16777215,
    "LONGTEXT": 4294967295,
    "CLOB": 4294967295,
}
_STRINGS: Final = frozenset(("STRING", "UNICODE", "VARCHAR", "NVARCHAR", "CHAR", "NCHAR"))
_WHOLE: Final = {
    "TINYINT": 8,
    "SMALLINTEGER": 16,
    "SMALLINT": 16,
    "MEDIUMINT": 24,
    "INTEGER": 32,
    "INT": 32,
    "BIGINTEGER": 64,
    "BIGINT": 64,
}
_TIMES: Final = frozenset(("DATETIME", "TIMESTAMP", "TIMEUTC"))
_OTHERS: Final = frozenset(
    (
        *(
            "BOOLEAN",
            "BOOL",
            "ENUM",
            "FLOAT",
            "REAL",
            "DOUBLE",
            "NUMERIC",
            "DECIMAL",
            "DATE",
            "TIME",
            "INTERVAL",
            "JSON",
        ),
        *(
            "LARGEBINARY",
            "BINARY",
            "VARBINARY",
            "BLOB",
            "MEDIUMBLOB",
            "LONGBLOB",
            "PICKLETYPE",
            "ARRAY",
            "UUID",
            "INET",
        ),
        *("CIDR", "MACADDR", "NULLTYPE", "TYPEENGINE", "BYTEA", "SET", "VARIANT"),
    )
)


def is_type(name: str) -> bool:
    """Tell whether a name of SQLAlchemy's is one of a column type."""
    upper = name.upper()
    return upper in _TEXTS or upper in _STRINGS or upper in _WHOLE or upper in _TIMES or upper in _OTHERS


def type_of(
    name: str, arguments: Sequence[object] = (), named: Mapping[str, object] | None = None
) -> ColumnType:
    """Return the type that SQLAlchemy's class of this name makes of its arguments."""
    upper, named = name.upper(), named or {}
    first = named.get("length", arguments[0] if arguments else None)
    length = first if isinstance(first, int) and not isinstance(first, bool) else None
    if upper in _STRINGS:
        return (
            ColumnType("text", length)
            if length is not None
            else ColumnType("text")
            if first is None
            else ColumnType()
        )
    if upper in _TEXTS:
        return ColumnType("text", length if length is not None else _TEXTS[upper])
    if upper in _WHOLE:
        return ColumnType("integer", bits=_WHOLE[upper])
    if upper == "ENUM":
        return ColumnType(values=_listed(arguments, named))
    return ColumnType("time") if upper in _TIMES else ColumnType()


def _listed(arguments: Sequence[object], named: Mapping[str, object]) -> frozenset[str] | None:
    """Return the values of an enumeration, None where one of them is not known."""
    values = [*arguments, *(value if isinstance(value := named.get("enums", ()), list | tuple) else ())]
    if len(values) == 1 and isinstance(values[0], list | tuple):
        values = list(values[0])
    if not values or any(each is UNKNOWN or not isinstance(each, str) for each in values):
        return None
    return frozenset(str(each) for each in values)
