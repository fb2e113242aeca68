"""The offices 机关: documents that lie at the units, some filed, some still to be filed."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path

from lantai.access.demonstration.founding import act_of, institution
from lantai.access.demonstration.stages import Stage
from lantai.core.progress import Progress
from lantai.core.specimens.make import make_files
from lantai.core.specimens.plan import OfficeFiles, plan
from lantai.core.specimens.records import Specimen
from lantai.foundation.refusal import Refusal
from lantai.resources.filing.models import FilingItem
from lantai.resources.filing.operations import accept_advice, draft_item, file_item
from lantai.resources.filing.staging import stage_paths

OFFICERS = {"civil": "civil.records", "land": "land.records", "education": "education.records"}
NAMESPACE = uuid.UUID("6a1f3f0e-2a58-4d0a-9c8e-1b7d5a0c1949")
GIVEN_BY_FILING = {"reference_code", "item_no", "retention", "organ", "record_class", "fonds", "creating_unit", "opening_mark"}  # fmt: skip


class Offices(Stage):
    """Drafts at each unit; the first third of them filed on the schedule's advice."""

    id = "offices"
    order = 30
    zh = "立档单位的待归档文件"
    en = "documents at the units"

    def play(self, progress: Progress) -> None:
        """One unit after another."""
        for number, office in enumerate(plan().office_files):
            progress(number, len(plan().office_files), office.unit)
            if office.unit in OFFICERS:
                _lay_out(office)


def _lay_out(office: OfficeFiles) -> None:
    act, unit = act_of(OFFICERS[office.unit]), institution(office.unit)
    for number, record in enumerate(office.records):
        uid = uuid.uuid5(NAMESPACE, record.id)
        if FilingItem.objects.filter(uid=uid).exists():
            continue
        with tempfile.TemporaryDirectory() as scratch:
            paths = make_files(record, Path(scratch))
            staged = stage_paths(unit, uid, paths)
        item = draft_item(act, unit=unit, uid=uid, files=staged, values=_known(record))
        if number % 3 == 0:
            try:
                file_item(act, item=accept_advice(act, item=item))
            except Refusal:
                continue  # it waits for the officer, as in life


def _known(record: Specimen) -> dict[str, str]:
    return {k: v for k, v in record.values.items() if v and k not in GIVEN_BY_FILING}
