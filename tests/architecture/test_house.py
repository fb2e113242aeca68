"""What the import linter cannot see: foreign keys, templates, shelves, sizes, names."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from lantai.core.registry import walk_modules

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "lantai"
FLOORS = [
    "core",
    "engines",
    "foundation",
    "governance",
    "catalogue",
    "preservation",
    "resources",
    "access",
    "web",
    "cli",
]
BANNED_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "handler",
    "base",
    "info",
}
LINES_A_FILE = 400
LINES_A_FUNCTION = 60


def modules() -> list[Path]:
    return [
        p
        for p in SRC.rglob("*.py")
        if "migrations" not in p.parts and "node_modules" not in p.parts
    ]


def floor_of(name: str) -> int:
    return FLOORS.index(name)


def test_a_foreign_key_points_to_its_own_floor_or_down():
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("lantai."):
            continue
        mine = model.__module__.split(".")[1]
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model.__module__.startswith(
                "lantai."
            ):
                theirs = field.related_model.__module__.split(".")[1]
                if floor_of(theirs) > floor_of(mine):
                    wrong.append(f"{model.__name__}.{field.name} → {theirs}")
    assert not wrong


def test_templates_extend_and_include_only_their_own_floor_web_or_below():
    wrong = []
    for template in SRC.rglob("*.html"):
        parts = template.relative_to(SRC).parts
        mine = parts[0]
        for name in re.findall(r"{%\s*(?:extends|include)\s+[\"']([^\"']+)", template.read_text()):
            theirs = name.split("/")[0]
            if theirs in FLOORS and theirs != "web" and floor_of(theirs) > floor_of(mine):
                wrong.append(f"{'/'.join(parts)} → {name}")
    assert not wrong


def test_the_core_and_the_engines_load_no_django():
    program = (
        "import sys\n"
        "from lantai.core.registry import walk_modules\n"
        "for p in ('lantai.core', 'lantai.engines'):\n"
        "    for _ in walk_modules(p): pass\n"
        "print([m for m in sys.modules if m == 'django' or m.startswith('django.')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_module_opens_with_a_sentence():
    bare = [
        str(p.relative_to(SRC))
        for p in modules()
        if not ast.get_docstring(ast.parse(p.read_text()))
    ]
    assert not bare


def test_no_module_has_a_name_that_says_nothing():
    assert not [str(p.relative_to(SRC)) for p in modules() if p.stem in BANNED_NAMES]


def test_no_file_and_no_function_is_longer_than_it_may_be():
    long = []
    for path in modules():
        text = path.read_text()
        if text.count("\n") > LINES_A_FILE:
            long.append(f"{path.relative_to(SRC)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                size = (node.end_lineno or 0) - node.lineno
                if size > LINES_A_FUNCTION:
                    long.append(f"{path.relative_to(SRC)}:{node.name} {size} lines")
    assert not long


def test_every_operation_has_a_permission_in_the_table_and_an_event():
    from lantai.core.terms import vocabularies
    from lantai.foundation.operation import OPERATIONS
    from lantai.foundation.policy import permissions

    for floor in FLOORS[2:8]:
        for _ in walk_modules(f"lantai.{floor}"):
            pass
    assert len(OPERATIONS) > 10
    for operation in OPERATIONS.values():
        if not operation.function.__module__.startswith("lantai."):
            continue  # a test's own
        assert operation.permission in permissions(), operation.name
        assert operation.event in vocabularies().get("event_type").codes, operation.name


def test_every_operation_is_named_by_a_test():
    from lantai.foundation.operation import OPERATIONS

    for floor in FLOORS[2:8]:
        for _ in walk_modules(f"lantai.{floor}"):
            pass
    tests = "\n".join(p.read_text() for p in (ROOT / "tests").rglob("*.py"))
    loaders = "\n".join(p.read_text() for p in (SRC / "access" / "demonstration").rglob("*.py"))
    spoken = tests + loaders
    unnamed = [n for n in OPERATIONS if n.rsplit(".", 1)[1] not in spoken]
    assert not unnamed


def test_every_permission_says_who_in_both_languages():
    from lantai.foundation.policy import permissions

    for permission in permissions().values():
        assert permission.zh and permission.en and permission.roles, permission.name


def test_days_are_those_of_the_place():
    """A moment is counted in UTC: its day and year there are yesterday's until eight in the morning."""
    for path in modules():
        text = path.read_text(encoding="utf-8")
        found = re.search(r"(?:\bat|_at|\bnow\(\))(?:\.(?:year|month|day|date\(\))|:%Y)", text)
        assert not found, (path, found)


def test_nothing_uses_signals_or_generic_keys():
    for path in modules():
        text = path.read_text()
        assert "django.db.models.signals" not in text, path
        assert "GenericForeignKey" not in text, path


def test_no_template_carries_inline_script_or_style():
    offenders = []
    for template in SRC.rglob("*.html"):
        if "node_modules" in template.parts or "vendor" in template.parts:
            continue
        text = template.read_text()
        if re.search(r"\son[a-z]+=[\"']", text) or re.search(r"\sstyle=", text):
            offenders.append(str(template.relative_to(SRC)))
        for attributes in re.findall(r"<script([^>]*)>", text):
            if "src=" not in attributes and "application/json" not in attributes:
                offenders.append(f"{template.relative_to(SRC)} (script)")
    assert not offenders


@pytest.mark.django_db
def test_no_migration_is_missing():
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
