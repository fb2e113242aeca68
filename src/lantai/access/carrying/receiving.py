"""Receiving 收下: a bundle is checked whole, its files stored, then all of it made public at once."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from lantai.access.carrying.bundles import BundleRefused, ReadBundle, read_bundle, source_named_in
from lantai.access.carrying.models import CarriedBundle
from lantai.access.carrying.operations import (
    accession_of,
    refuse_other_way,
    require_next,
    take_in_bundle,
)
from lantai.access.carrying.queries import carried, source_of
from lantai.foundation.ledger.signing import own_public_key
from lantai.foundation.policy import require
from lantai.foundation.work import Act
from lantai.preservation.depositing.items import DepositFile, DepositItem, StoredItem
from lantai.preservation.depositing.storing import store_items

Stored = dict[str, list[tuple[dict[str, Any], StoredItem]]]


def receive_bundle(act: Act, path: Path) -> CarriedBundle:
    """Take in the next bundle of a trusted source; a refusal leaves nothing behind."""
    require(act.by, "carrying.receive")
    refuse_other_way(CarriedBundle.IN)
    code, _key = source_named_in(path)
    source = source_of(code)
    if source.public_key == own_public_key():
        raise BundleRefused("这是本系统自己发出的包。", "This bundle was sent from here.")
    incoming = Path(settings.LANTAI.incoming)
    incoming.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=incoming, prefix="carry-"))
    try:
        bundle = read_bundle(path, source.public_key, folder / "bundle")
        if bundle.document["source"]["code"] != code:
            raise BundleRefused("来源不符。", "It is of another source.")
        require_next(bundle.document)
        _refuse_secret(bundle)
        return take_in_bundle(
            act, source=source, document=bundle.document, digest=bundle.digest,
            size=path.stat().st_size, stored=_stored(bundle),
        )  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_secret(bundle: ReadBundle) -> None:
    for entry in bundle.document["records"]:
        if entry["values"].get("secrecy") or not entry["publication"]:
            raise BundleRefused("包内有未公布或带密级的条目，整包不收。",
                                "It holds an entry that is not published: nothing is taken.")  # fmt: skip


def _stored(bundle: ReadBundle) -> Stored:
    """What has files that are not here yet, stored; by fonds."""
    document = bundle.document
    known = carried(CarriedBundle.IN, document["source"]["code"])
    by_fonds: dict[str, list[dict[str, Any]]] = {}
    for entry in document["records"]:
        row = known.get(entry["uid"])
        if row is None or row.record_id is None or row.files_digest != entry["files_digest"]:
            by_fonds.setdefault(entry["fonds"]["code"], []).append(entry)
    found: Stored = {}
    for code, entries in by_fonds.items():
        items = store_items(
            holder=_Named(document["source"]["code"]),
            accession=accession_of(document, code),
            items=[_item(entry, bundle.folder) for entry in entries],
            message=f"摆渡第 {document['number']} 包 carried bundle {document['number']}",
            fonds=_Named(code),
        )
        found[code] = list(zip(entries, items, strict=True))
    return found


def _item(entry: dict[str, Any], folder: Path) -> DepositItem:
    return DepositItem(
        key=f"{entry['uid']} {entry['files_digest'][:16]}",
        values={name: str(value) for name, value in entry["values"].items()},
        record_type=entry["record_type"],
        level=entry["level"],
        files=[
            DepositFile(folder / f["path"], f["name"], role=f["role"], sequence=f["sequence"])
            for f in entry["files"]
        ],
    )


class _Named:
    """A holder or fonds that may not be registered yet: storing reads its code only."""

    def __init__(self, code: str) -> None:
        self.code = code
