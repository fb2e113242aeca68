"""Opening review: the whole path as five people, and what nobody may do on it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client

from lantai.access.opening.deciding import Verdict
from lantai.access.opening.models import OpeningItem, PublicationEntry
from lantai.access.opening.operations import (
    adopt_suggestions,
    agree_many,
    conclude_first,
    conclude_second,
    deliberate,
    opine,
    opine_rest,
    plan_review,
    record_screening,
    return_item,
)
from lantai.access.opening.publishing import mask_title, publish, publish_batch, take_down
from lantai.access.opening.queries import (
    opening_rates,
    preview_due,
    publications,
    published_records,
)
from lantai.access.opening.tasks import screen_batch, suggest
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.operations import enter_records
from lantai.catalogue.records.queries import records_for
from lantai.foundation.desks.cases.queries import buttons, cases_for
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import claim
from lantai.foundation.jobs.tasks_shelf import Running
from lantai.foundation.policy import Anonymous
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.preservation.depositing.place import storage_root
from tests.access.opening.reviewing import (
    CONTROLLED,
    DELAYED,
    LATER,
    OPEN,
    at_first_review,
    at_publication,
    county_with_due,
    first,
    items,
    move,
    planned,
    read,
    second,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def test_the_whole_path_from_plan_to_publication_by_five_people(data_folder):
    county = county_with_due()
    case = planned(county)
    assert InboxItem.objects.filter(subject=case.urn, role="archives_director").exists()
    case = move(county, "director", case, "issue")
    screen_batch(Running(claim("test")))
    case.refresh_from_db()
    assert case.state == "first"
    assert [i.suggestion for i in items(case)] == ["open", "controlled", "controlled"]
    first(county, case, [OPEN, CONTROLLED, DELAYED])
    case = move(county, "archivist", case, "submit_first")
    second(county, case, [OPEN, CONTROLLED, DELAYED])
    case = move(county, "archivist2", case, "to_unit")
    assert [i.subject for i in waiting_for(county.people["leader"])] == [case.urn]
    opine_rest(county.act("officer"), case=case, unit=county.unit)
    case = move(county, "leader", case, "unit_answer", signatory="乙局长")
    case = move(county, "director", case, "approve_delay")
    assert [i.subject for i in waiting_for(county.people["supervisor"])] == [case.urn]
    case = move(
        county,
        "supervisor",
        case,
        "authority_agree",
        decision_no="云档函〔2026〕7号",
        decision_date=TODAY,
    )
    batch = publish(county.act("archivist2"), case=case, version=case.version)
    case.refresh_from_db()
    assert case.state == "published" and case.closed_at
    one, two, three = (i.record for i in items(case))
    assert (one.access_status, one.publication, one.is_public) == ("open", batch.number, True)
    assert (two.access_status, two.next_review, two.publication) == ("controlled", LATER, "")
    assert (three.access_status, three.is_public) == ("delayed", False)
    assert "G3" in three.access_basis and "云档函〔2026〕7号" in three.access_basis
    assert [e.record for e in published_records(batch)] == [one]
    assert list(publications()) == [batch]
    assert [r.pk for r in records_for(Anonymous())] == [one.pk]
    assert not InboxItem.objects.filter(subject=case.urn, closed_at=None).exists()
    assert not OpeningItem.objects.filter(active=True).exists()


def test_the_list_of_a_batch_lies_in_storage_before_it_is_published(data_folder):
    county = county_with_due()
    case = at_publication(county, [OPEN, OPEN, CONTROLLED])
    object_id = f"urn:lantai:YX:publication:{case.number}"
    with pytest.raises(Refusal, match="存储"):
        publish_batch(
            county.act("archivist"), case=case, day=TODAY, object_id=object_id, version=case.version
        )
    batch = publish(county.act("archivist"), case=case, version=case.version)
    assert batch.object_id == object_id
    document = json.loads(storage_root().open(object_id, "publication.json").read())
    assert [row["conclusion"] for row in document["items"]] == ["open", "open", "controlled"]
    listed = storage_root().open(object_id, "list.csv").read().decode("utf-8-sig")
    assert listed.count("\n") == 3


def test_publishing_again_after_a_cut_adopts_what_is_stored(data_folder):
    from lantai.access.opening.publishing import deposit_list

    county = county_with_due()
    case = at_publication(county, [OPEN, OPEN, OPEN])
    deposit_list(county.act("archivist"), case, date(2026, 11, 1))
    batch = publish(county.act("archivist"), case=case, version=case.version)
    assert storage_root().read_inventory(batch.object_id).head == "v2"
    with pytest.raises(Conflict):
        publish(county.act("archivist"), case=case, version=case.version)


def test_nobody_concludes_on_an_item_that_person_has_not_opened(data_folder):
    county = county_with_due()
    case = at_first_review(county)
    item = items(case)[0]
    with pytest.raises(Refusal) as refused:
        conclude_first(county.act("archivist"), item=item, verdict=OPEN, version=item.version)
    assert refused.value.code == "not-opened"
    read(county, "archivist2", item)  # another person's reading counts for nothing
    with pytest.raises(Refusal):
        conclude_first(county.act("archivist"), item=item, verdict=OPEN, version=item.version)
    read(county, "archivist", item)
    conclude_first(county.act("archivist"), item=item, verdict=OPEN, version=item.version)


def test_the_second_reviewer_is_another_person_who_has_opened_it_too(data_folder):
    county = county_with_due()
    case = at_first_review(county)
    first(county, case, [OPEN, OPEN, OPEN])
    case = move(county, "archivist", case, "submit_first")
    item = items(case)[0]
    with pytest.raises(Refusal) as same:
        conclude_second(county.act("archivist"), item=item, verdict=OPEN, version=item.version)
    assert same.value.code == "same-person"
    with pytest.raises(Refusal) as unread:
        conclude_second(county.act("archivist2"), item=item, verdict=OPEN, version=item.version)
    assert unread.value.code == "not-opened"
    with pytest.raises(Refusal):
        agree_many(county.act("archivist2"), case=case, items=[i.pk for i in items(case)])


def test_suggestions_are_adopted_in_bulk_only_for_opened_items_and_kept_as_bulk(data_folder):
    county = county_with_due()
    case = move(county, "director", planned(county), "issue")
    screen_batch(Running(claim("test")))
    case.refresh_from_db()
    rows = items(case)
    read(county, "archivist", rows[0])
    with pytest.raises(Refusal) as refused:
        adopt_suggestions(county.act("archivist"), case=case, items=[r.pk for r in rows])
    assert refused.value.code == "not-opened"
    assert not OpeningItem.objects.exclude(first_conclusion="").exists()
    (done,) = adopt_suggestions(county.act("archivist"), case=case, items=[rows[0].pk])
    assert (done.first_conclusion, done.first_bulk) == ("open", True)


def test_two_reviewers_deciding_one_item_make_one_decision(data_folder):
    county = county_with_due()
    case = at_first_review(county)
    item = items(case)[0]
    read(county, "archivist", item)
    read(county, "archivist2", item)
    conclude_first(county.act("archivist"), item=item, verdict=OPEN, version=item.version)
    with pytest.raises(Conflict, match="丁馆员"):
        conclude_first(
            county.act("archivist2"), item=item, verdict=CONTROLLED, version=item.version
        )
    assert items(case)[0].first_conclusion == "open"


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict("controlled"),
        Verdict("closed", "G2", "理由"),
        Verdict("delayed", "", "理由", LATER),
        Verdict("delayed", "G9", "理由", LATER),
        Verdict("delayed", "G1", "", LATER),
        Verdict("controlled", "", "理由", date(2001, 1, 1)),
        Verdict(""),
        Verdict("secret"),
    ],
)
def test_a_conclusion_lacking_what_the_rule_asks_is_refused(data_folder, verdict):
    county = county_with_due()
    case = at_first_review(county)
    item = items(case)[0]
    read(county, "archivist", item)
    with pytest.raises(Refusal):
        conclude_first(county.act("archivist"), item=item, verdict=verdict, version=item.version)


def test_a_returned_item_goes_back_with_its_reason_and_asks_for_a_new_conclusion(data_folder):
    county = county_with_due()
    case = at_first_review(county)
    first(county, case, [OPEN, OPEN, OPEN])
    case = move(county, "archivist", case, "submit_first")
    item = items(case)[2]
    return_item(county.act("archivist2"), item=item, reason="含处分内容", version=item.version)
    case = move(county, "archivist2", case, "return_first")
    with pytest.raises(Refusal):
        move(county, "archivist", case, "submit_first")
    item = items(case)[2]
    conclude_first(county.act("archivist"), item=item, verdict=CONTROLLED, version=item.version)
    assert move(county, "archivist", case, "submit_first").state == "second"


def test_doubts_are_decided_by_discussion_before_the_unit_is_asked(data_folder):
    county = county_with_due()
    case = at_first_review(county)
    first(county, case, [OPEN, OPEN, OPEN])
    case = move(county, "archivist", case, "submit_first")
    second(county, case, [OPEN, OPEN, OPEN])
    item = items(case)[1]
    conclude_second(
        county.act("archivist2"), item=item, verdict=OPEN, version=item.version, doubtful=True
    )
    with pytest.raises(Refusal):
        move(county, "archivist2", case, "to_unit")
    case = move(county, "archivist2", case, "to_council")
    item = items(case)[1]
    deliberate(county.act("director"), item=item, verdict=CONTROLLED, version=item.version)
    assert items(case)[1].stand["conclusion"] == "controlled"
    assert move(county, "archivist2", case, "to_unit").state == "unit"


def test_a_delay_is_not_published_without_the_authoritys_decision(data_folder):
    county = county_with_due()
    case = at_first_review(county)
    first(county, case, [OPEN, OPEN, DELAYED])
    case = move(county, "archivist", case, "submit_first")
    second(county, case, [OPEN, OPEN, DELAYED])
    case = move(county, "archivist2", case, "to_unit")
    opine_rest(county.act("officer"), case=case, unit=county.unit)
    case = move(county, "leader", case, "unit_answer", signatory="乙局长")
    with pytest.raises(Refusal, match="主管部门"):
        move(county, "director", case, "approve")
    case = move(county, "director", case, "approve_delay")
    with pytest.raises(Refusal, match="批复文号"):
        move(county, "supervisor", case, "authority_agree", decision_date=TODAY)
    with pytest.raises(NotPermitted):
        move(county, "director", case, "authority_agree", decision_no="1", decision_date=TODAY)
    case = move(
        county, "supervisor", case, "authority_refuse",
        decision_no="2", decision_date=TODAY, reason="理由不足",
    )  # fmt: skip
    assert case.state == "second"
    assert [i.second_conclusion for i in items(case)] == ["open", "open", ""]


def test_a_dispute_with_the_unit_needs_its_settlement(data_folder):
    county = county_with_due()
    case = at_first_review(county)
    first(county, case, [OPEN, OPEN, OPEN])
    case = move(county, "archivist", case, "submit_first")
    second(county, case, [OPEN, OPEN, OPEN])
    case = move(county, "archivist2", case, "to_unit")
    item = items(case)[1]
    with pytest.raises(Refusal, match="理由"):
        opine(county.act("officer"), item=item, opinion="disagree", version=item.version)
    opine(
        county.act("officer"),
        item=item,
        opinion="disagree",
        remark="含身份证号",
        version=item.version,
    )
    opine_rest(county.act("officer"), case=case, unit=county.unit)
    case = move(county, "leader", case, "unit_answer", signatory="乙局长")
    with pytest.raises(Refusal, match="协商"):
        move(county, "director", case, "approve")
    assert (
        move(county, "director", case, "approve", settlement="经协商仍予开放").state == "publishing"
    )


def test_a_record_under_secrecy_is_not_due_and_cannot_be_opened(data_folder):
    county = county_with_due()
    enter_records(
        county.act("archivist"),
        fonds=county.fonds,
        descriptions=[
            {"title": "未满期", "date": "19980101", "secrecy": "绝密", "secrecy_term": "30年"},
            {"title": "长期", "date": "19980101", "secrecy": "机密", "secrecy_term": "长期"},
            {"title": "已满期", "date": "19980101", "secrecy": "秘密", "secrecy_term": "10年"},
        ],
    )
    case = planned(county)
    titles = [i.record.title for i in items(case)]
    assert "未满期" not in titles and "长期" not in titles and "已满期" in titles
    case = move(county, "director", case, "issue")
    case = move(county, "director", case, "skip_screening", reason="试点")
    item = next(i for i in items(case) if i.record.title == "已满期")
    county.people["archivist"].clearance = 3
    county.people["archivist"].save()
    read(county, "archivist", item)
    with pytest.raises(Refusal) as refused:
        conclude_first(county.act("archivist"), item=item, verdict=OPEN, version=item.version)
    assert refused.value.code == "secret"


def test_what_is_taken_down_is_public_no_more_at_once_and_comes_back_to_review(data_folder):
    county = county_with_due()
    case = at_publication(county, [OPEN, OPEN, CONTROLLED])
    batch = publish(county.act("archivist"), case=case, version=case.version)
    record = items(case)[0].record
    with pytest.raises(Refusal, match="理由"):
        take_down(county.act("archivist"), record=record, reason=" ")
    with pytest.raises(NotPermitted):
        take_down(county.act("officer"), record=record, reason="误开")
    take_down(county.act("archivist"), record=record, reason="误开，含个人信息")
    record.refresh_from_db()
    assert not record.is_public
    assert record not in records_for(Anonymous())
    assert record not in [e.record for e in published_records(batch)]
    entry = PublicationEntry.objects.get(record=record)
    assert entry.withdrawn_reason == "误开，含个人信息" and entry.withdrawn_by_name == "丁馆员"
    with pytest.raises(Conflict):
        take_down(county.act("archivist"), record=record, reason="再撤")
    again = plan_review(county.act("archivist"), fonds=county.fonds, years=[1998])
    assert [i.record_id for i in items(again)] == [record.pk]


def test_the_public_title_is_masked_and_the_inner_one_kept(data_folder):
    county = county_with_due()
    case = at_publication(county, [OPEN, OPEN, OPEN])
    item = items(case)[2]
    mask_title(
        county.act("archivist"),
        case=case,
        item=item,
        public_title="关于给予×××处分的决定",
        version=item.version,
    )
    publish(county.act("archivist"), case=case, version=case.version)
    record = Record.objects.get(pk=item.record_id)
    assert record.title == "关于给予某同志处分的决定"
    assert record.open_title == "关于给予×××处分的决定"


def test_a_record_is_in_one_review_at_a_time_and_a_cancelled_plan_lets_it_go(data_folder):
    county = county_with_due()
    case = planned(county)
    with pytest.raises(Refusal, match="没有到期"):
        planned(county)
    move(county, "director", case, "cancel", reason="范围有误")
    assert Record.objects.filter(access_status="pending").count() == 0
    assert len(items(planned(county))) == 3


def test_due_is_counted_by_fonds_and_year_and_delays_come_back(data_folder):
    county = county_with_due()
    preview = preview_due(county.archives, TODAY)
    assert [(r.code, r.year, r.due) for r in preview.rows] == [("J012", 1998, 3)]
    case = at_publication(county, [OPEN, CONTROLLED, DELAYED])
    publish(county.act("archivist"), case=case, version=case.version)
    assert preview_due(county.archives, TODAY).total == 0
    later = preview_due(county.archives, LATER)
    assert [(r.due, r.again) for r in later.rows if r.year == 1998] == [(0, 2)]
    (rate,) = [r for r in opening_rates(county.archives) if r.code == "J012"]
    assert (rate.total, rate.opened, rate.rate) == (4, 1, 25.0)


def test_a_screening_that_was_cut_goes_on_where_it_stood(data_folder):
    county = county_with_due()
    case = move(county, "director", planned(county), "issue")
    done = items(case)[0]
    done.screened_at = case.opened_at
    done.suggestion = "closed"
    done.save()
    assert Job.objects.filter(task="opening.screen").count() == 1
    assert screen_batch(Running(claim("test"))) == {"screened": 3}
    assert items(case)[0].suggestion == "closed"


def test_screening_results_are_kept_only_while_the_batch_is_screened(data_folder):
    county = county_with_due()
    case = planned(county)
    found = {item.pk: suggest(item) for item in items(case)}
    with pytest.raises(Conflict):
        record_screening(county.act("archivist"), case=case, results=found)
    case = move(county, "director", case, "issue")
    with pytest.raises(NotPermitted):
        record_screening(county.act("officer"), case=case, results=found)
    kept = record_screening(county.act("archivist"), case=case, results=found)
    hit = next(h for h in kept[1].hits if h["rule"] == "KZ-11")
    text = kept[1].record.texts.get().text
    assert text[hit["start"] : hit["end"]] == hit["text"] and hit["page"] == 1


MATRIX = {
    "issue": ("plan", {"archivist", "archivist2", "director"}),
    "submit_first": ("first", {"archivist", "archivist2"}),
    "to_unit": ("second", {"archivist", "archivist2"}),
    "unit_answer": ("unit", {"officer", "leader"}),
    "approve": ("approval", {"director"}),
    "authority_agree": ("authority", {"supervisor"}),
    "publish": ("publishing", {"archivist", "archivist2", "director"}),
}


@pytest.mark.parametrize("transition", MATRIX)
def test_each_step_belongs_to_its_people_and_to_nobody_else(data_folder, transition):
    county = county_with_due()
    case = planned(county)
    state, allowed = MATRIX[transition]
    type(case).objects.filter(pk=case.pk).update(state=state)
    case.refresh_from_db()
    for who in county.people:
        data = {"signatory": "x", "decision_no": "1", "decision_date": "2026-11-20"}
        kept = {e: data[e] for e in data if e in [f.name for f in _step(case, transition).fields]}
        try:
            move(county, who, case, transition, **kept)
        except NotPermitted:
            assert who not in allowed, who
        except Refusal:
            assert who in allowed, who
        else:
            assert who in allowed, who
            type(case).objects.filter(pk=case.pk).update(state=state)
        offered = [b for b in buttons(county.people[who], case) if b.transition.id == transition]
        assert all(b.reason for b in offered if not b.allowed)
    with pytest.raises(NotPermitted):
        from lantai.foundation.desks.cases.operations import move_case
        from lantai.foundation.work import Act

        move_case(Act(by=Anonymous()), case=case, transition=transition, data={})


def _step(case, transition):
    from lantai.foundation.desks.cases.queries import definition_of

    return definition_of(case).by_transition[transition]


def test_a_review_is_not_listed_for_colleagues_who_may_not_open_it(data_folder):
    county = county_with_due()
    case = planned(county)
    assert case in cases_for(county.people["archivist"])
    assert case not in cases_for(county.people["clerk"])
    browser = Client()
    browser.force_login(county.people["clerk"])
    assert browser.get(f"/opening/reviews/{case.number}/").status_code == 404
    assert case.number not in browser.get("/cases/").content.decode()
