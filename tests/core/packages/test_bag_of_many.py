"""A bag's judge holds neither the names nor more findings than anybody reads."""

import hashlib

from lantai.core.packages.bag import validate_bag
from lantai.core.verdict import KEPT


def make_bag(folder, count, *, listed):
    (folder / "data").mkdir(parents=True)
    lines = []
    for number in range(count):
        data = f"{number}".encode()
        (folder / "data" / f"{number:05d}").write_bytes(data)
        lines.append(f"{hashlib.sha512(data).hexdigest()}  data/{number:05d}\n")
    (folder / "manifest-sha512.txt").write_text("".join(lines[:listed]))
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    return folder


def test_findings_beyond_the_first_thousand_are_counted(tmp_path):
    verdict = validate_bag(make_bag(tmp_path / "bag", KEPT + 20, listed=5))
    assert not verdict.valid
    assert verdict.counts["3-unlisted"] == KEPT + 15
    assert len([one for one in verdict.errors if one.code == "3-unlisted"]) == KEPT
    assert verdict.not_shown == 15
    assert verdict.document()["not_shown"] == 15


def test_lines_may_end_in_any_way_and_the_last_in_none(tmp_path):
    bag = make_bag(tmp_path / "bag", 3, listed=3)
    manifest = bag / "manifest-sha512.txt"
    for end in ("\r\n", "\r"):
        manifest.write_bytes(manifest.read_text().strip().replace("\n", end).encode())
        assert validate_bag(bag).valid
