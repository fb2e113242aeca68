"""Seats: the people of an office before browsers, at a server in this process."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.institutions.models import Institution
from tests.journeys.conftest import ROOT, SHOTS

PATIENCE = int(os.environ.get("LANTAI_PATIENCE", "60")) * 1000  # the machine may be busy
PHONE, DESK = 390, 1440
SETTLING = 400  # milliseconds until charts and the side menu have followed a change of width
expect.set_options(timeout=PATIENCE)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


class Seats:
    """Who sits where: a page for each person, opened when first asked for."""

    def __init__(
        self, chromium: Any, address: str, people: dict[str, Any], name: str, language: str = "zh"
    ) -> None:
        self.chromium, self.address, self.people = chromium, address, people
        self.name, self.language = name, language
        self.pages: dict[str, Any] = {}
        self.errors: list[str] = []

    def __getitem__(self, who: str) -> Any:
        """The person's page, signed in; "" is somebody of the public."""
        if who not in self.pages:
            self.pages[who] = self._seat(who, DESK)
        return self.pages[who]

    def with_phone(self, who: str) -> Any:
        """The person's page on a telephone."""
        key = f"{who} (phone)"
        if key not in self.pages:
            self.pages[key] = self._seat(who, PHONE)
        return self.pages[key]

    def _seat(self, who: str, width: int) -> Any:
        context = self.chromium.new_context(
            viewport={"width": width, "height": 844 if width == PHONE else 900},
            locale="en-US" if self.language == "en" else "zh-CN", accept_downloads=True,
            has_touch=width == PHONE,
        )  # fmt: skip
        cookies = {settings.LANGUAGE_COOKIE_NAME: "en"} if self.language == "en" else {}
        if who:
            client = Client()
            client.force_login(self.people[who])
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[
                settings.SESSION_COOKIE_NAME
            ].value
        context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("response", self._answered)
        return page

    def _answered(self, response: Any) -> None:
        if response.status >= 500:
            self.errors.append(f"{response.status} {response.url}")

    def go(self, who: str, path: str) -> Any:
        """The person opens a page of the server."""
        self[who].goto(self.address + path)
        return self[who]

    def look(self, page: Any, name: str) -> None:
        """No serious fault for axe, nothing wider than a telephone; pictures when asked for."""
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in found["violations"]
            if v["impact"] in {"serious", "critical"}
        ]
        assert not serious, (name, serious)
        self._words(page, name)
        look_at_both_widths(page, f"{self.name}-{self.language}-{name}")

    def _words(self, page: Any, name: str) -> None:
        """No Chinese button or heading on an English page."""
        if self.language != "en":
            return
        for place in page.locator("main :is(h1, h2, button, th, label, legend)").all_inner_texts():
            words = re.sub(r"[“（(「《].*", "", place.strip())
            assert not re.search(r"^[\u4e00-\u9fff]{2,}$", words) or self._is_name(words), (
                name,
                place,
            )

    def _is_name(self, words: str) -> bool:
        """Names of bodies and people, and titles made of them, stay as they are."""
        bodies = Institution.objects.values_list("name", flat=True)
        people = {person.name for person in self.people.values()}
        entered = any(
            rows.filter(title=words).exists() for rows in (RegisterEntry.objects, Case.objects)
        )
        return entered or words in people or any(name in words for name in bodies)

    def save(self, page: Any, click: str, folder: Path) -> Path:
        """What a link gives, as a file."""
        with page.expect_download() as waiting:
            page.locator(click).first.click()
        target = folder / waiting.value.suggested_filename
        waiting.value.save_as(target)
        return target

    def print(self, page: Any, kind: str, folder: Path, menu: str = "main .menu") -> Path:
        """A paper of the page by its menu of kinds."""
        papers = page.locator(f"{menu}:has(a:has-text('{kind}'))").first
        if papers.get_attribute("open") is None:
            papers.locator("summary").click()
        return self.save(page, f"{menu} a:has-text('{kind}')", folder)

    def press(self, page: Any, button: str) -> None:
        """Press what leads on, and wait for the page it leads to."""
        follow(page.locator(button).last)

    def leave(self) -> None:
        """Everybody leaves; a script error or a 500 on the way fails the journey."""
        for page in self.pages.values():
            page.context.close()
        assert not self.errors, self.errors


def follow(locator: Any) -> None:
    """Click what leads to another page, and be there: the old page's load is not taken for the new one's."""
    with locator.page.expect_navigation():
        locator.click()


def look_at_both_widths(page: Any, name: str) -> None:
    """Nothing is wider than a telephone; pictures when asked for, at a desk's width too."""
    size = page.viewport_size
    if size["width"] != PHONE:
        shoot(page, f"{name}-{size['width']}")
        page.set_viewport_size({"width": PHONE, "height": 844})
        page.wait_for_timeout(SETTLING)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE, f"{name} is {width} px wide on a telephone"
    shoot(page, f"{name}-{PHONE}")
    page.set_viewport_size(size)


def shoot(page: Any, name: str) -> None:
    """Keep a picture when pictures were asked for (LANTAI_SHOTS=folder)."""
    if SHOTS:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def paste(page: Any, where: str, text: str) -> None:
    """Paste a block, as copied from a spreadsheet, into a cell."""
    page.locator(where).focus()
    page.evaluate(
        """(text) => { const data = new DataTransfer(); data.setData('text', text);
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
        text,
    )


def texts_of(path: Path) -> str:
    """The words of a PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
