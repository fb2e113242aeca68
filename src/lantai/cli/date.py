"""`lantai date TEXT…` 日期: a JSON line for each text that is understood."""

from __future__ import annotations

import argparse

from lantai.cli.command import BAD_CALL, DONE, Command, emit, say
from lantai.core.dates import DateNotUnderstood, parse_date


class Date(Command):
    """Chinese date to EDTF 中文日期转为 EDTF."""

    id = "date"
    help = "中文日期转 EDTF / Chinese dates to EDTF"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Any number of texts."""
        parser.add_argument("text", nargs="+", metavar="TEXT", help="光绪三十年, 1984.3.18 …")

    def run(self, options: argparse.Namespace) -> int:
        """Exit 2 when one was not understood; the others are answered all the same."""
        result = DONE
        for text in options.text:
            try:
                value = parse_date(text)
            except DateNotUnderstood as problem:
                say(f"lantai date: {problem}")
                result = BAD_CALL
                continue
            emit(
                {
                    "text": text,
                    "edtf": value.edtf,
                    "earliest": value.earliest.isoformat() if value.earliest else None,
                    "latest": value.latest.isoformat() if value.latest else None,
                }
            )
        return result
