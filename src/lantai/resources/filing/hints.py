"""Hints 著录提示: title, number, date and maker, as the text and the name of a file suggest them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from lantai.core.dates import DateNotUnderstood, parse_date
from lantai.core.text import strip_controls

_DOC_NO = re.compile(
    r"[\u4e00-\u9fff]{1,12}[〔\[［(（]\s*(\d{4})\s*[〕\]］)）]\s*第?\s*\d{1,5}\s*号"
)
_DATE = re.compile(
    r"(?:\d{4}|[〇零一二三四五六七八九○]{4})\s*年\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*月"
    r"\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_TITLE = re.compile(
    r"[^。；\n]{0,60}?关于[^。；]{2,120}?的(?:通知|请示|批复|报告|函|意见|决定|通报|公告|通告|纪要|复函|"
    r"方案|办法|规定|总结|计划|公示|说明|汇报)"
)
_GENRES = re.compile(
    r".{2,80}(?:会议纪要|会议记录|工作总结|工作计划|实施方案|统计表|名册|合同|协议书)$"
)
_SECRECY = re.compile(r"(?m)^\s*(绝密|机密|秘密)\s*(?:★|$)")  # the mark stands in a line of its own
UNMARKED = "内部"  # no mark is no leave to publish: a person may set 公开
_RUBBISH = re.compile(
    r"^(?:扫描|scan|img|image|dsc|新建|未命名|无标题|文档|document)?[\W_\d]*$", re.IGNORECASE
)
LOOKED_AT = 6_000  # characters: heading and first pages; the date stands near the end
LONGEST_TITLE = 300


def hints_of(name: str, texts: Sequence[str]) -> dict[str, str]:
    """Canonical element → suggested value; nothing where nothing speaks for it."""
    text = strip_controls("\n".join(texts))
    head, tail = text[:LOOKED_AT], text[-LOOKED_AT:]
    hints: dict[str, str] = {}
    if title := _title(head) or _of_name(name):
        hints["title"] = title[:LONGEST_TITLE]
    if found := _DOC_NO.search(head):
        hints["doc_no"] = re.sub(r"\s+", "", found.group())
        hints["year"] = found.group(1)
    if date := _date(tail) or _date(head):
        hints["date"] = date
        hints["year"] = date[:4]
    if creator := _creator(hints.get("title", ""), text):
        hints["creator"] = creator
    if text.strip():
        found = _SECRECY.search(head[:400])
        hints["secrecy"] = found.group(1) if found else UNMARKED
    return hints


def _title(text: str) -> str:
    """The first heading that reads like one; its lines are joined."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:25]
    for number, line in enumerate(lines):
        if "关于" in line or _GENRES.fullmatch(line):
            joined = "".join(lines[max(0, number - 1) : number + 4]) if number else ""
            for piece in (line, "".join(lines[number : number + 3]), joined):
                if found := _TITLE.search(piece):
                    return re.sub(r"\s+", "", found.group())
            if _GENRES.fullmatch(line):
                return line
    return ""


def _of_name(name: str) -> str:
    stem = PurePosixPath(name).stem.strip()
    return "" if _RUBBISH.match(stem) else stem


def _date(text: str) -> str:
    for found in reversed(_DATE.findall(text)):
        try:
            value = parse_date(re.sub(r"\s+", "", found))
        except DateNotUnderstood:
            continue
        if value.earliest and value.earliest == value.latest:
            return value.earliest.strftime("%Y%m%d")
    return ""


def _creator(title: str, text: str) -> str:
    """Who signs: the words before 关于 when the text has them elsewhere too."""
    before = title.partition("关于")[0].strip()
    return before if 3 <= len(before) <= 40 and text.count(before) >= 1 else ""
