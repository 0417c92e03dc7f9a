"""Which files the Ceph notation reads.

Asked for every file that changed, before anything heavy is imported.
"""

from __future__ import annotations

import re

SUFFIXES = (".h", ".cc", ".hpp", ".cpp", ".cxx", ".hh", ".c", ".inc")
OUTSIDE = re.compile(
    r"(^|/)(test|tests|unittest|googletest|gtest|gmock|third_party|vendor|boost|rocksdb|spdk|dpdk|seastar|zstd|lz4|jerasure|"
    r"isa-l|civetweb|rapidjson|fmt|spawn|xxHash|Beast|crimson|ceph-dencoder|erasure-code|pybind)(/|$)"
)
INTRINSIC = re.compile(
    r"(^|/)include/(encoding|denc|encoding_\w+)\.h$"
)  # the library whose rules `ctype` and `calls` know

DENC = re.compile(r"(^|/)include/denc\.h$")


def wants(path: str) -> bool:
    """Tell whether a path is C++ of the project itself: no tests, no vendored code."""
    return path.endswith(SUFFIXES) and not OUTSIDE.search(path) and not INTRINSIC.search(path)
