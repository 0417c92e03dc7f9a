"""The symbolic reader: a decoder's program run over the tokens that a writer left, one world at a time.

What goes wrong is raised as `Mismatch`; what was paired is in `pairs`, what was skipped in `dropped`. One
class, in layers that rest on the ones before them only: streams, frames, control, scalars, values.
"""

from compatlint.wire.symbolic.reader.found import NOTHING, Mismatch, NeedInline, ReadItem
from compatlint.wire.symbolic.reader.values import Reader

__all__ = ["NOTHING", "Mismatch", "NeedInline", "ReadItem", "Reader"]
