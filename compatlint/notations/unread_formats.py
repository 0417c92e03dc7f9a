"""Formats that compatlint sees and does not read: what a changed file is, where no notation reads it.

A file that visibly writes or reads bytes, stores models or pickles objects is named, so that no report about it
passes for a good one. `KINDS` is asked from the top; what none of them takes is only counted, by its suffix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

C_FILES: Final = (".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".inc", ".ipp")
_WIDTHS: Final = rb"(?:8|16|32|64)"
_BYTES: Final = re.compile(
    rb"\b(?:de)?[sS]erialize\w*[ (]"
    rb"|\bBOOST_CLASS_|\bCEREAL_|\bSERIALIZE_METHODS|\bREADWRITE\w*\(|\bVMSTATE_\w"
    rb"|_(?:store|get|put|read|write|append|encode|decode)_(?:u|s|be|le)?" + _WIDTHS + rb"\b"
    rb"|\b(?:store|get|put|read|write|append|encode|decode)_?(?:u|s|be|le)?(?:int)?" + _WIDTHS + rb"\b"
    rb"|\b(?:Put|Get|Read|Write|Append|Encode|Decode)(?:Var|Fixed|Int|UInt|Uint|U|Big|Little)\w*"
    + _WIDTHS
    + rb"\b"
    rb"|\b(?:hton|ntoh)(?:s|l|ll)\b|\b(?:cpu_to_|hto)[bl]e"
    + _WIDTHS
    + rb"|\b[bl]e"
    + _WIDTHS
    + rb"(?:_to_cpu|toh)\b"
    rb"|\b(?:EncodeTo|DecodeFrom|SerializeTo|ParseFrom|WriteTo|ReadFrom)\w*\("
    rb"|\b(?:read|write)(?:Binary|PODBinary|Text|VarInt|VarUInt|Strict)\w*\(|\b(?:Read|Write)Buffer\b"
    rb"|\b(?:QDataStream|ByteBuffer|BinaryWriter|BinaryReader|DataOutputStream|DataInputStream)\b"
    rb"|\.(?:read|write)\((?:reinterpret_cast|\(char|\(const char)|\bf(?:read|write)\(&"
    rb"|\bmemcpy\([^;\n]{0,99}\bsizeof\b"
)
_LAYOUT: Final = re.compile(
    rb"(?:^[ \t]*(?:u?int"
    + _WIDTHS
    + rb"_t|__[bl]e"
    + _WIDTHS
    + rb"|__?[us]"
    + _WIDTHS
    + rb"|[us]"
    + _WIDTHS
    + rb")"
    rb"[ \t]+\w{1,99}[^;\n]{0,99};[^\n]{0,200}\n){2}",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file that is not read: `title` completes "31 ...". `marks` None: the name alone tells.

    A `faint` mark is believed only where nothing else in the range is read.
    """

    title: str
    suffixes: tuple[str, ...]
    marks: re.Pattern[bytes] | None = None
    faint: bool = False


KINDS: Final = (
    FileKind("C or C++ files that seem to write or read bytes", C_FILES, _BYTES),
    FileKind("C or C++ files with structures of fixed width", C_FILES, _LAYOUT, faint=True),
    FileKind(
        "Python files that pickle objects",
        (".py",),
        re.compile(
            rb"\bc?[pP]ickle\b|\bmarshal\.(?:dump|load)|\bshelve\.|__[gs]etstate__|__reduce(?:_ex)?__"
        ),
    ),
    FileKind(
        "Python files that pack bytes", (".py",), re.compile(rb"\bstruct\.(?:un)?pack|\bmsgpack\b|\bcbor2?\b")
    ),
    FileKind(
        "Python files with pydantic or marshmallow models",
        (".py",),
        re.compile(rb"\bpydantic\b|\bmarshmallow\b"),
    ),
    FileKind(".proto files", (".proto",)),
    FileKind("Avro schemas", (".avsc", ".avpr", ".avdl")),
    FileKind(".thrift files", (".thrift",)),
    FileKind("FlatBuffers schemas", (".fbs",)),
    FileKind("Cap'n Proto schemas", (".capnp",)),
    FileKind("ASN.1 and XDR files", (".asn1", ".asn", ".x")),
    FileKind("SQL scripts", (".sql",)),
    FileKind("XML schemas", (".xsd",)),
    FileKind("GraphQL schemas", (".graphql", ".graphqls", ".gql")),
    FileKind("Go files", (".go",), faint=True),
    FileKind("Java or Kotlin files", (".java", ".kt", ".scala"), faint=True),
    FileKind("Rust files", (".rs",), faint=True),
    FileKind("C# files", (".cs",), faint=True),
)
_NAMED: Final = tuple(sorted({suffix for kind in KINDS for suffix in kind.suffixes}))
_PROSE: Final = re.compile(
    r"(^|/)(doc|docs|Documentation|releasenotes|man|po|locale|LICENSE[\w.-]*|COPYING|README[\w.-]*|AUTHORS)(/|$)"
    r"|\.(md|rst|txt|adoc|html|css|png|svg|jpg|jpeg|gif|ico|pdf|po|pot|gitignore|gitattributes|mailmap)$",
)


def counted(title: str, files: int) -> str:
    """Return a number of files of a kind in words: "31 .proto files", "1 .proto file"."""
    if files != 1:
        return f"{files} {title}"
    one = title.replace("files", "file").replace("schemas", "schema").replace("scripts", "script")
    return (
        f"1 {one.replace(' seem ', ' seems ').replace(' pickle ', ' pickles ').replace(' pack ', ' packs ')}"
    )


def is_prose(path: str) -> bool:
    """Tell by its path that a file holds no code and no schema."""
    return _PROSE.search(path) is not None


def may_be_named(path: str) -> bool:
    """Tell by its path whether a file may be of a kind that is named: only such a file is looked into."""
    return path.endswith(_NAMED) and not is_prose(path)


def kind_of(path: str, source: bytes, *, faint: bool) -> FileKind | None:
    """Return what a file that no notation reads is, None if nothing about it is known.

    `faint`: believe faint marks, too.
    """
    mine = (kind for kind in KINDS if path.endswith(kind.suffixes) and (faint or not kind.faint))
    return next((kind for kind in mine if kind.marks is None or kind.marks.search(source) is not None), None)


def marked_line(kind: FileKind, line: bytes) -> bool:
    """Tell whether a single line bears the marks of a kind."""
    return kind.marks is None or kind.marks.search(line) is not None
