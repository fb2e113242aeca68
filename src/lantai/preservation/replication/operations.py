"""Verbs of replication: name the stores and the policy, seal objects, note their copies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Refusal
from lantai.foundation.site.models import SiteSetting
from lantai.foundation.work import Act, about, keep, keep_all, note
from lantai.preservation.replication.models import ObjectCopy, PreservedObject, Store
from lantai.preservation.replication.policy import SETTING, copy_policies
from lantai.preservation.replication.sealing import Seal
from lantai.preservation.replication.stores import forget_opened

MEDIA = ("disk", "object", "optical", "tape")


@operation(permission="stores.manage", event="configuration")
def register_store(
    act: Act, /, *, code: str, name: str, url: str, place: str, threat: str = "",
    medium: str = "disk", offline: bool = False,
) -> Store:  # fmt: skip
    """A store that is to hold copies (or an off-line place for carriers); changed when known."""
    if medium not in MEDIA:
        raise Refusal(f"介质应为 {'、'.join(MEDIA)} 之一。", f"medium is one of {', '.join(MEDIA)}")
    if not offline and code != Store.MAIN and not url:
        raise Refusal("请写明存储地址。", "Say the store's address.")
    if urlsplit(url).password:
        raise Refusal(
            "地址里不能写密码；凭据请用环境变量给出。",
            "No password in an address: give credentials by the environment.",
        )
    row, created = Store.objects.update_or_create(
        code=code,
        defaults={"name": name, "url": url, "place": place, "threat": threat or place,
                  "medium": medium, "offline": offline, "active": True, "trouble": ""},
        create_defaults={"name": name, "url": url, "place": place, "threat": threat or place,
                         "medium": medium, "offline": offline, "added_at": act.at},
    )  # fmt: skip
    forget_opened()
    keep(row, kind="created" if created else "updated")
    note(code=code, place=place)
    return row


@operation(permission="stores.manage", event="configuration")
def retire_store(act: Act, /, *, store: Store) -> Store:
    """Copy nothing there any more; what lies there is left."""
    if store.code == Store.MAIN:
        raise Refusal("主存储不能停用。", "The main store can not be retired.")
    store.active = False
    store.save(update_fields=["active"])
    keep(store)
    return store


@operation(permission="stores.manage", event="configuration")
def choose_policy(act: Act, /, *, policy: str) -> SiteSetting:
    """Which copy policy holds."""
    if policy not in copy_policies().all():
        raise Refusal(f"没有副本策略 {policy}。", f"There is no copy policy {policy}.")
    row, _ = SiteSetting.objects.update_or_create(
        institution=None, name=SETTING, defaults={"value": policy}
    )
    keep(row)
    note(policy=policy)
    return row


@operation(permission="copies.record", event="message_digest_calculation")
def seal_objects(act: Act, /, *, seals: Sequence[Seal]) -> int:
    """Enter the inventories' digests; an object is sealed once. How many were new."""
    known = set(
        PreservedObject.objects.filter(object_id__in=[s.object_id for s in seals])
        .values_list("object_id", flat=True)
    )  # fmt: skip
    fresh = [seal for seal in seals if seal.object_id not in known]
    rows = PreservedObject.objects.bulk_create(
        [PreservedObject(**vars(seal), sealed_at=act.at) for seal in fresh], batch_size=200
    )
    keep_all(rows, kind="created")
    note(sealed=len(rows))
    return len(rows)


@operation(permission="copies.record", event="message_digest_calculation")
def follow_seal(act: Act, /, *, seal: Seal) -> PreservedObject:
    """An object has a further version that keeps the sealed one: its seal goes on with it."""
    row = PreservedObject.objects.select_for_update().get(object_id=seal.object_id)
    note(was=row.inventory_sha512, head=seal.head)
    row.head, row.inventory_sha512, row.files = seal.head, seal.inventory_sha512, seal.files
    row.save()
    row.copies.all().delete()  # they are an older version now: carried on by the next round
    keep(row)
    return row


@operation(permission="copies.record", event="replication")
def record_copies(
    act: Act, /, *, store: Store, copied: Sequence[tuple[PreservedObject, str]], size: int
) -> int:
    """Objects (with the digest of the inventory copied) that now lie whole in a store."""
    rows = [
        ObjectCopy(object=row, store=store, inventory_sha512=digest, copied_at=act.at,
                   verified_at=act.at)
        for row, digest in copied
    ]  # fmt: skip
    ObjectCopy.objects.bulk_create(
        rows, batch_size=200, update_conflicts=True, unique_fields=["object", "store"],
        update_fields=["state", "inventory_sha512", "copied_at", "verified_at"],
    )  # fmt: skip
    about(store.urn, *(row.urn for row, _ in copied))
    note(store=store.code, objects=len(rows), bytes=size)
    return len(rows)


@operation(permission="copies.record", event="quarantine")
def freeze_object(act: Act, /, *, row: PreservedObject, reason: str) -> PreservedObject:
    """冻结: no good copy is left; nothing may be done to it before a person has looked."""
    row.frozen_at, row.frozen_reason = act.at, reason[:400]
    row.save(update_fields=["frozen_at", "frozen_reason"])
    keep(row)
    for archives in _holders(row.object_id):
        await_attention(
            act, institution=archives, subject=row.urn, kind="object-frozen", role="archivist",
            title=f"没有完好的副本，对象已冻结 no good copy left: {row.object_id}",
            url="/preservation/copies/",
        )  # fmt: skip
    return row


@operation(permission="copies.thaw", event="unquarantine")
def thaw_object(act: Act, /, *, row: PreservedObject) -> PreservedObject:
    """解冻: somebody has put it right, and says how (``act.reason``); the next audit proves it."""
    if not act.reason.strip():
        raise Refusal("请写明怎样恢复的。", "Say how it was put right.")
    row.frozen_at, row.frozen_reason = None, ""
    row.save(update_fields=["frozen_at", "frozen_reason"])
    keep(row)
    attended(act, subject=row.urn, kind="object-frozen")
    return row


def _holders(object_id: str) -> list[Any]:
    code = object_id.split(":")[2] if object_id.count(":") >= 3 else ""
    return list(Institution.objects.filter(code=code, kind="archives"))
