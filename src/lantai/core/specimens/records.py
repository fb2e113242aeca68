"""Specimen records 样本档案: the authored and the generated ones, with description values.

What the data files leave out is worked out here: 档号 by the fonds' scheme, 件号 without gaps
inside each class, opening marks from the state, file kinds from class and age.
"""

from __future__ import annotations

import datetime
import tomllib
import zlib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lantai.core.description import record_type
from lantai.core.specimens.class_elements import class_elements
from lantai.core.specimens.series import series_records

WORLD = Path(__file__).parent / "world"
TODAY = datetime.date(2026, 11, 22)
OPENING_YEARS = 25  # 档案法 art. 27
_LAST_DUE = f"{TODAY.year - OPENING_YEARS}{TODAY:%m%d}"
STATES = (
    "filed_only",
    "in_transfer",
    "deposited",
    "due",
    "under_review",
    "open",
    "delayed",
    "controlled",
)
_MARKS = {"open": "开放", "delayed": "延期开放", "controlled": "控制"}
_ELEMENTS = (
    "title",
    "doc_no",
    "creator",
    "date",
    "retention",
    "organ",
    "secrecy",
    "disclosure",
    "persons",
)


@dataclass(frozen=True)
class Specimen:
    """One record: ``values`` by canonical element name, its text, where it stands in its life.

    ``kinds`` names the makers of its files, the first being the main document; ``facts`` are
    the figures a generated text was made from.
    """

    id: str
    values: dict[str, str]
    body: str
    state: str
    kinds: tuple[str, ...]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """题名."""
        return self.values["title"]

    @property
    def day(self) -> datetime.date:
        """The day it was made."""
        return datetime.datetime.strptime(self.values["date"], "%Y%m%d").date()  # noqa: DTZ007

    @property
    def scope(self) -> str:
        """The 档号 without its last number: what 件号 counts inside."""
        return self.values["reference_code"].rpartition("-")[0]

    @property
    def seed(self) -> int:
        """A number of its own, the same in every run."""
        return zlib.crc32(self.id.encode())


@cache
def load_world() -> dict[str, Any]:
    """The fictional county: division, institutions, fonds, organs, classes, accounts."""
    return tomllib.loads((WORLD / "world.toml").read_text("utf-8"))


@cache
def records() -> tuple[Specimen, ...]:
    """Every specimen, ordered by fonds, class and date."""
    raw = [*_authored(), *series_records(_read("series.toml"), load_world()["villages"])]
    raw.sort(key=lambda r: (r["fonds"], r.get("record_class", "WS"), r["date"], r["id"]))
    counters: Counter[str] = Counter()
    return tuple(_specimen(record, counters) for record in raw)


def by_id() -> dict[str, Specimen]:
    """Every specimen by its id."""
    return {record.id: record for record in records()}


def old_enough(record: Specimen) -> bool:
    """Whether its 25 years are over on the day of the play 满二十五年."""
    return record.values["date"] <= _LAST_DUE


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((WORLD / name).read_text("utf-8"))


