"""An inspection from the draw that anybody can repeat to the published result, put right and closed."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localdate
from PIL import Image
from playwright.sync_api import expect

from lantai.cli.main import main
from lantai.foundation.accounts.operations import assign_role, create_person
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from tests.journeys.seats import PHONE, Seats, paste, texts_of
from tests.people import PASSWORD

LANGUAGES = ["zh", "en"]
pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.django_db(transaction=True)]
HEAVY = "云溪县民政局\t100"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_inspection_is_drawn_checked_on_a_phone_put_right_and_published(
    county_at_work: Any, language: str, tmp_path: Path
) -> None:
    county, seats = county_at_work("inspection", language)
    by = Act(by=Operator(), channel="cli")
    second = create_person(by, username="supervisor2", name="寅科员", password=PASSWORD)
    assign_role(by, person=second, institution=county.authority, role="supervisor")
    address = drawn(seats, tmp_path)
    case = Case.objects.get(parties__institution=county.unit)
    notified(seats, case, address, tmp_path)
    checked_on_site(seats, case, tmp_path)
    concluded(seats, case)
    put_right(seats, case, tmp_path)
    case.refresh_from_db()
    assert case.state == "done"
    seats.leave()


def drawn(seats: Seats, folder: Path) -> str:
    """Lists and commitment are published first; then the draw, which a third party repeats."""
    page = seats.go("supervisor", "/supervision/draws/")
    page.locator("[name=title]").fill("2026 年度双随机检查")
    page.locator("[name=targets]").fill("3")
    page.locator("[name=items]").fill("档案工作责任制\n归档文件整理")
    for name, block in (("weighted", HEAVY), ("recusals", "戊馆员\t云溪县民政局")):
        page.locator(f"details:has([data-name={name}]) summary").first.click()
        paste(page, f"[data-name={name}] tbody tr:first-child [data-field]:visible >> nth=0", block)
    seats.look(page, "new-draw")
    seats.press(page, "main form .button--primary")
    address = page.url.removeprefix(seats.address)
    public = seats.go("", address)
    expect(public.locator("main")).to_contain_text("戊馆员")
    assert not public.locator("form[action$='/hold/']").count()
    page.locator("[name=beacon]").fill("080315")
    seats.press(page, "form[action$='/hold/'] .button--primary")
    public.reload()
    seats.look(public, "draw")
    file = seats.save(public, "a[href$='.json']", folder)
    assert main(["draw", "verify", str(file), "--json"]) == 0
    told = json.loads(file.read_text())
    mine = next(line for line in told["result"] if line["target"] == "MZ")
    assert "archivist2" not in mine["inspectors"]
    file.write_bytes(file.read_bytes().replace(b"080315", b"080316"))
    assert main(["draw", "verify", str(file)]) == 1
    return address


def notified(seats: Seats, case: Case, draw: str, folder: Path) -> None:
    """The notice goes to the unit, which answers with its own check."""
    page = seats.go("supervisor", draw)
    page.locator(f"a[href$='/cases/{case.number}/']").click()
    page.locator("[name=notify-visit_on]").fill(str(localdate() + timedelta(days=30)))
    box = page.locator("[name=notify-officers]")
    if not box.input_value():
        box.fill("\n".join(case.data["officers"]))
    seats.look(page, "case-planned")
    seats.press(page, "form[action$='/notify/'] button")
    papers = page.locator("a[href*='/papers/notice.']")
    expect(papers).to_have_count(3)
    paper = texts_of(seats.save(page, "a[href$='/papers/notice.pdf']", folder))
    assert ("检查通知书" if seats.language == "zh" else "Notice of inspection") in paper
    for kind in ("docx", "ofd"):
        assert zipfile.is_zipfile(seats.save(page, f"a[href$='/papers/notice.{kind}']", folder))
    unit = seats.go("officer", "/desk/")
    unit.locator(f"a[href$='/cases/{case.number}/']").first.click()
    unit.locator("[name=self_check-self_report]").fill("已自查，缺 2023 年文书两盒。")
    seats.look(unit, "case-unit")
    seats.press(unit, "form[action$='/self_check/'] button")
    page.reload()
    seats.press(page, "form[action$='/begin/'] button")


def checked_on_site(seats: Seats, case: Case, folder: Path) -> None:
    """Once at the place with network and a photograph, once without network by the file."""
    phone = seats.with_phone("supervisor")
    address = f"{seats.address}/supervision/site/{case.number}/"
    photo = folder / "现场.jpg"
    Image.new("RGB", (640, 480), "#8a6d3b").save(photo)
    phone.goto(address)
    phone.locator("[name=v1][value=yes]").check()
    phone.locator("[name=v4][value=no]").check()
    phone.locator("[name=n4]").fill("缺 2023 年文书两盒")
    phone.set_input_files("[name=p4]", photo)
    seats.look(phone, "site")
    seats.press(phone, "main form.form .form-actions button")
    expect(phone.locator("main")).to_contain_text("现场.jpg")
    phone.locator("details.more summary").first.click()
    form = seats.save(phone, "a[href$='/form.html']", folder)
    result = off_line(seats, form, photo, folder)
    changed = json.loads(result.read_text())
    changed["items"]["5"]["verdict"] = "no"
    tampered = folder / "tampered.json"
    tampered.write_text(json.dumps(changed, ensure_ascii=False))
    phone.set_input_files("[name=form]", tampered)
    seats.press(phone, "form:has([name=form]) button")
    expect(phone.locator("main")).to_contain_text("改动" if seats.language == "zh" else "changed")
    phone.goto(address)
    phone.locator("details.more summary").first.click()
    phone.set_input_files("[name=form]", result)
    seats.press(phone, "form:has([name=form]) button")
    expect(phone.locator("main")).to_contain_text("离线" if seats.language == "zh" else "off line")
    seats.look(phone, "site-done")


def off_line(seats: Seats, form: Path, photo: Path, folder: Path) -> Path:
    """The file is opened without network, filled in, photographed, saved."""
    context = seats.chromium.new_context(
        offline=True, accept_downloads=True, viewport={"width": PHONE, "height": 844}
    )
    page = context.new_page()
    page.goto(form.as_uri())
    page.check("[data-item='5'] input[value=yes]")
    page.fill("[data-item='5'] textarea", "库房无丢失")
    page.set_input_files("[data-item='5'] input[type=file]", photo)
    seats.look(page, "site-off-line")
    with page.expect_download() as waiting:
        page.click("#done")
    target = folder / "result.json"
    waiting.value.save_as(target)
    context.close()
    return target


def concluded(seats: Seats, case: Case) -> None:
    """The result, with problems, is published and ordered to be put right."""
    page = seats.go("supervisor", f"/cases/{case.number}/")
    page.locator("[name=conclude-grade]").select_option("fair")
    page.locator("[name=conclude-findings]").fill("2023 年文书未归档两盒。")
    page.locator("[name=conclude-problems]").fill("1")
    seats.press(page, "form[action$='/conclude/'] button")
    page.locator("[name=order-opinion]").fill("发现问题一项，限期整改。")
    page.locator("[name=order-demand]").fill("补归档并报告。")
    page.locator("[name=order-severity]").select_option("minor")
    seats.look(page, "case-result")
    seats.press(page, "form[action$='/order/'] button")
    public = seats.go("", "/supervision/")
    expect(public.locator("main")).to_contain_text("发现问题一项")
    assert "未归档两盒" not in public.inner_text("main")  # what was found is not all public
    seats.look(public, "published")


def put_right(seats: Seats, case: Case, folder: Path) -> None:
    """The unit's leader reports with evidence; the authority checks again and closes."""
    page = seats.go("leader", "/desk/")
    page.locator(f"a[href$='/cases/{case.number}/']").first.click()
    proof = folder / "整改.txt"
    proof.write_text("已补归档两盒")
    page.locator("[name=report-rectified]").fill("已补归档两盒，并明确专人。")
    page.set_input_files("[name=report-proof]", proof)
    seats.press(page, "form[action$='/report/'] button")
    boss = seats.go("supervisor", f"/cases/{case.number}/")
    paper = texts_of(seats.save(boss, "a[href$='/papers/order.pdf']", folder))
    assert ("整改通知书" if seats.language == "zh" else "Order to put right") in paper
    seats.press(boss, "form[action$='/close/'] button")
    seats.look(boss, "case-done")
