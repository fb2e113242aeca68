"""Reading a table into a desk 表格导入: every row gets its line in a report, wrong ones a file."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lantai.core.progress import Progress, silent
from lantai.core.tables.table import Row, open_table
from lantai.core.tables.writing import plain_text, safe_text
from lantai.core.text import fold

BATCH = 2_000  # rows in one act: long enough to be quick, short enough to let others write
OUTCOMES = {"created": "新增", "updated": "更新", "unchanged": "未变", "refused": "退回"}
REASON, NUMBER = "退回原因", "行"  # what the file of refused rows has before the row itself

Line = tuple[str, str, str]  # outcome, 中文, English
Unknown = dict[str, None]  # headings that name nothing, in the order they were met
Enter = Callable[[list[Row], Unknown], list[Line]]


@dataclass
class Figures:
    """What an import did."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    seconds: float = 0.0
    report: str = ""
    refused_file: str = ""
    unknown_columns: list[str] = field(default_factory=list)
    dry_run: bool = False

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Sent:
    """A file to be read: where it lies, what it was called, where its report goes."""

    path: Path
    report_path: Path
    name: str = ""
    dry_run: bool = False
    progress: Progress = silent


def read_table(sent: Sent, enter: Enter) -> Figures:
    """Give the rows to ``enter`` in batches; it answers with a `Line` a row.

    ``report_path`` takes a line a row, beside it ``…-refused.csv`` what was wrong.
    `lantai.core.tables.table.TableUnreadable` when the file is no table.
    """
    started = time.perf_counter()
    table = open_table(sent.path, sent.name)
    report_path = sent.report_path
    figures, unknown = Figures(report=str(report_path), dry_run=sent.dry_run), dict[str, None]()
    refused_path = report_path.with_name(f"{report_path.stem}-refused.csv")
    with (
        report_path.open("w", encoding="utf-8-sig", newline="") as report_stream,
        refused_path.open("w", encoding="utf-8-sig", newline="") as refused_stream,
    ):
        report, refused = csv.writer(report_stream), _Refused(csv.writer(refused_stream))
        report.writerow([NUMBER, "结果", "说明", "note"])
        for batch in _batches(table.rows()):
            for row, (outcome, zh, en) in zip(batch, enter(batch, unknown), strict=True):
                figures.read += 1
                setattr(figures, outcome, getattr(figures, outcome) + 1)
                report.writerow([row.number, OUTCOMES[outcome], safe_text(zh), safe_text(en)])
                if outcome == "refused":
                    refused.write(row, zh)
            sent.progress(min(table.done, table.size), table.size, f"{figures.read}")
    figures.unknown_columns = list(unknown)[:50]
    figures.refused_file = str(refused_path) if figures.refused else ""
    if not figures.refused:
        refused_path.unlink()
    figures.seconds = round(time.perf_counter() - started, 3)
    return figures


def matched(
    values: Mapping[str, Any], known: Mapping[str, str], unknown: Unknown
) -> dict[str, Any]:
    """A row's cells by what their headings name (folded heading → name); others are told of."""
    given: dict[str, Any] = {}
    for heading, cell in values.items():
        target = known.get(folded(heading))
        if target:
            given[target] = plain_text(cell)
        elif heading not in (REASON, NUMBER):
            unknown.setdefault(str(heading)[:60])
    return given


def folded(heading: Any) -> str:
    """A heading as it is compared."""
    return fold(str(heading).strip())


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class _Refused:
    """The refused rows as they came, with the reason first, to be mended and sent again."""

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.headings: list[str] | None = None

    def write(self, row: Row, reason: str) -> None:
        if self.headings is None:
            self.headings = [h for h in row.values if h not in (REASON, NUMBER)]
            self.writer.writerow([REASON, NUMBER, *map(safe_text, self.headings)])
        cells = [safe_text(str(row.values.get(h, ""))) for h in self.headings]
        self.writer.writerow([safe_text(reason), row.number, *cells])
