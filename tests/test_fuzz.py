"""No input makes it crash, hang or grow.

C++ that nobody would write, and revisions that nobody would ask for.

Everything goes through the pipeline on a real repository. The one exception allowed is CompatlintError.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compatlint.comparison import check, compare
from compatlint.config import Config
from compatlint.errors import CompatlintError
from compatlint.sources.cache import Cache
from compatlint.sources.git import Repository
from tests.gitbox import GitBox

ROOT = Path(__file__).resolve().parent.parent
FRAGMENTS = [path.read_text() for path in sorted((ROOT / "fixtures").glob("*/*/src/**/*")) if path.is_file()]
SECONDS = 6.0  # of the processor, not of the clock: others may be at work
MEGABYTES = 700
CONFIG = Config()
TOKENS = (
    *"{}()[]<>;:,.*&=!?~+-/|^%#\\\n\t\"'",
    *(
        "struct ",
        "class ",
        "template<",
        "typename ",
        "T",
        "Thing",
        "::",
        "->",
        "encode",
        "decode",
        "ENCODE_START",
        "DECODE_START",
    ),
    *(
        "ENCODE_FINISH(bl)",
        "DECODE_FINISH(p)",
        "bufferlist",
        "bl",
        "p",
        "struct_v",
        "if",
        "else",
        "for",
        "while",
        "switch",
        "case 1:",
    ),
    *(
        "default:",
        "return",
        "throw",
        "try",
        "catch",
        "void ",
        "const",
        "uint32_t",
        "std::map<",
        "std::string",
        "1",
        "0x7f",
        "1e9",
        "'a'",
    ),
    *(
        "#if 0\n",
        "#else\n",
        "#endif\n",
        "#define X ",
        "//",
        "/*",
        "*/",
        'R"(',
        ')"',
        "typedef ",
        "using ",
        "enum ",
        "operator",
        "DENC(",
    ),
    *(
        "WRITE_CLASS_ENCODER(Thing)",
        "header.version",
        "features",
        "HAVE_FEATURE(features, X)",
        "\0",
        "\r\n",
        "\ufeff",
        "é",
    ),
)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> GitBox:
    """A repository with one harmless structure; what is tried stands in its working tree."""
    made = GitBox(tmp_path_factory.mktemp("fuzz"))
    made.commit({"src/thing.h": thing("encode(a, bl);", "decode(a, p);")}, tag="v1.0.0")
    return made


def thing(writes: str, reads: str, members: str = "uint32_t a = 0, b = 0;", before: str = "") -> str:
    """Return a structure with these lines in its encoder and decoder."""
    return f"""{before}
