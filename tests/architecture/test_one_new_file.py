"""One new thing, one new file (DESIGN 2.3): each is added to a copy of the tree and found.

The copy lies in a temporary folder; the programs below import it and nothing else of ours. One
copy serves all: nothing is edited, five files are added.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CHECK = '''"""9-1 a check brought by one file: empty files are named."""

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class NoEmptyFile(Check):
    """Files without a byte, named one by one."""

    id = "9-1"
    property = Property.USABILITY
    name_zh, name_en = "空文件检测", "empty files"
    clauses = ("house rule 9",)
    severity = "warning"
    needs_metadata = False
    words = {
        "empty": {
            "zh": "文件 {path} 没有内容",
            "en": "{path} is empty",
            "next_zh": "补交文件",
            "next_en": "hand in the file again",
        }
    }

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """A file of no size."""
        found = context.index.file(context.file.path)
        if found is not None and found.size == 0:
            yield context.finding("empty")
'''

RECORD_TYPE = """code = "ZQ"
label_zh = "族谱"
label_en = "genealogies"
standard = "本系统"
mandatory = ["fonds", "record_class", "title", "date", "creator", "retention", "year", "item_no"]
if_present = ["doc_no"]
optional = ["notes"]

[[element]]
name = "hall_name"
label_zh = "堂号"
label_en = "hall name"
obligation = "mandatory"
datatype = "text"
max_length = 60
standard = "本系统"
group = "content"
"""

FORMAT = '''"""YXD 云溪图式文件: a format brought by one file."""

from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, PageText


class YunxiDrawing(Format):
    """A drawing of Yunxi's own survey office: magic YXD1, then UTF-8 notes."""

    id = "yunxi-drawing"
    label_zh, label_en = "云溪图式文件", "Yunxi drawing"
    mimes = ("application/x-yunxi-drawing",)
    extensions = ("yxd",)
    starts = (b"YXD1\\x00",)
    has_text = True

    def characterise(self, path: Path) -> dict[str, Any]:
        """Its size in bytes."""
        return {"bytes": path.stat().st_size}

    def texts(self, path: Path):
        """The notes."""
        yield PageText(1, path.read_bytes()[5:].decode())
'''

REPORT = '''"""A report brought by one file."""

from collections.abc import Iterator, Sequence
from typing import Any

from lantai.governance.reporting.report import Report


class Letters(Report):
    """Two letters and their numbers."""

    id = "letters"
    zh = "字母表"
    en = "Letters"
    columns = (("letter", "字母", "Letter"), ("number", "序号", "Number"))

    def rows(self, actor: Any) -> Iterator[Sequence[Any]]:
        """Both."""
        yield "甲", 1
        yield "=乙", 2
'''

COMMAND = '''"""`lantai greet NAME`: a command brought by one file."""

import argparse

from lantai.cli.command import DONE, Command, emit


class Greet(Command):
    """Greet 问候."""

    id = "greet"
    help = "问候 / greet somebody"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Whom."""
        parser.add_argument("name")

    def run(self, options: argparse.Namespace) -> int:
        """Say it."""
        emit({"hello": options.name})
        return DONE
'''

SHOW_REPORTS = """
import django, json
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
from tests.people import make_county
county = make_county()
client = Client()
client.force_login(county.people["archivist"])
page = client.get("/reports/")
file = client.get("/reports/letters/?format=csv")
print(json.dumps({
    "listed": "字母表" in page.content.decode(),
    "status": [page.status_code, file.status_code],
    "csv": b"".join(file.streaming_content).decode(),
    "html": client.get("/reports/letters/").status_code,
}))
"""


SHOW_RECORD_TYPE = """
import django, json
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
from django.test.utils import setup_test_environment
from lantai.catalogue.records.operations import enter_records
from tests.people import make_county
setup_test_environment()
county = make_county()
values = {"_record_type": "genealogy", "title": "张氏族谱", "hall_name": "百忍堂", "fonds": "J012",
          "record_class": "ZQ", "date": "1936", "creator": "张氏宗祠", "retention": "Y",
          "year": "1936", "item_no": "0001"}
(row,) = enter_records(county.act("archivist"), fonds=county.fonds, descriptions=[values])
client = Client()
client.force_login(county.people["archivist"])
asked = client.get(f"/records/{row.uid}/describe/")
form, fields = asked.content.decode(), asked.context["form"]
given = {name: fields[name].value() or "" for name in fields.fields}
sent = client.post(f"/records/{row.uid}/describe/",
                   {**given, "hall_name": "清河堂", "edit_reason": "核对原件"})
