"""FAULTS 38: a mailbox of gigabytes is read as it streams: every message counted, memory flat."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import ROOT

pytestmark = pytest.mark.soak
READ = """
import json, resource, sys
from pathlib import Path
from lantai.core.formats.kinds.mbox import Mbox
box, path = Mbox(), Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = box.characterise(path), [p.code for p in box.verify(path)]
texts = box.texts(path)
first = [next(texts).text for _ in range(20)]
print(json.dumps([told, "尾声" in first[0], before,
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def mailbox(path: Path, megabytes: int) -> int:
    """A mailbox of this size in the ways mails come; how many messages it holds."""
    attached = (b"A" * 76 + b"\n") * 14_000  # a megabyte of Base64
    kinds = [
        "From: a@b.cn\nSubject: 通知\n\n正文\n尾声\n".encode(),
        b"From: a@b.cn\nSubject: =?gb18030?B?zajWqg==?=\n\n" + "通知".encode("gb18030"),
        b"From: a@b.cn\n\nFrom here on\n>From there\n\nFrom the desk of nobody\n",
        b"From: a@b.cn\nContent-Type: application/octet-stream\n"
        b"Content-Transfer-Encoding: base64\n\n" + attached,
    ]
    count = 0
    with path.open("wb") as out:
        while out.tell() < megabytes << 20:
            out.write(b"From a@b.cn Thu Jan  1 00:00:00 2026\n" + kinds[count % 4] + b"\n\n")
            count += 1
    return count


@pytest.mark.timeout(3600)
def test_38_every_message_is_counted_and_memory_stays_flat(tmp_path):
    size = int(os.environ.get("LANTAI_MBOX_MB", "2048"))
    most = {}
    for megabytes in (size // 16, size):
        path = tmp_path / "a.mbox"
        count = mailbox(path, megabytes)
        done = subprocess.run(
            [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )  # fmt: skip
        (properties, problems), good, before, most[megabytes] = json.loads(done.stdout)
        assert (properties["messages"], problems, good) == (count, [], True)
        print({"MB": megabytes, "messages": count, "kB before": before, "kB": most[megabytes]})
        path.unlink()
    assert most[size] < most[size // 16] * 1.25
