"""Verdicts on seals and signatures in words 签章结论用语, for the viewer."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from lantai.foundation.refusal import localised

_BOTH = re.compile(r"^(.*[\u3000-\u9fff\uff00-\uffef])\s+([ -~]+)$", re.DOTALL)
_METHODS = {
    "1.2.156.10197.1.501": "SM2 / SM3",
    "1.2.840.113549.1.1.11": "RSA / SHA-256",
    "1.2.840.113549.1.1.5": "RSA / SHA-1",
}
SHOWN = 20


def signature_lines(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each signature of `inner_parts` as a title, badges and facts."""
    return [_line(number, one) for number, one in enumerate(found[:SHOWN], 1)]


def _line(number: int, one: dict[str, Any]) -> dict[str, Any]:
    kind = _("签章") if one.get("kind") == "seal" else _("数字签名")
    return {
        "title": one.get("seal_name") or one.get("field") or f"{kind} {number}",
        "kind": kind,
        "badges": [badge for badge in (_whole(one), _known(one)) if badge],
        "facts": [fact for fact in _facts(one) if fact["value"]],
        "notes": [note for text in _notes(one) if (note := _in_language(text))],
    }


def _whole(one: dict[str, Any]) -> dict[str, str]:
    return {
        "intact": {"tone": "pass", "label": _("完好：签署后没有改动")},
        "altered": {"tone": "fail", "label": _("签署后被改动")},
    }.get(one["verdict"], {"tone": "review", "label": _("无法验证")})


def _known(one: dict[str, Any]) -> dict[str, str] | None:
    if one["verdict"] != "intact":
        return None
    if one["trusted"]:
        return {"tone": "pass", "label": _("签署者可信")}
    return {"tone": "review", "label": _("签署者未列入信任")}


def _facts(one: dict[str, Any]) -> list[dict[str, Any]]:
    signer = one.get("signer") or {}
    signer = signer if isinstance(signer, dict) else {"subject": signer}
    period = [str(signer.get(name, ""))[:10] for name in ("not_before", "not_after")]
    words = {"expired": _("签署时已过期"), "not-yet-valid": _("签署时尚未生效"), "valid": ""}
    method = str(one.get("method", ""))
    return [
        {"label": _("签署者"), "value": _common(str(signer.get("subject", "")))},
        {"label": _("证书颁发者"), "value": _common(str(signer.get("issuer", "")))},
        {"label": _("签署时间"), "value": _time(str(one.get("signed_at", "")))},
        {"label": _("证书有效期"), "value": " — ".join(period) if all(period) else "",
         "note": words.get(one.get("period", ""), "")},
        {"label": _("算法"), "value": _METHODS.get(method, method)},
        {"label": _("受保护的文件"), "value": str(one.get("covered") or "")},
        {"label": _("被改动的文件"), "value": "；".join(one.get("altered_files", ())[:SHOWN])},
        {"label": _("缺失的文件"), "value": "；".join(one.get("missing_files", ())[:SHOWN])},
    ]  # fmt: skip


def _time(text: str) -> str:
    """ASN.1 times (20200817111329Z) and ISO times as people read them."""
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z", text)
    if match:
        return "{}-{}-{} {}:{}:{} UTC".format(*match.groups())
    return text[:19].replace("T", " ")


def _common(name: str) -> str:
    """The common name of a distinguished name; the whole where it has none."""
    match = re.search(r"Common Name: ([^,;]+)", name)
    return match[1].strip() if match else name


def _notes(one: dict[str, Any]) -> list[str]:
    return [*one.get("notes", ()), *([one["note"]] if one.get("note") else [])]


def _in_language(text: str) -> str:
    """Notes are Chinese with English behind: the part the reader reads."""
    match = _BOTH.match(text)
    return localised(match[1], match[2]) if match else text
