"""What the browser is given: parts, built files, words."""

import re

from lantai.web.frontend import build, fetch, messages

WEB = build.WEB


def test_every_component_has_a_template_and_names_its_files_after_itself():
    for folder in build.COMPONENTS.iterdir():
        assert (folder / "index.html").is_file(), folder.name
        for path in folder.iterdir():
            assert path.name in {
                "index.html",
                "example.html",
                f"{folder.name}.css",
                f"{folder.name}.js",
            }


def test_no_template_carries_inline_style_or_script():
    inline = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:")
    for path in [*WEB.glob("components/*/*.html"), *WEB.rglob("templates/**/*.html")]:
        assert not inline.search(path.read_text(encoding="utf-8")), path.name


def test_the_built_style_says_dark_for_the_system_and_for_the_reader():
    css = build.styles()
    assert "@dark" not in css
    assert "prefers-color-scheme: dark" in css
    assert ":root[data-theme='dark']" in css
    assert css.count("{") == css.count("}")


def test_every_token_used_is_defined():
    css = build.styles()
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", css))
    assert used <= set(re.findall(r"--([a-z0-9-]+):", css))


def test_every_icon_used_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "static/icons.svg").read_text()))
    for path in WEB.glob("components/*/*.html"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r'(?:<c-icon name|icon)="([a-z-]+)"', text):
            assert name in drawn, (path.parent.name, name)


def test_every_text_of_the_web_floor_has_english():
    assert messages.missing(WEB) == []


def test_words_are_found_in_templates_and_modules():
    html = (
        "<c-button label=\"{% trans '保存' %}\" />{% blocktrans count n=n trimmed %}\n"
        "一件 {{ n }}\n{% plural %}\n多件 {{ n }}\n{% endblocktrans %}"
    )
    assert list(messages.words_of_template(html)) == [
        ("保存", "", ""),
        ("一件 %(n)s", "多件 %(n)s", ""),
    ]
    module = '_("入库"); pgettext_lazy("动词", "退回"); other("不算")'
    assert list(messages.words_of_module(module)) == [("入库", "", ""), ("退回", "", "动词")]


def test_the_lock_names_no_registry():
    text = (fetch.find_project() / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert "http" not in re.sub(r'"(?:funding|url)":[^\n]*', "", text)


def test_no_text_has_two_english_wordings():
    assert messages.torn() == []
