"""E-ARK SIP, AIP and DIP as forms: a package a record, below one folder."""

from __future__ import annotations

from pathlib import Path

from lantai.core.packages.eark_writer import write_eark
from lantai.core.packages.form import Form, Making, Written
from lantai.core.packages.package import PackageNotWritable
from lantai.core.packages.records import Records
from lantai.core.packages.transfer.writer import folder_name
from lantai.core.progress import Progress


class _EarkForm(Form):
    kind = ""

    def build(self, records: Records, folder: Path, making: Making, progress: Progress) -> Written:
        folder.mkdir(parents=True)
        written = Written(self.id, folder)
        for item in records:
            place = folder / (folder_name(item.name) or str(written.records + 1))
            if place.exists():
                raise PackageNotWritable(f"{item.name}：档号重复 / reference code used twice")
            write_eark(
                place, item, records.open, kind=self.kind, created=making.created,
                unit=making.unit, version=making.version,
            )  # fmt: skip
            written.records += 1
            written.files += len(item.files)
            data = place / "representations/rep1/data"
            written.bytes += sum(p.stat().st_size for p in data.rglob("*") if p.is_file())
            progress(written.records, records.count, item.name)
        return written


class SipForm(_EarkForm):
    """What is handed in."""

    id, kind, order = "eark-sip", "SIP", 40
    label_zh, label_en = "E-ARK 提交包", "E-ARK SIP"


class AipForm(_EarkForm):
    """What is kept."""

    id, kind, order = "eark-aip", "AIP", 41
    label_zh, label_en = "E-ARK 存档包", "E-ARK AIP"


class DipForm(_EarkForm):
    """What is handed out."""

    id, kind, order = "eark-dip", "DIP", 42
    label_zh, label_en = "E-ARK 利用包", "E-ARK DIP"
