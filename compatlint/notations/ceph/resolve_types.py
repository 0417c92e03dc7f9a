"""What the types that a release writes mean.

Aliases, template parameters, members, elements, derived classes.
"""

from __future__ import annotations

from compatlint.notations.ceph import feature_order
from compatlint.notations.ceph.ctype import (
    ITERATORS,
    MAPS,
    POINTERS,
    SCALARS,
    SEQUENCES,
    CType,
    Site,
    outer,
    parse_type,
)
from compatlint.notations.ceph.declarations import Declarations
from compatlint.notations.ceph.lookup_distance import farness
from compatlint.notations.ceph.wants import SUFFIXES
from compatlint.notations.languages.cpp.file_facts import ClassFacts
from compatlint.wire.ir.terms import TRUE, Feature, Term


class TypeResolver:
    """Resolves the names of types of one release."""

    def __init__(self, corpus: Declarations) -> None:
        self.corpus = corpus
        self._order: feature_order.Order | None = None

    def feature(self, name: str, writing: bool) -> Term:
        """Return the test for a feature; a writer needs none for what every peer has."""
        order = self.order()
        return TRUE if writing and order.certain(name) else Feature(name, order.rank(name))

    def order(self) -> feature_order.Order:
        """Return the features of the release by age."""
        if self._order is None:
            self._order = feature_order.order(self.corpus)
        return self._order

    def settle(self, kind: CType, depth: int = 0) -> CType:
        """Follow template parameters, aliases and smart pointers to the type that is meant."""
        while depth < 40:
            depth += 1
            found = self._step(kind)
            if found is None:
                return kind
            kind = found
        return kind

    def _step(self, kind: CType) -> CType | None:
        """Follow one alias; None if there is none."""
        name, site = kind.name, kind.site
        for parameter, target in site.bound:
            if parameter == name:
                return target if target.name != name or target.site is not site else None
        short = name.rsplit("::", 1)[-1]
        if name.startswith("::") and kind.args and name[2:3] != ":":
            return self._member_type(kind)
        if short in POINTERS and kind.args:
            return kind.args[0]
        if short in ITERATORS and "::" in name:
            return self._iterator(name.rsplit("::", 1)[0], site)
        if self._builtin(short, name, kind.args):
            return None
        cls = self.corpus.nearest_class(name, site.scope, site.path)
        alias = self.alias(name, site)
        if alias is not None and (
            cls is None or not _closer_class((cls[0].name, cls[1]), (alias[0], alias[2]), site)
        ):
            target = parse_type(alias[1], Site(outer(alias[0]), alias[2], site.bound))
            if target.name == name and target.site == site:
                return None
            if "[" in alias[1]:
                return None
            return target if target.name != name or alias[0] != name else None
        return None

    def _builtin(self, short: str, name: str, args: tuple[CType, ...]) -> bool:
        plain = name in SCALARS or (short in SCALARS and "::" not in name.replace("std::", ""))
        return plain or (
            bool(args)
            and (short in SEQUENCES or short in MAPS or short in ("pair", "optional", "array", "tuple"))
        )

    def alias(self, name: str, site: Site) -> tuple[str, str, str] | None:
        """Return (qualified name, target text, path) of an alias, of the enclosing classes' bases too."""
        found = self.corpus.nearest("types", name, site.scope, site.path)
        if found is None and "::" in name:
            found = self._inherited_alias(name, site)
        return None if found is None else (found[0], str(found[1]), found[2])

    def _inherited_alias(self, name: str, site: Site) -> tuple[str, object, str] | None:
        """Return the alias that `Derived::name` inherits from a base."""
        owner, _, short = name.rpartition("::")
        pending = [self.class_of(CType(owner, (), site))]
        for _ in range(12):
            found = pending.pop(0) if pending else None
            if found is None:
                return None
            cls, path = found
            alias = self.corpus.nearest("types", f"{cls.name}::{short}", "", path)
            if alias is not None and alias[0] == f"{cls.name}::{short}":
                return alias
            pending.extend(self.class_of(parse_type(base, Site(outer(cls.name), path))) for base in cls.bases)
        return None

    def _member_type(self, kind: CType) -> CType | None:
        """Resolve `X<A>::name`: an iterator of a container, a type of a class template."""
        short = kind.name.removeprefix("::")
        if short == "type" and kind.args[0].name.endswith("make_variant_over"):
            return self._variant_over(kind.args[0])
        owner = self.settle(kind.args[0])
        if short in ITERATORS:
            return CType("@iterator", (self.element(owner) or CType("?"),), kind.site)
        if short in ("value_type", "mapped_type", "key_type", "reference", "const_reference"):
            element = self.element(owner)
            if element is not None and short in ("mapped_type", "key_type") and element.args:
                return element.args[1 if short == "mapped_type" else 0]
            return element
        cls = self.class_of(owner)
        return parse_type(short, Site(cls[0].name, cls[1], self.bindings(cls[0], owner))) if cls else None

    def _variant_over(self, made: CType) -> CType | None:
        """Resolve `boost::make_variant_over<Sequence::type>::type`: a variant of the sequence's types."""
        if not made.args:
            return None
        listed = made.args[0]
        if listed.name == "::type" and listed.args:
            listed = listed.args[0]
        listed = self.settle(CType(listed.name.removesuffix("::type"), listed.args, listed.site))
        return CType("variant", listed.args, listed.site) if listed.args else None

    def _iterator(self, owner: str, site: Site) -> CType | None:
        element = self.element(self.settle(CType(owner, (), site)))
        return CType("@iterator", (element,), site) if element is not None else None

    def element(self, kind: CType) -> CType | None:
        """Return what a container holds: a pair for a map."""
        kind = self.settle(kind)
        short = kind.name.rsplit("::", 1)[-1]
        if short in MAPS and len(kind.args) > 1:
            return CType("pair", kind.args[:2], kind.site)
        if (
            short in SEQUENCES or short in ("array", "optional", "xlist", "@array", "interval_set")
        ) and kind.args:
            return kind.args[0]
        if short == "@iterator":
            return kind.args[0]
        if short in ("string", "bufferlist"):
            return CType("char")
        cls = self.class_of(kind)
        for base in cls[0].bases if cls else ():
            found = (
                self.element(parse_type(base, Site(outer(cls[0].name), cls[1], self.bindings(cls[0], kind))))
                if cls
                else None
            )
            if found is not None:
                return found
        return None

    def class_of(self, kind: CType) -> tuple[ClassFacts, str] | None:
        """Return the class that a settled type names."""
        if not kind.name or kind.name[0] == "@":
            return None
        return self.corpus.nearest_class(kind.name, kind.site.scope, kind.site.path)

    def children(self, facts: ClassFacts, path: str) -> tuple[CType, ...]:
        """Return the classes derived from one, in the file of its declaration or of its definitions."""
        stem, short = path.rpartition(".")[0], facts.name.rpartition("::")[2]
        self.corpus.mention(short, (f"{stem}{suffix}" for suffix in SUFFIXES))
        found = [
            CType(each.name, (), Site("", where))
            for entries in list(self.corpus.classes.values())
            for each, where in entries
            if where.rpartition(".")[0] == stem
            and any(self._means(base, each, where, facts, short) for base in each.bases)
        ]
        return tuple(sorted(found, key=lambda kind: kind.name))

    def _means(self, base: str, child: ClassFacts, where: str, facts: ClassFacts, short: str) -> bool:
        """Tell whether a base clause names a class, and not another one of the same last name."""
        bare = base.split("<", maxsplit=1)[0]
        if bare.rpartition("::")[2] != short:
            return False
        found = self.class_of(CType(bare, (), Site(outer(child.name), where)))
        return found is None or found[0].name == facts.name

    def tag(self, kind: CType) -> str:
        """Return the name that tells a chosen class from others.

        Its last part, a common one with the class around it.
        """
        short = kind.name.rpartition("::")[2]
        if short not in ("Params", "Impl"):
            return short
        found = self.class_of(self.settle(kind))
        return "::".join((found[0].name if found else kind.name).split("::")[-2:])

    def bindings(self, cls: ClassFacts, kind: CType) -> tuple[tuple[str, CType], ...]:
        """Return what a class template's parameters stand for in an instance."""
        if not cls.template:
            return kind.site.bound
        given = tuple(zip(cls.template, kind.args, strict=False))
        left = cls.template[len(given) :] if given else ()
        site = Site(outer(cls.name), "", given)
        return (
            *given,
            *((name, parse_type(cls.defaults[name], site)) for name in left if name in cls.defaults),
        )

    def member(self, kind: CType, name: str, depth: int = 0) -> CType | None:
        """Return the type of a member, of the class or of a base."""
        kind = self.settle(kind)
        short = kind.name.rsplit("::", 1)[-1]
        if short == "@iterator":
            return self.member(kind.args[0], name, depth + 1)
        if short == "pair" and len(kind.args) == 2 and name in ("first", "second"):
            return kind.args[name == "second"]
        found = self.class_of(kind)
        if found is None or depth > 12:
            return None
        cls, path = found
        site = Site(cls.name, path, self.bindings(cls, kind))
        if name in cls.members:
            text, _, size = cls.members[name]
            one = parse_type(text, site)
            if size is None:
                return one
            count = str(size[1]) if size[0] in ("num", "id") else "?"
            return CType("@array", (one, CType(count, (), site)), site)
        for anonymous in [each for each in cls.members if each.startswith("(anonymous")]:
            inner = self.member(CType(f"{cls.name}::{anonymous}", (), Site("", path)), name, depth + 1)
            if inner is not None:
                return inner
        for base in cls.bases:
            inner = self.member(parse_type(base, Site(outer(cls.name), path, site.bound)), name, depth + 1)
            if inner is not None:
                return inner
        return None


def _closer_class(cls: tuple[str, str], alias: tuple[str, str], site: Site) -> bool:
    """Tell whether the class is nearer to `site` than the alias of the same short name.

    Each is (qualified name, path).

    In one file, a class and a typedef of one name are one thing.
    """
    inner, other = (_shared(outer(name), site.scope) for name, _ in (cls, alias))
    return inner > other or (
        inner == other and cls[1] != alias[1] and farness(cls[1], site.path) <= farness(alias[1], site.path)
    )


def _shared(left: str, right: str) -> int:
    if not left:
        return 0
    count = 0
    for one, two in zip(left.split("::"), right.split("::"), strict=False):
        if one != two:
            return -1
        count += 1
    return count
