"""Two releases of a small project: which objects meet, and what goes wrong between them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from compatlint.check.keyed.causes import KeyedCause, causes_of
from compatlint.notations.openstack import versioned_objects
from compatlint.wire.ir.records import Lowered
from tests.projects import project

Told = tuple[str, str, str, str, str, tuple[str, ...]]

HEAD = """
from oslo_serialization import jsonutils
from oslo_utils import versionutils
from oslo_versionedobjects import base, fields

from shop import db, exception
from shop.objects.base import ShopObject

register = None
"""
BASE = """
from oslo_versionedobjects import base

class ShopRegistry(base.VersionedObjectRegistry):
    pass

class ShopObject(base.VersionedObject):
    OBJ_PROJECT_NAMESPACE = "shop"

class Rows:
    fields = {"created_at": base.fields.DateTimeField(nullable=True)}
"""
BY_SENDER = """
class ShopSerializer(base.VersionedObjectSerializer):
    def serialize_entity(self, context, entity):
        return entity.obj_to_primitive(self.cap, self.manifest)
"""
BY_RECEIVER = """
class ShopSerializer(base.VersionedObjectSerializer):
    def _process_object(self, context, primitive):
        return self.conductor.object_backport_versions(context, primitive, {})
"""
LABEL = """
@base.VersionedObjectRegistry.register
class Label(ShopObject):
    VERSION = "1.0"
    fields = {"text": fields.StringField()}
"""


def shop(objects: str, serializer: str = BY_SENDER, **more: str) -> dict[str, str]:
    files = {
        "shop/objects/base.py": BASE + serializer,
        "shop/objects/things.py": HEAD + textwrap.dedent(objects),
    }
    return files | {path.replace("__", "/") + ".py": text for path, text in more.items()}


def lowered(old: Mapping[str, str], new: Mapping[str, str]) -> Lowered:
    changed = [path for path in {*old, *new} if old.get(path) != new.get(path)]
    return versioned_objects.lower(project(old, "old"), project(new, "new"), changed)


def told(old: Mapping[str, str], new: Mapping[str, str]) -> list[Told]:
    return sorted(map(summed, causes_of(lowered(old, new).meetings)))


def summed(cause: KeyedCause) -> Told:
    return (
        cause.link,
        str(cause.outcome),
        str(cause.change),
        cause.codec,
        cause.item,
        tuple(map(str, cause.breaks)),
    )


def parcel(version: str = "1.0", more: str = "", methods: str = "", base: str = "ShopObject") -> str:
    body = f"""
    @base.VersionedObjectRegistry.register
    class Parcel({base}):
        VERSION = "{version}"
        fields = {{"id": fields.IntegerField(), {more}}}
    """
    return textwrap.dedent(body) + textwrap.indent(textwrap.dedent(methods), "    ")


OWNER = '"owner": fields.StringField(nullable=True)'
POP = """
def obj_make_compatible(self, primitive, target_version):
    super().obj_make_compatible(primitive, target_version)
    if versionutils.convert_version_to_tuple(target_version) < (1, 1):
        primitive.pop("owner", None)
"""
READ = """
@classmethod
def from_column(cls, text):
    return cls.obj_from_primitive(jsonutils.loads(text))
