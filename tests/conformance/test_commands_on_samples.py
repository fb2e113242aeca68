"""The commands over the sample files beside the checkout: what each says, and what its source says.

Differences that docs/conformance.md argues stand in `ARGUED`; any other fails.
"""

from __future__ import annotations

import json
import re

import pytest

from lantai.cli.main import main
from tests.installation import Lantai
from tests.shared_data import shared_data

ARGUED = {"converter-n.ofd"}
_ROW = re.compile(r"^\|([\w.\-]+\.jp2)\|.*\|(Yes|No)", re.MULTILINE)
INVOICES = {
    "original_invoice-999.xml": {"kind": "vat", "code": "050001700111", "number": "12235358",
                                 "date": "2020-08-05"},
    "inv_ord_issuer-redacted.xbrl.xml": {"kind": "xbrl", "code": "033002200211",
                                         "number": "00000001", "date": "2022-09-01"},
    "xbrl-001.pdf": {"kind": "pdf-text", "title": "电子发票（航空运输电子客票行程单）",
                     "number": "9223372036854775807", "date": "2021-07-28"},
}  # fmt: skip
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
    paths = sorted(folder("ocfl-1.0-good/good-objects").iterdir())
    assert len(paths) == 10
    for path in paths:
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
    for name in INVOICES:
        code, said = answers(capsys, "invoice", "read", top / name)
        assert code == 0 and said, name
        fields = said[0]
        assert {n: fields[n] for n in INVOICES[name]} == INVOICES[name], name


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


def test_a_wacz_with_wrong_hashes_is_not_sound_and_the_other_is(capsys):
    top = folder("warc/wacz")
    _, said = answers(capsys, "identify", "--verify", top)
    valid = {one["path"].rpartition("/")[2]: one["valid"] for one in said}
    assert (valid["valid_example_1.wacz"], valid["invalid_example_1.wacz"]) == (True, False)


def test_samples_are_checked_taken_in_audited_compared_backed_up_and_restored(tmp_path):
    """Every file has a stated verdict, and what was taken in is the same after a restore."""
    lantai, files = Lantai(tmp_path / "data"), 0
    for name in ("ofd", "einvoice", "exif", "email", "warc", "siegfried-benchmark"):
        place = folder(name)
        number = sum(1 for path in place.rglob("*") if path.is_file())
        checked = json.loads(lantai.call("check", str(place), "--json").stdout)
        assert (checked["verdict"], checked["counts"]["files"]) != ("unreadable", 0), name
        assert checked["counts"]["files"] == number, name
        done = lantai.call("ingest", str(place), "--json", timeout=300)
        line = json.loads(done.stdout.splitlines()[-1])
        told = {found["path"] for found in line["findings"]}
        assert len(told) == number and line["records"] > 0, name
        files += line["records"]
    assert lantai.json("fixity", "run")["ok"]
    assert lantai.json("reconcile", "--digests")["counts"]["rows"]["records"] == files
    assert lantai.json("backup", str(tmp_path / "backup"))["ok"]
    figures = lantai.json("restore", str(tmp_path / "backup"), "--drill", "--no-index")
    assert (figures["ok"], figures["objects"]) == (True, files)
    assert figures["rpo_seconds"] >= 0 and figures["rto_seconds"] > 0


@pytest.mark.parametrize("name", ["warc", "email", "exif", "office-and-pdf", "formats-office"])
def test_every_other_sample_is_told_and_none_brings_anything_down(capsys, name):
    code, said = answers(capsys, "identify", "--verify", folder(name))
    assert code in {0, 1} and said
    harm = {p["code"] for one in said for p in one["problems"]} & {"crashed", "timeout", "memory"}
    assert harm == set()