struct Thing {{
  {members}
  void encode(bufferlist& bl) const {{
    ENCODE_START(1, 1, bl);
    {writes}
    ENCODE_FINISH(bl);
  }}
  void decode(bufferlist::const_iterator& p) {{
    DECODE_START(1, p);
    {reads}
    DECODE_FINISH(p);
  }}
}};
WRITE_CLASS_ENCODER(Thing)
"""


@contextmanager
def bounded() -> Iterator[None]:
    """Fail if what is done inside takes long or much."""
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    took, grew = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert took < SECONDS, f"{took:.1f} s"
    assert grew < MEGABYTES * 1024, f"{grew // 1024} MB"


def refusal(attempt: Callable[[], object]) -> str | None:
    """Return what an attempt is refused with, None if it is not; any other exception is a bug."""
    try:
        attempt()
    except CompatlintError as error:
        return str(error)
    return None


def survive(box: GitBox, source: str | bytes, path: str = "src/thing.h") -> None:
    """Compare and check a working tree that holds `source`."""
    box.write(path, source)
    repository = Repository.open(box.path)
    before, after = repository.tree("v1.0.0"), repository.worktree()
    with bounded():
        for old, new in ((before, after), (after, before)):
            refused = refusal(
                lambda old=old, new=new: compare(
                    repository, old, new, config=CONFIG, promise="all", cache=Cache(None)
                )
            )
            assert refused is None or "\n" not in refused
        refusal(lambda: check(repository, after, config=CONFIG, cache=Cache(None)))


RELAXED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@RELAXED
@given(st.binary(max_size=400))
def test_any_bytes(box: GitBox, source: bytes) -> None:
    survive(box, source)


@RELAXED
@given(st.lists(st.sampled_from(TOKENS), max_size=120).map("".join))
def test_any_tokens(box: GitBox, source: str) -> None:
    survive(box, source)


@RELAXED
@given(
    st.lists(st.sampled_from(TOKENS), max_size=30).map("".join),
    st.lists(st.sampled_from(TOKENS), max_size=30).map("".join),
)
def test_any_tokens_inside_an_encoder(box: GitBox, writes: str, reads: str) -> None:
    survive(box, thing(writes, reads))


@settings(RELAXED, max_examples=150)
@given(st.integers(0, 2**32))
def test_fragments_of_real_looking_code(box: GitBox, seed: int) -> None:
    """Files cut off, with lines doubled, dropped, moved and glued to those of others."""
    choose = random.Random(seed)
    lines = choose.choice(FRAGMENTS).split("\n")
    for _ in range(choose.randint(1, 6)):
        at, to = sorted((choose.randrange(len(lines) + 1), choose.randrange(len(lines) + 1)))
        match choose.randrange(5):
            case 0:
                lines[at:to] = []
            case 1:
                lines[at:at] = lines[at:to]
            case 2:
                lines[at:at] = choose.choice(FRAGMENTS).split("\n")[: choose.randint(1, 30)]
            case 3:
                choose.shuffle(lines)
            case _:
                text = "\n".join(lines)
                cut = choose.randrange(len(text) + 1)
                lines = (text[:cut] + choose.choice(TOKENS) + text[cut + choose.randint(0, 5) :]).split("\n")
    survive(box, "\n".join(lines))


DEEP = 5000


def doubling(rounds: int, side: str) -> str:
    """Return functions that each call the one before twice."""
    stream, verb = (
        ("bufferlist& bl", "encode(a, bl)")
        if side == "w"
        else ("bufferlist::const_iterator& bl", "decode(a, bl)")
    )
    made = f"  void {side}0({stream}) {{ {verb}; }}\n"
    return made + "".join(
        f"  void {side}{n}({stream}) {{ {side}{n - 1}(bl); {side}{n - 1}(bl); }}\n" for n in range(1, rounds)
    )


NASTY: dict[str, Callable[[], str | bytes]] = {
    "empty": lambda: "",
    "braces": lambda: "{" * DEEP + "}" * DEEP,
    "braces in an encoder": lambda: thing("{" * DEEP + "encode(a, bl);" + "}" * DEEP, "decode(a, p);"),
    "open braces": lambda: thing("{" * DEEP, ""),
    "parentheses": lambda: thing(f"encode({'(' * DEEP}a{')' * DEEP}, bl);", "decode(a, p);"),
    "operators": lambda: thing(f"if ({'!' * DEEP}a) encode(a, bl);", "decode(a, p);"),
    "sums": lambda: thing(f"if ({'a + ' * DEEP}a) encode(a, bl);", "decode(a, p);"),
    "conditions": lambda: thing(f"encode({'a ? b : ' * DEEP}a, bl);", "decode(a, p);"),
    "templates": lambda: thing(
        "encode(m, bl);", "decode(m, p);", f"{'std::vector<' * DEEP}int{'>' * DEEP} m;"
    ),
    "nested classes": lambda: "".join(f"struct S{n} {{ " for n in range(DEEP)) + "};" * DEEP,
    "namespaces": lambda: "namespace n { " * DEEP + thing("encode(a, bl);", "decode(a, p);") + "}" * DEEP,
    "else if": lambda: thing(
        "if (a) encode(a, bl);" + "".join(f"else if (a == {n}) encode(b, bl);" for n in range(DEEP)),
        "decode(a, p);",
    ),
    "many ifs": lambda: thing(
        "".join(f"if (x{n}) encode(a, bl);" for n in range(400)),
        "".join(f"if (x{n}) decode(a, p);" for n in range(400)),
    ),
    "nested ifs": lambda: thing(
        "".join(f"if (x{n}) {{" for n in range(DEEP)) + "encode(a, bl);" + "}" * DEEP, "decode(a, p);"
    ),
    "nested loops": lambda: thing(
        "for (auto& x : y) {" * DEEP + "encode(a, bl);" + "}" * DEEP,
        "for (;;) {" * 50 + "decode(a, p);" + "}" * 50,
    ),
    "endless loops": lambda: thing(
        "while (true) encode(a, bl);",
        "while (true) decode(a, p); for (;;) {} do { decode(b, p); } while (1);",
    ),
    "counted loop": lambda: thing(
        "for (int i = 0; i < 2000000000; i++) encode(a, bl);",
        "for (int i = 0; i < 2000000000; ++i) decode(a, p);",
    ),
    "nested counted loops": lambda: thing(
        "encode(a, bl);", "for (int i = 0; i < 100; i++) " * 6 + "decode(a, p);"
    ),
    "one line": lambda: thing("encode(a, bl);" * 60_000, "decode(a, p);" * 60_000).replace("\n", " "),
    "a large file": lambda: thing("encode(a, bl);", "decode(a, p);") + "// filler\n" * 1_500_000,
    "a very long name": lambda: thing(f"encode({'a' * 500_000}, bl);", "decode(a, p);"),
    "a comment without end": lambda: "/*" + thing("encode(a, bl);", "decode(a, p);"),
    "a string without end": lambda: thing('encode("a, bl);', "decode(a, p);"),
    "a raw string without end": lambda: thing('encode(R"x(, bl);', "decode(a, p);"),
    "conditional forest": lambda: (
        "".join(f"#if A{n}\nstruct X{n} {{\n" for n in range(2000)) + "#endif\n" * 2000
    ),
    "conditions without end": lambda: thing(
        "#if A\n" * 3000 + "encode(a, bl);", "#else\n" * 3000 + "decode(a, p);"
    ),
    "endless macros": lambda: (
        "#define A B\n#define B A\n#define C(x) C(C(x))\n"
        + thing("encode(A, bl); C(a)", "decode(B, p); C(C(C(a)))")
    ),
    "typedef of itself": lambda: thing(
        "encode(a, bl);", "decode(a, p);", "loop a;", "typedef loop loop;\ntypedef one two;\ntypedef two one;"
    ),
    "typedefs in a ring": lambda: thing(
        "encode(a, bl);",
        "decode(a, p);",
        "one a;",
        "typedef two one;\nusing three = one;\nusing two = three;",
    ),
    "growing typedef": lambda: thing(
        "encode(a, bl);", "decode(a, p);", "t a;", "typedef std::vector<t> t;\ntypedef std::map<u, u> u;"
    ),
    "doubling typedefs": lambda: thing(
        "encode(a, bl);",
        "decode(a, p);",
        "t60 a;",
        "typedef int t0;\n" + "".join(f"typedef std::map<t{n}, t{n}> t{n + 1};\n" for n in range(60)),
    ),
    "class of itself": lambda: thing(
        "encode(a, bl); Thing::encode(bl);", "decode(a, p); Thing::decode(p);", "Thing a;"
    ),
    "base of itself": lambda: thing("encode(a, bl);", "decode(a, p);").replace(
        "struct Thing {", "struct Thing : public Thing {"
    ),
    "bases in a ring": lambda: (
        "struct A : B { int x; };\nstruct B : C {};\nstruct C : A {};\n"
        + thing("encode(a, bl);", "decode(a, p);", "A a;")
    ),
    "structures of each other": lambda: (
        thing("encode(o, bl);", "decode(o, p);", "Other o;")
        + thing("encode(t, bl);", "decode(t, p);", "std::vector<Thing> t;")
        .replace("Thing {", "Other {")
        .replace("(Thing)", "(Other)")
    ),
    "calls of itself": lambda: thing(
        "encode(bl); f(bl);",
        "decode(p); f(p);",
        "void f(bufferlist& bl) const { f(bl); encode(a, bl); f(bl); }",
    ),
    "calls of each other": lambda: thing(
        "f(bl);",
        "g(p);",
        "void f(bufferlist& bl) const { g(bl); } void g(bufferlist& bl) const { f(bl); f(bl); }",
    ),
    "doubling calls": lambda: thing(
        "w40(bl);", "r40(p);", "int a;\n" + doubling(41, "w") + doubling(41, "r")
    ),
    "doubling structures": lambda: (
        "struct D0 { int a; void encode(bufferlist& bl) const { encode(a, bl); }"
        " void decode(bufferlist::const_iterator& p) { decode(a, p); } };\n"
        + "".join(
            f"struct D{n} {{ D{n - 1} l, r; void encode(bufferlist& bl) const {{ encode(l, bl); encode(r, bl); }}"
            f" void decode(bufferlist::const_iterator& p) {{ decode(l, p); decode(r, p); }} }};\n"
            for n in range(1, 40)
        )
        + thing("encode(d, bl);", "d.l.l.decode(p);", "D39 d;")
    ),
    "doubling templates": lambda: (
        "".join(
            f"template<class T> struct E{n} {{ E{n + 1}<std::pair<T, T>> x;"
            f" void encode(bufferlist& bl) const {{ encode(x, bl); }}"
            f" void decode(bufferlist::const_iterator& p) {{ decode(x, p); }} }};\n"
            for n in range(40)
        )
        + thing("encode(e, bl);", "decode(e, p);", "E0<int> e;")
    ),
    "template of itself": lambda: (
        "template<class T> struct G { G<G<T>> x; void encode(bufferlist& bl) const { encode(x, bl); }"
        " void decode(bufferlist::const_iterator& p) { decode(x, p); } };\n"
        + thing("encode(g, bl);", "decode(g, p);", "G<int> g;")
    ),
    "a gigantic switch": lambda: thing(
        "switch (a) {" + "".join(f"case {n}: encode(b, bl); break;" for n in range(3000)) + "}",
        "decode(a, p); switch (a) {" + "".join(f"case {n}: decode(b, p); break;" for n in range(3000)) + "}",
    ),
    "many frames": lambda: thing("ENCODE_START(1, 1, bl);" * 3000, "DECODE_START(1, p);" * 3000),
    "many ends": lambda: thing("ENCODE_FINISH(bl);" * 3000, "DECODE_FINISH(p);" * 3000),
    "huge numbers": lambda: thing(
        f"encode((uint32_t){'9' * 5000}, bl); if (1 << 999999999) encode(a, bl);",
        f"if (struct_v >= {'9' * 5000}) decode(a, p);",
    ),
    "versions beyond reason": lambda: thing("encode(a, bl);", "decode(a, p);").replace(
        "START(1", "START(4294967295000"
    ),
    "odd array sizes": lambda: thing(
        "encode(a, bl);",
        "decode(a, p);",
        "int a[999999999][999999999]; char b[-1]; int c[0]; int d[sizeof(Thing)];",
    ),
    "many structures": lambda: "".join(
        thing("encode(a, bl);", "decode(a, p);").replace("Thing", f"Thing{n}") for n in range(300)
    ),
    "many of one name": lambda: thing("encode(a, bl);", "decode(a, p);") * 200,
    "positions": lambda: thing(
        "encode(a, bl);",
        "auto q = p; while (!p.end()) { try { decode(a, p); p = q; } catch (...) { p = q; } }",
    ),
    "nothing but zero": lambda: b"\0" * 100_000,
    "zero inside": lambda: thing("encode(a, bl);\0", "decode(\0a, p);"),
    "carriage returns": lambda: thing("encode(a, bl);", "decode(a, p);").replace("\n", "\r\n"),
    "lone carriage returns": lambda: thing("encode(a, bl);", "decode(a, p);").replace("\n", "\r"),
    "byte order mark": lambda: b"\xef\xbb\xbf" + thing("encode(a, bl);", "decode(a, p);").encode(),
    "UTF-16": lambda: thing("encode(a, bl);", "decode(a, p);").encode("utf-16"),
    "not UTF-8": lambda: thing("encode(a, bl); // \xff\xfe\x80", "decode(a, p);").encode("latin-1"),
    "half a character": lambda: thing("encode(a, bl);", "decode(a, p);").encode() + b"\xe2\x82",
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_sources(box: GitBox, name: str) -> None:
    survive(box, NASTY[name]())


PIECES = (
    *(
        "v1.0.0",
        "HEAD",
        "main",
        "src",
        "..",
        "...",
        "^",
        "~3",
        "@{",
        "}",
        "-",
        "--",
        ":",
        "/",
        " ",
        "\n",
        "\0",
        "*",
        "refs/",
    ),
    *("\\", "`id`", "$(id)", "ü"),
)


@settings(RELAXED, max_examples=100)
@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_any_revision(box: GitBox, text: str) -> None:
    """A revision is found or refused in one line.

    Nothing of it is taken for an option of git or run by a shell.
    """
    repository = Repository.open(box.path)
    before = {path.name for path in box.path.iterdir()}
    for ask in (repository.range, repository.tree):
        refused = refusal(lambda ask=ask: ask(text))
        assert refused is None or (refused.strip() and "\n" not in refused.strip())
    assert {path.name for path in box.path.iterdir()} == before


@pytest.mark.parametrize(
    "text",
    [
        *(
            "--output=stolen",
            "-o",
            "--help",
            "-",
            "--upload-pack=touch stolen",
            "HEAD;touch stolen",
            "$(touch stolen)..HEAD",
        ),
        *("|touch stolen", "@", "HEAD^{/}", ":/", ":0:src"),
    ],
)
def test_a_revision_is_never_an_option_or_a_command(box: GitBox, text: str) -> None:
    repository = Repository.open(box.path)
    for each in (text, f"{text}..HEAD", f"HEAD..{text}", f"HEAD...{text}"):
        assert refusal(lambda each=each: repository.range(each)) != ""
    assert not (box.path / "stolen").exists()
    assert not Path("stolen").exists()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "many ifs",
            "else if",
            "nested ifs",
            "nested loops",
            "doubling calls",
            "doubling structures",
            "template of itself",
            "positions",
        ),
        *("a large file", "one line", "a gigantic switch"),
    ],
)
def test_past_a_limit_something_is_said(box: GitBox, name: str) -> None:
    """What was not read is named: silence never passes for success, and never for a break."""
    box.write("src/thing.h", NASTY[name]())
    repository = Repository.open(box.path)
    comparison = compare(
        repository,
        repository.tree("v1.0.0"),
        repository.worktree(),
        config=CONFIG,
        promise="all",
        cache=Cache(None),
    )
    assert comparison.unread or comparison.warnings
    assert comparison.findings == ()


def test_what_is_nested_too_deeply_is_no_break(box: GitBox) -> None:
    box.write("src/thing.h", NASTY["braces in an encoder"]())
    repository = Repository.open(box.path)
    comparison = compare(
        repository,
        repository.tree("v1.0.0"),
        repository.worktree(),
        config=CONFIG,
        promise="all",
        cache=Cache(None),
    )
    assert comparison.findings == ()