"""


def test_a_field_that_is_taken_out_is_no_news() -> None:
    assert told(shop(parcel()), shop(parcel("1.1", OWNER, POP))) == []


def test_a_field_that_is_not_taken_out() -> None:
    assert told(shop(parcel()), shop(parcel("1.1", OWNER))) == [
        ("peer", "dropped", "not-popped", "Parcel", "owner", ("mixed",))
    ]


def test_a_field_under_the_old_version() -> None:
    assert told(shop(parcel()), shop(parcel("1.0", OWNER))) == [
        ("peer", "dropped", "unversioned", "Parcel", "owner", ("mixed",))
    ]


def test_fields_that_move_to_a_base_are_still_there() -> None:
    moved = 'class Thing(ShopObject):\n    fields = {"id": fields.IntegerField()}\n' + parcel(
        "1.0", base="Thing"
    ).replace('"id": fields.IntegerField(),', "")
    assert told(shop(parcel()), shop(moved)) == []


def test_a_field_of_a_base_that_each_class_takes_out() -> None:
    before = 'class Thing(ShopObject):\n    fields = {"size": fields.IntegerField()}\n'
    after = f'class Thing(ShopObject):\n    fields = {{"size": fields.IntegerField(), {OWNER}}}\n'
    assert (
        told(shop(before + parcel(base="Thing")), shop(after + parcel("1.1", methods=POP, base="Thing")))
        == []
    )
    assert told(shop(before + parcel(base="Thing")), shop(after + parcel("1.1", base="Thing"))) == [
        ("peer", "dropped", "not-popped", "Parcel", "owner", ("mixed",))
    ]


def test_compat_code_that_goes_is_no_news() -> None:
    assert told(shop(parcel("1.1", OWNER, POP)), shop(parcel("1.1", OWNER))) == []


REFUSED: list[Told] = [("peer", "refused", "version-raised", "Parcel", "VERSION", ("mixed",))]


def test_nothing_makes_an_object_older() -> None:
    assert told(shop(parcel(), ""), shop(parcel("1.1", OWNER, POP), "")) == REFUSED


def test_the_receiver_asks_for_an_older_object_if_anybody_can_make_one() -> None:
    assert told(shop(parcel(), BY_RECEIVER), shop(parcel("1.1", OWNER, POP), BY_RECEIVER)) == []
    assert told(shop(parcel(), BY_RECEIVER), shop(parcel("1.1", OWNER), BY_RECEIVER)) == REFUSED


def test_an_indirection_is_a_way_to_older_objects() -> None:
    command = "from shop.objects import base\nbase.ShopObject.indirection_api = object()\n"
    old, new = (
        shop(parcel(), "", shop__cmd__agent=command),
        shop(parcel("1.1", OWNER, POP), "", shop__cmd__agent=command),
    )
    assert told(old, new) == []


def test_a_version_that_the_object_refuses_to_go_back_to() -> None:
    refuse = POP.replace(
        'primitive.pop("owner", None)', "raise exception.IncompatibleObjectVersion(objver=target_version)"
    )
    assert told(shop(parcel()), shop(parcel("1.1", OWNER, refuse))) == REFUSED


def test_a_version_that_is_lowered() -> None:
    assert told(shop(parcel("1.1")), shop(parcel("1.0"))) == [
        ("peer", "refused", "version-lowered", "Parcel", "VERSION", ("mixed",))
    ]


def test_only_chosen_objects_travel_where_nothing_else_is_made_older() -> None:
    push = "class Push:\n    def push(self, thing, version):\n        return thing.obj_to_primitive(target_version=version)\n"
    names = "from shop.objects import things\nPARCEL = things.Parcel.obj_name()\n"
    old = shop(parcel("1.0") + LABEL, "", shop__api__rpc__push=push)
    new = shop(parcel("2.0") + LABEL.replace("1.0", "2.0"), "", shop__api__rpc__push=push)
    chosen = {"shop/api/rpc/resources.py": names}
    codecs = [each[3] for each in told(old | chosen, new | chosen)]
    assert codecs == ["Parcel"]
    assert [each[3] for each in told(old, new)] == ["Label", "Parcel"]


def enum(*values: str) -> str:
    return textwrap.dedent(
        f"""
        class Size(fields.Enum):
            ALL = {values!r}

            def __init__(self):
                super().__init__(valid_values=Size.ALL)

        class SizeField(fields.BaseEnumField):
            AUTO_TYPE = Size()
        """
    )


SIZE = '"size": SizeField()'
GUARD = """
def obj_make_compatible(self, primitive, target_version):
    if versionutils.convert_version_to_tuple(target_version) < (1, 1) and primitive["size"] == "huge":
        raise exception.ObjectActionError(reason="huge")
