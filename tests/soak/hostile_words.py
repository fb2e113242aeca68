"""Hostile tables, definitions, expressions, questions and returned forms: targets for the attack."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

import openpyxl

import lantai
from lantai.core.checks.plan import PlanMalformed, load_plan
from lantai.core.date_value import DateNotUnderstood
from lantai.core.desks.case_definition import DefinitionError
from lantai.core.desks.case_reading import read_definition
from lantai.core.desks.evaluation_definition import read_evaluation
from lantai.core.desks.expressions import ExpressionError, evaluate
from lantai.core.desks.offline import KIND, OfflineRefused, read_answer, seal, verify_answer
from lantai.core.desks.register_reading import read_register
from lantai.core.desks.return_checking import check_form, read_cells
from lantai.core.desks.return_reading import load_return, read_return
from lantai.core.edtf import NotEdtf, edtf_bounds
from lantai.core.identifiers import ReferenceCode, ReferenceCodeError
from lantai.core.ledger.verify import verify_segments
from lantai.core.packages.premis import (
    PremisEvent,
    PremisObject,
    PremisUnreadable,
    read_premis,
    render_premis,
)
from lantai.core.schedules.schedule import ScheduleError, schedule_from
from lantai.core.schedules.tables import TABLES, PasteRefused, from_rows, to_rows
from lantai.core.search.port import QueryRefused, SearchQuery
from lantai.core.tables.table import TableUnreadable, open_table
from lantai.engines.search import open_search
from tests.contract.search.documents import PUBLIC, RECORDS
from tests.core.tables.test_kinds import EAD
from tests.core.test_ledger import check as check_signature
from tests.core.test_ledger import write as write_ledger

SOURCE = Path(lantai.__file__).parent
ROWS = (("题名", "责任者", "日期", "档号"), ("关于“春耕”的通知", "县政府", "1958-03-02", "Z1-1"))
KEY = "ab" * 32
QUESTION = '(题名:档案 或 开放) -密码 1950..1960 日期:光绪三十年 档号:Z109-WS·2011* "档案开放"'
EXPRESSIONS = "\n".join(
    ("sum(a, 2) / if(b > 1, 3, 0)", "days('2024-01-01', today) >= 20 and not (c in ['甲', '乙'])",
     "round(share(a, b), 2) if a else coalesce(c, 0)", "like(c, '甲*') or a ** 2 > -b % 7")
)  # fmt: skip
FACTS: Mapping[str, object] = {"a": 5, "b": 2.5, "c": "甲", "today": "2024-02-01"}


def separated(mark: str) -> bytes:
    return "\n".join(mark.join(f'"{cell}"' for cell in row) for row in ROWS * 5).encode()


def sheet() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in ROWS * 3:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def dbase() -> bytes:
    """Two fields and two records of dBase III."""
    fields = [(b"TITLE", b"C", 20), (b"DAY", b"D", 8)]
    length = 1 + sum(size for *_, size in fields)
    head = struct.pack("<B3xIHH20x", 3, 2, 33 + 32 * len(fields), length)
    for name, kind, size in fields:
        head += struct.pack("<11sc4xBB14x", name, kind, size, 0)
    rows = b"".join(b" " + "通知".encode("gb18030").ljust(20) + b"19580302" for _ in range(2))
    return head + b"\r" + rows + b"\x1a"


def listed() -> bytes:
    return "\n".join(json.dumps(dict(zip(ROWS[0], row, strict=True))) for row in ROWS).encode()


def markup() -> bytes:
    cells = "".join(f"<{n}>{v}</{n}>" for n, v in zip(ROWS[0], ROWS[1], strict=True))
    return f"<rows>{f'<row>{cells}</row>' * 4}</rows>".encode()


def premis() -> bytes:
    return render_premis(
        [PremisObject("Z1/a.ofd", 12, {"SHA-512": "ab"}, "OFD", "")],
        [PremisEvent("e1", "ingestion", "2024-01-01", "接收", "success", "张三", ("Z1/a.ofd",))],
    )


def call_table(folder: Path) -> None:
    (path,) = folder.iterdir()
    try:
        for count, _ in enumerate(open_table(path).rows()):
            assert count < 1_000_000
    except TableUnreadable:
        pass


def text_of(folder: Path) -> str:
    (path,) = folder.iterdir()
    return path.read_bytes().decode("utf-8", "replace")


def call_definition(read: Callable[[str], object], folder: Path) -> None:
    try:
        read(text_of(folder))
    except (DefinitionError, PlanMalformed, ScheduleError):
        pass


def read_toml_of(build: Callable[[Path, dict], object], text: str) -> None:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    build(Path("spoilt.toml"), data)


def call_expression(folder: Path) -> None:
    for line in text_of(folder).split("\n"):
        try:
            evaluate(line, FACTS)
        except ExpressionError:
            pass


@cache
def engines() -> tuple:
    """Two filled indexes, kept for the run."""
    folder = tempfile.mkdtemp(prefix="fuzz-index-")
    found = (open_search("memory://"), open_search(f"tantivy://{folder}/index"))
    for engine in found:
        engine.put(RECORDS)
        engine.commit()
    return found


def call_question(folder: Path) -> None:
    text = text_of(folder)
    for engine in engines():
        for asked in (
            SearchQuery(text=text, viewer_tokens=PUBLIC),
            SearchQuery(text="档案", viewer_tokens=PUBLIC, after=text[:400]),
        ):
            try:
                engine.search(asked)
            except QueryRefused:
                pass


@cache
def returned_form() -> tuple:
    path = sorted((SOURCE / "governance" / "returns").glob("*.toml"))[0]
    definition = load_return(path, tomllib.loads(path.read_text("utf-8")))
    codes = [one.code for table in definition.tables for one in table.indicators][:40]
    document = {
        "kind": KIND, "format": 1, "round": "r", "body": "b", "definition": definition.id,
        "definition_version": definition.version, "filled_by": "张三", "note": "",
        "cells": {code: str(n) for n, code in enumerate(codes)}, "exported_at": "2024-01-01",
    }  # fmt: skip
    document["mac"] = seal(document, KEY)
    return definition, json.dumps(document, ensure_ascii=False).encode()


def call_returned(folder: Path) -> None:
    (path,) = folder.iterdir()
    definition, _ = returned_form()
    try:
        document = dict(read_answer(path.read_bytes()))
        document["mac"] = seal(document, KEY)  # as if its own form had written it
        answer = verify_answer(document, KEY, definition)
    except OfflineRefused:
        return
    values, _ = read_cells(definition, answer.cells)
    check_form(definition, values)


def call_pasted(folder: Path) -> None:
    text = text_of(folder)
    for table in TABLES:
        try:
            from_rows({}, table, text)
        except PasteRefused:
            pass


def call_written(folder: Path) -> None:
    for line in text_of(folder).split("\n"):
        for read, refusal in ((edtf_bounds, NotEdtf), (ReferenceCode.parse, ReferenceCodeError)):
            try:
                read(line)
            except (refusal, DateNotUnderstood):
                pass


def call_premis(folder: Path) -> None:
    (path,) = folder.iterdir()
    try:
        read_premis(path)
    except PremisUnreadable:
        pass


def make_ledger(folder: Path) -> None:
    folder.mkdir(parents=True)
    write_ledger(folder, 12)


def call_ledger(folder: Path) -> None:
    verify_segments(folder, check_signature)


def inputs() -> Iterator[tuple[str, str, bytes, Callable[[Path], object]]]:
    """A name, the name of the file, a sound input, the call."""
    tables = {
        "a.csv": separated(","), "a.tsv": separated("\t"), "a.xlsx": sheet(), "a.dbf": dbase(),
        "a.jsonl": listed(), "a.jsonl.gz": gzip.compress(listed()), "a.xml": markup(),
        "a.ead": EAD.encode(),
    }  # fmt: skip
    for name, data in tables.items():
        yield f"table:{name[2:]}", name, data, call_table
    for name, place, read in (
        ("case", "governance/cases", lambda text: read_definition(Path("a.toml"), text)),
        ("register", "governance/registers", lambda text: read_register(text, "a")),
        ("return", "governance/returns", lambda text: read_return(text, "a")),
        ("evaluation", "governance/evaluations", lambda t: read_evaluation(Path("a.toml"), t)),
        ("plan", "core/checks/plans", partial(read_toml_of, load_plan)),
        ("schedule", "core/schedules/models",
         partial(read_toml_of, lambda path, data: schedule_from(data, path.name))),
    ):  # fmt: skip
        seed = min((SOURCE / place).glob("*.toml"), key=lambda path: path.stat().st_size)
        yield f"definition:{name}", "a.toml", seed.read_bytes(), partial(call_definition, read)
    model = tomllib.loads(next((SOURCE / "core/schedules/models").glob("*.toml")).read_text())
    yield "pasted-schedule", "a", to_rows(model, "clause").encode()[:20_000], call_pasted
    yield "expression", "a", EXPRESSIONS.encode(), call_expression
    yield "question", "a", QUESTION.encode(), call_question
    yield "returned-form", "a.json", returned_form()[1], call_returned
    yield "code", "a", "Z109-WS·2011·Y·办公室-0001\n1904/1905-03?\n2024-XX~".encode(), call_written
    yield "premis", "a.xml", premis(), call_premis
