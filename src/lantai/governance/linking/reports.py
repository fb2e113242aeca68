"""The report 上报文件: a region's indicators as one signed file, made and read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from lantai.core.fixity import digest_bytes
from lantai.core.ledger.chain import NotCanonical, canonical
from lantai.core.outside_json import read_json
from lantai.engines.sign.sm2 import Sm2Verifier
from lantai.foundation.institutions.models import Institution
from lantai.foundation.ledger.signing import sign_seal
from lantai.foundation.refusal import Refusal
from lantai.governance.cockpit.indicators import readings, shown
from lantai.governance.cockpit.limits import Level, level_at
from lantai.governance.supervision.queries import bodies_below

KIND, FORMAT = "lantai-region-report", 1
LARGEST = 20 * 1024 * 1024  # bytes


class ReportRefused(Refusal):
    """上报文件不能收: it was changed, is not signed by a known platform, or is no report."""

    code = "report-refused"


@dataclass(frozen=True)
class ReadReport:
    """A report whose signature holds."""

    made_at: datetime
    digest: str
    data: dict[str, Any]


def made_report(authority: Institution) -> bytes:
    """The indicators of every body below the authority, with their formulas, signed."""
    level = level_at(authority)
    document: dict[str, Any] = {
        "kind": KIND,
        "format": FORMAT,
        "platform": authority.code,
        "name": authority.name,
        "made_at": timezone.now().isoformat(),
        "bodies": [_body(place, level) for place in bodies_below(authority)],
    }
    document["signature"] = sign_seal(canonical(document))
    return json.dumps(document, ensure_ascii=False).encode()


def _body(place: Institution, level: Level) -> dict[str, Any]:
    return {
        "code": place.code, "name": place.name, "kind": place.kind,
        "readings": [
            {"id": r.indicator.id, "zh": r.indicator.label_zh, "en": r.indicator.label_en, "value": shown(r),
             "flag": r.flag, "formula": r.indicator.formula}
            for r in readings(place, level)
        ],
    }  # fmt: skip


def platform_named_in(content: bytes) -> str:
    """The code of the platform a report says it is from; nothing of it is believed yet."""
    return str(_document(content).get("platform", ""))


def read_report(content: bytes, public_key: str) -> ReadReport:
    """The report, if this key signed it as it stands; `ReportRefused` says what is wrong."""
    document = _document(content)
    signature = document.pop("signature", None)
    try:
        signed = canonical(document)
    except NotCanonical:
        raise ReportRefused("上报文件的内容不合规格。", "The report is not well formed.") from None
    if not isinstance(signature, dict) or not Sm2Verifier([public_key])(signed, signature):
        raise ReportRefused(
            "签名与内容不符：上报文件被改动过，或不是该平台所签。请下级平台重新导出。",
            "The signature does not hold: the report was changed, or another platform signed it.",
        )
    made = parse_datetime(str(document.get("made_at", "")))
    if made is None or made.tzinfo is None or not isinstance(document.get("bodies"), list):
        raise ReportRefused("上报文件缺少时间或单位。", "The report lacks its time or its bodies.")
    digest = digest_bytes(signed, ("sm3",)).values["sm3"]
    return ReadReport(made, digest, {"name": document["name"], "bodies": document["bodies"]})


def _document(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise ReportRefused("上报文件过大。", "The report is too large.")
    try:
        document = read_json(content)
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise ReportRefused("这不是平台上报文件。", "This is no report of a platform.")
    if document.get("format") != FORMAT:
        raise ReportRefused(
            "上报文件的版本不认识，请升级本平台。", "The report is of a newer format."
        )
    return document
