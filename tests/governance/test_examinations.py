"""A timed examination through its pages: set_examination, settle_sheet, close_examination.

From the bank to the certificate, by the server's clock.
"""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import import_entries
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act
from lantai.governance.examinations.models import AnswerSheet, Examination
from lantai.governance.examinations.operations import begin_sheet, save_answers
from lantai.governance.examinations.queries import paper_of
from tests.people import make_county

pytestmark = pytest.mark.django_db


def client_of(county, who):
    client = Client()
    client.force_login(county.people[who])
    return client


@pytest.fixture
def county(data_folder):
    made = make_county()
    kinds = (("single", "B"), ("multiple", "AC"), ("judge", "错"), ("short", "略"))
    rows = [
        {"question": f"第{n}题", "kind": kinds[n % 4][0], "answer": kinds[n % 4][1],
         "options": "甲\n乙\n丙", "topic": ("law", "safety")[n % 2]}
        for n in range(24)
    ]  # fmt: skip
    import_entries(
        made.act("archivist"), register="question-bank", institution=made.archives, rows=rows
    )
    return made


def set_one(county, **more):
    until = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    values = {"title": "档案知识测试", "single": 2, "multiple": 2, "judge": 2, "minutes": 30,
              "pass_score": 60, "closes_at": until, "open_to": "units", "topic": "", **more}  # fmt: skip
    return client_of(county, "archivist").post("/examinations/", values)


def right_answers(sheet, wrong=0):
    return {f"q{q.id}": list(q.right) if n >= wrong else ["A", "B"]
            for n, q in enumerate(paper_of(sheet))}  # fmt: skip


def test_from_the_bank_to_certificate_and_weak_topics(county):
    assert set_one(county).status_code == 302
    row = Examination.objects.get()
    officer = client_of(county, "officer")  # of a unit that transfers to the archives
    page = officer.get(f"/examinations/{row.number}/").content.decode()
    assert "共 6 题，限时 30 分钟" in page and "全部成绩" not in page
    paper_page = officer.post(f"/examinations/{row.number}/begin/", follow=True)
    text = paper_page.content.decode()
    sheet = AnswerSheet.objects.get()
    assert text.count("<fieldset") == 6 and "还剩 29 分" in text
    assert len(set(sheet.paper)) == 6
    officer.post(f"/examinations/{row.number}/paper/", {f"q{sheet.paper[0]}": ["A"]})
    kept = officer.get(f"/examinations/{row.number}/paper/").content.decode()
    assert kept.count(" checked") == 1  # what was saved is there again
    done = officer.post(
        f"/examinations/{row.number}/paper/", {**right_answers(sheet, 1), "hand_in": "1"},
        follow=True,
    ).content.decode()  # fmt: skip
    sheet.refresh_from_db()
    assert sheet.score == 83.3 and sheet.certificate == f"{row.number}-0001" and "合格证书" in done
    assert "正确答案" not in done  # while others may still sit it
    pdf = officer.get(f"/examinations/{row.number}/certificate.pdf")
    assert pdf.content[:4] == b"%PDF" and io.BytesIO(pdf.content)
    with pytest.raises(Refusal, match="已经交卷"):
        save_answers(county.act("officer"), sheet=sheet, answers={})

    assert officer.post(f"/examinations/{row.number}/close/").status_code == 403
    closed = client_of(county, "archivist").post(f"/examinations/{row.number}/close/", follow=True)
    text = closed.content.decode()
    assert "薄弱知识点" in text and county.people["officer"].name in text
    bank = RegisterEntry.objects.get(pk=int(sheet.wrong[0]))
    assert (bank.values["asked"], bank.values["wrong"]) == (1, 100)
    assert "正确答案" in officer.get(f"/examinations/{row.number}/").content.decode()


def test_the_time_is_the_servers_and_what_was_saved_counts(county):
    set_one(county)
    row = Examination.objects.get()
    sheet = begin_sheet(county.act("leader"), examination=row)
    assert begin_sheet(county.act("leader"), examination=row).pk == sheet.pk  # no second try
    answers = {q.id: list(q.right) for q in paper_of(sheet)}
    save_answers(county.act("leader"), sheet=sheet, answers={**answers, "999": ["A"]})
    late = Act(by=county.people["leader"], at=sheet.due_at + timedelta(minutes=1))
    with pytest.raises(Refusal) as refused:
        save_answers(late, sheet=sheet, answers=answers, hand_in=True)
    assert refused.value.code == "time-over"
    AnswerSheet.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    page = client_of(county, "leader").get(f"/examinations/{row.number}/").content.decode()
    sheet.refresh_from_db()
    assert sheet.submitted_at and sheet.score == 100 and "合格" in page


def test_papers_differ_and_strangers_and_a_poor_bank_are_told_why(county):
    refused = set_one(county, single=50).content.decode()
    assert "单选题不够（6 / 50）" in refused and not Examination.objects.exists()
    set_one(county, open_to="own", single=3)
    row = Examination.objects.get()
    papers = {
        tuple(begin_sheet(county.act(who), examination=row).paper)
        for who in ("archivist", "archivist2", "director")
    }
    assert len(papers) > 1
    assert client_of(county, "officer").get(f"/examinations/{row.number}/").status_code == 404
    with pytest.raises(Refusal, match="别人的"):
        sheet = AnswerSheet.objects.first()
        save_answers(county.act("clerk"), sheet=sheet, answers={})
