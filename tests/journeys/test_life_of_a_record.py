"""The life of a record, clicked from the office's file to the citizen's certificate.

Five people and one citizen; in Chinese, then in English. Forms are found by where they lead,
so that one journey serves both languages.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.journeys.conftest import ROOT, Visitor
from tests.journeys.seats import follow, look_at_both_widths

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
WORDS = {
    "zh": (
        "关于兴修云溪河柳湾段防洪堤的批复",
        "同意在柳湾段兴修防洪堤一千二百米，由水利局组织施工，民政局安置搬迁户三十二户。",
    ),
    "en": (
        "关于安置鹤塘移民新村住户的通知",
        "鹤塘移民新村首批安置住户五十六户，由城关镇人民政府办理入住手续，民政局发放补助。",
    ),
}


def office_file(folder: Path, language: str) -> Path:
    """A real Word file as an office makes it."""
    title, text = WORDS[language]
    document = Document()
    document.add_heading(title, 0)
    document.add_paragraph(f"云民〔1999〕{7 if language == 'zh' else 8}号")
    document.add_paragraph(text)
    document.add_paragraph("云溪县民政局　一九九九年三月十四日")
    path = folder / f"{title}.docx"
    document.save(path)
    return path


class Walk:
    """One walk through the life, with a browser for each person."""

    def __init__(self, visitor: Any, language: str, folder: Path) -> None:
        self.language, self.folder, self.visitor = language, folder, visitor
        self.title, self.text = WORDS[language]
        self.people: dict[str, Visitor] = {}
        self.name = f"life-{language}"

    def as_(self, username: str) -> Visitor:
        """The person's browser, signed in and speaking the walk's language."""
        if username not in self.people:
            one = self.visitor(language=self.language)
            if username != "citizen":
                one.sign_in(username)
            if self.language == "en":
                one.go("/" if username == "citizen" else "/desk/")
                if one.page.get_attribute("html", "lang") != "en":
                    follow(one.page.locator("button[name=language][value=en]"))
                assert one.page.get_attribute("html", "lang") == "en"
            self.people[username] = one
        return self.people[username]

    def look(self, who: Visitor, name: str) -> None:
        """Check with axe and for a telephone's width, and keep pictures when asked."""
        violations = who.axe()
        assert not violations, (name, violations)
        look_at_both_widths(who.page, f"{self.name}-{name}")

    def press(self, who: Visitor, action: str) -> None:
        """Submit the form that leads to an address ending in ``action``."""
        follow(who.page.locator(f"form[action$='{action}'] button:not([data-close])").last)

    def open_dialog(self, who: Visitor, dialog: str) -> None:
        """Press the button of a dialog, then the dialog's own."""
        who.page.click(f"[data-dialog='{dialog}']")
        follow(
            who.page.locator(
                f"#{dialog} form button[type=submit], #{dialog} form button:not([type=button])"
            ).last
        )


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.soak)])
def test_a_record_walks_from_the_office_to_the_citizens_certificate(visitor, language, tmp_path):
    walk = Walk(visitor, language, tmp_path)
    file_at_the_unit(walk)
    number = hand_over(walk)
    take_in(walk, number)
    describe_and_find(walk)
    open_to_the_public(walk)
    serve_the_citizen(walk)


def file_at_the_unit(walk: Walk) -> None:
    officer = walk.as_("civil.records")
    page = officer.page
    officer.go("/filing/new/")
    page.set_input_files("input[type=file]", office_file(walk.folder, walk.language))
    page.wait_for_selector("input[name=uploads]", state="attached")
    walk.look(officer, "upload")
    follow(page.locator("main form .form-actions button"))
    page.wait_for_url(re.compile(r"/filing/[0-9a-f-]{36}/$"))  # one file leads to its own page
    officer.wait_for_jobs()
    officer.go("/filing/")
    follow(page.get_by_role("link", name=walk.title).first)
    given = {
        "title": walk.title, "creator": "云溪县民政局", "date": "19990314", "year": "1999", "pages": "1",
    }  # fmt: skip
    page.locator("#describe details.more summary").click()
    for name, value in given.items():
        box = page.locator(f"#describe [name='{name}']")
        if box.count():
            box.first.fill(value)
    for n, (agent, day) in enumerate((("甲科员", "1999-03-10"), ("乙局长", "1999-03-14"))):
        page.locator("#describe [name^=agent_]").nth(n).fill(agent)
        page.locator("#describe [name^=time_]").nth(n).fill(day)
    page.locator("#describe [name=organ]").select_option(index=1)
    if page.locator("#describe [name=secrecy]").count():
        page.locator("#describe [name=secrecy]").first.select_option("公开")
    if page.locator("[name=clause]").count():
        page.locator("[name=clause]").first.check()
    else:
        page.locator("[name=clause_other]").select_option(index=1)
    follow(page.locator("#describe .form-actions button").last)
    walk.look(officer, "filing")
    walk.press(officer, "/register/")
    assert "J012-WS" in page.inner_text("main")


