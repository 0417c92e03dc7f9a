"""The options of a release: what some files of it declare, and in which groups it registers them.

An option whose list is not registered in its own module is looked for by the list's name in the others.
Options of which no registration is found are known by name only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from compatlint.notations.languages.python import Defined, External, Module, Project, calls, dotted
from compatlint.notations.openstack.options.declaration import declare
from compatlint.notations.openstack.options.option import ANYWHERE, BACKEND, Catalogue, GroupedOption
from compatlint.notations.openstack.options.option_lists import OptionCall, calls_of, makes
from compatlint.notations.openstack.options.registration import OptionRegistration, registrations
from compatlint.notations.openstack.options.wants import wants
from compatlint.wire.ir.records import Missing

_REGISTERING = re.compile(rb"register\w{0,80}opts?\b|append_config_values\b")
_APPENDING = re.compile(rb"(?:append_config_values|\bConfiguration)\(\s*((?:\w+\.)*)(\w+)")
_IMPORT = re.compile(rb"(?m)^[ \t]*(?:from|import)\b.*")
_WORD = re.compile(rb"\w+")
_CONFIG = re.compile(r"(^|\.)(oslo_config|oslo\.config|cfg)\.")
_GROUPS = {"oslo_db": "database", "oslo_policy": "oslo_policy"}  # of libraries that declare options at a call
_MOST = 200  # modules that are searched for the registration of lists

_Place = tuple[str, int, int]


def catalogue(project: Project, paths: Collection[str]) -> Catalogue:
    """Return the options that the files at `paths` declare or register."""
    found = Catalogue()
    modules = [module for path in sorted(paths) if (module := project.module(path)) is not None]
    made, groups = _registered(project, modules, found)
    _note_handed_over(project, modules, found)
    for place, each in made.items():
        if not _of_config(project, each, registered=place in groups):
            continue
        option = declare(project, each)
        if isinstance(option, str):
            found.missing.append(Missing(each.module.name, each.module.span(each.call), option))
            continue
        for group in _chosen(groups.get(place, [])):
            found.add(GroupedOption(group, option))
    return found


def _note_handed_over(project: Project, modules: Collection[Module], found: Catalogue) -> None:
    """Note the groups of which a library declares the options: `oslo_db.options.set_defaults(conf, ...)`."""
    for module in modules:
        for call in calls(module.tree, "set_defaults"):
            made = project.resolve(module, call.func)
            library = made.dotted.partition(".")[0] if isinstance(made, External) else ""
            if library in _GROUPS:
                found.libraries.setdefault(_GROUPS[library], set()).add(library)


def _registered(
    project: Project, modules: Collection[Module], found: Catalogue
) -> tuple[dict[_Place, OptionCall], dict[_Place, list[str]]]:
    """Return the options of modules, and the groups of each, by place."""
    groups: dict[_Place, list[str]] = {}
    made: dict[_Place, OptionCall] = {}
    listed = {module: calls_of(module) for module in modules}
    for module in modules:
        for registration in registrations(project, module, listed[module]):
            _note(found, groups, made, registration)
    appended = _appended(project, modules)
    homeless = [
        each
        for module in modules
        for each in listed[module]
        if makes(each.call) and _place(each) not in groups
    ]
    for each in homeless:
        made.setdefault(_place(each), each)
    for module in _elsewhere(project, homeless, {each.path for each in modules}):
        for registration in registrations(project, module, calls_of(module)):
            _note(found, groups, made, registration, only=made)
    for each in made.values():
        if appended & set(_lists(each)):
            groups.setdefault(_place(each), []).append(BACKEND)
    return made, groups


def _note(
    found: Catalogue,
    groups: dict[_Place, list[str]],
    made: dict[_Place, OptionCall],
    registration: OptionRegistration,
    only: Collection[_Place] | None = None,
) -> None:
    """Take one registration: which options, and whether a library adds to its group."""
    if registration.held.foreign and only is None:
        found.libraries.setdefault(registration.group.lower(), set()).update(registration.held.foreign)
    for each in registration.held.found:
        place = _place(each)
        if only is None or place in only:
            made.setdefault(place, each)
            groups.setdefault(place, []).append(registration.group)


def _chosen(groups: list[str]) -> list[str]:
    """Return the groups of an option.

    A driver's, once, whatever else its list is registered in for the sample file.
    """
    if BACKEND in groups:
        return [BACKEND]
    return list(dict.fromkeys(groups)) or [ANYWHERE]


def _place(made: OptionCall) -> _Place:
    return made.module.path, made.call.lineno, made.call.col_offset


def _of_config(project: Project, made: OptionCall, *, registered: bool) -> bool:
    """Tell whether the class of an option is oslo.config's, or derives from one.

    Other things are called options, too.

    Of a class that cannot be found, it is enough that what it makes is registered.
    """
    found = project.resolve(made.module, made.call.func, made.scope)
    if isinstance(found, Defined) and isinstance(found.node, ast.ClassDef):
        return any(isinstance(each, External) and _CONFIG.search(each.dotted) for each in project.mro(found))
    if isinstance(found, External) and not found.unresolved:
        return _CONFIG.search(found.dotted) is not None
    return registered or _CONFIG.search(dotted(made.call.func)) is not None


def _elsewhere(
    project: Project, homeless: Collection[OptionCall], known: Collection[str]
) -> Iterator[Module]:
    """Yield the other modules that may register lists of these modules: they name the list, or the module."""
    names = {name for each in homeless for name in _lists(each)}
    if not names:
        return
    pattern = re.compile(rb"\b(?:" + b"|".join(re.escape(each.encode()) for each in sorted(names)) + rb")\b")
    registering = project.matching(_REGISTERING, wants)
    for path in [each for each in project.matching_of(pattern, registering) if each not in known][:_MOST]:
        module = project.module(path)
        if module is not None:
            yield module


def _appended(project: Project, modules: Collection[Module]) -> set[str]:
    """Return the names of lists that drivers add to their own section, whatever module the lists are in."""
    found: set[str] = set()
    for source in project.sources(project.matching(_APPENDING, wants) if modules else []).values():
        imported = set(_WORD.findall(b" ".join(_IMPORT.findall(source))))
        found.update(name.decode() for owner, name in _APPENDING.findall(source) if owner or name in imported)
    return found


def _lists(made: OptionCall) -> Iterator[str]:
    """Yield the top-level names whose value an option stands in."""
    for statement in made.module.tree.body:
        if statement.lineno <= made.call.lineno <= (statement.end_lineno or 0):
            targets = (
                statement.targets
                if isinstance(statement, ast.Assign)
                else [getattr(statement, "target", None)]
            )
            yield from (each.id for each in targets if isinstance(each, ast.Name))
