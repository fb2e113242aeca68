"""The gallery in a real browser: no serious axe finding, no overflow, islands alive."""

import pytest

from tests.web.browser import CHROMIUM, ROOT, chromium, gallery_server

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
VENDOR = ROOT / "src" / "lantai" / "web" / "static" / "vendor"
PAGES = ("/gallery", "/gallery/portal", "/login", "/gallery/page/403", "/gallery/page/422")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.is_file(), reason="Chromium is not installed"),
    pytest.mark.skipif(not VENDOR.is_dir(), reason="run python -m lantai.web.frontend.fetch"),
]


@pytest.fixture(scope="module")
def site():
    from lantai.web.frontend.build import build
    from lantai.web.frontend.messages import compile_catalogues

    build()
    compile_catalogues()
    with gallery_server() as address, chromium() as browser:
        yield address, browser


def _open(site, path, **options):
    address, browser = site
    page = browser.new_page(locale="zh-CN", **options)
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not in node_modules")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(site, path, scheme):
    page = _open(site, path, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("async () => (await axe.run()).violations")
    page.close()
    serious = [
        (one["id"], one["nodes"][0]["html"][:160], one["nodes"][0]["failureSummary"][:200])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == []


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_screen(site, path, width):
    page = _open(site, path, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_the_theme_switch_is_remembered_by_cookie(site):
    page = _open(site, "/gallery/portal", color_scheme="light")
    page.click(".theme-switch")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.reload()
    assert page.get_attribute("html", "data-theme") == "dark"
    page.close()


def test_the_language_switch_shows_english(site):
    page = _open(site, "/gallery/portal")
    with page.expect_navigation():
        page.click(".language-switch button")
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text(".section-title >> nth=0") == "Recently published"
    page.close()


def test_selecting_a_page_of_rows_offers_all_of_them(site):
    page = _open(site, "/gallery?only=data_table")
    page.check("#example-records [data-select-page]")
    assert page.is_visible("#example-records [data-bulk]")
    assert "12,480" in page.inner_text("#example-records [data-all]")
    page.close()


def test_a_pdf_and_a_scan_are_drawn(site):
    page = _open(site, "/gallery?only=viewer")
    page.wait_for_selector("#example-pdf canvas[data-drawn='1']")
    page.click("#example-pdf [data-do=next]")
    page.wait_for_selector("#example-pdf canvas[data-drawn='2']")
    assert page.inner_text("#example-images [data-pages]") == "第 1 页，共 3 页"
    page.close()


def test_a_branch_of_the_tree_is_fetched_when_opened(site):
    page = _open(site, "/gallery?only=tree")
    page.click("text=ZP 照片 >> xpath=ancestor::summary")
    page.wait_for_selector("text=1958-Y-办公室-0003")
    page.close()


def test_suggestions_are_chosen_by_key(site):
    page = _open(site, "/gallery?only=search_box")
    page.fill("#search", "清水")
    page.wait_for_selector("#search-list [role=option]")
    page.press("#search", "ArrowDown")
    assert page.get_attribute("#search-list [role=option] >> nth=0", "aria-selected") == "true"
    page.close()