def hand_over(walk: Walk) -> str:
    officer, leader = walk.as_("civil.records"), walk.as_("civil.leader")
    officer.go("/filing/?state=filed")
    row = officer.page.locator("tr", has_text=walk.title)
    row.locator("input[name=selected]").check()
    follow(officer.page.locator("button[formaction*='/transfers/new/']"))
    assert "/transfers/T" in officer.page.url, (
        officer.page.url + officer.page.inner_text("main")[:400]
    )
    number = re.search(r"T\d{4}-\d+", officer.page.url).group()
    walk.press(officer, f"/transfers/{number}/build/")
    officer.wait_for_jobs()
    leader.go(f"/transfers/{number}/")
    walk.open_dialog(leader, "sign-dialog")
    officer.go(f"/transfers/{number}/")
    walk.look(officer, "transfer")
    walk.press(officer, f"/transfers/{number}/submit/")
    officer.wait_for_jobs()
    return number


def take_in(walk: Walk, number: str) -> None:
    archivist = walk.as_("archivist.a")
    archivist.go(f"/accession/{number}/")
    walk.look(archivist, "accession")
    follow(archivist.page.locator("#runs a").first)
    walk.look(archivist, "check-report")
    archivist.go(f"/accession/{number}/")
    walk.open_dialog(archivist, "accept-dialog")
    archivist.wait_for_jobs()


def describe_and_find(walk: Walk) -> None:
    archivist = walk.as_("archivist.a")
    page = archivist.page
    archivist.go(f"/search/?q={walk.text[3:9]}")  # a substring of the file's own text
    walk.look(archivist, "search")
    follow(page.get_by_role("link", name=walk.title).first)
    walk.look(archivist, "record")
    archivist.go(page.url.removeprefix(archivist.installation.address) + "describe/")
    page.locator("main form [name=abstract]").first.fill("记柳湾与鹤塘两处工程。")
    if page.locator("main form [name=reason]").count():
        page.locator("main form [name=reason]").first.fill("补著录提要")
    follow(page.locator("main form .form-actions button").first)
    assert "记柳湾与鹤塘两处工程" in page.inner_text("main")


def open_to_the_public(walk: Walk) -> None:
    first, second, director = walk.as_("archivist.a"), walk.as_("archivist.b"), walk.as_("director")
    leader = walk.as_("civil.leader")
    first.go("/opening/")
    walk.look(first, "opening-due")
    first.page.locator("form[action$='/opening/plan/'] button").last.click()
    first.page.wait_for_url("**/opening/reviews/**")
    number = first.page.url.rstrip("/").rsplit("/", 1)[1]
    director.go(f"/opening/reviews/{number}/")
    walk.press(director, f"/cases/{number}/move/issue/")
    director.wait_for_jobs()
    conclude(walk, first, number)
    walk.press(first, f"/cases/{number}/move/submit_first/")
    conclude(walk, second, number)
    walk.press(second, f"/cases/{number}/move/to_unit/")
    leader.go(f"/opening/reviews/{number}/")
    follow(leader.page.locator("form:has(input[value=rest]) button"))
    leader.page.locator("form[action$='/unit_answer/'] [name$=signatory]").fill("宁启川")
    walk.press(leader, "/unit_answer/")
    director.go(f"/opening/reviews/{number}/")
    walk.press(director, "/approve/")
    publisher = director if director.page.locator("a[href$='/publish/']").count() else first
    publisher.go(f"/opening/reviews/{number}/publish/")
    walk.look(publisher, "publish")
    follow(publisher.page.locator("main form button.button--seal"))
    publisher.wait_for_jobs()


def conclude(walk: Walk, reviewer: Visitor, number: str) -> None:
    reviewer.go(f"/opening/reviews/{number}/")
    reviewer.page.locator("#items a[href*='/opening/items/']").first.click()
    reviewer.page.wait_for_load_state("networkidle")
    reviewer.page.reload()
    reviewer.page.wait_for_load_state("networkidle")
    walk.look(reviewer, "opening-item")
    reviewer.page.locator("form[action$='/conclude/'] input[value=open]").check()
    opinion = reviewer.page.locator("form[action$='/conclude/'] [name$=opinion]")
    opinion.fill("内容为一般公务，可以开放。")
    follow(reviewer.page.locator("form[action$='/conclude/'] .form-actions button").last)
    reviewer.go(f"/opening/reviews/{number}/")


