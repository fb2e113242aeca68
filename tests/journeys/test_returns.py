"""A census from unit to nation in a browser, with the offline form filled in without network."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import expect

from lantai.foundation.desks.returns.models import ReturnForm
from lantai.foundation.desks.returns.operations import open_round
from tests.foundation.offices import Region, make_region
from tests.journeys.conftest import SHOTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's loop runs in this thread


@pytest.fixture
def served(live_server: Any, tmp_path: Path) -> Iterator[tuple[Region, str]]:
    """The region, and the address at which it answers."""
    own = replace(settings.LANTAI, data=tmp_path / "data")
    own.data.mkdir()
    with override_settings(LANTAI=own, PASSWORD_HASHERS=["tests.hashers.QuickArgon2"]):
        yield make_region(), live_server.url


def browser_of(chromium: Any, region: Region, address: str, who: str, width: int = 1440) -> Any:
    """A page at which the person is signed in."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, locale="zh-CN", accept_downloads=True
    )
    session = region.client(who).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def shoot(page: Any, name: str) -> None:
    """Keep a picture when pictures were asked for."""
    if SHOTS:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def fill_offline(chromium: Any, form: Path, folder: Path) -> Path:
    """Fill the file in without network, first wrongly; what it exports."""
    context = chromium.new_context(offline=True, accept_downloads=True, locale="zh-CN")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(form.as_uri())
    for code, value in (("staff", "2"), ("ws_j", "120"), ("ws_i", "30"), ("after_j", "100"),
                        ("after_i", "30"), ("good", "150"), ("closed", "150")):  # fmt: skip
        page.fill(f"#c-{code}", value)
    assert page.input_value("#c-volumes") == "120"
    page.click("#export")
    assert "各时期案卷之和" in page.inner_text("#findings")
    page.fill("#c-after_j", "120")
    page.fill("#filled-by", "林档案员")
    shoot(page, "offline-form")
    with page.expect_download() as download:
        page.click("#export")
    target = folder / "answer.json"
    download.value.save_as(target)
    assert all(url.startswith(("file:", "blob:")) for url in asked), asked
    context.close()
    return target


def test_a_census_from_unit_to_nation(
    chromium: Any, served: tuple[Region, str], tmp_path: Path
) -> None:
    """Downloaded, filled in off line, brought back, passed four times, added up, locked."""
    region, address = served
    row = open_round(
        region.act("nation"), owner=region.places["GJ"], definition="holdings-census",
        period="2025", bodies=[region.places["MZ"]],
    )  # fmt: skip
    form = ReturnForm.objects.get(round=row)
    place = f"{address}/returns/forms/{form.pk}/"
    page = browser_of(chromium, region, address, "officer")
    page.goto(place)
    page.click("summary:has-text('离线填报')")
    with page.expect_download() as download:
        page.click("text=下载离线表")
    offline = tmp_path / "form.html"
    download.value.save_as(offline)
    answer = fill_offline(chromium, offline, tmp_path)
    changed = json.loads(answer.read_text())
    changed["cells"]["ws_j"] = "9999"
    tampered = tmp_path / "tampered.json"
    tampered.write_text(json.dumps(changed))
    for file, words in ((tampered, "校验码不符"), (answer, "离线填报已读入")):
        page.goto(place)
        page.click("summary:has-text('离线填报')")
        page.set_input_files("input[name=file]", file)
        page.click("button:has-text('读入')")
        page.wait_for_selector(f"text={words}")
    with page.expect_response("**/check/"):
        page.fill("[name='c.rooms']", "88.5")
    page.wait_for_load_state("networkidle")
    shoot(page, "return-form-1440")
    page.click("button[value=submit]")
    page.wait_for_selector("text=已报送")
    for who in ("county", "city", "province", "nation"):
        reviewer = browser_of(chromium, region, address, who)
        reviewer.goto(f"{address}/returns/")
        reviewer.click("text=云溪县民政局")
        reviewer.click("button:has-text('审核通过')")
        reviewer.wait_for_selector("text=审核通过")
    reviewer.click("a:has-text('汇总')")
    reviewer.wait_for_selector("text=120")
    shoot(reviewer, "return-totals-1440")
    reviewer.goto(f"{address}/returns/rounds/{row.number}/")
    reviewer.click("summary:has-text('锁定')")
    reviewer.click("button:has-text('锁定')")
    reviewer.wait_for_selector("text=已锁定")
    assert ReturnForm.objects.get(pk=form.pk).state == "accepted"


def test_a_block_from_excel_is_spread_over_the_cells_and_checked_as_one_types(
    chromium: Any, served: tuple[Region, str]
) -> None:
    """Pasted rows fill the grid; sums follow; a wrong figure is pointed at; on a phone as well."""
    region, address = served
    row = open_round(
        region.act("county"), owner=region.places["YX"], definition="holdings-census",
        period="2025", bodies=[region.places["MZ"]],
    )  # fmt: skip
    form = ReturnForm.objects.get(round=row)
    page = browser_of(chromium, region, address, "officer", width=390)
    page.goto(f"{address}/returns/forms/{form.pk}/")
    page.focus("[name='c.ws_j']")
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text', '120\\t30\\n7\\t3');
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    assert page.input_value("[name='c.kj_i']") == "3"
    expect(page.locator("[data-worked=volumes]")).to_have_text("127")
    page.wait_for_selector(".is-error [name='c.after_j']")
    shoot(page, "return-form-390")
