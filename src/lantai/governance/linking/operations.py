"""Verbs of linking: link a platform, end the link, take in what it reports."""

from __future__ import annotations

from lantai.engines.sign.sm2 import key_id
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, note
from lantai.governance.linking.models import LinkedPlatform, LinkedReport
from lantai.governance.linking.queries import latest, platform_of
from lantai.governance.linking.reports import platform_named_in, read_report

KEY_DIGITS = 130  # an uncompressed point: 04 and two numbers


@operation(permission="linking.manage", event="platform_link")
def link_platform(
    act: Act, /, *, owner: Institution, code: str, name: str, public_key: str
) -> LinkedPlatform:
    """Believe reports that this key signs; the key is brought by another way than the reports."""
    key = public_key.strip().lower()
    if len(key) != KEY_DIGITS or not key.startswith("04") or set(key) - set("0123456789abcdef"):
        raise Refusal("公钥应是 130 位十六进制数字，由下级平台“平台互联”页面给出。",
                      "The key is 130 hexadecimal digits, told by the other platform's page.")  # fmt: skip
    if not code.strip() or not name.strip():
        raise Refusal("请写平台的代码和名称。", "Give the platform's code and name.")
    if LinkedPlatform.objects.filter(code=code.strip()).exists():
        raise Conflict(f"平台 {code} 已经登记过。", f"Platform {code} is linked already.")
    row = LinkedPlatform.objects.create(
        code=code.strip()[:40], name=name.strip()[:200], owner=owner, public_key=key,
        linked_by=act.by.urn, linked_at=act.at,
    )  # fmt: skip
    keep(row, kind="created")
    note(key_id=key_id(key))
    return row


@operation(permission="linking.manage", event="platform_link")
def take_report(act: Act, /, *, owner: Institution, content: bytes) -> LinkedReport:
    """Take in a report: signed by a linked platform, unchanged, and newer than the last."""
    platform = platform_of(owner, platform_named_in(content))
    read = read_report(content, platform.public_key)
    last = latest(platform)
    if last is not None and last.made_at >= read.made_at:
        raise Conflict("已收过同一份或更新的上报。", "This report, or a newer one, was taken in.")
    row = LinkedReport.objects.create(
        platform=platform, made_at=read.made_at, digest=read.digest, data=read.data,
        taken_by=act.by.name, taken_at=act.at,
    )  # fmt: skip
    keep(row, kind="created")
    note(platform=platform.code, digest=read.digest, bodies=len(read.data["bodies"]))
    return row
