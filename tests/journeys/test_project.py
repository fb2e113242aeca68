"""A construction project from the register to the acceptance of its records."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.registers.models import RegisterEntry
from tests.journeys.seats import Seats, texts_of

LANGUAGES = ["zh", "en"]
pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.django_db(transaction=True)]
PROJECT = "云溪河柳湾段防洪堤工程"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_project_goes_from_the_register_to_acceptance(
    county_at_work: Any, language: str, tmp_path: Path
) -> None:
    _county, seats = county_at_work("project", language)
    registered(seats)
    number = applied(seats, tmp_path)
    accepted(seats, number, tmp_path)
    assert Case.objects.get(number=number).state == "filed"
    entry = RegisterEntry.objects.get(register="construction-projects")
    assert entry.values["phase"] == "accepted"
    seats.leave()


def registered(seats: Seats) -> None:
    """The unit enters the project."""
    page = seats.go("officer", "/registers/construction-projects/")
    seats.look(page, "register-empty")
    page.locator("a[href$='/new/']").first.click()
    for name, value in {
        "name": PROJECT, "approval_no": "云发改〔2025〕18号", "owner": "云溪县民政局",
        "investment": "3200", "contact": "李闻", "volumes": "86", "drawings": "214",
        "planned": str(localdate() + timedelta(days=120)),
    }.items():  # fmt: skip
        page.locator(f"main form [name='{name}']").first.fill(value)
    for name, value in (("kind", "water"), ("phase", "building")):
        page.locator(f"main form [name='{name}']").first.select_option(value)
    seats.look(page, "entry-form")
    seats.press(page, "main form .form-actions .button--primary")
    seats.look(page, "entry")


def applied(seats: Seats, folder: Path) -> str:
    """From the entry the unit applies; what the register holds is filled in already."""
    page = seats["officer"]
    with page.expect_navigation():
        page.locator("a[href*='/cases/new/from/']").first.click()
    choice = page.locator("main a[href*='/cases/new/project_acceptance/']")
    if choice.count():
        choice.first.click()
    expect(page.locator("[name=project]")).to_have_value(PROJECT)
    expect(page.locator("[name=volumes]")).to_have_value("86")
    page.locator("[name=completion_on]").fill(str(localdate() + timedelta(days=120)))
    report = folder / "申请报告.txt"
    report.write_text("档案验收申请报告")
    page.set_input_files("[name=report]", report)
    seats.look(page, "application")
    seats.press(page, "main form .button--primary")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def accepted(seats: Seats, number: str, folder: Path) -> None:
    """The authority takes it up, convenes an odd panel of five, passes it, files the result."""
    page = seats.go("supervisor", "/desk/")
    page.locator(f"a[href$='/cases/{number}/']").first.click()
    seats.press(page, "form[action$='/take_up/'] button")
    page.locator("[name=convene-panel]").fill("甲\n乙\n丙\n丁")
    page.locator("[name=convene-meeting_on]").fill(str(localdate() + timedelta(days=10)))
    seats.press(page, "form[action$='/convene/'] button")
    expect(page.locator("main")).to_contain_text("单数" if seats.language == "zh" else "odd")
    seats.look(page, "refused")
    page.locator("[name=convene-panel]").fill("甲\n乙\n丙\n丁\n戊")  # the rest is still there
    seats.press(page, "form[action$='/convene/'] button")
    page.locator("[name=pass-opinion]").fill("档案完整、准确、系统，同意通过。")
    seats.look(page, "panel")
    seats.press(page, "form[action$='/pass/'] button")
    said = texts_of(seats.save(page, "a[href$='/papers/opinion.pdf']", folder))
    assert "云发改" in said and "同意通过" in said
    for kind in ("docx", "ofd"):
        assert zipfile.is_zipfile(seats.save(page, f"a[href$='/papers/opinion.{kind}']", folder))
    page.locator("[name=file_result-filing_no]").fill("云档验〔2026〕5号")
    seats.press(page, "form[action$='/file_result/'] button")
    seats.look(page, "filed")
