"""Seals, attachments and outlines of a shown file 签章、附件与目录: read once, kept in the cache.

What is kept is kept under the trust list it was judged by: a changed list judges anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings

from lantai.access.viewing.page_images import cache_folder, keep_file, local_copy
from lantai.catalogue.records.models import Component
from lantai.core.formats import inner_parts
from lantai.core.formats.sandbox import ParseFailed
from lantai.core.ofd.trust import FOLDER, CertificateUnreadable, TrustList, read_trust
from lantai.foundation.refusal import NotFound

log = logging.getLogger("lantai.viewing")
_LIKE = 1  # changes when the judging changes, so that nothing old is shown


def trust_here() -> TrustList:
    """The certificates in ``keys/trusted`` of the data folder; none when one of them is spoilt."""
    place = Path(settings.LANTAI.keys) / FOLDER
    if not place.is_dir():
        return TrustList()
    try:
        return read_trust([place])
    except CertificateUnreadable as fault:
        log.warning("%s", fault)
        return TrustList()


def parts_of(component: Component) -> dict[str, Any]:
    """`core.formats.inner_parts` of an OFD or PDF; {} of all else, and of what does not open."""
    kind = PurePosixPath(component.name.lower()).suffix[1:]
    if kind not in inner_parts.KINDS:
        return {}
    trust = trust_here()
    mark = hashlib.sha256("".join(sorted(trust.fingerprints)).encode()).hexdigest()[:16]
    known = cache_folder(component) / f"parts-{_LIKE}-{mark}.json"
    if known.exists():
        found: dict[str, Any] = json.loads(known.read_text(encoding="utf-8"))
        return found
    try:
        with local_copy(component) as path:
            found = inner_parts.inner_parts(path, kind, trust)
    except (ParseFailed, NotFound):
        found = {}
    keep_file(known, json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    return found


def attachment_of(component: Component, number: int) -> tuple[str, bytes]:
    """Name and bytes of the attachment with this number (from 1)."""
    listed = parts_of(component).get("attachments", [])
    if not (1 <= number <= len(listed) and listed[number - 1]["entry"]):
        raise NotFound("这个文件没有这个附件。", "The file has no such attachment.")
    entry = listed[number - 1]["entry"]
    try:
        with local_copy(component) as path:
            return file_name(listed[number - 1]), inner_parts.attachment(path, entry)
    except ParseFailed as fault:
        raise NotFound(fault.message_zh, fault.message_en) from fault


def file_name(attachment: dict[str, Any]) -> str:
    """What it is called when it is taken out; its kind is put behind where the name lacks it."""
    name, kind = attachment["name"] or PurePosixPath(attachment["entry"]).name, attachment["format"]
    bare = not kind or name.lower().endswith(f".{kind.lower()}")
    return str(name if bare else f"{name}.{kind}")
