"""From an office's file to a record in the archives, by operations and jobs."""

from __future__ import annotations

import pytest

from lantai.catalogue.records.models import Record
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.policy import Anonymous
from lantai.foundation.refusal import NotPermitted, Refusal
from lantai.foundation.work import Act
from lantai.governance.schedules.queries import NoScheduleInForce
from lantai.resources.accession.operations import accept_transfer, return_transfer
from lantai.resources.filing.operations import (
    NotReady,
    accept_advice,
    describe_item,
    discard_item,
    draft_item,
    file_item,
    file_items,
)
from lantai.resources.transfers.operations import (
    build_transfer,
    open_transfer,
    sign_handover,
    submit_transfer,
)
from lantai.resources.transfers.register import register_as_pdf, register_of
from tests.people import make_county
from tests.resources.office import (
    TITLES,
    described,
    draft,
    filed,
    put_in_force,
    submitted,
    work,
)

pytestmark = pytest.mark.django_db


def kinds(county, who):
    return [line.kind for line in waiting_for(county.people[who])]


def test_a_document_walks_from_its_office_into_the_archives(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    transfer = submitted(county, tmp_path, 2)
    assert kinds(county, "leader") == []
    work()
    transfer.refresh_from_db()
    run = transfer.runs.filter(stage="transfer").get()
    assert run.passed, run.findings
    assert transfer.state == "awaiting_acceptance"
    assert kinds(county, "archivist") == ["transfer_accept"]
    accept_transfer(county.act("archivist"), transfer=transfer)
    work()
    transfer.refresh_from_db()
    assert transfer.state == "deposited"
    assert transfer.deposit.startswith("D")
    assert transfer.keep_until.year - transfer.deposited_at.year == 5
    records = Record.objects.filter(accession=transfer.number).order_by("reference_code")
    codes = [r.reference_code for r in records]
    assert codes == ["J012-WS·2025·Y·SHJZ-0001", "J012-WS·2025·Y·SHJZ-0002"]
    assert records[0].title == TITLES[0]
    assert records[0].creating_unit == county.unit
    for line in transfer.lines.all():
        assert line.item.state == "transferred"
        assert Record.objects.get(uid=line.item.record_uid).title == line.item.title
    assert kinds(county, "archivist") == []
    assert register_as_pdf(transfer).startswith(b"%PDF")
    register = register_of(transfer)
    assert dict(register.sender)["审核人（签名）"] == "乙局长"
    assert dict(register.receiver)["审核人（签名）"] == "丁馆员"
    assert all("合格" in i.receiver for i in register.inspections[:4])


def test_files_suggest_title_number_date_and_maker(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    item = draft(county, tmp_path, TITLES[0], 12)
    work()
    item.refresh_from_db()
    assert item.hints["title"] == TITLES[0]
    assert item.hints["doc_no"] == "云民〔2025〕12号"
    assert item.hints["date"] == "20250312"
    assert item.hints["creator"] == "云溪县民政局"
    file = item.files.get()
    assert file.mime == "application/pdf"
    assert len(file.sm3) == 64 and len(file.sha512) == 128
    accept_advice(county.act("officer"), item=item)
    item.refresh_from_db()
    assert (item.clause_no, item.retention, item.record_class) == ("4.1", "Y", "WS")
    assert item.proposed_by == "system:MZ@2024-1"
    assert item.confirmed_by == "person:officer"


def test_filing_without_a_schedule_in_force_says_what_to_do(data_folder, tmp_path):
    county = make_county()
    item = draft(county, tmp_path, TITLES[0])
    work()
    with pytest.raises(NoScheduleInForce, match="报档案主管部门审查同意"):
        file_item(county.act("officer"), item=item)


def test_what_is_missing_before_filing_is_named(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    item = draft(county, tmp_path, TITLES[0])
    with pytest.raises(NotReady, match="归档条款"):
        file_item(county.act("officer"), item=item)
    describe_item(county.act("officer"), item=item, values={"title": "x"}, version=item.version,
                  clause_no="4.1")  # fmt: skip
    with pytest.raises(NotReady, match="还没有读完"):
        file_item(county.act("officer"), item=item)
    work()
    with pytest.raises(NotReady, match="责任者"):
        file_item(county.act("officer"), item=item)
    empty = draft_item(county.act("officer"), unit=county.unit, values={"title": "空"})
    describe_item(county.act("officer"), item=empty, values={}, version=empty.version,
                  clause_no="4.1")  # fmt: skip
    with pytest.raises(NotReady, match="没有电子文件"):
        file_item(county.act("officer"), item=empty)


def test_several_are_filed_together_or_none(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    rows = [draft(county, tmp_path, TITLES[0], n) for n in range(3)]
    work()
    rows = [described(county, row) for row in rows[:2]] + rows[2:]
    with pytest.raises(NotReady):
        file_items(county.act("officer"), unit=county.unit, items=rows)
    assert county.unit.filing_items.filter(state="filed").count() == 0
    done = file_items(county.act("officer"), unit=county.unit, items=rows[:2])
    assert [row.values["item_no"] for row in done] == ["0001", "0002"]


def test_a_filed_document_keeps_its_code(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    (item,) = filed(county, tmp_path, 1)
    with pytest.raises(Refusal):
        discard_item(county.act("officer"), item=item)
    with pytest.raises(NotReady, match="不一致"):
        describe_item(county.act("officer"), item=item, values={"year": "2024"},
                      version=item.version)  # fmt: skip


def test_a_batch_is_not_submitted_before_its_leader_has_signed(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    transfer = open_transfer(
        county.act("officer"), unit=county.unit, items=filed(county, tmp_path, 1)
    )
    build_transfer(county.act("officer"), transfer=transfer)
    work()
    assert kinds(county, "leader") == ["transfer_sign"]
    with pytest.raises(Refusal, match="负责人签字"):
        submit_transfer(county.act("officer"), transfer=transfer)
    sign_handover(county.act("leader"), transfer=transfer)
    assert kinds(county, "officer") == ["transfer_submit"]
    submit_transfer(county.act("officer"), transfer=transfer)
    submit_transfer(county.act("officer"), transfer=transfer)  # twice is once
    transfer.refresh_from_db()
    assert transfer.state == "submitted"


def test_what_was_sent_back_is_mended_and_comes_as_a_new_version(data_folder, tmp_path):
    county = make_county()
    put_in_force(county)
    transfer = submitted(county, tmp_path, 1)
    work()
    return_transfer(county.act("archivist"), transfer=transfer, reason="题名不准确，请改正")
    transfer.refresh_from_db()
    assert (transfer.state, transfer.is_signed_by_sender) == ("returned", False)
    assert "transfer_returned" in kinds(county, "officer")
    item = transfer.lines.get().item
    assert item.state == "returned"
    describe_item(county.act("officer"), item=item, version=item.version,
                  values={"title": "云溪县民政局关于提高低保标准的通知"})  # fmt: skip
    build_transfer(county.act("officer"), transfer=transfer)
    work()
    sign_handover(county.act("leader"), transfer=transfer)
    submit_transfer(county.act("officer"), transfer=transfer)
    work()
    accept_transfer(county.act("archivist2"), transfer=transfer)
    accept_transfer(county.act("archivist2"), transfer=transfer)  # twice is once
    work()
    transfer.refresh_from_db()
    assert (transfer.state, transfer.version) == ("deposited", 2)
    assert transfer.runs.count() == 4
    assert Record.objects.get(accession=transfer.number).title.endswith("低保标准的通知")


@pytest.mark.parametrize("who", ["other_officer", "archivist", "clerk", "sysadmin", "supervisor"])
def test_only_the_unit_files_and_hands_over(data_folder, tmp_path, who):
    county = make_county()
    put_in_force(county)
    item = draft(county, tmp_path, TITLES[0])
    with pytest.raises(NotPermitted):
        describe_item(county.act(who), item=item, values={}, version=item.version)
    with pytest.raises(NotPermitted):
        open_transfer(county.act(who), unit=county.unit, items=[item])
    with pytest.raises(NotPermitted):
        file_item(Act(by=Anonymous()), item=item)


@pytest.mark.parametrize("who", ["officer", "leader", "other_archivist", "director", "clerk"])
def test_only_an_archivist_of_the_archives_accepts(data_folder, tmp_path, who):
    county = make_county()
    put_in_force(county)
    transfer = submitted(county, tmp_path, 1)
    work()
    with pytest.raises(NotPermitted):
        accept_transfer(county.act(who), transfer=transfer)
    with pytest.raises(NotPermitted):
        sign_handover(county.act("archivist"), transfer=transfer)