page = client.get(f"/records/{row.uid}/").content.decode()
print(json.dumps({
    "form": "堂号" in form and 'name="hall_name"' in form and "百忍堂" in form,
    "sent": sent.status_code,
    "page": "堂号" in page and "清河堂" in page,
}))
"""


class Tree:
    """A copy of the source tree, and programs run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        skip = shutil.ignore_patterns("static", "node_modules")  # what is compiled comes along
        shutil.copytree(ROOT / "src" / "lantai", folder / "src" / "lantai", ignore=skip)
        (folder / "src" / "lantai" / "web" / "static").mkdir()

    def add(self, place: str, text: str) -> None:
        """The one new file."""
        path = self.folder / "src" / "lantai" / place
        assert not path.exists()
        path.write_text(text, encoding="utf-8")

    def run(self, *words: str, data: str = "data") -> subprocess.CompletedProcess[str]:
        place = self.folder / data
        (place / "logs").mkdir(parents=True, exist_ok=True)
        left = {k: v for k, v in os.environ.items() if not k.startswith("LANTAI_")}
        left |= {
            "PYTHONPATH": f"{self.folder / 'src'}{os.pathsep}{ROOT}",
            "LANTAI_DATA": str(place),
            "DJANGO_SETTINGS_MODULE": "lantai.web.settings",
        }
        return subprocess.run(  # noqa: PLW1510
            [sys.executable, *words],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=left,
            timeout=120,
        )

    def lantai(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "lantai.cli.main", *words)

    @cached_property
    def manual(self) -> Path:
        """The folder of the generated pages."""
        out = self.folder / "reference"
        done = self.lantai("docs", "--out", str(out))
        assert done.returncode == 0, done.stderr
        return out

    def page(self, name: str) -> str:
        """A generated page of the manual."""
        return (self.manual / f"{name}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    tree = Tree(tmp_path_factory.mktemp("tree"))
    tree.add("core/checks/usability/no_empty_file.py", CHECK)
    tree.add("core/description/types/genealogy.toml", RECORD_TYPE)
    tree.add("core/formats/kinds/yunxi_drawing.py", FORMAT)
    tree.add("catalogue/reports/letters.py", REPORT)
    tree.add("cli/greet.py", COMMAND)
    return tree


def test_a_new_check_is_run_by_lantai_check_and_stands_in_the_manual(tree: Tree):
    place = tree.folder / "papers"
    place.mkdir()
    (place / "a.txt").write_text("有内容")
    (place / "空.txt").write_text("")
    done = tree.lantai("check", str(place), "--json")
    assert done.returncode in {0, 1}, done.stderr
    findings = json.loads(done.stdout)["findings"]
    mine = [f for f in findings if f["code"].endswith("9-1")]
    assert [f["path"] for f in mine] == ["空.txt"]
    assert mine[0]["severity"] == "warning"
    assert mine[0]["clause"] == "house rule 9"
    assert "没有内容" in mine[0]["message"] and "is empty" in mine[0]["message"]
    assert mine[0]["next"] == "补交文件 / hand in the file again"
    assert "`9-1`" in tree.page("checks")
    assert "house rule 9" in tree.page("coverage")


def test_a_new_record_type_has_a_form_a_template_and_a_line_in_the_manual(tree: Tree):
    program = (
        "from lantai.core.description.record_type import record_types\n"
        "from lantai.core.description.validation import validate_description\n"
        "kind = record_types().get('genealogy')\n"
        "print(kind.label_zh, [p.element for p in validate_description(kind, {'title': '张氏族谱'})])\n"
    )
    done = tree.run("-c", program)
    assert done.stdout.startswith("族谱") and "hall_name" in done.stdout, done.stderr
    shown = tree.run("-c", SHOW_RECORD_TYPE, data="forms")
    assert shown.returncode == 0, shown.stderr[-2000:]
    assert json.loads(shown.stdout.splitlines()[-1]) == {"form": True, "sent": 302, "page": True}
    page = tree.page("record-types")
    assert "`genealogy`" in page and "族谱" in page


def test_a_new_format_is_identified_read_and_stands_in_the_manual(tree: Tree):
    drawing = tree.folder / "塘坝.yxd"
    drawing.write_bytes(b"YXD1\x00" + "石板塘".encode())
    renamed = tree.folder / "塘坝.bin"
    renamed.write_bytes(drawing.read_bytes())
    done = tree.lantai("identify", "--json", str(drawing), str(renamed))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [f["puid"] for f in found] == ["lantai-fmt/yunxi-drawing"] * 2, done.stderr
    assert found[0]["mime"] == "application/x-yunxi-drawing"
    program = (
        "from pathlib import Path\n"
        "from lantai.core.formats import read_text\n"
        f"print(read_text(Path({str(drawing)!r})).text)\n"
    )
    assert tree.run("-c", program).stdout.strip() == "石板塘"
    assert "`yunxi-drawing`" in tree.page("formats")


def test_a_new_report_is_listed_shown_and_given_as_a_file(tree: Tree):
    done = tree.run("-c", SHOW_REPORTS, data="reports")
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["status"] == [200, 200] and told["html"] == 200
    assert told["listed"]
    assert told["csv"].splitlines() == ["\ufeff字母,序号", "甲,1", "'=乙,2"]
    assert "`letters`" in tree.page("reports")


def test_a_new_command_answers_and_stands_in_the_help_and_the_manual(tree: Tree):
    assert "greet" in tree.lantai("--help").stdout
    done = tree.lantai("greet", "兰台", "--json")
    assert json.loads(done.stdout) == {"hello": "兰台"} and done.returncode == 0
    assert "`lantai greet`" in tree.page("commands")
