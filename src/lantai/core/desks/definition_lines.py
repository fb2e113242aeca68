"""Lines 行号: where in a definition file a table, or a key of it, stands."""

from __future__ import annotations

import re
import tomllib

from lantai.core.desks.case_definition import DefinitionError, Mistake

Place = tuple[str, int, str]  # table, its number from 0, key; ("", 0, key) is above the tables
_TABLE = re.compile(r"^\s*\[\[?([\w.]+)\]?\]")
_AT_LINE = re.compile(r"line (\d+)")


def line_of(text: str, place: Place) -> int:
    """The line of a place in a definition's text; of the table when the key stands nowhere."""
    table, number, key = place
    current, counts, header = "", {"": 0}, 1
    for at, line in enumerate(text.splitlines(), 1):
        found = _TABLE.match(line)
        if found:
            current = found.group(1)
            counts[current] = counts.get(current, -1) + 1
            if (current, counts[current]) == (table, number):
                header = at
        elif (
            key
            and current == table
            and counts.get(current) == number
            and re.match(rf"\s*{re.escape(key)}\s*=", line)
        ):
            return at
    return header


def unreadable(name: str, problem: tomllib.TOMLDecodeError) -> DefinitionError:
    """The error for a file that is no TOML, at its line."""
    found = _AT_LINE.search(str(problem))
    line = int(found.group(1)) if found else 1
    return DefinitionError(
        [Mistake(name, line, f"TOML 写法有误：{problem}", f"bad TOML: {problem}")]
    )
