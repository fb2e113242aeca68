"""Moving a branch: one row for the place, codes by rule, nothing lost when it is cut off."""

import pytest

from lantai.access.search.followers import bring_up_to_date
from lantai.access.search.queries import search
from lantai.catalogue.arranging.models import Move
from lantai.catalogue.arranging.operations import (
    MoveRefused,
    finish_move,
    follow_with_codes,
    move_subtree,
)
from lantai.catalogue.arranging.queries import former_codes, plan_of
from lantai.catalogue.arranging.subtree import count_below, is_within
from lantai.catalogue.codes.models import CodeCounter, FormerCode
from lantai.catalogue.records.fields import description_of
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.operations import describe_record, enter_records
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import claim
from lantai.foundation.jobs.worker import run_job
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.refusal import Conflict, NotPermitted
from lantai.preservation.rebuilding.catalogue import rebuild_catalogue
from tests.clients import Clients
from tests.people import make_county
from tests.resources.office import put_in_force

pytestmark = pytest.mark.django_db


def item(number, parent=None, **more):
    return {
        "title": f"来信 {number}", "record_class": "WS", "year": "1998", "retention": "Y",
        "organ": "SHJZ", "item_no": f"{number:04}",
        "reference_code": f"J012-WS·1998·Y·SHJZ-{number:04}", "_parent": parent,
    } | more  # fmt: skip


def enter(county, *descriptions):
    return enter_records(county.act("archivist"), fonds=county.fonds, descriptions=descriptions)


@pytest.fixture
def county(data_folder):
    county = make_county()
    put_in_force(county)
    return county


@pytest.fixture
def branch(county):
    """A class of letters with three items and one of another hand, and a class to move it to."""
    top, other = enter(
        county,
        {"title": "群众来信", "_level": "class", "record_class": "WS"},
        {"title": "应急", "_level": "class", "record_class": "YJ"},
    )
    rows = enter(county, *(item(n, top) for n in (1, 2, 3)),
                 item(4, top, reference_code="旧字第4号"))  # fmt: skip
    return top, other, rows


def move(county, record, parent, category="", who="archivist"):
    record.refresh_from_db()
    act = county.act(who, reason="整理")
    return move_subtree(
        act, record=record, parent=parent, category=category, version=record.version
    )


def codes(rows):
    return [Record.objects.get(pk=row.pk).reference_code for row in rows]


def test_codes_follow_the_new_class_by_the_fonds_rule_and_old_ones_stay_known(county, branch):
    top, other, rows = branch
    enter(county, item(9, reference_code="J012-YJ·1998·Y·SHJZ-0002", record_class="YJ"))
    plan = plan_of(county.people["archivist"], top, other)
    assert (plan.count, plan.reissued, plan.problems) == (5, 3, [])
    assert plan.stays == {"none": 1, "not_by_rule": 1} and plan.rules.source
    done = move(county, top, other)
    assert (done.state, done.recoded) == (Move.DONE, 3)
    assert codes(rows) == [*(f"J012-YJ·1998·Y·SHJZ-{n:04}" for n in (3, 4, 5)), "旧字第4号"]
    row = Record.objects.get(pk=rows[0].pk)
    assert (row.record_class, row.item_no, row.parent_id) == ("YJ", "0003", top.pk)
    assert former_codes(row) == ["J012-WS·1998·Y·SHJZ-0001"]
    assert row.revisions.get().after["reference_code"] == row.reference_code
    # moved back: the old numbers are not given again
    move(county, top, None, "WS")
    assert codes(rows)[:3] == [f"J012-WS·1998·Y·SHJZ-{n:04}" for n in (4, 5, 6)]
    assert FormerCode.objects.count() == 6


