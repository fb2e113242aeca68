"""An office with a schedule in force and documents to file: what the tests of resources share."""

from __future__ import annotations

import io
import uuid
from datetime import date
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import lantai.core.specimens as specimens
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.worker import run_worker
from lantai.governance.schedules.operations import (
    adopt_schedule,
    approve_schedule,
    submit_schedule,
)
from lantai.resources.filing.models import FilingItem
from lantai.resources.filing.operations import describe_item, draft_item, file_item
from lantai.resources.filing.staging import stage_paths
from lantai.resources.transfers.operations import (
    build_transfer,
    open_transfer,
    sign_handover,
    submit_transfer,
)
from tests.people import County

PROCESS = {
    "起草": {"agent": "社会救助股 李闻", "time": "2025-03-08"},
    "签发": {"agent": "乙局长", "time": "2025-03-12"},
}
FONT = Path(specimens.__file__).parent / "fonts" / "lantai-song.ttf"
TITLES = (
    "云溪县民政局关于提高城乡低保标准的通知",
    "云溪县民政局关于临时救助工作的总结",
    "云溪县民政局关于养老机构安全检查的通报",
)


def work() -> None:
    """Let the worker do all that waits; a failed job fails the test."""
    run_worker(lambda: False, idle_exit=True)
    failed = Job.objects.filter(state=Job.FAILED).first()
    assert failed is None, f"{failed.task}: {failed.error}"


def put_in_force(county: County, unit: Any = None, who: str = "officer") -> Any:
    """A schedule adopted, submitted and approved."""
    plan = adopt_schedule(county.act(who), unit=unit or county.unit, model="yunxi-civil-affairs")
    submit_schedule(county.act(who), plan=plan)
    return approve_schedule(
        county.act("supervisor"),
        plan=plan,
        number="云档审〔2024〕7号",
        effective_from=date(2024, 4, 1),
    )


def pdf(title: str, number: int = 1) -> bytes:
    """A small letter as PDF with a text layer."""
    if "song" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("song", str(FONT)))
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=A4)
    canvas.setFont("song", 14)
    for n, line in enumerate(
        ("云溪县民政局文件", f"云民〔2025〕{number}号", title, "云溪县民政局", "2025年3月12日")
    ):
        canvas.drawString(72, 740 - 40 * n, line)
    canvas.save()
    return sink.getvalue()


def draft(county: County, folder: Path, title: str, number: int = 1) -> FilingItem:
    """A document of one file at the unit, not described yet."""
    uid = uuid.uuid4()
    path = folder / f"{uid.hex[:8]}-{number}.pdf"
    path.write_bytes(pdf(title, number))
    staged = stage_paths(county.unit, uid, [path])
    return draft_item(county.act("officer"), unit=county.unit, uid=uid, files=staged)


def described(county: County, item: FilingItem, clause_no: str = "4.1", **more: str) -> FilingItem:
    """With all that filing needs, by clause 4.1 (permanent)."""
    item.refresh_from_db()
    values = {**item.hints, "secrecy": "公开", "carrier_extent": "电子"} | more
    return describe_item(
        county.act("officer"),
        item=item,
        values=values,
        version=item.version,
        clause_no=clause_no,
        process=PROCESS,
    )


def filed(county: County, folder: Path, count: int = 2) -> list[FilingItem]:
    """Documents filed one after another."""
    rows = [draft(county, folder, TITLES[n % 3], n + 1) for n in range(count)]
    work()
    return [file_item(county.act("officer"), item=described(county, row)) for row in rows]


def submitted(county: County, folder: Path, count: int = 2) -> Any:
    """A batch packed, signed and submitted; the archives' job has not run yet."""
    transfer = open_transfer(county.act("officer"), unit=county.unit,
                             items=filed(county, folder, count))  # fmt: skip
    build_transfer(county.act("officer"), transfer=transfer)
    work()
    transfer.refresh_from_db()
    assert transfer.state == "ready", transfer.runs.latest("pk").findings
    sign_handover(county.act("leader"), transfer=transfer)
    return submit_transfer(county.act("officer"), transfer=transfer)
