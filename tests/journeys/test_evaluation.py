"""An evaluation from the self-score, partly filled by live data, to the feedback report."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from lantai.foundation.desks.evaluations.definitions import scheme_for
from lantai.foundation.desks.evaluations.models import Assessment
from tests.journeys.seats import Seats, texts_of

LANGUAGES = ["zh", "en"]
pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.django_db(transaction=True)]
SCHEME = "unit_performance"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_evaluation_goes_from_self_score_to_a_feedback_report_with_its_chart(
    county_at_work: Any, language: str, tmp_path: Path
) -> None:
    county, seats = county_at_work("evaluation", language)
    address = begun(seats)
    scored_by_itself(seats, address, tmp_path)
    judged(seats, address)
    settled_and_fed_back(seats, address)
    report_read(seats, address, tmp_path)
    row = Assessment.objects.get(subject=county.unit)
    assert row.result["vetoes"] and row.state == "fed_back"
    seats.leave()


def begun(seats: Seats) -> str:
    """The authority begins a round with one unit and two experts."""
    page = seats.go("supervisor", "/evaluations/")
    seats.look(page, "schemes")
    page.locator(f"a[href$='/schemes/{SCHEME}/']").first.click()
    seats.look(page, "scheme")
    page.locator(f"a[href$='/schemes/{SCHEME}/new/']").first.click()
    page.locator("[name=title]").fill("2026 年度机关档案工作评价")
    page.locator("[name=due]").fill("2026-12-31")
    page.locator("[name=subjects][value=MZ]").check()
    for who in ("archivist", "archivist2"):
        page.locator(f"[name=panel][value={who}]").check()
    seats.look(page, "new-round")
    seats.press(page, "main form .button--primary")
    page.locator("a[href$='/MZ/']").first.click()
    page.wait_for_url("**/MZ/")
    return page.url.removeprefix(seats.address)


def leaves() -> list[Any]:
    """The indicators that are scored."""
    return list(scheme_for(SCHEME).leaves)


def fill(page: Any, entry: Any, full: bool) -> None:
    """Give an indicator its full or no score, as the scheme scores."""
    box = page.locator(f"[name='s-{entry.id}']")
    if box.evaluate("one => one.tagName") == "SELECT":
        box.select_option("yes" if full else "no")
    else:
        box.fill(f"{entry.maximum:g}" if full else "0")


def scored_by_itself(seats: Seats, address: str, folder: Path) -> None:
    """The unit scores itself, with evidence; what live data propose stands there already."""
    page = seats.go("officer", "/desk/")
    page.locator(f"a[href='{address}']").first.click()
    expect(page.locator("[data-live]").first).to_be_visible()
    for entry in leaves():
        fill(page, entry, full=True)
    proof = folder / "责任制文件.txt"
    proof.write_text("责任制文件")
    first = leaves()[0].id
    page.set_input_files(f"[name='f-{first}']", proof)
    page.locator(f"[name='n-{first}']").fill("见所附文件")
    seats.look(page, "self-score")
    seats.press(page, "button[value=submit]")
    expect(page.locator("main")).to_contain_text("责任制文件.txt")


def judged(seats: Seats, address: str) -> None:
    """Two experts judge apart; one of a veto indicator finds it not met."""
    veto = next((e for e in leaves() if e.veto), leaves()[0])
    for who in ("archivist", "archivist2"):
        page = seats.go(who, "/desk/")
        page.locator(f"a[href='{address}']").first.click()
        for entry in leaves():
            fill(page, entry, full=entry.id != veto.id)
        page.locator(f"[name='n-{veto.id}']").fill("没有查到责任制文件的落实记录")
        if who == "archivist":
            seats.look(page, "judging")
        seats.press(page, "button[value=judge]")


def settled_and_fed_back(seats: Seats, address: str) -> None:
    """The authority brings the scores together, and sends the opinion."""
    page = seats.go("supervisor", address)
    seats.press(page, "button[value=settle]")
    page.locator("[name=text]").fill("责任制未落实，须在三个月内整改。\n其余各项保持。")
    seats.look(page, "settled")
    seats.press(page, "button[value=feedback]")
    page.goto(seats.address + address.rsplit("/", 2)[0] + "/")
    seats.look(page, "round")


def report_read(seats: Seats, address: str, folder: Path) -> None:
    """The unit opens the report: in three kinds of file, with the chart and the opinion."""
    page = seats.go("officer", "/desk/")
    page.locator(f"a[href='{address}']").first.click()
    seats.look(page, "fed-back")
    paper = seats.print(page, "PDF", folder)
    said = texts_of(paper)
    assert "三个月内整改" in said and "没有查到责任制" in said.replace("\n", "").replace("\r", "")
    assert ("一票否决" if seats.language == "zh" else "Veto") in said
    assert b"/Image" in paper.read_bytes()
    for kind in ("Word", "OFD"):
        assert zipfile.is_zipfile(seats.print(page, kind, folder))
