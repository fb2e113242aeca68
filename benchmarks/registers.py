"""100,000 rows of a spreadsheet into a register, each with its line in the report."""

from __future__ import annotations

import argparse
import time

from openpyxl import Workbook

from benchmarks.figure import Figure
from benchmarks.installation import installation

LIMIT = 60.0  # seconds for 100,000 rows
HEADS = ("收藏单位代码", "档号", "题名", "责任者", "时间", "文种", "页数")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    with installation() as (place, act):
        from lantai.foundation.desks.registers.importing import run_import
        from lantai.foundation.institutions.operations import register_institution

        holder = register_institution(act, code="BM", name="基准档案馆", kind="archives")
        book = Workbook(write_only=True)
        sheet = book.create_sheet("目录")
        sheet.append(HEADS)
        for n in range(options.rows):
            sheet.append((f"{n % 40:04d}", f"J{n % 97:03d}-{n:06d}", f"@云溪县革命历史文件 {n}", "云溪县委",
                          f"19{n % 49:02d}年{n % 12 + 1}月", "报告", n % 30 if n % 1000 else "多"))  # fmt: skip
        book.save(place / "rows.xlsx")
        started = time.perf_counter()
        figures = run_import(
            act, register="revolutionary-catalogue", institution=holder, path=place / "rows.xlsx",
            report_path=place / "report.csv", name="rows.xlsx",
        )  # fmt: skip
        seconds = time.perf_counter() - started
        assert (figures.read, figures.refused) == (options.rows, -(-options.rows // 1000)), figures
        limit = LIMIT * options.rows / 100_000
        what = f"import of {figures.read:,} register rows (xlsx), {figures.refused} refused"
        Figure(what, seconds, "s", "the limit", limit, False, 1.0).tell()


if __name__ == "__main__":
    main()
