"""Offline forms 离线填报: a return as one HTML file that works without network, and its way back.

The file holds the form, its rules and a key of its own. What it exports carries a keyed digest
(HMAC-SHA-256) over every value; a file changed after that is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from lantai.core.desks.return_checking import Values
from lantai.core.desks.return_definition import ReturnDefinition
from lantai.core.outside_json import read_json
from lantai.core.terms import vocabulary

KIND = "lantai-return"
FORMAT = 1
MOST_BYTES = 5 * 1024 * 1024
_HERE = Path(__file__).parent
_TOP = {
    "kind",
    "format",
    "round",
    "body",
    "definition",
    "definition_version",
    "filled_by",
    "note",
    "cells",
    "mac",
    "exported_at",
}


class OfflineRefused(ValueError):
    """A file that came back cannot be taken; says why in both languages."""

    def __init__(self, code: str, message_zh: str, message_en: str) -> None:
        super().__init__(f"{message_zh} / {message_en}")
        self.code, self.message_zh, self.message_en = code, message_zh, message_en


@dataclass(frozen=True)
class OfflineTicket:
    """Which form a file is for, and the key (hex) that only its server can make again."""

    round: str
    body: str
    body_name: str
    title: str
    period: str
    due: str
    key: str


@dataclass(frozen=True)
class OfflineAnswer:
    """What came back: the cells as they were written, the note, who filled it in."""

    round: str
    body: str
    cells: Mapping[str, str]
    note: str
    filled_by: str


def build_form(
    definition: ReturnDefinition,
    ticket: OfflineTicket,
    values: Values,
    last: Values | None = None,
    language: str = "zh",
) -> str:
    """The whole form as one HTML file: style, script and data inside, nothing from elsewhere."""
    data = {
        "kind": KIND,
        "format": FORMAT,
        "round": ticket.round,
        "body": ticket.body,
        "body_name": ticket.body_name,
        "title": ticket.title,
        "period": ticket.period,
        "due": ticket.due,
        "key": ticket.key,
        "definition": definition.id,
        "definition_version": definition.version,
        "language": "en" if language.startswith("en") else "zh",
        "tables": [_table(table, language) for table in definition.tables],
        "checks": [
            {
                "id": c.id,
                "rule": c.rule,
                "severity": c.severity,
                "zh": c.message_zh,
                "en": c.message_en,
            }
            for c in definition.checks
        ],
        "anomaly": [definition.anomaly_ratio, definition.anomaly_floor],
        "values": {k: str(v) for k, v in values.items()},
        "last": last or {},
        "verified": definition.verified,
    }
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    parts = {
        "@TITLE@": escape(f"{ticket.title} {ticket.body_name}"),
        "@LANG@": "en" if language.startswith("en") else "zh-Hans",
        "@STYLE@": (_HERE / "form.css").read_text(encoding="utf-8"),
        "@DATA@": text,
        "@SCRIPT@": (_HERE / "form.js").read_text(encoding="utf-8"),
    }
    page = (_HERE / "page.txt").read_text(encoding="utf-8")
    return re.sub("|".join(parts), lambda found: parts[found.group()], page)


def _table(table: Any, language: str) -> dict[str, Any]:
    measures = vocabulary("measure")
    return {
        "id": table.id,
        "zh": table.label_zh,
        "en": table.label_en,
        "note_zh": table.note_zh,
        "note_en": table.note_en,
        "rows": [list(row) for row in table.rows],
        "columns": [[*names, measures.label(unit, language)] for *names, unit in table.columns],
        "indicators": [
            {
                "code": one.code, "zh": one.label_zh, "en": one.label_en, "type": one.type,
                "unit": measures.label(one.unit, language), "required": one.required, "minimum": one.minimum,
                "maximum": one.maximum, "formula": one.formula, "verified": one.verified,
                "choices": [list(pair) for pair in one.choices],
                "help_zh": one.help_zh, "help_en": one.help_en,
            }
            for one in table.indicators
        ],
    }  # fmt: skip


def read_answer(text: str | bytes) -> Mapping[str, Any]:
    """The document of a returned file, its shape checked; `OfflineRefused`."""
    if len(text) > MOST_BYTES:
        raise OfflineRefused(
            "too-large", "文件过大，不是离线填报的导出文件", "the file is too large"
        )
    try:
        document = read_json(text)
    except ValueError:
        raise OfflineRefused(
            "not-json", "文件读不出：请选离线填报表“导出报送文件”得到的 .json 文件",
            "not readable: choose the .json file that the offline form exported",
        ) from None  # fmt: skip
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise OfflineRefused(
            "not-a-return", "这不是离线填报的导出文件", "this is no exported return"
        )
    cells = document.get("cells")
    if (
        set(document) - _TOP
        or document.get("format") != FORMAT
        or not all(isinstance(document.get(name), str) for name in ("round", "body"))
        or not isinstance(cells, dict)
        or not all(isinstance(v, str) for v in cells.values())
    ):
        raise OfflineRefused(
            "shape", "文件内容结构不对，可能被改过", "the file's structure is wrong"
        )
    return document


def verify_answer(
    document: Mapping[str, Any], key: str, definition: ReturnDefinition
) -> OfflineAnswer:
    """The answer, when its digest fits the key and its form is the one in use. `OfflineRefused`."""
    wanted = seal(document, key)
    if not hmac.compare_digest(wanted, str(document.get("mac", ""))):
        raise OfflineRefused(
            "tampered",
            "校验码不符：文件导出后被改动过，或在传递中损坏。请在离线表中改好后重新导出",
            "the digest does not fit: the file was changed after it was exported, or was damaged; "
            "change the figures in the offline form and export again",
        )
    if (document.get("definition"), document.get("definition_version")) != (
        definition.id,
        definition.version,
    ):
        raise OfflineRefused(
            "version",
            "离线表的版本与现用报表不同，请重新下载离线表",
            "the form's version is not the one in use",
        )
    return OfflineAnswer(
        str(document["round"]), str(document["body"]), document["cells"],
        str(document.get("note", ""))[:2000], str(document.get("filled_by", ""))[:100],
    )  # fmt: skip


def seal(document: Mapping[str, Any], key: str) -> str:
    """HMAC-SHA-256 (hex) over who, what and every cell, in one way of writing."""
    cells = document.get("cells", {})
    lines = [
        f"{KIND}-{FORMAT}",
        *(
            str(document.get(k, ""))
            for k in ("round", "body", "definition", "definition_version", "filled_by", "note")
        ),
        *(f"{code}={cells[code]}" for code in sorted(cells)),
    ]
    message = "\x1f".join(lines).encode("utf-8")
    return hmac.new(bytes.fromhex(key), message, hashlib.sha256).hexdigest()
