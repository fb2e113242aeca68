"""The real records filed as an archives would file them 真实条目归入全宗: every one of the data set.

What the sources do not have (reference code, date, persons) is given by a seeded draw, so that
questions by code, date and name can be asked of real titles and texts.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from benchmarks.search.collection import records
from lantai.core.search.port import SearchDocument

FONDS = {
    "regulation": "Z001",
    "classical": "L017",
    "poem": "L018",
    "paper": "K204",
    "title": "K205",
}
TERMS = ("Y", "D30", "D10")
FIRST_DAY, LAST_DAY = date(1736, 2, 12), date(2020, 12, 31)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈彭吕苏卢蒋蔡贾丁魏薛叶"
_GIVEN = "国建华明志文德福荣生祥贵玉秀英兰芳桂珍凤梅素淑琴云霞春红丽娟敏静军勇强伟杰涛超鹏飞永康宁"


def filed(folder: Path, seed: int) -> Iterator[SearchDocument]:
    """Every real record with a code, a date and, in every third, the name of a person."""
    rng = random.Random(seed)
    for number, record in enumerate((*records(folder), *_paper_titles(folder))):
        day = FIRST_DAY + timedelta(days=rng.randrange((LAST_DAY - FIRST_DAY).days))
        told = record.date.replace("-", "") or f"{day:%Y%m%d}"
        fonds, term = FONDS[record.record_class], rng.choice(TERMS)
        person = rng.choice(_SURNAMES) + rng.choice(_GIVEN) + rng.choice(_GIVEN)
        yield replace(
            record,
            reference_code=f"{fonds}-WS·{told[:4]}-{term}-{number:05}",
            fonds=fonds,
            date=told,
            year=int(told[:4]),
            persons=person if number % 3 == 0 else "",
            text=f"{record.text}\n{person}" if number % 3 == 0 else record.text,
        )


def _paper_titles(folder: Path) -> Iterator[SearchDocument]:
    with (folder / "paper-titles-csl.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield SearchDocument(
                row["id"], ("public",), title=row["title"], text=row["category"],
                source_id=row["id"], record_class="title",
            )  # fmt: skip