def serve_the_citizen(walk: Walk) -> None:
    citizen, clerk, director = walk.as_("citizen"), walk.as_("reading.room"), walk.as_("director")
    page = citizen.page
    citizen.go("/")
    walk.look(citizen, "portal")
    page.fill("input[type=search] >> nth=0", walk.text[3:9])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    walk.look(citizen, "portal-search")
    follow(page.get_by_role("link", name=walk.title).first)
    walk.look(citizen, "portal-record")
    follow(page.locator("a[href*='/portal/request/']").last)
    fill_request(page, walk)
    walk.look(citizen, "request")
    page.locator(
        "main form .form-actions button, main form button.button--primary, main form button.button--seal"
    ).last.click()
    page.wait_for_url("**/receipt/**")
    number = re.search(r"/portal/request/([^/]+)/receipt/", page.url).group(1)
    desk = f"/desk/requests/{number}/"
    clerk.go(desk)
    walk.press(clerk, "/accept/")
    clerk.go(desk)
    walk.press(clerk, "/search/")
    attach(walk, clerk, desk)
    clerk.go(desk)
    walk.press(clerk, "/move/find/")
    clerk.go(desk)
    box = clerk.page.locator("form[action$='/certificates/']")
    box.locator("[name=kind][value=found]").check()
    box.locator("[name=question]").fill("柳湾防洪堤与鹤塘新村的安置情况")
    follow(box.locator("button").last)
    clerk.go(desk)
    walk.look(clerk, "request-desk")
    walk.press(clerk, "/move/propose/")
    director.go("/desk/certificates/")
    follow(director.page.locator("main table a").first)
    walk.look(director, "certificate")
    walk.press(director, "/issue/")
    clerk.go(desk)
    clerk.page.locator("form[action$='/move/deliver/'] [name$=mode]").first.select_option("target")
    walk.press(clerk, "/move/deliver/")
    collect(walk, number)


def fill_request(page: Any, walk: Walk) -> None:
    for name, value in {
        "name": "宓怀远", "id_number": "999123196402150012", "phone": "19900006002",
        "person_concerned": "宓怀远", "clues": f"请查《{walk.title}》", "years": "1999", "place": "柳湾",
    }.items():  # fmt: skip
        page.locator(f"main form [name={name}]").first.fill(value)
    for name, value in {
        "id_type": "other", "category": "99", "purpose": "notary", "relation": "self",
        "wanted": "certificate", "delivery": "target",
    }.items():  # fmt: skip
        box = page.locator(f"main form [name={name}]")
        if box.first.evaluate("e => e.tagName") == "SELECT":
            box.first.select_option(value)
        else:
            page.locator(f"main form [name={name}][value='{value}']").check()
    page.locator("main form [name=consent]").check()


def attach(walk: Walk, clerk: Visitor, desk: str) -> None:
    clerk.go(f"{desk}?q={walk.title[2:8]}")
    form = clerk.page.locator(
        "form[action$='/attach/']", has=clerk.page.locator("[name=record]")
    ).first
    clerk.page.locator("details:has(form[action$='/attach/']) summary").first.click()
    if form.locator("[name=quote]").count():
        form.locator("[name=quote]").fill(walk.text[:20])
    if form.locator("[name=pages]").count():
        form.locator("[name=pages]").fill("1")
    follow(form.locator("button").last)


def collect(walk: Walk, number: str) -> None:
    citizen = walk.as_("citizen")
    page = citizen.page
    citizen.go("/portal/status/")
    page.fill("main form [name=number]", number)
    page.fill("main form [name=phone]", "19900006002")
    follow(page.locator("main form button").last)
    walk.look(citizen, "status")
    with page.expect_download() as waiting:
        page.locator("form[action*='/certificates/'] button").first.click()
    path = walk.folder / "certificate.pdf"
    waiting.value.save_as(path)
    citizen.go("/verify/")
    page.set_input_files("main input[type=file]", path)
    follow(page.locator("main form:has(input[type=file]) button").last)
    walk.look(citizen, "verify")
    assert re.search(r"有效|[Vv]alid", page.inner_text("main"))
    verify_off_line(walk, path)


def verify_off_line(walk: Walk, path: Path) -> None:
    data = walk.people["citizen"].installation.data
    command = [
        sys.executable,
        "-m",
        "lantai.cli.main",
        "certificate",
        "verify",
        str(path),
        "--json",
        "--data",
        str(data),
    ]
    good = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "src", check=False)
    assert good.returncode == 0, good.stdout + good.stderr
    assert json.loads(good.stdout)
    spoiled = bytearray(path.read_bytes())
    spoiled[len(spoiled) // 2] ^= 1
    path.write_bytes(spoiled)
    bad = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "src", check=False)
    assert bad.returncode in {1, 2}
