"""The commands over the sample files beside the checkout: what each says, and what its source says.

Differences that docs/conformance.md argues stand in `ARGUED`; any other fails.
"""

from __future__ import annotations

import json
import re

import pytest

from lantai.cli.main import main
from tests.shared_data import shared_data

ARGUED = {"converter-n.ofd"}
_ROW = re.compile(r"^\|([\w.\-]+\.jp2)\|.*\|(Yes|No)", re.MULTILINE)
pytestmark = pytest.mark.soak


def folder(name):
    found = shared_data(name)
    if found is None:
        pytest.skip(f"no sample files {name} beside the checkout")
    return found


def answers(capsys, *words):
    """(exit, the JSON lines) of a command."""
    capsys.readouterr()
    code = main([*map(str, words), "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_ocfl_validate_accepts_every_good_object(capsys):
    for path in sorted(folder("ocfl-1.0-good/good-objects").iterdir()):
        code, (said,) = answers(capsys, "ocfl", "validate", path)
        assert (code, said["valid"], said["errors"]) == (0, True, []), path.name


def test_bag_validate_accepts_valid_bags_and_no_others(capsys):
    top, count = folder("bagit-conformance"), 0
    for path in sorted(place for place in top.glob("v*/*/*") if place.is_dir()):
        code, (said,) = answers(capsys, "bag", "validate", path)
        assert said["valid"] == (path.parent.name == "valid") == (code == 0), path
        count += 1
    assert count == 18


def test_identify_tells_each_skeleton(capsys):
    top = folder("pronom-skeleton")
    wrong = []
    _, said = answers(capsys, "identify", top / "fmt", top / "x-fmt", top / "containers")
    for one in said:
        told = re.match(r"(x-fmt|fmt)-(\d+)-", one["path"].rpartition("/")[2])
        if told and one["puid"] != f"{told[1]}/{told[2]}":
            wrong.append((one["path"].rpartition("/")[2], one["puid"]))
    assert len(said) > 1_000 and wrong == []


def test_identify_verify_says_of_jpeg_2000_what_its_table_says(capsys):
    top = folder("jpylyzer-jp2")
    table = dict(_ROW.findall((top / "expected" / "README.md").read_text("utf-8")))
    code, said = answers(capsys, "identify", "--verify", *sorted(top.glob("*.jp2")))
    found = {one["path"].rpartition("/")[2]: one["valid"] for one in said}
    differing = {n: v for n, v in found.items() if n in table and v != (table[n] == "Yes")}
    assert len(found) == 24 and code == 1 and differing == {}


def test_ofd_info_judges_all_and_finds_signatures_intact_and_not_trusted(capsys, tmp_path):
    paths = sorted(folder("ofd").glob("*.ofd"))
    assert len(paths) == 17
    signed = 0
    for path in paths:
        code, (said,) = answers(capsys, "ofd", "info", path)
        assert code == 0 and said["pages"] > 0, path.name
        for one in said["signatures"]:
            signed += 1
            assert not one["trusted"], path.name
            assert path.name in ARGUED or one["verdict"] == "intact", (path.name, one)
        code, _ = answers(capsys, "ofd", "render", path, "--out", tmp_path / path.stem)
        assert code == 0 and list((tmp_path / path.stem).glob("*.png")), path.name
    assert signed == 4


def test_invoice_read_gives_the_fields_of_each_form(capsys):
    top = folder("einvoice")
    for name in ("original_invoice-999.xml", "inv_ord_issuer-redacted.xbrl.xml", "xbrl-001.pdf"):
        code, said = answers(capsys, "invoice", "read", top / name)
        assert code == 0 and said, name


def test_verapdf_files_claim_what_their_folder_says_and_open(capsys):
    top = folder("verapdf-corpus")
    _, said = answers(capsys, "identify", "--verify", top)
    files = [one for one in said if one["path"].endswith(".pdf")]
    assert len(files) == 142
    claims = {"1": "fmt/354", "2": "fmt/477", "3": "fmt/480"}
    wrong = []
    for one in files:
        part = re.search(r"PDF_A-(\d)b", one["path"])
        if part and one["puid"] != claims[part[1]]:
            wrong.append((one["path"].rpartition("/")[2], one["puid"], one["name"]))
    assert wrong == []
    assert not [one["path"] for one in files if not one["valid"]]


@pytest.mark.parametrize("name", ["warc", "email", "exif", "office-and-pdf", "formats-office"])
def test_every_other_sample_is_told_and_none_brings_anything_down(capsys, name):
    code, said = answers(capsys, "identify", "--verify", folder(name))
    assert code in {0, 1} and said
    harm = {p["code"] for one in said for p in one["problems"]} & {"crashed", "timeout", "memory"}
    assert harm == set()
