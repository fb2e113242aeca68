"""Verbs of carrying: trust a source, note what was sent, take in what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.dateparse import parse_datetime

from lantai.access.carrying.listing import enter_in_list, leave_lists
from lantai.access.carrying.models import CarriedBundle, CarriedEntry, CarrySource, holder_of
from lantai.access.carrying.queries import carried, last_bundle
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.fonds.operations import register_fonds
from lantai.catalogue.records.fields import apply_description
from lantai.catalogue.records.models import Record
from lantai.engines.sign.sm2 import key_id
from lantai.foundation.institutions.models import Institution
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, keep_all, keep_gone, note
from lantai.preservation.depositing.items import StoredItem
from lantai.preservation.depositing.operations import register_deposit

KEY_DIGITS = 130


@operation(permission="carrying.receive", event="carrying")
def trust_source(act: Act, /, *, code: str, name: str, public_key: str) -> CarrySource:
    """Believe bundles that this key signs; the key comes by another way than the bundles."""
    refuse_other_way(CarriedBundle.IN)
    key = public_key.strip().lower()
    if len(key) != KEY_DIGITS or not key.startswith("04") or set(key) - set("0123456789abcdef"):
        raise Refusal("公钥应是 130 位十六进制数字，由来源用 lantai carry key 给出。",
                      "The key is 130 hexadecimal digits, told by lantai carry key.")  # fmt: skip
    row, new = CarrySource.objects.get_or_create(
        code=code.strip()[:40],
        defaults={"name": (name or code).strip()[:200], "public_key": key,
                  "trusted_by": act.by.urn, "trusted_at": act.at},
    )  # fmt: skip
    if not new and row.public_key != key:
        raise Conflict(f"来源 {code} 已登记另一把公钥。", f"Source {code} has another key.")
    keep(row, kind="created" if new else "updated")
    note(source=row.code, key_id=key_id(key))
    return row


def refuse_other_way(direction: str) -> None:
    """An installation sends, or takes in; never both."""
    if direction == CarriedBundle.OUT and (
        CarrySource.objects.exists() or CarriedBundle.objects.filter(direction="in").exists()
    ):
        raise Refusal("本系统是公开网一侧，只收不发；摆渡是单向的。",
                      "This is the public side: it takes in and never sends.", code="one-way")  # fmt: skip
    if direction == CarriedBundle.IN and CarriedBundle.objects.filter(direction="out").exists():
        raise Refusal("本系统是内网一侧，只发不收；摆渡是单向的。",
                      "This is the inner side: it sends and never takes in.", code="one-way")  # fmt: skip


@operation(permission="carrying.send", event="carrying")
def note_sent(
    act: Act, /, *, holder: Institution, document: Mapping[str, Any], digest: str,
    digests: Mapping[str, str], size: int,
) -> CarriedBundle:  # fmt: skip
    """Keep what was sent; another sent meanwhile is told."""
    refuse_other_way(CarriedBundle.OUT)
    last = last_bundle(CarriedBundle.OUT, holder.code)
    if (last.number if last else 0) + 1 != document["number"]:
        raise Conflict("同时已有另一个摆渡包发出；请重做。", "Another bundle was sent meanwhile.")
    row = _bundle(act, CarriedBundle.OUT, document, digest, size)
    known = carried(CarriedBundle.OUT, holder.code)
    changed = [known[uid] for uid in digests if uid in known]
    for entry in changed:
        entry.digest = digests[str(entry.uid)]
    CarriedEntry.objects.bulk_update(changed, ["digest"], batch_size=500)
    fresh = [
        CarriedEntry(direction=CarriedBundle.OUT, source=holder.code, uid=uid, digest=found)
        for uid, found in digests.items()
        if uid not in known
    ]
    keep_all(CarriedEntry.objects.bulk_create(fresh, batch_size=500), kind="created")
    keep_all(changed)
    for uid in document["gone"]:
        _forget(known[uid])
    return row


def _forget(entry: CarriedEntry) -> None:
    key = entry.pk
    entry.delete()
    keep_gone(entry, key)


def _bundle(
    act: Act, direction: str, document: Mapping[str, Any], digest: str, size: int
) -> CarriedBundle:
    row = CarriedBundle.objects.create(
        direction=direction, source=document["source"]["code"], number=document["number"],
        previous=document["previous"], digest=digest, whole=document["whole"],
        records=len(document["records"]), gone=len(document["gone"]),
        files=sum(len(entry["files"]) for entry in document["records"]), size=size,
        made_at=parse_datetime(document["made_at"]), by_name=act.by.name, at=act.at,
    )  # fmt: skip
    keep(row, kind="created")
    note(number=row.number, records=row.records, gone=row.gone, digest=digest)
    return row


def require_next(document: Mapping[str, Any]) -> None:
    """The bundle that follows the last taken in; a whole one may follow after a gap."""
    last = last_bundle(CarriedBundle.IN, document["source"]["code"])
    number, expected = document["number"], (last.number if last else 0) + 1
    if number < expected:
        raise Conflict(f"第 {number} 包已经收过（已收到第 {expected - 1} 包）。",
                       f"Bundle {number} was taken in before.")  # fmt: skip
    if document["whole"]:
        return
    if number > expected:
        raise Conflict(
            f"应收第 {expected} 包，这是第 {number} 包；请先收中间的包，或请来源发全量包。",
            f"Bundle {expected} comes next and this is {number}: take those between, or a whole one.",
        )
    if document["previous"] != (last.digest if last else ""):
        raise Conflict("前一包的摘要接不上，不是同一串；请来源发全量包。",
                       "It does not follow the last one taken in: ask for a whole one.")  # fmt: skip


@operation(permission="carrying.receive", event="carrying")
def take_in_bundle(
    act: Act, /, *, source: CarrySource, document: Mapping[str, Any], digest: str, size: int,
    stored: Mapping[str, Sequence[tuple[dict[str, Any], StoredItem]]],
) -> CarriedBundle:  # fmt: skip
    """All of it or nothing: what came new, changed, and what the source has taken down."""
    refuse_other_way(CarriedBundle.IN)
    source = CarrySource.objects.select_for_update().get(pk=source.pk)
    require_next(document)
    holder = holder_of(source.code) or register_institution(
        act, code=source.code, name=source.name, kind="archives"
    )
    known = carried(CarriedBundle.IN, source.code)
    gone = set(document["gone"])
    if document["whole"]:
        gone |= set(known) - {entry["uid"] for entry in document["records"]}
    for uid in gone & set(known):
        _withdraw(known[uid].record)
        _forget(known.pop(uid))
    anew = {entry["uid"] for pairs in stored.values() for entry, _item in pairs}
    for entry in document["records"]:
        if entry["uid"] in anew and entry["uid"] in known:
            _withdraw(known[entry["uid"]].record)
    for code, pairs in stored.items():
        _enter(act, holder, document, code, pairs)
    lists = {row["number"]: row for row in document.get("lists", ())}
    items = {entry["uid"]: item for pairs in stored.values() for entry, item in pairs}
    for entry in document["records"]:
        row = known.get(entry["uid"]) or CarriedEntry(
            direction="in", source=source.code, uid=entry["uid"]
        )
        if entry["uid"] in items:
            row.record = Record.objects.get(uid=items[entry["uid"]].uid)
        _publish(act, row.record, entry, lists)
        row.digest, row.files_digest = entry["digest"], entry["files_digest"]
        row.save()
        keep(row, kind="updated" if entry["uid"] in known else "created")
    return _bundle(act, CarriedBundle.IN, document, digest, size)


def _enter(
    act: Act, holder: Institution, document: Mapping[str, Any], code: str,
    pairs: Sequence[tuple[dict[str, Any], StoredItem]],
) -> None:  # fmt: skip
    named = pairs[0][0]["fonds"]["name"]
    fonds = Fonds.objects.filter(holder=holder, code=code).first() or register_fonds(
        act, holder=holder, code=code, name=named
    )
    register_deposit(
        act, fonds=fonds, accession=accession_of(document, code),
        stored=[item for _entry, item in pairs],
    )  # fmt: skip


def accession_of(document: Mapping[str, Any], fonds: str) -> str:
    """The accession that a fonds' part of a bundle is deposited under."""
    return f"CARRY-{document['source']['code']}-{document['number']}-{fonds}"[:60]


def _publish(
    act: Act, record: Record | None, entry: Mapping[str, Any], lists: Mapping[str, Any]
) -> None:
    if record is None:
        raise Conflict("本馆已没有这件摆渡来的档案；请来源发全量包。", "The record is not here.")
    apply_description(record, {**entry["values"]})
    record.access_status, record.publication = "open", entry["publication"]
    record.access_basis = f"摆渡：{entry['publication']}"[:300]
    record.published_at = record.published_at or act.at
    record.access_decided_at = record.updated_at = act.at
    record.version += 1
    record.save()
    keep_all([record])
    enter_in_list(act, record, entry, lists)


def _withdraw(record: Record | None) -> None:
    """Taken down at the source: public no more; its code is free for what replaces it."""
    if record is None:
        return
    record.access_status, record.publication, record.published_at = "pending", "", None
    record.access_basis, record.reference_code = "来源已撤回", ""
    record.save()
    leave_lists(record)
    keep(record)