def _authored() -> list[dict[str, Any]]:
    found = []
    for path in sorted((WORLD / "records").glob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        for number, record in enumerate(data["record"], 1):
            found.append(
                {"id": f"{path.stem}-{number:03d}", "fonds": data.get("fonds", "")} | record
            )
    return found


def _specimen(raw: dict[str, Any], counters: Counter[str]) -> Specimen:
    fonds = next(f for f in load_world()["fonds"] if f["code"] == raw["fonds"])
    record_class, year = raw.get("record_class", "WS"), raw["date"][:4]
    values = {name: str(raw[name]) for name in _ELEMENTS if raw.get(name)}
    values.setdefault("retention", "Y")
    values.setdefault("creator", raw.get("sender") or _name_at(fonds, raw["date"]))
    state = raw.get("state") or _state(raw)
    kinds = tuple(raw.get("files") or _kinds(raw, record_class, int(year)))
    old_fonds = fonds["scheme"] == "volume"
    values |= {"fonds": raw["fonds"], "record_class": record_class, "year": str(year)}
    values |= class_elements(raw, record_class)
    code, number = _code(raw, values, counters)
    values |= {
        "creating_unit": fonds["name_zh"],
        "reference_code": code,
        "volume_no" if record_class == "KJ" else "item_no": number,
        "secrecy": values.get("secrecy", "公开" if state in ("open", "filed_only") else "内部"),
        "opening_mark": _MARKS.get(state, "未审核"),
        "language": "汉语（繁体）" if old_fonds or _is_traditional(raw["body"]) else "汉语",
        "generation": "原生" if int(year) >= 2008 and "tiff" not in kinds else "数字化",
        "pages": str(raw.get("pages") or max(1, -(-len(raw["body"]) // 420))),
        "abstract": raw["body"].replace("\n", "")[:120],
    }
    for name in (
        ("organ",) if old_fonds else ("pages",) if record_class in ("ZP", "LY", "LX") else ()
    ):
        values.pop(name, None)
    return Specimen(raw["id"], values, raw["body"], state, kinds, raw.get("facts", {}))


def _name_at(fonds: dict[str, Any], date: str) -> str:
    month = f"{date[:4]}-{date[4:6]}"
    for name in fonds.get("name", []):
        if name["start"] <= month and (not name["end"] or month < name["end"]):
            return str(name["name"])
    return str(fonds["name_zh"])


def _code(raw: dict[str, Any], values: dict[str, str], counters: Counter[str]) -> tuple[str, str]:
    """The 档号 by the rule of the record's type, its last number the next in its scope."""
    if "volume" in raw:
        scope = f"{raw['fonds']}-{raw['volume']}"
        counters[scope] += 1
        return f"{scope}-{counters[scope]:03d}", f"{counters[scope]:03d}"
    rule = record_type(values["record_class"], values.get("class2", "")).reference_code_rule
    if rule is None:
        raise LookupError(f"no 档号 rule for {values['record_class']}")
    last = "volume_no" if values["record_class"] == "KJ" else "item_no"
    parts = {k: v for k, v in values.items() if k in rule.part_names}
    scope = rule.format(parts | {last: 1}).rpartition("-")[0]
    counters[scope] += 1
    number = str(counters[scope])
    return rule.format(parts | {last: number}), number.zfill(rule.width(last) or 4)


def _state(raw: dict[str, Any]) -> str:
    year = int(raw["date"][:4])
    if year >= 2023:
        return "filed_only"
    if raw.get("class2") in ("GL", "BDC", "XD") or year >= 2019:
        return "in_transfer"
    chance = zlib.crc32(raw["id"].encode()) % 20
    if raw["date"] > _LAST_DUE:
        return "open" if chance < 3 and raw.get("record_class", "WS") == "WS" else "deposited"
    if raw.get("record_class") == "ZY":
        return (
            "due"
            if chance < 9
            else "under_review"
            if chance < 12
            else "delayed"
            if chance < 17
            else "controlled"
        )
    return (
        "open"
        if chance < 9
        else "due"
        if chance < 17
        else "under_review"
        if chance < 19
        else "delayed"
    )


def _kinds(raw: dict[str, Any], record_class: str, year: int) -> list[str]:
    chance = zlib.crc32(raw["id"].encode())
    match record_class:
        case "ZP":
            return ["photo"]
        case "LY":
            return ["wav"]
        case "LX":
            return ["mp4"]
        case "YJ":
            return ["eml"]
        case "KU" if year >= 2020:
            return ["einvoice", "pdf"]
    if year < 2002:
        return [["tiff"], ["jpeg"], ["tiff"], ["tiff", "ofd-scan"], ["tiff"]][chance % 5]
    return (
        [["pdf"], ["ofd"]][year >= 2016]
        if record_class != "KU"
        else [["pdf"], ["xlsx"]][chance % 2]
    )


def _is_traditional(text: str) -> bool:
    return sum(char in "縣為關於與會員區體國對產組織實際處報發" for char in text) > 5
