"""The form for the site 离线检查表: one HTML file that needs no network, and its way back.

The file carries the case, the checklist and a mark made with the installation's key over them; a
form with another mark was not made here, or was changed, and is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
from html import escape
from pathlib import Path
from typing import Any

from django.conf import settings

from lantai.core.outside_json import read_json
from lantai.foundation.desks.attachments.storing import StoredFile, store_file
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.refusal import Refusal
from lantai.governance.supervision.queries import checklist_items, checklists

SCRIPT = Path(__file__).with_name("site_form.js")
STYLE = Path(__file__).with_name("site_form.css")
LARGEST = 60 * 1024 * 1024
MOST_PHOTOS = 100


def mark_of(case: Case, checklist: str) -> str:
    """The mark of a form for this case and checklist."""
    text = json.dumps([case.number, checklist, checklist_items(checklist)], sort_keys=True)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


WORDS = {
    "zh": {"yes": "符合", "no": "不符合", "none": "不适用", "note": "情况记录", "photos": "照片",
           "save": "保存检查结果", "lang": "zh-CN",
           "told": "已保存 {items} 项、{photos} 张照片；回到有网络处，在检查页交回此文件。",
           "kept": "{time} 已存在这台设备上，照片 {photos} 张；关掉页面再打开仍在。",
           "refused": "浏览器不让暂存：请不要关闭页面，填完立即保存检查结果。",
           "open": "第 {item} 项写了情况或拍了照片，还没有选结论；选好再保存。", "drop": "去掉",
           "file": "检查结果"},
    "en": {"yes": "Met", "no": "Not met", "none": "Not asked", "note": "What was seen",
           "photos": "Photographs", "save": "Save the result", "lang": "en",
           "told": "{items} items and {photos} photographs saved; where there is network, hand in "
                   "this file on the page of the check.",
           "kept": "{time}: kept on this device with {photos} photographs; it is here when you open the page again.",
           "refused": "This browser keeps nothing: do not close the page, save the result as soon as it is filled in.",
           "open": "Item {item} has a note or photographs and no verdict yet: choose one, then save.", "drop": "Remove",
           "file": "site-check"},
}  # fmt: skip
SCRIPTED = ("told", "kept", "refused", "open", "drop", "file")  # what the script says


def site_form(case: Case, checklist: str, language: str = "zh") -> bytes:
    """The whole form as one file."""
    english = language.startswith("en")
    words = WORDS["en" if english else "zh"]
    rows = "".join(_fieldset(i, words, english) for i in checklist_items(checklist))
    head = json.dumps({"case": case.number, "checklist": checklist,
                       "mark": mark_of(case, checklist)})  # fmt: skip
    told = json.dumps({name: words[name] for name in SCRIPTED}, ensure_ascii=False)
    name = escape(str(checklists()[checklist]["label_en" if english else "label_zh"]))
    return (
        f'<!doctype html><html lang="{words["lang"]}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(case.title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style>"
        f"<h1>{escape(case.title)}</h1><p>{name} · {escape(case.number)}</p>"
        f'<form>{rows}<button type="button" id="done">{words["save"]}</button><p id="told" role="status"></p><p id="kept"></p></form>'
        f'<script type="application/json" id="head">{head}</script>'
        f'<script type="application/json" id="words">{told}</script>'
        f"<script>{SCRIPT.read_text(encoding='utf-8')}</script></html>"
    ).encode()


def _fieldset(item: dict[str, Any], words: dict[str, str], english: bool) -> str:
    key, label = escape(item["id"]), escape(item["en"] if english else item["zh"])
    choices = "".join(
        f'<label><input type="radio" name="v{key}" value="{value}"> {words[value]}</label>'
        for value in ("yes", "no", "none")
    )
    return (
        f'<fieldset data-item="{key}"><legend>{key} {label}</legend>{choices}'
        f'<textarea rows="2" placeholder="{words["note"]}" aria-label="{words["note"]}"></textarea>'
        f'<label class="camera">+ {words["photos"]}<input type="file" accept="image/*" multiple></label>'
        '<div class="photos"></div></fieldset>'
    )


def read_site_form(
    case: Case, data: bytes
) -> tuple[str, dict[str, Any], list[tuple[str, StoredFile]]]:
    """(checklist, items, photographs) of a form that came back; `Refusal` with the reason."""
    if len(data) > LARGEST:
        raise Refusal("检查结果超过 60 MB，请减少照片后再存。", "The form is over 60 MB.")
    try:
        form = read_json(data)
        checklist, mark = str(form["checklist"]), str(form["mark"])
        items = {str(k): {"verdict": str(v["verdict"]), "note": str(v.get("note", ""))[:2000]}
                 for k, v in form["items"].items()}  # fmt: skip
        sent = [(str(p["item"]), str(p["name"]), base64.b64decode(p["data"], validate=True))
                for p in form.get("photos", [])[:MOST_PHOTOS]]  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal("这不是系统的检查结果文件，没有收入。", "This is no form of ours.") from None
    if str(form.get("case")) != case.number or not hmac.compare_digest(
        mark, mark_of(case, checklist)
    ):
        raise Refusal(
            "检查结果不属于这件检查，或表头被改动过，没有收入；请用本页下载的表重新填写。",
            "The form is of another inspection, or its head was changed.", code="tampered",
        )  # fmt: skip
    answered = {str(key): value for key, value in items.items()}
    whole = hashlib.sha256(_digested(answered, sent)).hexdigest()
    if whole != form.get("digest"):
        raise Refusal("检查结果与保存时的校验值不符，文件在途中被改动，没有收入。",
                      "The form no longer has its digest: it was changed.", code="tampered")  # fmt: skip
    photos = [(item, store_file(name, io.BytesIO(blob))) for item, name, blob in sent]
    return checklist, items, photos


def _digested(items: dict[str, Any], photos: list[tuple[str, str, bytes]]) -> bytes:
    """The text the form digested when it was saved: item, verdict, note; then the photographs."""
    lines = [f"{key}|{items[key]['verdict']}|{items[key]['note']}" for key in sorted(items)]
    lines += [f"{item}|{name}|{base64.b64encode(blob).decode()}" for item, name, blob in photos]
    return "\n".join(lines).encode()
