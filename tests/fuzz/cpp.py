"""C++ by grammar: structures with encoders and decoders, and whatever may stand around them."""

from __future__ import annotations

from random import Random

SCALARS = (
    "uint8_t",
    "uint16_t",
    "uint32_t",
    "uint64_t",
    "int",
    "bool",
    "std::string",
    "utime_t",
    "ceph_le32",
)
HOLDERS = (
    "std::vector<{}>",
    "std::map<uint32_t, {}>",
    "std::set<{}>",
    "std::optional<{}>",
    "std::list<{}>",
    "{}",
)
LOOSE = (
    *"{}()<>;,:&*=!?\"'\\#\n",
    *(
        "//",
        "/*",
        "*/",
        "#if 0\n",
        "#else\n",
        "#endif\n",
        "#ifdef A\n",
        "#if !defined(B)\n",
        "#define E(x) encode(x, bl)\n",
    ),
    *(
        'R"(',
        ')"',
        "template<class T>",
        "struct ",
        "return;",
        "encode(a, bl);",
        "decode(a, p);",
        "E(a);",
        "\\\n",
        "\0",
        "é",
    ),
    *(
        "ENCODE_START(2, 1, bl);",
        "DECODE_FINISH(p);",
        "if (struct_v >= 2) ",
        "for (;;) ",
        "enum { A, B = 1 << 40 };",
        "while (x) ",
    ),
    *(
        "typedef ",
        "using T = ",
        "operator==",
        "namespace n { ",
        "[&](auto& x) { encode(x, bl); }",
        "goto x;",
        "0x",
        "1e",
        "'",
    ),
)


def pair(choose: Random) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return a header before and after a change."""
    names = [f"T{number}" for number in range(choose.randint(1, 3))]
    old = [structure(choose, name, names) for name in names]
    new = [each if choose.random() < 0.3 else change(choose, each) for each in old]
    before, after = (head + "\n".join(each) for head, each in ((around(choose), old), (around(choose), new)))
    if choose.random() < 0.4:
        after = loosen(choose, after)
    path = choose.choice(("src/a.h", "src/osd/a.h", "src/mds/a.cc", "src/messages/MA.h"))
    return {path: before.encode("utf-8", "replace")}, {path: after.encode("utf-8", "replace")}


def structure(choose: Random, name: str, others: list[str]) -> str:
    """Return a structure that decodes what it encodes, mostly."""
    kinds = (*SCALARS, *(each for each in others if each < name))
    members = [
        (f"m{n}", choose.choice(HOLDERS).format(choose.choice(kinds))) for n in range(choose.randint(1, 6))
    ]
    version, oldest = choose.randint(1, 5), 1
    writes, reads = [], []
    for member, _ in members:
        guard = choose.randint(1, version)
        form = choose.randrange(7)
        if form == 0:
            writes.append(f"if (struct_v >= {guard}) encode({member}, bl);")
        elif form == 1:
            writes.append(f"encode({member}.size(), bl); for (auto& x : {member}) {{ encode(x, bl); }}")
        elif form == 2:
            writes.append(f"bool has = {member}; encode(has, bl); if (has) {{ encode({member}, bl); }}")
        else:
            writes.append(f"encode({member}, bl);")
        reads.append(
            f"if (struct_v >= {guard}) decode({member}, p); else {member} = {{}};"
            if guard > 1
            else {1: f"uint32_t n; decode(n, p); while (n--) {{ decode({member}, p); }}"}.get(
                form, f"decode({member}, p);"
            )
        )
    fields = " ".join(f"{kind} {member};" for member, kind in members)
    if choose.random() < 0.15:
        lines = " ".join(f"denc(v.{member}, p);" for member, _ in members)
        return f"struct {name} {{ {fields}\n DENC({name}, v, p) {{ DENC_START({version}, 1, p); {lines} DENC_FINISH(p); }}\n}};\nWRITE_CLASS_DENC({name})\n"
    body, back = "\n    ".join(writes), "\n    ".join(reads)
    return (
        f"struct {name} {{\n  {fields}\n  void encode(bufferlist& bl) const {{\n    ENCODE_START({version}, {oldest}, bl);\n"
        f"    {body}\n    ENCODE_FINISH(bl);\n  }}\n  void decode(bufferlist::const_iterator& p) {{\n"
        f"    DECODE_START({version}, p);\n    {back}\n    DECODE_FINISH(p);\n  }}\n}};\nWRITE_CLASS_ENCODER({name})\n"
    )


def change(choose: Random, text: str) -> str:
    """Return a structure with some of its lines dropped, doubled, moved or renumbered."""
    lines = text.split("\n")
    for _ in range(choose.randint(1, 3)):
        at, to = choose.randrange(len(lines)), choose.randrange(len(lines))
        match choose.randrange(5):
            case 0:
                lines[at:at] = [lines[to]]
            case 1:
                del lines[at]
                lines = lines or [""]
            case 2:
                lines[at], lines[to] = lines[to], lines[at]
            case 3:
                lines[at] = lines[at].replace("START(1", "START(2").replace(">= 2", ">= 3")
            case _:
                lines[at] = lines[at].replace("uint32_t", "uint64_t").replace("m1", "m2")
    return "\n".join(lines)


def around(choose: Random) -> str:
    """Return what may stand before a structure."""
    return (
        "".join(choose.choice(LOOSE) for _ in range(choose.randint(1, 4))) + "\n"
        if choose.random() < 0.2
        else ""
    )


def loosen(choose: Random, text: str) -> str:
    """Return the text with tokens put in and pieces cut out."""
    for _ in range(choose.randint(1, 8)):
        at = choose.randrange(len(text) + 1)
        put = choose.choice(LOOSE) * choose.choice((1, 1, 1, 2, 40))
        text = text[:at] + put + text[at + choose.choice((0, 0, 0, 1, 5, 30)) :]
    return text