def test_what_was_described_by_its_class_is_described_by_the_new_one(county):
    (top,) = enter(county, {"title": "照片", "_level": "class", "record_class": "ZP"})
    drawing = item(1, None, record_class="KJ", class2="SL", reference_code="J012-KJ·SL·01-001")
    of_class, of_another = enter(
        county, {**drawing, "_record_type": "engineering"},
        {**drawing, "reference_code": "旧2", "_record_type": "land"},
    )  # fmt: skip
    for row in (of_class, of_another):
        move(county, row, top)
        row.refresh_from_db()
    assert of_class.record_type == "catalogue_entry"  # nobody said who took the photograph
    assert (of_class.record_class, of_another.record_type) == ("ZP", "land")
    values = {**description_of(of_class), "title": "水库照片"}
    act = county.act("archivist")
    describe_record(act, record=of_class, values=values, version=of_class.version)  # not refused


def test_a_move_inside_a_class_writes_one_row(county, branch):
    top, _other, rows = branch
    under = enter(county, {"title": "信访", "_level": "class", "record_class": "WS"})[0]
    before = codes(rows)
    done = move(county, top, under)
    assert done.state == Move.DONE and codes(rows) == before
    assert not Record.objects.filter(pk__in=[r.pk for r in rows], version__gt=1).exists()
    assert is_within(rows[0].pk, under.pk) and count_below(under.pk) == 6
    assert LedgerEntry.objects.filter(event="rearrangement", outcome="success").exists()


def test_items_take_the_volume_of_their_new_file(county):
    old, new = enter(
        county,
        *({"title": f"婚姻 {n}", "_level": "file", "record_class": "ZY", "class2": "HY",
           "year": "1998", "retention": "Y", "reference_code": f"J012-ZY·HY·1998·Y-{n:03}"}
          for n in (1, 2)),
    )  # fmt: skip
    named = {"record_class": "ZY", "class2": "HY", "organ": ""}
    rows = enter(
        county,
        item(1, old, reference_code="J012-ZY·HY·1998·Y-001-0001", **named),
        item(2, old, reference_code="J012-ZY·HY·1998·Y-001-0002", **named),
        item(1, new, reference_code="J012-ZY·HY·1998·Y-002-0001", **named),
    )
    move(county, rows[1], new)
    assert codes(rows)[1] == "J012-ZY·HY·1998·Y-002-0002"


def test_what_cannot_be_is_refused_with_its_reason(county, branch):
    top, other, rows = branch
    inner = enter(county, {"title": "内", "_level": "class", "record_class": "WS", "_parent": top})[
        0
    ]
    for record, parent, words in (
        (top, inner, "不能移到自己下面"),
        (top, rows[0], "类别下可放"),
        (rows[0], top, "已经在那里"),
    ):
        with pytest.raises(MoveRefused, match=words):
            move(county, record, parent)
    with pytest.raises(MoveRefused, match="没有门类"):
        move(county, top, None, "QQ")
    with pytest.raises(NotPermitted):
        move(county, top, other, who="clerk")
    enter(county, item(7, inner, secrecy="机密"))
    with pytest.raises(MoveRefused, match="无权查看"):
        move(county, top, other)


def test_an_edit_and_a_move_do_not_overwrite_each_other(county, branch):
    top, other, rows = branch
    version = rows[0].version
    stale = Record.objects.get(pk=top.pk)
    move(county, top, other)
    with pytest.raises(Conflict, match="丁馆员"):
        describe_record(
            county.act("archivist2"), record=rows[0], values={"title": "新"}, version=version
        )
    with pytest.raises(Conflict, match="重新预览"):
        move_subtree(county.act("archivist2"), record=stale, parent=None, category="WS",
                     version=stale.version)  # fmt: skip