"""


def test_an_enumeration_with_a_new_value() -> None:
    old = shop(enum("small", "large") + parcel("1.0", SIZE))
    values = enum("small", "large", "huge")
    assert told(old, shop(values + parcel("1.0", SIZE))) == [
        ("peer", "rejected", "widened", "Parcel", "size", ("mixed",))
    ]
    assert told(old, shop(values + parcel("1.1", SIZE))) == [
        ("peer", "rejected", "unguarded", "Parcel", "size", ("mixed",))
    ]
    assert told(old, shop(values + parcel("1.1", SIZE, GUARD))) == []
    assert told(old, shop(enum("large", "small") + parcel("1.0", SIZE))) == []


def test_an_enumeration_that_loses_a_value() -> None:
    old, new = shop(enum("small", "large") + parcel("1.0", SIZE)), shop(enum("small") + parcel("1.0", SIZE))
    assert told(old, new) == [("peer", "rejected", "narrowed", "Parcel", "size", ("mixed",))]


def test_a_text_that_becomes_an_enumeration_says_nothing_of_values() -> None:
    assert (
        told(shop(parcel("1.0", '"size": fields.StringField()')), shop(enum("small") + parcel("1.0", SIZE)))
        == []
    )


@pytest.mark.parametrize(
    ("before", "after", "breaks"),
    [
        ("StringField()", "UUIDField()", False),
        ("UUIDField()", "StringField()", False),
        ("IntegerField()", "StringField()", True),  # the older reader wants a number
        ("StringField()", "ListOfStringsField()", True),
        ('ObjectField("Label")', 'ListOfObjectsField("Label")', True),
        ('ObjectField("Label")', 'ObjectField("Stamp")', True),
        ('ObjectField("Label")', 'ObjectField("Label", nullable=False)', False),
    ],
)
def test_a_field_of_another_type(before: str, after: str, breaks: bool) -> None:
    found = told(
        shop(LABEL + parcel("1.0", f'"x": fields.{before}')),
        shop(LABEL + parcel("1.1", f'"x": fields.{after}')),
    )
    assert found == ([("peer", "rejected", "retyped", "Parcel", "x", ("mixed",))] if breaks else [])


def test_null_that_is_no_longer_taken() -> None:
    old = shop(parcel("1.0", OWNER))
    found = told(old, shop(parcel("1.1", '"owner": fields.StringField()')))
    assert found == [("peer", "rejected", "nullable-dropped", "Parcel", "owner", ("mixed",))]
    assert told(old, shop(parcel("1.1", '"owner": fields.StringField(default="")'))) == []


def test_null_that_is_newly_taken() -> None:
    old = shop(parcel("1.0", '"owner": fields.StringField()'))
    assert told(old, shop(parcel("1.0", OWNER))) == [
        ("peer", "rejected", "unversioned", "Parcel", "owner", ("mixed",))
    ]
    assert told(old, shop(parcel("1.1", OWNER))) == []


STORED: Told = ("disk", "refused", "version-raised", "Parcel", "VERSION", ("downgrade",))


def test_a_stored_object_is_not_made_older() -> None:
    assert told(shop(parcel("1.0", "", READ)), shop(parcel("1.1", OWNER, READ + POP))) == [STORED]


def test_an_object_that_is_stored_in_a_chosen_version() -> None:
    write = "\ndef text(self):\n    return jsonutils.dumps(self.obj_to_primitive({version}))\n"
    old = shop(parcel("1.0", "", READ))
    assert (
        told(old, shop(parcel("1.1", OWNER, READ + POP + write.format(version="target_version=self.pin()"))))
        == []
    )
    assert told(old, shop(parcel("1.1", OWNER, READ + POP + write.format(version="")))) == [STORED]


def test_a_version_is_found_where_it_is_written() -> None:
    new = shop(parcel("1.1", OWNER, READ + POP))
    (meeting,) = (
        each
        for each in lowered(shop(parcel("1.0", "", READ)), new).meetings
        if each.directions == ("downgrade",)
    )
    assert meeting.writer is not None
    line = new[meeting.writer.span.path].splitlines()[meeting.writer.span.line - 1]
    assert line.strip() == 'VERSION = "1.1"'


def test_an_object_that_the_older_release_does_not_read_back_is_not_stored() -> None:
    assert told(shop(parcel("1.0", "")), shop(parcel("1.1", OWNER, READ + POP))) == []


@pytest.mark.parametrize(
    "read",
    [
        "Parcel.obj_from_primitive(jsonutils.loads(row['text']))",
        "Parcel.obj_from_primitive(jsonutils.loads(row['text'])['cur'])",
        "one.obj_from_primitive(jsonutils.loads(row['text']))",
    ],
)
def test_every_spelling_of_reading_back(read: str) -> None:
    method = f"\n@classmethod\ndef make(cls, one, row):\n    return {read}\n"
    assert told(shop(parcel("1.0", "", method)), shop(parcel("1.1", OWNER, method + POP))) == [STORED]


def test_what_is_parsed_before_is_followed_through_names() -> None:
    method = (
        "\n@classmethod\ndef make(cls, row):\n    parsed = jsonutils.loads(row)\n    one = parsed['cur']\n"
    )
    method += "    if one:\n        return Parcel.obj_from_primitive(one)\n"
    assert told(shop(parcel("1.0", "", method)), shop(parcel("1.1", OWNER, method + POP))) == [STORED]


def order(
    more: str = "", write: str = "", base: str = "ShopObject", field: str = 'fields.ObjectField("Parcel")'
) -> str:
    head = f"""
    @base.VersionedObjectRegistry.register
    class Order({base}):
        VERSION = "1.0"
        fields = {{"parcel": {field}, {more}}}
    """
    return textwrap.dedent(head) + textwrap.indent(READ + textwrap.dedent(write), "    ")


def test_an_object_inside_a_stored_one_is_stored() -> None:
    for field in ('fields.ObjectField("Parcel")', 'fields.ListOfObjectsField("Parcel", nullable=True)'):
        assert told(
            shop(parcel() + order(field=field)), shop(parcel("1.1", OWNER, POP) + order(field=field))
        ) == [STORED]


def test_objects_that_derive_from_what_is_stored_are_stored_where_the_field_takes_them() -> None:
    label, sticker = LABEL, LABEL.replace("class Label(ShopObject)", "class Sticker(Label)")
    for subclasses, found in (("True", [(*STORED[:3], "Sticker", *STORED[4:])]), ("False", [])):
        field = f'fields.ListOfObjectsField("Label", subclasses={subclasses})'
        old = shop(label + sticker + order(field=field))
        assert told(old, shop(label + sticker.replace("1.0", "1.1") + order(field=field))) == found


def test_what_is_emptied_before_it_is_stored_is_not() -> None:
    writes = (
        "spec.parcel = None",
        "del spec.parcel",
        "for name in ('parcel', 'other'):\n        setattr(spec, name, None)",
    )
    for write in writes:
        method = f"\ndef text(self):\n    spec = self.obj_clone()\n    {write}\n    return jsonutils.dumps(spec.obj_to_primitive())\n"
        assert (
            told(shop(parcel() + order(write=method)), shop(parcel("1.1", OWNER, POP) + order(write=method)))
            == []
        )


def test_an_object_with_a_row_of_its_own_is_not_stored_inside_another() -> None:
    rows = "class Rows:\n    fields = {'created_at': fields.DateTimeField(nullable=True)}\n"
    old = shop(rows + parcel(base="Rows, ShopObject") + order())
    new = shop(rows + parcel("1.1", OWNER, POP, base="Rows, ShopObject") + order())
    assert told(old, new) == []
    own = "\n@staticmethod\ndef _from_db_object(context, one, row):\n    return one\n"
    assert told(shop(parcel("1.0", "", own) + order()), shop(parcel("1.1", OWNER, own + POP) + order())) == []


def test_the_members_of_a_stored_list_are_stored_whatever_they_are() -> None:
    rows = "class Rows:\n    fields = {'created_at': fields.DateTimeField(nullable=True)}\n"
    many = """
    @base.VersionedObjectRegistry.register
    class ParcelList(base.ObjectListBase, ShopObject):
        VERSION = "1.0"
        fields = {"objects": fields.ListOfObjectsField("Parcel")}

        @classmethod
        def read(cls, row):
            return cls.obj_from_primitive(jsonutils.loads(row))
    """
    old = shop(rows + parcel(base="Rows, ShopObject") + textwrap.dedent(many))
    new = shop(rows + parcel("1.1", OWNER, POP, base="Rows, ShopObject") + textwrap.dedent(many))
    assert told(old, new) == [STORED]


VERSIONED_ROWS = """
class ShopObject(base.VersionedObject):
    @staticmethod
    def _from_db_object(context, obj, row):
        version = row["version"]
        if version > obj.VERSION:
            raise exception.IncompatibleObjectVersion(objver=version)
        return obj
