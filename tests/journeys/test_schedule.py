"""A schedule from draft to approved, driving a filing; clicked by the unit and its authority."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from tests.journeys.seats import Seats, paste, texts_of
from tests.resources.office import TITLES, pdf, work

LANGUAGES = ["zh", "en"]
pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.django_db(transaction=True)]
CELL = "[data-name=clause] tbody tr:nth-child({row}) [data-field={field}]"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_schedule_is_drafted_reviewed_approved_and_drives_a_filing(
    county_at_work: Any, language: str, tmp_path: Path
) -> None:
    county, seats = county_at_work("schedule", language)
    plan = drafted(seats)
    pasted_and_checked(seats, plan)
    reviewed_clause_by_clause(seats, plan)
    approved(seats, plan, tmp_path)
    files_by_it(seats, tmp_path)
    assert county.unit.schedules.get().state == "approved"
    seats.leave()


def drafted(seats: Seats) -> str:
    """The unit's officer takes the model of the county."""
    page = seats.go("officer", "/schedules/")
    seats.look(page, "list-empty")
    page.locator("a[href='/schedules/new/']").first.click()
    page.locator("[name=model]").select_option("yunxi-civil-affairs")
    page.locator("[name=version]").fill("2026-1")
    seats.look(page, "new")
    seats.press(page, "main form .button--primary")
    return page.url.removeprefix(seats.address)


def pasted_and_checked(seats: Seats, plan: str) -> None:
    """Two rows from a spreadsheet: a gap and a term below the least are pointed at at once."""
    page = seats["officer"]
    page.locator(f"a[href='{plan}tables/']").click()
    rows = page.locator("[data-name=clause] tbody tr")
    expect(rows.nth(20)).to_be_attached()
    count = rows.count()
    last = count  # the empty row at the end takes the paste
    number = page.locator(CELL.format(row=1, field="no")).input_value()
    block = "99\t抢险救灾物资台账\t10年\tWS\tBGS\n99.2\t调拨单\t10年\tWS\tBGS"
    with page.expect_response("**/tables/check/"):
        paste(page, CELL.format(row=last, field="no"), block)
    assert number == "1" and rows.count() == count + 2
    expect(page.locator("[data-checked] .finding--error").first).to_be_visible()
    expect(rows.nth(last - 1)).to_have_class("is-error")
    seats.look(page, "tables")
    for _ in range(2):
        page.locator(f"[data-name=clause] tbody tr:nth-child({last}) .sheet-grid__drop").click()
    with page.expect_response("**/tables/check/"):
        first = page.locator("[data-name=clause] tbody tr", has=page.locator("[data-field]")).nth(2)
        first.locator("[data-field=note]").fill("与办公室会签")
    expect(page.locator("[data-checked] .finding--error")).to_have_count(0)
    seats.press(page, "main form.stack .form-actions .button--primary")
    seats.look(page, "draft")
    seats.press(page, "form[action$='/submit/'] button")


def reviewed_clause_by_clause(seats: Seats, plan: str) -> None:
    """The authority writes at one clause, gives it back; the unit mends that clause and sends it."""
    page = seats.go("supervisor", "/desk/")
    page.locator(f"a[href='{plan}']").first.click()
    page.locator(f"a[href='{plan}review/']").click()
    box = page.locator("main table input[type=text]").nth(3)
    clause = str(box.get_attribute("name")).removeprefix("c-")
    box.fill("期限请再斟酌")
    seats.press(page, "button[value=save]")
    expect(page.locator(f"[name='c-{clause}']")).to_have_value("期限请再斟酌")
    seats.look(page, "review")
    seats.press(page, "button[value=return]")
    mine = seats.go("officer", "/desk/")
    mine.locator(f"a[href='{plan}']").first.click()
    expect(mine.locator("main")).to_contain_text("期限请再斟酌")
    seats.look(mine, "given-back")
    mine.locator(f"a[href='{plan}tables/']").click()
    row = mine.locator("[data-name=clause] tbody tr")
    numbers = row.locator("[data-field=no]").evaluate_all("all => all.map((one) => one.value)")
    at = numbers.index(clause)
    with mine.expect_response("**/tables/check/"):
        row.nth(at).locator("[data-field=retention]").fill("永久")
    seats.press(mine, "main form.stack .form-actions .button--primary")
    seats.press(mine, "form[action$='/submit/'] button")
    page.goto(f"{seats.address}{plan}review/")
    expect(page.locator("main")).to_contain_text("期限请再斟酌")  # what was said last time


def approved(seats: Seats, plan: str, folder: Path) -> None:
    """Agreed to by a numbered letter; the paper is given out in three kinds."""
    page = seats.go("supervisor", plan)
    page.click("[data-dialog=approve-dialog]")
    dialog = page.locator("#approve-dialog")
    dialog.locator("[name=number]").fill("云档审〔2026〕3号")
    dialog.locator("[name=effective_from]").fill(str(localdate() - timedelta(days=1)))
    seats.press(page, "#approve-dialog .button--seal")
    seats.look(page, "in-force")
    paper = seats.print(page, "PDF", folder)
    assert "云档审〔2026〕3号" in texts_of(paper)
    for kind in ("Word", "OFD"):
        assert zipfile.is_zipfile(seats.print(page, kind, folder))


def files_by_it(seats: Seats, folder: Path) -> None:
    """A document is put in; class, retention and office are proposed out of the schedule."""
    page = seats.go("officer", "/filing/new/")
    letter = folder / "通知.pdf"
    letter.write_bytes(pdf(TITLES[0]))
    page.set_input_files("input[type=file]", letter)
    page.wait_for_selector("input[name=uploads]", state="attached")
    seats.press(page, "main form .form-actions button")
    work()
    page.goto(f"{seats.address}/filing/")
    page.get_by_role("link", name=TITLES[0]).first.click()
    first = page.locator("label.choice").first
    expect(first).to_contain_text(
        "社会救助股" if seats.language == "zh" else "Social Assistance Section"
    )
    first.locator("input").check()
    seats.look(page, "filing")
    seats.press(page, "#describe .form-actions button")
    expect(page.locator("aside")).to_contain_text("WS")