def test_a_large_move_goes_on_where_it_was_cut_off_and_comes_back_from_the_ledger(
    county, branch, monkeypatch
):
    import lantai.catalogue.arranging.operations as operations
    import lantai.catalogue.arranging.subtree as subtree
    import lantai.catalogue.arranging.tasks as tasks

    monkeypatch.setattr(operations, "SMALL", 2)
    monkeypatch.setattr(subtree, "PAGE", 2)
    top, other, rows = branch
    running = move(county, top, other)
    assert running.state == Move.RUNNING and Job.objects.get().state == Job.WAITING
    with pytest.raises(MoveRefused, match="正在进行"):
        move(county, rows[0], other)
    real, calls = tasks.recode_batch, []

    def cut_off(*args, **named):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(named["keys"])
        return real(*args, **named)

    monkeypatch.setattr(tasks, "recode_batch", cut_off)
    with pytest.raises(KeyboardInterrupt):
        run_job(claim("one"))
    late = enter(county, item(8, top))[0]  # entered while the move is under way
    monkeypatch.setattr(tasks, "recode_batch", real)
    act = county.act("archivist2")
    assert follow_with_codes(act, move=running).pk == Job.objects.get().pk  # it waits already
    Job.objects.update(lease_until="2020-01-01T00:00:00Z")
    run_job(claim("two"))
    running.refresh_from_db()
    assert (running.state, running.recoded) == (Move.DONE, 4)
    assert finish_move(act, move=running).finished_at == running.finished_at  # once is enough
    new = codes([*rows[:3], late])
    assert sorted(new) == [f"J012-YJ·1998·Y·SHJZ-{n:04}" for n in (1, 2, 3, 4)]
    told = {
        row.pk: (row.reference_code, row.parent_id, row.version) for row in Record.objects.all()
    }
    had = set(FormerCode.objects.values_list("record_id", "code"))
    last = set(CodeCounter.objects.values_list("scope", "last"))
    rebuild_catalogue(from_empty=True)
    assert told == {
        row.pk: (row.reference_code, row.parent_id, row.version) for row in Record.objects.all()
    }
    assert had == set(FormerCode.objects.values_list("record_id", "code"))
    assert last == set(CodeCounter.objects.values_list("scope", "last"))


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_leave_a_tree(county, tmp_path):
    one, two = enter(
        county, *({"title": t, "_level": "class", "record_class": "WS"} for t in "甲乙")
    )

    def moving(record, parent):
        def run():
            try:
                return move(county, record, parent).state
            except (MoveRefused, Conflict) as refusal:
                return type(refusal).__name__

        return run

    clients = Clients(tmp_path)
    outcomes = clients.together([moving(one, two), moving(two, one)])
    assert clients.problems == []
    assert sorted(outcomes) == ["MoveRefused", "done"]
    assert clients.looked(lambda: Record.objects.filter(parent=None).count()) == 1


def test_the_page_shows_what_would_move_and_moves_it(county, branch, client):
    top, other, rows = branch
    client.force_login(county.people["archivist"])
    page = f"/records/{top.uid}/move/"
    assert "应急" in client.get(page, {"q": "应急"}).content.decode()
    shown = client.get(page, {"to": str(other.uid)}).content.decode()
    assert "J012-YJ·1998·Y·SHJZ" in shown and "移动这 5 件" in shown
    assert client.get(f"/api/v1/records/{top.uid}/move?to={other.uid}").json()["reissued"] == 3
    answer = client.post(page, {"to": str(other.uid), "version": top.version, "reason": "归类有误"})
    assert answer.status_code == 302
    assert "归类有误" in client.get(answer["Location"]).content.decode()
    assert "群众来信" in client.get("/moves/").content.decode()
    record = client.get(f"/records/{rows[0].uid}/").content.decode()
    assert "曾用档号" in record and "J012-WS·1998·Y·SHJZ-0001" in record
    bring_up_to_date()
    for text in ("J012-WS·1998·Y·SHJZ-0001", "J012-YJ·1998·Y·SHJZ-0001"):
        found = search(county.people["archivist"], text=text)
        assert [f.record.pk for f in found.results] == [rows[0].pk], text
    client.force_login(county.people["clerk"])
    assert client.get(page).status_code == 403
    client.force_login(county.people["other_archivist"])
    assert (
        client.get(page).status_code == 404
        and "群众来信" not in client.get("/moves/").content.decode()
    )
