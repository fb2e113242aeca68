"""The manual is true: everything on a shelf stands in docs/reference, and no page is stale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lantai.cli.main import command_names, load_command
from lantai.foundation.reference.pages import all_pages
from lantai.governance.reporting.report import reports

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"


def pages() -> dict[str, str]:
    commands = [(c.id or n, c.help) for n in command_names() for c in [load_command(n)]]
    tables = [(r.id, r.zh, r.en, r.permission) for r in reports().all().values()]
    return all_pages(commands, tables)


def test_the_generated_pages_are_up_to_date():
    stale = [
        name
        for name, text in pages().items()
        if not (REFERENCE / f"{name}.md").exists()
        or (REFERENCE / f"{name}.md").read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `make docs`"


def test_no_generated_page_is_left_of_what_is_gone():
    assert {p.stem for p in REFERENCE.glob("*.md")} == set(pages())


def test_every_command_check_permission_report_and_operation_is_in_the_manual():
    from lantai.core.checks.runner import checks
    from lantai.foundation.operation import OPERATIONS
    from lantai.foundation.policy import permissions

    made = pages()
    for name, wanted in {
        "commands": [f"lantai {load_command(n).id or n}" for n in command_names()],
        "checks": checks().all(),
        "permissions": permissions(),
        "reports": reports().all(),
        "operations": [
            o.name for o in OPERATIONS.values() if o.function.__module__.startswith("lantai.")
        ],
    }.items():
        missing = [key for key in wanted if f"`{key}`" not in made[name]]
        assert not missing, name


def hand_written() -> list[Path]:
    top = [ROOT / n for n in ("README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    return [*top, *(p for p in DOCS.rglob("*.md") if REFERENCE not in p.parents)]


@pytest.mark.parametrize("page", hand_written(), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path):
    text = page.read_text(encoding="utf-8")
    dead = []
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
            dead.append(target)
    assert not dead


@pytest.mark.parametrize("page", hand_written(), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_and_make_target_a_page_prints_exists(page: Path):
    text = page.read_text(encoding="utf-8")
    known = {(load_command(n).id or n).split()[0] for n in command_names()}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    named = set(re.findall(r"(?:^|[\s`/])lantai ([a-z][a-z-]+)", code))
    made = set(re.findall(r"(?:^|[\s`])make ([a-z][a-z-]+)", code))
    assert named <= known
    assert made <= targets


def test_the_reliability_page_names_tests_that_exist():
    named = re.findall(r"`(tests/[^`]+)`", (DOCS / "reliability.md").read_text(encoding="utf-8"))
    assert named
    assert not [path for path in named if not (ROOT / path).is_file()]