"""
GET = "\n@classmethod\ndef get(cls, context, row):\n    return cls._from_db_object(context, cls(), row)\n"


def test_rows_that_keep_the_version_of_their_object() -> None:
    def rows(objects: str) -> dict[str, str]:
        return shop(objects) | {
            "shop/objects/base.py": "from oslo_versionedobjects import base\n" + VERSIONED_ROWS + BY_SENDER
        }

    assert told(rows(parcel("1.0", "", GET)), rows(parcel("1.1", OWNER, GET + POP))) == [STORED]
    assert told(rows(parcel("1.0")), rows(parcel("1.1", OWNER, POP))) == []


def test_a_row_that_is_no_longer_filled() -> None:
    own = "\n@staticmethod\ndef _from_db_object(context, one, row):\n    one.owner = row['owner']\n    return one\n"
    old, new = shop(parcel("1.0", '"owner": fields.StringField()', own)), shop(parcel("1.1", "", own))
    assert told(old, new) == [("disk", "absent", "key-removed", "Parcel", "owner", ("downgrade",))]
    assert told(shop(parcel("1.0", OWNER, own)), new) == []


KEPT = READ.replace("@classmethod", "@base.remotable_classmethod")


def conductor(condition: str) -> str:
    return f"""
class Conductor:
    def object_class_action_versions(self, context, name, versions):
        result = self.dispatch(name)
        if {condition}:
            result = result.obj_to_primitive(target_version=versions[name])
        return result
