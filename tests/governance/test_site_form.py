"""The form for the site, filled in by Chromium without network, comes back whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lantai.governance.supervision.offline import read_site_form, site_form

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]


def test_the_form_is_filled_without_network_and_comes_back(data_folder: Path, tmp_path: Path):
    from playwright.sync_api import sync_playwright

    case: Any = SimpleNamespace(number="JC-AUTH-2026-00001", title="民政局档案工作监督检查")
    page_file, photo = tmp_path / "检查表.html", tmp_path / "现场.jpg"
    page_file.write_bytes(site_form(case, "archives_work"))
    photo.write_bytes(b"\xff\xd8\xff\xe0photo")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, offline=True, accept_downloads=True
        )
        page = context.new_page()
        page.goto(page_file.as_uri())
        page.check("[data-item='1'] input[value=yes]")
        page.check("[data-item='4'] input[value=no]")
        page.fill("[data-item='4'] textarea", "缺 2023 年文书\n两盒")
        page.set_input_files("[data-item='4'] input[type=file]", str(photo))
        page.reload()
        assert page.is_checked("[data-item='4'] input[value=no]")  # kept over a reload
        page.set_input_files("[data-item='4'] input[type=file]", str(photo))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        with page.expect_download() as download:
            page.click("#done")
        data = Path(download.value.path()).read_bytes()
        browser.close()
    checklist, items, photos = read_site_form(case, data)
    assert checklist == "archives_work" and items["4"]["note"] == "缺 2023 年文书\n两盒"
    assert [(item, file.name, file.size) for item, file in photos] == [("4", "现场.jpg", 9)]
