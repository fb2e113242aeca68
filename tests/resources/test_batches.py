"""Batches and documents before the hand-over: put in, taken out, spoilt on disk, mended."""

from __future__ import annotations

import pytest

from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.foundation.work import Act
from lantai.resources.accession.models import Reception
from lantai.resources.accession.operations import (
    close_reception,
    finish_checking,
    finish_deposit,
    receive_package,
    register_arrival,
    start_checking,
)
from lantai.resources.filing.operations import add_files, record_look, remove_file
from lantai.resources.filing.staging import stage_paths
from lantai.resources.transfers.models import CheckRun
from lantai.resources.transfers.operations import (
    add_items,
    build_transfer,
    finish_building,
    give_up_building,
    open_transfer,
    remove_item,
)
from tests.people import make_county
from tests.resources.office import TITLES, draft, filed, pdf, put_in_force, submitted, work

pytestmark = pytest.mark.django_db


def opened(county, tmp_path):
    one, two = filed(county, tmp_path, 2)
    transfer = open_transfer(county.act("officer"), unit=county.unit, items=[one])
    return transfer, one, two


def test_documents_are_put_into_a_batch_and_taken_out(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    transfer, one, two = opened(county, tmp_path)
    add_items(county.act("officer"), transfer=transfer, items=[two])
    assert transfer.lines.count() == 2
    with pytest.raises(Refusal, match="不是“已归档”状态"):
        open_transfer(county.act("officer"), unit=county.unit, items=[two])
    remove_item(county.act("officer"), transfer=transfer, item=one)
    one.refresh_from_db()
    assert one.state == "filed"
    with pytest.raises(Conflict):
        remove_item(county.act("officer"), transfer=transfer, item=one)


def test_a_file_changed_on_disk_after_filing_is_not_packed(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    transfer, one, _ = opened(county, tmp_path)
    one.files.get().path.write_bytes(b"changed behind the back")
    build_transfer(county.act("officer"), transfer=transfer)
    work()
    transfer.refresh_from_db()
    assert transfer.state == "draft"
    assert "与登记的大小或摘要不符" in transfer.reason


def test_a_draft_takes_more_files_and_lets_them_go(data_folder, tmp_path):
    county = make_county()
    item = draft(county, tmp_path, TITLES[0])
    annex = tmp_path / "附件.pdf"
    annex.write_bytes(pdf("附件", 2))
    staged = stage_paths(county.unit, item.uid, [annex])
    add_files(county.act("officer"), item=item, files=staged)
    work()
    second = item.files.get(sequence=2)
    assert (second.name, len(second.sm3)) == ("附件.pdf", 64)
    remove_file(county.act("officer"), item=item, file=second)
    assert item.files.count() == 1
    with pytest.raises(NotPermitted):
        record_look(county.act("archivist"), item=item, found={}, hints={})


def test_the_steps_of_jobs_are_closed_to_those_they_are_not_for(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    transfer = submitted(county, tmp_path, 1)
    run = CheckRun(transfer=transfer, version=1, stage="transfer", verdict="pass",
                   started_at=transfer.created_at, finished_at=transfer.created_at)  # fmt: skip
    for who in ("officer", "leader", "other_archivist", "clerk"):
        with pytest.raises(NotPermitted):
            start_checking(county.act(who), transfer=transfer)
        with pytest.raises(NotPermitted):
            finish_checking(county.act(who), transfer=transfer, run=run)
        with pytest.raises(NotPermitted):
            finish_deposit(county.act(who), transfer=transfer, stored=[])
    for verb, more in (
        (finish_building, {"package": {}, "run": run}),
        (give_up_building, {"reason": "x"}),
    ):
        with pytest.raises(NotPermitted):
            verb(county.act("archivist"), transfer=transfer, **more)
        with pytest.raises(Conflict):
            verb(county.act("officer"), transfer=transfer, **more)
    with pytest.raises(Conflict):
        finish_deposit(county.act("archivist"), transfer=transfer, stored=[])


def test_a_reception_ends_once_and_by_the_archives(data_folder):
    county = make_county()
    row = receive_package(Act(by=Operator(), channel="job"), archives=county.archives,
                          name="a.zip", place="receptions/x/a.zip", size=1,
                          channel="watched")  # fmt: skip
    for who in ("officer", "clerk", "other_archivist"):
        with pytest.raises(NotPermitted):
            close_reception(county.act(who), reception=row, archives=county.archives,
                            state=Reception.REFUSED, zh="x")  # fmt: skip
        with pytest.raises(NotPermitted):
            register_arrival(county.act(who), reception=row, unit=county.unit,
                             archives=county.archives, package={})  # fmt: skip
    close_reception(county.act("archivist"), reception=row, archives=county.archives,
                    state=Reception.REFUSED, zh="打不开", en="cannot be opened")  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.problem_en) == ("refused", "cannot be opened")
