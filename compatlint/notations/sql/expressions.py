"""What an expression in a migration or a model is worth: plain values, tables, columns, constraints.

Names and attributes are followed through the release; operators are left to the Python layer once their parts
are plain. A call goes to `calls`, which knows what SQLAlchemy, alembic and sqlalchemy-migrate do.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from compatlint.notations.languages.python import UNKNOWN, Defined, External, Module, assigned_value, dotted
from compatlint.notations.languages.python.budget import fits
from compatlint.notations.languages.python.formatting import joined
from compatlint.notations.languages.python.operations import binary
from compatlint.notations.sql.calls import attribute, call
from compatlint.notations.sql.interpreter import Interpreter, ScriptFrame, bind, either, elements, truth
from compatlint.notations.sql.python_values import MAX_ROWS, filled, is_plain
from compatlint.notations.sql.values import PARTS, TABLES, BoundOperation, ColumnRef, Columns, TableRef

_OTHERS: Final = ("sqlite", "postgresql", "postgres", "ibm_db_sa", "mssql", "oracle")
_DIALECTS: Final = {"mysql": True, "mariadb": True} | dict.fromkeys(_OTHERS, False)
_Comprehension = ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp


def interpreter(project: object) -> Interpreter:
    """Return an interpreter that evaluates with this module."""
    from compatlint.notations.languages.python import Project

    assert isinstance(project, Project)
    made = Interpreter(project)
    made.evaluate = lambda frame, node: value_of(made, frame, node)
    return made


def value_of(run: Interpreter, frame: ScriptFrame, node: ast.expr) -> object:
    """Return what an expression is worth."""
    run.budget.spend()
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return frame.names[node.id] if node.id in frame.names else _global(run, frame, node)
    if isinstance(node, ast.Attribute):
        return _attribute(run, frame, node)
    if isinstance(node, ast.Call):
        return _call(run, frame, node)
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        parts = _spread(run, frame, node.elts)
        run.budget.weigh(parts)
        return tuple(parts) if isinstance(node, ast.Tuple) else parts
    if isinstance(node, ast.Dict):
        return _dict(run, frame, node)
    if isinstance(node, ast.Subscript):
        return _subscript(run, frame, node)
    if isinstance(node, _Comprehension):
        return _comprehension(run, frame, node)
    return _operator(run, frame, node)


def _operator(run: Interpreter, frame: ScriptFrame, node: ast.expr) -> object:
    """Return the value of what is neither a name, a call nor a container."""
    if isinstance(node, ast.IfExp):
        test = truth(run.evaluate(frame, node.test))
        if test is not None:
            return run.evaluate(frame, node.body if test else node.orelse)
        return either(run.evaluate(frame, node.body), run.evaluate(frame, node.orelse))
    if isinstance(node, ast.Compare):
        return _compare(run, frame, node)
    if isinstance(node, ast.BoolOp):
        return _bool(run, frame, node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        known = truth(run.evaluate(frame, node.operand))
        return UNKNOWN if known is None else not known
    if isinstance(node, ast.BinOp):
        return _plain(run, frame, node, {"left": node.left, "right": node.right})
    if isinstance(node, ast.Starred | ast.Await):
        return run.evaluate(frame, node.value)
    if isinstance(node, ast.NamedExpr):
        value = run.evaluate(frame, node.value)
        bind(frame, node.target, value, run.budget)
        return value
    if isinstance(node, ast.JoinedStr):
        return _joined(run, frame, node)
    return UNKNOWN


def _global(run: Interpreter, frame: ScriptFrame, node: ast.expr) -> object:
    """Return what a name or a dotted expression of the module stands for."""
    found = run.project.resolve(frame.module, node, frame.function)
    if found is None:
        module = run.project.imported(frame.module, node, frame.function)
        return module if module is not None else UNKNOWN
    if isinstance(found, External) or not isinstance(found.node, ast.Assign | ast.AnnAssign):
        return found
    *_, name = (found.name or dotted(node)).split(".")
    key = (found.module.path, f"{found.inside.name if found.inside else ''}.{name}")
    if key not in run.globals:
        run.globals[key] = UNKNOWN  # a name that is worth itself ends here
        plain = run.project.evaluate(frame.module, node, None, frame.function)
        if plain is UNKNOWN:
            expression = assigned_value(found.node, name)
            plain = (
                run.evaluate(ScriptFrame(found.module, None, {}), expression)
                if expression is not None
                else UNKNOWN
            )
        run.globals[key] = plain
    return run.globals[key]


def _attribute(run: Interpreter, frame: ScriptFrame, node: ast.Attribute) -> object:
    name = dotted(node)
    if name and name.split(".")[0] not in frame.names:
        found = _global(run, frame, node)
        if found is not UNKNOWN:
            return found
    owner = run.evaluate(frame, node.value)
    return _member(run, owner, node.attr)


def _member(run: Interpreter, owner: object, name: str) -> object:
    if isinstance(owner, External):
        return External(f"{owner.dotted}.{name}")
    if isinstance(owner, Module):
        return _global(run, ScriptFrame(owner, None, {}), ast.Name(name, ast.Load()))
    if isinstance(owner, Defined):
        if name in ("__name__", "name") and isinstance(owner.node, ast.ClassDef):
            return owner.name
        found = run.project.attribute(owner, name) if isinstance(owner.node, ast.ClassDef) else None
        return run.project.value_of(found) if isinstance(found, Defined) else found or UNKNOWN
    return attribute(owner, name)


def _call(run: Interpreter, frame: ScriptFrame, node: ast.Call) -> object:
    callee = run.evaluate(frame, node.func)
    arguments = _spread(run, frame, node.args)
    named: dict[str, object] = {}
    for each in node.keywords:
        value = run.evaluate(frame, each.value)
        if each.arg is not None:
            named[each.arg] = value
        elif isinstance(value, dict):
            named |= {str(key): item for key, item in value.items()}
    if callee is UNKNOWN and isinstance(node.func, ast.Attribute):
        callee = BoundOperation(UNKNOWN, node.func.attr)
        if node.func.attr == "startswith" and arguments and arguments[0] in list(_DIALECTS):
            return _DIALECTS[str(arguments[0])]
    if (
        isinstance(callee, BoundOperation)
        and isinstance(callee.owner, str)
        and all(is_plain(each) for each in arguments)
        and not named
    ):
        return _method(run, frame, callee, arguments)
    if isinstance(callee, BoundOperation) and isinstance(callee.owner, str) and callee.name == "format":
        return _method(run, frame, callee, arguments, named)
    return call(run, frame, node, callee, arguments, named)


def _method(
    run: Interpreter,
    frame: ScriptFrame,
    callee: BoundOperation,
    arguments: list[object],
    named: Mapping[str, object] | None = None,
) -> object:
    """Return what a method of a text returns."""
    known = {f"_{index}": each for index, each in enumerate(arguments)}
    known |= {f"_{name}": each for name, each in (named or {}).items()}
    node = ast.Call(
        ast.Attribute(ast.Name("_self", ast.Load()), callee.name, ast.Load()),
        [ast.Name(f"_{index}", ast.Load()) for index in range(len(arguments))],
        [ast.keyword(name, ast.Name(f"_{name}", ast.Load())) for name in named or {}],
    )
    return run.project.evaluate(frame.module, node, {"_self": callee.owner, **known})


def _spread(run: Interpreter, frame: ScriptFrame, nodes: list[ast.expr]) -> list[object]:
    found: list[object] = []
    for each in nodes:
        value = run.evaluate(frame, each)
        if isinstance(each, ast.Starred):
            items = elements(value)
            more = items if items is not None and fits(list, len(found) + len(items)) else [UNKNOWN]
            found.extend(more)
        else:
            found.append(value)
    return found


def _dict(run: Interpreter, frame: ScriptFrame, node: ast.Dict) -> object:
    found: dict[object, object] = {}
    for key, item in zip(node.keys, node.values, strict=True):
        value = run.evaluate(frame, item)
        name = run.evaluate(frame, key) if key is not None else UNKNOWN
        if key is None and isinstance(value, dict):
            found |= value
        elif isinstance(name, str | int | bool | tuple | float) or name is None:
            try:
                found[name] = value
            except TypeError:  # a tuple that holds a list
                return UNKNOWN
    run.budget.weigh(found)
    return found


def _subscript(run: Interpreter, frame: ScriptFrame, node: ast.Subscript) -> object:
    owner = run.evaluate(frame, node.value)
    key = run.evaluate(frame, node.slice) if not isinstance(node.slice, ast.Slice) else UNKNOWN
    if owner is TABLES:
        return TableRef(key) if isinstance(key, str) else UNKNOWN
    if isinstance(owner, Columns) and isinstance(key, str):
        return ColumnRef(owner.table, key)
    if owner is PARTS:
        return PARTS
    if isinstance(owner, dict | list | tuple) and is_plain(key):
        try:
            return owner[key]  # type: ignore[call-overload]
        except (KeyError, IndexError, TypeError):
            return UNKNOWN
    return UNKNOWN


def _comprehension(run: Interpreter, frame: ScriptFrame, node: _Comprehension) -> object:
    """Return what a comprehension over known items collects; conditions that are not known count as true."""
    rows: list[tuple[object, ...]] = []
    if not _rows(run, ScriptFrame(frame.module, frame.function, dict(frame.names)), node, 0, rows):
        return UNKNOWN
    run.budget.weigh(rows)
    if isinstance(node, ast.DictComp):
        return {row[0]: row[1] for row in rows if isinstance(row[0], str | int)}
    return [row[0] for row in rows]


def _rows(
    run: Interpreter, frame: ScriptFrame, node: _Comprehension, at: int, rows: list[tuple[object, ...]]
) -> bool:
    if at == len(node.generators):
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        rows.append(tuple(run.evaluate(frame, each) for each in parts))
        return len(rows) <= MAX_ROWS
    loop = node.generators[at]
    items = elements(run.evaluate(frame, loop.iter))
    if items is None:
        return False
    for item in items:
        bind(frame, loop.target, item, run.budget)
        if all(truth(run.evaluate(frame, each)) is not False for each in loop.ifs) and not _rows(
            run, frame, node, at + 1, rows
        ):
            return False
    return True


def _compare(run: Interpreter, frame: ScriptFrame, node: ast.Compare) -> object:
    """Return a comparison's value. What is compared with the name of a dialect is one, and ours is MySQL."""
    values = [run.evaluate(frame, each) for each in (node.left, *node.comparators)]
    if len(values) == 2:
        left, right = values
        operator = node.ops[0]
        dialect = _is_ours(right if left is UNKNOWN else left) if UNKNOWN in (left, right) else None
        if dialect is not None:
            return dialect != isinstance(operator, ast.NotEq | ast.NotIn)
        if isinstance(operator, ast.Is | ast.IsNot) and None in (left, right):
            known = left if right is None else right
            if known is UNKNOWN or known is PARTS:
                return UNKNOWN
            return (known is None) == isinstance(operator, ast.Is)
    if not all(is_plain(each) for each in values):
        return UNKNOWN
    return _plain(run, frame, node, {}, values)


