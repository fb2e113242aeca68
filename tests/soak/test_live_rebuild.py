"""FAULTS 64 at size: the index rebuilt while people edit and search; nothing missed, nothing failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.soak.test_kills import ROOT, Installation

pytestmark = pytest.mark.soak
RECORDS = int(os.environ.get("LANTAI_REBUILD_RECORDS", "100000"))  # 1000000 for the whole promise
EDITOR = """
import random, time
import django
django.setup()
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.operations import describe_record
from lantai.foundation.accounts.models import Person
from lantai.foundation.work import Act
rng, n, last = random.Random(64), 0, Record.objects.order_by("-pk").first().pk
editor = Person.objects.get(username="archivist")
while True:
    row = Record.objects.get(pk=rng.randrange(1, last + 1))
    word = f"改稿{n:06}号"
    describe_record(Act(by=editor), record=row, values={"title": f"{word} {row.title[:40]}"}, version=row.version)
    print(row.uid, word, flush=True)
    n += 1
    time.sleep(0.01)
"""
SEARCHER = """
import sys, time
import django
django.setup()
from lantai.access.search.queries import search
from lantai.foundation.policy import Operator
asked, slowest = 0, 0.0
words = list(zip(("恒定甲词", "恒定乙词", "恒定丙词"), map(int, sys.argv[1:]), strict=True))
while True:
    for word, true in words:
        began = time.perf_counter()
        answer = search(Operator(), text=f'"{word}"', limit=5)
        slowest = max(slowest, time.perf_counter() - began)
        # of very many the total is told from a sample
        off = abs(answer.total - true) if not answer.capped else true / 3 < abs(answer.total - true)
        if off or answer.without_index:
            print("WRONG", word, answer.total, true, answer.notes, flush=True)
        asked += 1
    if asked % 20 == 0:
        print(asked, round(slowest * 1000, 1), flush=True)
"""
CHECKER = """
import json, sys
import django
django.setup()
from lantai.access.search.index import index
from lantai.access.search.queries import search
from lantai.foundation.policy import Operator
missed = []
for line in sys.stdin:
    uid, word = line.split()
    found = search(Operator(), text=f'"{word}"', limit=5, within=[uid])
    if found.total != 1:
        missed.append(word)
print(json.dumps({"missed": missed, "held": index().count()}))
"""
PREPARE = """
import django
django.setup()
from tests.people import make_county
make_county()
"""


def _rows(path: Path) -> list[int]:
    """Entries whose full text holds one of three words that no edit touches; how many of each."""
    held = dict.fromkeys(("恒定甲词", "恒定乙词", "恒定丙词"), 0)
    with path.open("w", encoding="utf-8") as stream:
        for n in range(RECORDS):
            often = n % max(7, RECORDS // 15_000)
            text = "恒定乙词" if n % 97 == 0 else "恒定丙词" if often else "恒定甲词"
            held[text] += 1
            row = {
                "id": f"s{n}",
                "title": f"关于{'救灾' if n % 3 else '水利'}工作第{n}号的通知",
                "date": f"{1950 + n % 60}",
                "text": f"{text} 第{n}号",
            }
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return list(held.values())


def _python(
    installation: Installation, source: str, *words: str, stdout: Any = subprocess.PIPE, **more: Any
) -> subprocess.Popen[str]:
    """A script beside, in the installation's environment."""
    environment = {
        **installation.environment,
        "DJANGO_SETTINGS_MODULE": "lantai.web.settings",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
    }
    return subprocess.Popen(
        [sys.executable, "-c", source, *words], env=environment, text=True, stdout=stdout,
        start_new_session=True, **more,
    )  # fmt: skip


@pytest.mark.timeout(14_400)
def test_a_live_rebuild_misses_no_edit_and_fails_no_search(tmp_path):
    installation = Installation(tmp_path / "data")
    assert installation.command("init").returncode == 0
    held = _rows(tmp_path / "rows.jsonl")
    assert _python(installation, PREPARE).wait() == 0
    entered = installation.command(
        "import", str(tmp_path / "rows.jsonl"), "--fonds", "J012", "--json", timeout=7_200
    )
    assert entered.returncode == 0, entered.stderr
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "lantai.cli.main", "worker"], env=installation.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
    ]  # fmt: skip
    told = {name: (tmp_path / name).open("w+", encoding="utf-8") for name in ("edits", "searches")}
    try:
        running.append(_python(installation, EDITOR, stdout=told["edits"]))
        running.append(_python(installation, SEARCHER, *map(str, held), stdout=told["searches"]))
        time.sleep(3)
        began = time.monotonic()
        for _ in range(2):  # one may fall into an idle second
            done = installation.command("rebuild", "index", "--json", timeout=7_200)
            assert done.returncode == 0, done.stderr
        seconds = time.monotonic() - began
        alive = [process.poll() for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()
    assert alive == [None] * 3, "a worker, an editor or a searcher fell over"
    assert installation.command("worker", "--until-idle").returncode == 0
    edits, searches = (_lines(told[name]) for name in ("edits", "searches"))
    assert len(edits) > 20 and searches
    assert not [line for line in searches if line.startswith("WRONG")], searches[:3]
    last = {line.split()[0]: line for line in edits}  # a record edited twice has its last word
    checking = _python(installation, CHECKER, stdin=subprocess.PIPE)
    answer, _ = checking.communicate("\n".join(last.values()))
    found = json.loads(answer.splitlines()[-1])
    print(json.dumps({"records": RECORDS, "seconds": round(seconds, 1), "edits": len(edits),
                      "searches": searches[-1], **found}))  # fmt: skip
    assert found == {"missed": [], "held": RECORDS}


def _lines(stream: Any) -> list[str]:
    stream.seek(0)
    return [line for line in stream.read().split("\n")[:-1] if line]
