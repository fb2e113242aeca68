"""Every scheme works as its people: self-scored with evidence, judged, settled, ranked, fed back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from docx import Document

from lantai.foundation.audit.tasks import VERIFY
from lantai.foundation.desks.attachments.models import Attachment
from lantai.foundation.desks.evaluations import operations
from lantai.foundation.desks.evaluations.definitions import evaluation_definitions, live_facts
from lantai.foundation.desks.evaluations.evidence import evidence_shelf
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.jobs.queue import claim, enqueue
from lantai.foundation.jobs.worker import run_job
from lantai.foundation.refusal import Refusal
from lantai.preservation.recovery.models import BackupRun
from tests.people import make_county

pytestmark = pytest.mark.django_db
SCHEMES = evaluation_definitions().all()


def signed_in(county: Any, who: str) -> Client:
    client = Client()
    client.force_login(county.people[who])
    return client


def good(scheme: Any, entry: Any) -> Any:
    if scheme.mode == "points":
        return entry.maximum
    return "yes" if scheme.mode == "verdict" else min(scheme.choices, key=lambda c: c[3])[0]


def bad(scheme: Any) -> Any:
    if scheme.mode == "points":
        return 0
    return "no" if scheme.mode == "verdict" else max(scheme.choices, key=lambda c: c[3])[0]


@pytest.mark.parametrize("key", sorted(SCHEMES))
def test_an_evaluation_works_as_its_people(key: str, data_folder: Any):
    scheme, county = SCHEMES[key], make_county()
    body = county.archives if "archives" in scheme.subject else county.unit
    scorer = "director" if body is county.archives else "leader"
    runner = "supervisor" if "supervisor" in scheme.run_by else "director"
    run = signed_in(county, runner)
    begun = run.post(
        f"/evaluations/schemes/{key}/new/",
        {"title": "年度评价", "subjects": [body.code], "panel": ["supervisor", "other_archivist"]},
    )
    assert begun.status_code == 302, begun.content.decode()[-1500:]
    round_ = EvaluationRound.objects.get()
    sheet = f"/evaluations/{round_.number}/{body.code}/"
    mine = signed_in(county, scorer)
    assert scheme.label_zh in mine.get(sheet).content.decode()
    values = {f"s-{e.id}": good(scheme, e) for e in scheme.leaves}
    first = scheme.leaves[0].id
    half = mine.post(sheet, {"do": "submit", f"s-{first}": values[f"s-{first}"]})
    assert half.status_code == (302 if len(scheme.leaves) == 1 else 409) or half.status_code >= 400
    proof = SimpleUploadedFile("佐证.txt", "库房照片".encode())
    assert mine.post(sheet, {**values, "do": "submit", f"f-{first}": proof}).status_code == 302
    assert Attachment.objects.filter(role=first, name="佐证.txt").exists()
    judged = {f"s-{e.id}": good(scheme, e) for e in scheme.leaves}
    assert (
        signed_in(county, "other_archivist").post(sheet, {**judged, "do": "judge"}).status_code
        == 302
    )
    assert mine.post(sheet, {"do": "settle"}).status_code >= 400
    assert run.post(sheet, {"do": "settle"}).status_code == 302
    row = Assessment.objects.get()
    assert row.state == "settled" and (not scheme.grades or row.grade), row.result
    assert run.post(sheet, {"do": "feedback", "text": "请巩固提高。"}).status_code == 302
    assert "请巩固提高" in mine.get(sheet).content.decode()
    paper = mine.get(f"{sheet}report.docx").content
    words = "\n".join(p.text for p in Document(io.BytesIO(paper)).paragraphs)
    assert body.name in words and "请巩固提高" in words
    if not scheme.verified:
        assert "待核实" in words and "待核实" in mine.get(sheet).content.decode()
    assert run.get(f"/evaluations/{round_.number}/").status_code == 200
    assert signed_in(county, "other_officer").get(sheet).status_code == 404
    told = mine.get(f"/api/v1/evaluations/{round_.number}/{body.code}").json()
    assert told["state"] == "fed_back" and told["opinions"] == {}


def test_a_veto_and_a_mean_of_experts_are_reckoned(data_folder: Any):
    from lantai.core.desks.evaluation_scoring import score, settled

    scheme = SCHEMES["unit_performance"]
    entry = scheme.leaves[0]
    assert settled([{entry.id: 10.0}, {entry.id: 15.0}], entry, scheme) == 12.5
    values = {e.id: e.maximum for e in scheme.leaves}
    assert score(scheme, values).grade.id == "excellent"
    failed = score(scheme, {**values, entry.id: bad(scheme)})
    assert failed.vetoes == (entry.id,) and failed.grade.id == "fair" and failed.total == 80
    risk = SCHEMES["security_risk"]
    clear = {e.id: "clear" for e in risk.leaves}
    assert score(risk, clear).grade.id == "clear" and score(risk, clear).total is None
    assert score(risk, {**clear, risk.leaves[3].id: "high"}).grade.id == "high"


def test_every_fact_a_scheme_asks_for_is_on_the_shelf_and_can_be_counted(data_folder: Any):
    county, known = make_county(), live_facts()
    for scheme in SCHEMES.values():
        for entry in scheme.leaves:
            assert not entry.fact or entry.fact in known, f"{scheme.id} {entry.id}"
    for fact in known.values():
        for place in (county.archives, county.unit):
            fact.value(place)
            list(fact.rows(place)) if fact.rows else None


def test_the_self_check_shows_what_the_running_system_says_and_a_person_scores(
    data_folder: Any, settings: Any
):
    county, scheme = make_county(), SCHEMES["protection_self_check"]
    run, mine = signed_in(county, "director"), signed_in(county, "archivist")
    run.post("/evaluations/schemes/protection_self_check/new/",
             {"title": "自查", "subjects": ["YX"], "panel": ["other_archivist"]})  # fmt: skip
    row = Assessment.objects.get()
    sheet = f"/evaluations/{row.round.number}/YX/"
    page = mine.get(sheet).content.decode()
    for words in (
        "口令规则：至少 10 位", "三员分立：系统管理员 1 人", "未使用 HTTPS", "8 小时后须重新登录",
        "还没有完好的备份", "兼任互斥角色 0 人", "尚未校验过",
    ):  # fmt: skip
        assert words in page, words
    assert not any("claimed" in answer for answer in row.answers.values())  # it scores nothing
    settings.LANTAI = replace(settings.LANTAI, base_url="https://archives.example")
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    county.people["secadmin"].assignments.all().delete()
    BackupRun.objects.create(name="B1", target="folder:///b", ok=True, objects_kept=7,
                             made_at=timezone.now() - timedelta(9))  # fmt: skip
    verify_job = enqueue(VERIFY, title="校验", key="recurring:ledger.verify")
    while job := claim("tests"):
        run_job(job)
    values = {f"s-{e.id}": "yes" for e in scheme.leaves}
    assert mine.post(sheet, {**values, "do": "submit"}).status_code == 302
    row.refresh_from_db()
    seen = {e["id"]: e for answer in row.answers.values() for e in answer.get("evidence", ())}
    assert seen["transport"]["met"] and not seen["three_administrators"]["met"]
    assert not seen["backups"]["met"] and "9 天前" in seen["backups"]["zh"]
    verify_job.refresh_from_db()
    assert verify_job.result["ok"] and seen["audit_chain"]["met"], seen["audit_chain"]
    assert "9 days old" in mine.get(sheet, headers={"accept-language": "en"}).content.decode()


def test_every_reader_of_evidence_that_a_scheme_names_is_on_the_shelf():
    named = {key for s in SCHEMES.values() for e in s.leaves for key in e.evidence}
    assert len(named) >= 10 and named <= set(evidence_shelf().all())


def test_at_least_nine_schemes_are_shipped_each_with_its_source():
    assert len(SCHEMES) >= 9
    assert all(s.source and s.covers and s.clauses for s in SCHEMES.values())


def test_each_act_is_closed_to_those_it_is_not_for(data_folder: Any):
    county = make_county()
    act, people = county.act, county.people
    with pytest.raises(Refusal):
        operations.open_round(act("officer"), definition="unit_performance", organiser=county.authority,
                              title="", subjects=[county.unit], panel=[])  # fmt: skip
    operations.open_round(
        act("supervisor"), definition="unit_performance", organiser=county.authority, title="年度",
        subjects=[county.unit], panel=[people["supervisor"]],
    )  # fmt: skip
    row = Assessment.objects.get()
    with pytest.raises(Refusal):
        operations.save_self_score(act("other_officer"), assessment=row, values={})
    with pytest.raises(Refusal, match="满分"):
        operations.save_self_score(act("officer"), assessment=row, values={"1": {"claimed": 21.0}})
    for verb, more in (
        ("judge", {"scores": {}, "notes": {}}),
        ("settle", {}),
        ("feed_back", {"text": "好"}),
    ):
        with pytest.raises(Refusal):
            getattr(operations, verb)(act("supervisor"), assessment=row, **more)
