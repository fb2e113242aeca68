"""EEP 电子文件封装包 (DA/T 48-2009) as a form: one XML file a record, signed where keys are given."""

from __future__ import annotations

from pathlib import Path

from lantai.core.packages.eep import countersign_eep, write_eep
from lantai.core.packages.form import Form, Making, Written
from lantai.core.packages.package import PackageNotWritable
from lantai.core.packages.records import Records
from lantai.core.packages.transfer.writer import folder_name
from lantai.core.progress import Progress


class EepForm(Form):
    """Files within the XML in Base64; every signer's signature over the same object."""

    id = "eep"
    label_zh = "电子文件封装包（DA/T 48）"
    label_en = "EEP, XML encapsulation"
    order = 30

    def build(self, records: Records, folder: Path, making: Making, progress: Progress) -> Written:
        folder.mkdir(parents=True)
        written = Written(self.id, folder)
        for item in records:
            path = folder / f"{folder_name(item.name) or written.records + 1}.xml"
            if path.exists():
                raise PackageNotWritable(f"{item.name}：档号重复 / reference code used twice")
            sender = making.manifest.sender if making.manifest else ""
            item.values.setdefault("creating_unit", sender or making.unit)
            item.values.setdefault("electronic_record_code", item.reference_code)
            first = making.signers[0] if making.signers else None
            write_eep(
                path, item, records.open, created=making.created, unit=making.unit, signer=first
            )
            for signer in making.signers[1:]:
                countersign_eep(path, signer, making.created)
            written.records += 1
            written.files += len(item.files)
            written.bytes += path.stat().st_size
            progress(written.records, records.count, item.name)
        return written
