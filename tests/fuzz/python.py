"""Python by grammar: versioned objects, migrations, options, RPC, models; and values that are worth something."""

from __future__ import annotations

from random import Random

KINDS = (
    "StringField()",
    "IntegerField(nullable=True)",
    "ListOfStringsField()",
    "ObjectField('Thing')",
    "EnumField(valid_values=X)",
    "DictOfStringsField(default={})",
)
COLUMNS = (
    "sa.Integer",
    "sa.String(36)",
    "sa.Text()",
    "sa.Boolean, nullable=False",
    "sa.DateTime, server_default='x'",
    "sa.Enum('a', 'b')",
)
ATOMS = (
    "1",
    "'a'",
    "X",
    "Y",
    "[]",
    "{}",
    "()",
    "None",
    "True",
    "3.5",
    "b'x'",
    "[1, 2]",
    "{'a': 1}",
    "range(9)",
    "x",
    "self",
    "f'{X}'",
    "'%s' % X",
    "1 << 99",
    "'a' * 999",
)
LOOSE = (
    *"()[]{}:,.=+-*/%<>@\\\n\t'\"#",
    *(
        "def f(x):\n    ",
        "return ",
        "lambda: ",
        "for x in X:\n    ",
        "if ",
        "else:\n    ",
        "async ",
        "await ",
        "\xbe",
        "\0",
        "yield ",
        "class A(A):\n    ",
    ),
    *(
        "\u2028",
        "\x0c",
        "X += X\n",
        "X.append(X)\n",
        "import a\n",
        "from . import *\n",
        "try:\n    ",
        "\\N{x}",
        "0" * 50,
        "'''",
        '"""',
        "\r",
    ),
)