"""


def test_a_stored_object_that_is_asked_for_in_a_newer_version() -> None:
    both = ("upgrade", "downgrade", "mixed", "skip")
    for condition, directions in (("result", both), ("result.VERSION > versions[name]", ("downgrade",))):
        text = conductor(condition)
        old = shop(parcel("1.0", "", KEPT), shop__conductor__conductor=text)
        new = shop(parcel("1.1", OWNER, KEPT + POP), shop__conductor__conductor=text)
        assert told(old, new) == [(*STORED[:5], directions)]


MOVE = """
@classmethod
def move(cls, one):
    one.owner = one.id
    {stamp}
    db.save(jsonutils.dumps(one.obj_to_primitive()))
"""


def test_a_migration_that_leaves_the_stored_version_as_it_was() -> None:
    old = shop(parcel("1.0", "", READ))
    moved = ("disk", "dropped", "unversioned", "Parcel", "owner", ("downgrade", "mixed"))
    assert told(old, shop(parcel("1.1", OWNER, READ + POP + MOVE.format(stamp="")))) == [moved, STORED]
    assert told(
        old, shop(parcel("1.1", OWNER, READ + POP + MOVE.format(stamp="one.VERSION = cls.VERSION")))
    ) == [STORED]


def test_a_stored_object_that_no_peer_asks_for() -> None:
    text = conductor("result")
    old = shop(parcel("1.0", "", READ), shop__conductor__conductor=text)
    assert told(old, shop(parcel("1.1", OWNER, READ + POP), shop__conductor__conductor=text)) == [STORED]


def test_a_service_that_nobody_asks_is_no_way_to_older_objects() -> None:
    text = conductor("result").replace("object_class_action_versions", "object_backport_versions")
    old, new = (
        shop(each, "", shop__conductor__conductor=text) for each in (parcel(), parcel("1.1", OWNER, POP))
    )
    assert told(old, new) == REFUSED


def test_a_serializer_without_a_manifest() -> None:
    bare = BY_SENDER.replace(", self.manifest", "")
    lost = [("peer", "rejected", "no-relationship", "ShopSerializer", "ObjectField", ("mixed",))]
    label = '"label": fields.ObjectField("Label"),'
    old = shop(LABEL + parcel("1.0", label), "")
    new = LABEL + parcel("1.1", label + OWNER, POP)
    assert told(old, shop(new, bare)) == lost
    assert told(old, shop(new)) == []
    ruled = new + '    obj_relationships = {"label": [("1.0", "1.0")]}\n'
    assert told(old, shop(ruled, bare)) == []


FAMILY = 'class Kind(ShopObject):\n    fields = {"id": fields.IntegerField()}\n'


def test_a_class_that_is_gone() -> None:
    def members(*names: str, base: str) -> str:
        return FAMILY + "".join(
            f'\n@base.VersionedObjectRegistry.register\nclass {name}({base}):\n    VERSION = "1.0"\n'
            for name in names
        )

    of_family = told(shop(members("Paper", "Wire", base="Kind")), shop(members("Paper", base="Kind")))
    assert of_family == [("peer", "refused", "record-removed", "Wire", "", ("mixed",))]
    alone = told(shop(members("Paper", "Wire", base="ShopObject")), shop(members("Paper", base="ShopObject")))
    assert alone == [("peer", "refused", "unregistered", "Wire", "", ("mixed",))]


def test_the_base_of_all_objects_makes_no_family() -> None:
    def of(*names: str) -> dict[str, str]:
        classes = (
            f'@base.VersionedObjectRegistry.register\nclass {name}(ShopObject):\n    VERSION = "1.0"\n'
            for name in names
        )
        fields = '    fields = {"created_at": fields.DateTimeField(nullable=True)}\n'
        head = (
            "from oslo_versionedobjects import base, fields\nclass ShopObject(base.VersionedObject):\n"
            + fields
        )
        return shop("\n".join(classes)) | {"shop/objects/base.py": head + BY_SENDER}

    assert [each[2] for each in told(of("Parcel", "Crate"), of("Parcel"))] == ["unregistered"]


def history(first: str, *more: str) -> dict[str, str]:
    text = f"""
