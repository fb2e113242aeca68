"""A census from unit to nation in a browser, with the offline form filled in without network."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from lantai.foundation.desks.returns.models import ReturnForm
from lantai.foundation.desks.returns.operations import open_round
from tests.foundation.offices import Region, make_region
from tests.journeys.seats import PHONE, Seats, paste, shoot, texts_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "zh": {"passed": "审核通过", "locked": "已锁定", "changed": "校验码不符", "read": "离线填报已读入",
           "sent": "已报送", "sum": "各时期案卷之和"},
    "en": {"passed": "Accepted", "locked": "Locked", "changed": "the digest does not fit",
           "read": "The offline form was read in", "sent": "Sent; it waits for review above",
           "sum": "The volumes by period do not add up"},
}  # fmt: skip


@pytest.fixture
def region_at_work(chromium: Any, desk_folder: str) -> Any:
    """Makes (region, seats) for a journey of this name in a language."""

    def make(name: str, language: str = "zh") -> tuple[Region, Seats]:
        region = make_region()
        return region, Seats(chromium, desk_folder, region.people, name, language)

    return make


def fill_offline(seats: Seats, form: Path, folder: Path) -> Path:
    """Fill the file in without network, first wrongly; what it exports."""
    context = seats.chromium.new_context(
        offline=True,
        accept_downloads=True,
        locale="en-US" if seats.language == "en" else "zh-CN",
        viewport={"width": PHONE, "height": 844},
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(form.as_uri())
    for code, value in (("staff", "2"), ("ws_j", "120"), ("ws_i", "30"), ("after_j", "100"),
                        ("after_i", "30"), ("good", "150"), ("closed", "150")):  # fmt: skip
        page.fill(f"#c-{code}", value)
    assert page.input_value("#c-volumes") == "120"
    page.click("#export")
    assert WORDS[seats.language]["sum"] in page.inner_text("#findings")
    page.fill("#c-after_j", "120")
    page.fill("#filled-by", "林档案员")
    shoot(page, f"census-{seats.language}-off-line-390")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    with page.expect_download() as download:
        page.click("#export")
    target = folder / "answer.json"
    download.value.save_as(target)
    assert all(url.startswith(("file:", "blob:")) for url in asked), asked
    context.close()
    return target


@pytest.mark.soak
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_census_from_unit_to_nation(region_at_work: Any, language: str, tmp_path: Path) -> None:
    """Downloaded, filled in off line, brought back, passed four times, added up, printed, locked."""
    region, seats = region_at_work("census", language)
    words = WORDS[language]
    row = open_round(
        region.act("nation"), owner=region.places["GJ"], definition="holdings-census",
        period="2025", bodies=[region.places["MZ"]],
    )  # fmt: skip
    form = ReturnForm.objects.get(round=row)
    filled_in(seats, f"/returns/forms/{form.pk}/", tmp_path)
    for who in ("county", "city", "province", "nation"):
        page = seats.go(who, "/returns/")
        page.click("text=云溪县民政局")
        if who == "county":
            seats.look(page, "review")
        seats.press(page, "form[action$='/accept/'] button")
        expect(page.locator("main")).to_contain_text(words["passed"])
    added_up(seats, row.number, tmp_path)
    page = seats.go("nation", f"/returns/rounds/{row.number}/")
    seats.look(page, "round")
    page.click("details:has(form[action$='/lock/']) > summary")
    seats.press(page, "form[action$='/lock/'] button")
    expect(page.locator("main")).to_contain_text(words["locked"])
    assert ReturnForm.objects.get(pk=form.pk).state == "accepted"
    seats.leave()


def filled_in(seats: Seats, place: str, folder: Path) -> None:
    """Off line, tampered with, refused, handed in as it was; then a figure on line, and sent."""
    said, offline_part = WORDS[seats.language], "details:has(a[href$='/offline/']) > summary"
    page = seats.go("officer", "/returns/")
    seats.look(page, "rounds")
    page.click(f"a[href='{place}']")
    page.click(offline_part)
    offline = seats.save(page, "a[href$='/offline/']", folder)
    answer = fill_offline(seats, offline, folder)
    changed = json.loads(answer.read_text())
    changed["cells"]["ws_j"] = "9999"
    tampered = folder / "tampered.json"
    tampered.write_text(json.dumps(changed))
    for file, words in ((tampered, said["changed"]), (answer, said["read"])):
        page.goto(seats.address + place)
        page.click(offline_part)
        page.set_input_files("input[name=file]", file)
        seats.press(page, "form[action$='/take/'] button")
        expect(page.locator("main")).to_contain_text(words)
    with page.expect_response("**/check/"):
        page.fill("[name='c.rooms']", "88.5")
    page.wait_for_load_state("networkidle")
    seats.look(page, "form")
    seats.press(page, "button[value=submit]")
    expect(page.locator("main")).to_contain_text(said["sent"])


def added_up(seats: Seats, number: str, folder: Path) -> None:
    """The totals of the nation, with their chart, and as a paper in three kinds."""
    page = seats.go("nation", f"/returns/rounds/{number}/totals/")
    expect(page.locator("main")).to_contain_text("120")
    seats.look(page, "totals")
    said = texts_of(seats.print(page, "PDF", folder))
    assert "120" in said and "国家档案局" in said
    for kind in ("Word", "OFD"):
        assert zipfile.is_zipfile(seats.print(page, kind, folder))


def test_a_block_from_excel_is_spread_over_the_cells_and_checked_as_one_types(
    region_at_work: Any,
) -> None:
    """Pasted rows fill the grid; sums follow; a wrong figure is pointed at; on a phone as well."""
    region, seats = region_at_work("return")
    row = open_round(
        region.act("county"), owner=region.places["YX"], definition="holdings-census",
        period="2025", bodies=[region.places["MZ"]],
    )  # fmt: skip
    form = ReturnForm.objects.get(round=row)
    page = seats.with_phone("officer")
    page.goto(f"{seats.address}/returns/forms/{form.pk}/")
    paste(page, "[name='c.ws_j']", "120\t30\n7\t3")
    assert page.input_value("[name='c.kj_i']") == "3"
    expect(page.locator("[data-worked=volumes]")).to_have_text("127")
    page.wait_for_selector(".is-error [name='c.after_j']")
    seats.look(page, "phone")
    seats.leave()