def pair(choose: Random) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return one project before and after a change."""
    path, make = choose.choice(MAKERS)
    path = path.format(choose.randrange(3))
    old = make(choose)
    new = make(choose) if choose.random() < 0.3 else change(choose, old)
    before, after = values(choose) + old, values(choose) + new
    if choose.random() < 0.4:
        after = loosen(choose, after)
    base = {"setup.cfg": b"[metadata]\nname = nova\nversion = 1\n", "nova/__init__.py": b""}
    return {**base, path: before.encode("latin-1", "replace")}, {
        **base,
        path: after.encode("utf-8", "replace"),
    }


def objects(choose: Random) -> str:
    fields = "".join(f"        'f{n}': fields.{choose.choice(KINDS)},\n" for n in range(choose.randint(0, 5)))
    version = choose.choice(("'1.0'", "'1.%d' % 3", "f'1.{X}'", "'1.' + str(2)", "X", "'2.0'"))
    gates = "".join(
        f"        if target_version < (1, {n}) and 'f{n}' in primitive:\n            del primitive['f{n}']\n"
        for n in range(choose.randint(0, 3))
    )
    compat = f"    def obj_make_compatible(self, primitive, target_version):\n        super().obj_make_compatible(primitive, target_version)\n{gates}"
    return (
        "from oslo_versionedobjects import base, fields\n@base.VersionedObjectRegistry.register\n"
        f"class Thing(base.VersionedObject):\n    VERSION = {version}\n    fields = {{\n{fields}    }}\n{compat if choose.random() < 0.6 else ''}"
    )


def migration(choose: Random) -> str:
    acts = "".join(
        choose.choice(
            (
                f"    op.add_column('t', sa.Column('c{n}', {choose.choice(COLUMNS)}))\n",
                f"    op.drop_column('t', 'c{n}')\n",
                f"    op.alter_column('t', 'c{n}', nullable={choose.choice(('True', 'False'))}, new_column_name='d')\n",
                "    op.execute('ALTER TABLE t ADD COLUMN x INT')\n",
                f"    op.create_table('u{n}', *[sa.Column(x, sa.Integer) for x in {expression(choose)}])\n",
                f"    for x in {expression(choose)}:\n        op.drop_table(x)\n",
                "    with op.batch_alter_table('t') as b:\n        b.drop_column('c1')\n",
            )
        )
        for n in range(choose.randint(1, 4))
    )
    parent = choose.choice(("None", "'a'", "('a', 'b')", "X"))
    return f"from alembic import op\nimport sqlalchemy as sa\nrevision = 'r{choose.randrange(4)}'\ndown_revision = {parent}\ndef upgrade():\n{acts}"


def models(choose: Random) -> str:
    columns = "".join(
        f"    c{n} = sa.Column({choose.choice(COLUMNS)})\n" for n in range(choose.randint(1, 5))
    )
    return f"import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\nclass T(Base):\n    __tablename__ = 't'\n{columns}"


def options(choose: Random) -> str:
    made = "".join(
        f"    cfg.{choose.choice(('StrOpt', 'IntOpt', 'BoolOpt', 'ListOpt'))}('o{n}', default={expression(choose)}, "
        f"{choose.choice(('min=1', 'choices=X', 'deprecated_name=chr(1)', 'help=1', 'required=True'))}),\n"
        for n in range(choose.randint(1, 5))
    )
    return f"from oslo_config import cfg\nopts = [\n{made}]\nCONF = cfg.CONF\nCONF.register_opts(opts, group={expression(choose)})\n"


def rpc(choose: Random) -> str:
    names = ", ".join(choose.sample(("a", "b", "c=1", "*args", "**kw"), choose.randint(0, 2)))
    return (
        "import oslo_messaging as messaging\nclass Manager:\n    target = messaging.Target(version='1.3')\n"
        f"    def act(self, context, {names or 'a'}):\n        return 1\nclass API:\n    def act(self, context, a):\n"
        f"        v = '1.2'\n        if self.client.can_send_version('1.3'):\n            v = '1.3'\n        cctxt = self.client.prepare(version=v)\n"
        f"        return cctxt.{choose.choice(('call', 'cast'))}(context, 'act', a={expression(choose)})\n"
    )


MAKERS = (
    ("nova/objects/x{}.py", objects),
    ("nova/db/migration/versions/r{}_x.py", migration),
    ("nova/db/models.py", models),
    ("nova/conf/x{}.py", options),
    ("nova/compute/manager.py", rpc),
    ("nova/compute/rpcapi.py", rpc),
)


def expression(choose: Random, depth: int = 0) -> str:
    """Return an expression."""
    if depth > 3 or choose.random() < 0.35:
        return choose.choice(ATOMS)
    one, other = expression(choose, depth + 1), expression(choose, depth + 1)
    forms = (
        *(
            "{0} + {1}",
            "{0} * {1}",
            "{0} % ({1},)",
            "{0} << {1}",
            "{0}[{1}]",
            "[{0}, *{1}]",
            "{{{0}: {1}, **X}}",
            "({0} if {1} else X)",
        ),
        *(
            "[x for x in {0} if {1}]",
            "f({0}, {1})",
            "{0}.format({1})",
            "{0}.join({1})",
            "dict(a={0})",
            "sorted({0})",
            "max({0}, {1})",
        ),
        *(
            "(lambda x: {0})({1})",
            "{0}.{1}",
            "str({0})",
            "list({0})[{1}:]",
            "{0}.replace('a', {1})",
            "{0} ** {1}",
            "'{{}}'.format({0})",
        ),
        *(
            "tuple({0})",
            "sum({0}, {1})",
            "{0}.count({1})",
            "zip({0}, {1})",
            "f'{{{0}}}'",
            "{0} == {1}",
            "not {0}",
            "{0}.items()",
        ),
    )
    return choose.choice(forms).format(one, other)


def values(choose: Random) -> str:
    """Return statements at the top of a module that make values."""
    made = [f"X = {expression(choose)}\nY = {expression(choose)}\n"]
    for _ in range(choose.randint(0, 5)):
        made.append(
            choose.choice(
                (
                    f"X += {expression(choose)}\n",
                    f"X.append({expression(choose)})\n",
                    f"X[{expression(choose)}] = {expression(choose)}\n",
                    f"for x in {expression(choose)}:\n    Y = {expression(choose)}\n",
                    f"def f(x, *y, z={expression(choose)}):\n    x = {expression(choose)}\n    return {expression(choose)}\n",
                    f"if {expression(choose)}:\n    X = {expression(choose)}\nelse:\n    Y = X\n",
                    f"while {expression(choose)}:\n    X = {expression(choose)}\n",
                    f"X, *Y = {expression(choose)}\n",
                    f"class C({choose.choice(('object', 'C', 'X', 'D'))}):\n    a = {expression(choose)}\nclass D(C): pass\n",
                    f"X = Y.update({expression(choose)})\n",
                )
            )
        )
    return "".join(made)


def change(choose: Random, text: str) -> str:
    """Return a file with some of its lines dropped, doubled or exchanged."""
    lines = text.split("\n")
    for _ in range(choose.randint(1, 3)):
        at, to = choose.randrange(len(lines)), choose.randrange(len(lines))
        match choose.randrange(3):
            case 0:
                lines[at:at] = [lines[to]]
            case 1 if len(lines) > 1:
                del lines[at]
            case _:
                lines[at], lines[to] = lines[to], lines[at]
    return "\n".join(lines)


def loosen(choose: Random, text: str) -> str:
    """Return the text with tokens put in and pieces cut out."""
    for _ in range(choose.randint(1, 5)):
        at = choose.randrange(len(text) + 1)
        put = choose.choice(LOOSE) * choose.choice((1, 1, 1, 2, 60))
        text = text[:at] + put + text[at + choose.choice((0, 0, 0, 1, 5, 30)) :]
    return text
