"""The form for the site, filled in by Chromium without network, comes back whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

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
    Image.new("RGB", (40, 30), "tan").save(photo)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, offline=True, accept_downloads=True
        )
        page = context.new_page()
        page.goto(page_file.as_uri())
        page.wait_for_selector("#kept[data-state=ready]", state="attached")
        page.check("[data-item='1'] input[value=yes]")
        page.fill("[data-item='4'] textarea", "缺 2023 年文书\n两盒")
        page.set_input_files("[data-item='4'] input[type=file]", str(photo))
        page.click("#done")  # a note and a photograph without a verdict are not left out silently
        assert "第 4 项" in page.inner_text("#told")
        page.check("[data-item='4'] input[value=no]")
        page.wait_for_selector("#kept[data-state=kept]")
        page.reload()
        page.wait_for_selector("[data-item='4'] figure img")  # kept over a reload
        assert page.is_checked("[data-item='4'] input[value=no]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        with page.expect_download() as download:
            page.click("#done")
        data = Path(download.value.path()).read_bytes()
        browser.close()
    checklist, items, photos = read_site_form(case, data)
    assert checklist == "archives_work" and items["4"]["note"] == "缺 2023 年文书\n两盒"
    assert [(item, file.name, file.size) for item, file in photos] == [
        ("4", "现场.jpg", photo.stat().st_size)
    ]