def _is_ours(known: object) -> bool | None:
    """Tell whether a name, or one of several, is that of our dialect.

    None if they are no names of dialects.
    """
    names = list(known) if isinstance(known, tuple | list | set | frozenset) else [known]
    if not names or not all(isinstance(each, str) and each in _DIALECTS for each in names):
        return None
    return any(_DIALECTS[str(each)] for each in names)


def _bool(run: Interpreter, frame: ScriptFrame, node: ast.BoolOp) -> object:
    stops = isinstance(node.op, ast.Or)
    unknown = False
    for each in node.values:
        value = run.evaluate(frame, each)
        known = truth(value)
        if known is stops:
            return stops if unknown else value
        unknown = unknown or known is None
    return UNKNOWN if unknown else not stops


def _joined(run: Interpreter, frame: ScriptFrame, node: ast.JoinedStr) -> object:
    parts: list[str] = []
    for each in node.values:
        value = run.evaluate(frame, each.value if isinstance(each, ast.FormattedValue) else each)
        if not isinstance(value, str | int):
            return UNKNOWN
        parts.append(str(value))
    return joined(parts)


def _plain(
    run: Interpreter,
    frame: ScriptFrame,
    node: ast.expr,
    parts: Mapping[str, ast.expr],
    values: list[object] | None = None,
) -> object:
    """Return what an operator makes of its parts, once these are plain."""
    if values is None:
        values = [run.evaluate(frame, each) for each in parts.values()]
    if not all(is_plain(each) for each in values):
        return UNKNOWN
    known = {f"_{index}": each for index, each in enumerate(values)}
    names: list[ast.expr] = [ast.Name(name, ast.Load()) for name in known]
    if isinstance(node, ast.BinOp):
        if all(isinstance(each, list | tuple) for each in values) and isinstance(node.op, ast.Add):
            return binary(
                node.op, list(elements(values[0]) or ()), list(elements(values[1]) or ()), run.budget
            )
        if isinstance(node.op, ast.Mod) and isinstance(values[0], str):
            return filled(values[0], values[1])
        return run.project.evaluate(frame.module, ast.BinOp(names[0], node.op, names[1]), known)
    if isinstance(node, ast.Compare):
        return run.project.evaluate(frame.module, ast.Compare(names[0], node.ops, names[1:]), known)
    return UNKNOWN
