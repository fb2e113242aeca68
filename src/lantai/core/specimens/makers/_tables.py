"""Tables found in a record's text: lines of a name and figures apart by blanks."""

from __future__ import annotations

import re

_FIGURE = re.compile(r"^-?[\d.,]+(?:户|人|间|亩|元|所|本|岁)?$")


def table_of(body: str) -> list[list[str | float]]:
    """Rows of the body's table, figures as numbers; without one, numbered lines."""
    rows = [line.split() for line in body.split("\n")]
    table = [row for row in rows if len(row) > 1 and any(_FIGURE.match(cell) for cell in row[1:])]
    if len(table) < 3:
        made: list[list[str | float]] = [["序号", "内容"]]
        made += [[n, line] for n, line in enumerate(filter(None, body.split("\n")), 1)]
        return made
    made = [["项目", *(f"数值{n}" for n in range(1, max(map(len, table))))]]
    made += [[_value(cell) for cell in row] for row in table]
    return made


def _value(cell: str) -> str | float:
    plain = cell.replace(",", "")
    if re.fullmatch(r"-?\d{1,12}(\.\d+)?", plain):
        return float(plain) if "." in plain else int(plain)
    return cell
