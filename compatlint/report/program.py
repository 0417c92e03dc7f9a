"""A codec's wire program as text: offsets, types, guards, versions, and what was not understood."""

from __future__ import annotations

from compatlint.report.phrases import clean
from compatlint.wire.ir import steps
from compatlint.wire.ir.records import Domain, Entry, Record
from compatlint.wire.ir.steps import Codec, Program, Step
from compatlint.wire.ir.terms import Term, show
from compatlint.wire.ir.types import Unknown, describe, size_of


def render(codec: Codec | Record, remark: str = "") -> str:
    """Return both sides of a codec, or a record.

    `remark` is what its own meeting found, "" where it decodes what it encodes.
    """
    if isinstance(codec, Record):
        return _record(codec, remark)
    head = f"{codec.name}  ({codec.notation}, {'message' if codec.message else codec.link})"
    lines = [head, f"  {remark}" if remark else "  decodes what it encodes"]
    for label, program, span in (
        ("writes", codec.encoder, codec.encoder_span),
        ("reads", codec.decoder, codec.decoder_span),
    ):
        where = f"  {span.path}:{span.line}" if span is not None else ""
        lines.append(f"\n{label}{where}")
        if program is None:
            lines.append("  nothing was found")
            continue
        _Printer(lines).program(program, 1, label == "writes")
    return "\n".join(lines) + "\n"


def _record(record: Record, remark: str) -> str:
    """Return the items of a keyed record, a line each."""
    version = ".".join(map(str, record.version or ()))
    head = " ".join(each for each in (clean(record.name), version) if each)
    lines = [f"{head}  ({remark})  {clean(record.span.path)}:{record.span.line}"]
    lines.append(f"  a reader that does not know an item: {_EXTRA[record.extra]}")
    lines += [f"  {clean(_entry(each))}  :{each.span.line}" for each in record.entries] or ["  no items"]
    return "\n".join(lines) + "\n"


_EXTRA = {"dropped": "loses it", "kept": "leaves it where it is", "rejected": "gives up"}


def _entry(entry: Entry) -> str:
    said = [f"{entry.key} {entry.type}".strip()]
    if entry.required:
        said.append("needed")
    if not entry.nullable:
        said.append("never null")
    if entry.since is not None:
        said.append(f"left out below {'.'.join(map(str, entry.since))}")
    if entry.guarded is not None:
        said.append(f"new values refused below {'.'.join(map(str, entry.guarded))}")
    if entry.aliases:
        said.append(f"also called {', '.join(entry.aliases)}")
    return ", ".join([*said, *_domain(entry.domain)])


def _domain(domain: Domain) -> list[str]:
    said = [f"one of {', '.join(sorted(domain.values))}"] if domain.values is not None else []
    bounds = (
        (domain.least, "at least {}"),
        (domain.most, "at most {}"),
        (domain.length, "at most {} characters"),
    )
    return [*said, *(text.format(bound) for bound, text in bounds if bound is not None)]


class _Printer:
    """Prints steps; the offset is known until something of variable size was passed."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.offset: int | None = 0

    def program(self, program: Program, depth: int, writing: bool) -> None:
        for step in program:
            self.step(step, depth, writing)

    def put(self, depth: int, text: str, line: int = 0, offset: bool = False) -> None:
        at = f"{self.offset:>5}" if offset and self.offset is not None else "     "
        source = f"  :{line}" if line else ""
        self.lines.append(f"{at} {'  ' * depth}{text}{source}")

    def step(self, step: Step, depth: int, writing: bool) -> None:
        match step:
            case steps.Item():
                self._item(step, depth, writing)
            case steps.When(test, then, otherwise, line):
                self.put(depth, f"if {show(test)}", line)
                before = self.offset
                self.program(then, depth + 1, writing)
                if otherwise:
                    self.offset = before
                    self.put(depth, "else")
                    self.program(otherwise, depth + 1, writing)
                self.offset = None if then or otherwise else before
            case steps.Repeat():
                self.put(
                    depth,
                    f"for each of {show(step.count)}"
                    if step.count is not None
                    else f"while {show(step.test)}"
                    if step.test is not None
                    else "again and again",
                    step.line,
                )
                self.offset = None
                self.program(step.body, depth + 1, writing)
            case steps.Open():
                self._open(step, depth, writing)
            case steps.Inlined(body, _):
                self.program(body, depth, writing)
            case steps.Try(body, instead, line):
                self.put(depth, "try", line)
                self.program(body, depth + 1, writing)
                self.put(depth, "if that fails")
                self.program(instead, depth + 1, writing)
            case _:
                self.put(depth, _plain(step), getattr(step, "line", 0))

    def _item(self, step: steps.Item, depth: int, writing: bool) -> None:
        kind = describe(step.type)
        spelled = f" ({step.spelling})" if step.spelling and step.spelling != kind else ""
        value = f" = {show(step.value)}" if writing and step.dead and step.value is not None else ""
        note = "   NOT UNDERSTOOD" if isinstance(step.type, Unknown) else ""
        stream = f" on {step.stream.split('~')[0]}" if step.stream else ""
        self.put(
            depth,
            f"{step.name.rsplit('#', 1)[-1]}  {kind}{spelled}{value}{stream}{note}",
            step.line,
            offset=not step.stream,
        )
        size = size_of(step.type)
        if not step.stream:
            self.offset = None if size is None or self.offset is None else self.offset + size

    def _open(self, step: steps.Open, depth: int, writing: bool) -> None:
        if step.header == steps.OUTSIDE:
            self.put(
                depth, f"header: version {show(step.version)}, oldest reader {show(step.oldest)}", step.line
            )
        elif writing:
            self.put(
                depth,
                f"frame: version {show(step.version)}, oldest reader {show(step.oldest)}",
                step.line,
                offset=True,
            )
        else:
            known = _known(step.known)
            legacy = f", no oldest below {step.oldest_from}" if step.oldest_from else ""
            legacy += f", no length below {step.length_from}" if step.length_from else ""
            self.put(depth, f"frame: {step.var}{known}{legacy}", step.line, offset=True)
        for field in (step.header.version, step.header.oldest, step.header.length):
            size = 0 if field is None else size_of(field)
            self.offset = None if size is None or self.offset is None else self.offset + size


def _known(known: Term | None) -> str:
    return f", reads up to {show(known)}" if known is not None else ""


def _plain(step: Step) -> str:
    match step:
        case steps.Let(name, value, _):
            return f"{name.rsplit('#', 1)[-1]} := {show(value)}"
        case steps.Close():
            return "end of frame"
        case steps.Leave(what):
            return "return" if what == "function" else f"leave the {what}"
        case steps.Refuse(text, _):
            return f"give up: {text}"
        case steps.Skip(count, _, _):
            return f"skip {show(count)} bytes"
        case steps.Mark():
            return "remember the position"
        case steps.Seek():
            return "go back to the remembered position"
        case steps.Enter(_, source, _):
            return f"read the bytes of {source}"
        case steps.Splice(source, _):
            return f"append {source.split('~')[0]}"
        case steps.Unclear(text, _, _):
            return f"NOT UNDERSTOOD: {text}"
        case _:
            return type(step).__name__
