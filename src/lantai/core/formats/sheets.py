"""Sheets of workbooks 工作表 through calamine: xlsx, xlsb, xls, ods alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.format import PageText, damaged, encrypted


def _open(path: Path) -> Any:
    import python_calamine

    try:
        with path.open("rb") as stream:
            return python_calamine.CalamineWorkbook.from_filelike(stream)
    except python_calamine.PasswordError:
        raise encrypted() from None
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        raise damaged(fault) from fault


def walk_sheets(path: str) -> int:
    """Rows of all sheets: to be met in the sandbox before a binary workbook is read outside it,
    for one that lies of its lengths ends the process that reads it."""
    workbook = _open(Path(path))
    return sum(workbook.get_sheet_by_name(name).total_height for name in workbook.sheet_names)


def sheet_names(path: Path) -> list[str]:
    """Names of the sheets in order."""
    return [str(name) for name in _open(path).sheet_names]


def sheet_texts(path: Path) -> Iterator[PageText]:
    """One page a sheet: its name, then rows on lines, cells parted by tabs."""
    import python_calamine

    workbook = _open(path)
    for number, name in enumerate(workbook.sheet_names, 1):
        try:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
        except (python_calamine.CalamineError, ValueError) as fault:
            raise damaged(f"{name}: {fault}") from fault
        lines = ("\t".join(_cell(value) for value in row).rstrip() for row in rows)
        yield PageText(number, "\n".join([name, *(line for line in lines if line)]))


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