class History(dict):
    def __init__(self):
        self.versions = ["{first}"]

OBJ_VERSIONS = History()
"""
    return shop(parcel()) | {
        "shop/objects/history.py": text + "".join(f'OBJ_VERSIONS.add("{each}", {{}})\n' for each in more)
    }


def test_a_history_that_is_cut() -> None:
    cut = [("disk", "rejected", "history-cut", "OBJ_VERSIONS", "current", ("upgrade", "mixed", "skip"))]
    assert told(history("1.0", "1.1"), history("1.1", "1.2")) == []
    assert told(history("1.0", "1.1"), history("1.2")) == cut
    assert told(history("1.0", "1.1"), history("1.0")) == cut  # a newer branch that never had it


def mapping(**releases: str) -> dict[str, str]:
    entries = {
        name[1:].replace("_", "."): {"objects": {"Parcel": [version]}} for name, version in releases.items()
    }
    return shop(parcel("1.0", "", GET)) | {
        "shop/release_mappings.py": f"\nRELEASE_MAPPING = {entries | {'master': {}}!r}\n"
    }


def test_a_release_that_is_no_longer_listed() -> None:
    gone = [
        ("disk", "rejected", "mapping-removed", "RELEASE_MAPPING", "current", ("upgrade", "mixed", "skip"))
    ]
    assert told(mapping(v7_0="1.0", v8_0="1.0"), mapping(v8_0="1.0", v9_0="1.0")) == []
    assert told(mapping(v7_0="1.0", v8_0="1.0"), mapping(v9_0="1.0")) == gone


def test_rows_without_a_version_are_those_of_an_entry() -> None:
    def stamped(version: str) -> dict[str, str]:
        reader = VERSIONED_ROWS.replace(
            'version = row["version"]',
            'version = row["version"] or release_mappings.RELEASE_MAPPING["7.0"]["objects"][obj.obj_name()][0]',
        )
        text = (
            "from oslo_versionedobjects import base\nfrom shop import release_mappings\n" + reader + BY_SENDER
        )
        return mapping(v7_0=version, v8_0="1.0") | {"shop/objects/base.py": text}

    old = shop(parcel("1.0", "", GET))
    wrong = [
        ("disk", "rejected", "mapping-removed", "RELEASE_MAPPING", "Parcel", ("upgrade", "mixed", "skip"))
    ]
    assert told(old, stamped("1.0")) == []
    assert told(old, stamped("0.9")) == wrong
    without_row = parcel("1.0", "")
    assert told(shop(without_row), stamped("0.9") | {"shop/objects/things.py": HEAD + without_row}) == []


def test_a_release_against_itself_finds_nothing() -> None:
    files = shop(
        LABEL
        + enum("small")
        + parcel("1.1", f'{SIZE}, {OWNER}, "label": fields.ObjectField("Label")', READ + POP)
    )
    assert told(files, files) == []
    found = versioned_objects.alone(project(files))
    assert (causes_of(found.meetings), found.codecs) == ([], 2)
    assert {each.name for each in found.meetings} == {"Label", "Parcel"}


def test_what_cannot_be_followed_is_said() -> None:
    unread = "\ndef obj_make_compatible(self, primitive, target_version):\n    db.shrink(primitive)\n"
    found = lowered(shop(parcel()), shop(parcel("1.1", OWNER, unread)))
    assert [(each.codec, each.reason) for each in found.missing] == [
        ("Parcel", "its compat code for version 1.0")
    ]
    assert causes_of(found.meetings) == []


def test_notifications_are_not_for_services() -> None:
    text = parcel("1.0").replace("class Parcel(ShopObject)", "class Parcel(NotificationBase)")
    head = "class NotificationBase(ShopObject):\n    pass\n"
    assert told(shop(head + text, ""), shop(head + text.replace("1.0", "1.1"), "")) == []


def test_only_files_of_the_product_are_wanted() -> None:
    assert versioned_objects.wants("shop/objects/things.py")
    for path in (
        "shop/tests/unit/test_objects.py",
        "shop/objects/things.txt",
        "doc/source/conf.py",
        "shop/vendor/x.py",
    ):
        assert not versioned_objects.wants(path)
