"""Making a record's files 制作文件: every kind it asks for, into one folder."""

from __future__ import annotations

import re
from pathlib import Path

from lantai.core.specimens.makers.maker import Fonts, makers
from lantai.core.specimens.records import Specimen

_UNSAFE = re.compile(r'[/\\:*?"<>|\s]')
LONGEST_NAME = 60


def make_files(record: Specimen, folder: Path, fonts: Fonts | None = None) -> list[Path]:
    """The record's real files in ``folder`` (made if absent), the main document first.

    Filed records' files are named by 档号 and a number; an office's own by their title. The
    same record gives the same bytes, whenever and wherever it is made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    face = fonts or Fonts()
    made: list[Path] = []
    for number, kind in enumerate(record.kinds, 1):
        maker = makers().get(kind)()
        made += maker.make(record, folder / (_stem(record, number) + maker.suffix), face)
    return made


def _stem(record: Specimen, number: int) -> str:
    if record.state != "filed_only":
        return f"{record.values['reference_code']}_{number:02d}"
    name = _UNSAFE.sub("_", record.title)[:LONGEST_NAME]
    return name if number == 1 else f"{name}（{number}）"
