"""Inputs that the soak found to bring a parser down, or to hold it for ever: now refused."""

import json
import time

import pytest

from lantai.core.checks.plan import PlanMalformed, load_plan
from lantai.core.desks.case_definition import DefinitionError
from lantai.core.desks.case_reading import read_definition
from lantai.core.desks.evaluation_definition import read_evaluation
from lantai.core.desks.offline import OfflineRefused, read_answer
from lantai.core.desks.register_reading import read_register
from lantai.core.formats.compound_file import ole_properties
from lantai.core.identifiers import ReferenceCodeError, ReferenceCodeRule
from lantai.core.ledger.chain import GENESIS, canonical, chain_entry
from lantai.core.ledger.segments import SegmentWriter
from lantai.core.ledger.verify import verify_segments
from lantai.core.ocfl.fixity_extension import blocks_in
from lantai.core.ocfl.inventory import InventoryNotUnderstood, read_inventory
from lantai.core.ocfl.validator import validate
from lantai.core.packages.bag import validate_bag
from lantai.core.packages.eark import validate_eark
from lantai.core.schedules.tables import PasteRefused, from_rows
from lantai.core.tables.table import TableUnreadable, open_table
from lantai.engines.storage.folder import FolderStorage
from lantai.preservation.recovery.manifest import (
    BACKUPS,
    DOCUMENT,
    FORM,
    BackupRefused,
    read_document,
)
from tests.conformance import bagit_fixtures, eark_fixtures
from tests.conformance.ocfl_fixtures import GOOD
from tests.shared_data import shared_data
from tests.soak.hostile_sealed import make_backup
from tests.soak.hostile_words import dbase, returned_form


@pytest.mark.parametrize("encoding", ["UTF-8\0", "zlib", "hex"])
def test_a_bag_in_no_encoding_of_text(encoding, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "bagit.txt").write_text(
        f"BagIt-Version: 1.0\nTag-File-Character-Encoding: {encoding}\n"
    )
    (tmp_path / "manifest-md5.txt").write_text("")
    found = {problem.code for problem in validate_bag(tmp_path).errors}
    assert found & {"2.1.1-encoding", "2.1.1-declaration"}


def test_a_dbf_whose_records_have_no_length(tmp_path):
    data = bytearray(dbase())
    data[10:12] = b"\0\0"
    (tmp_path / "a.dbf").write_bytes(data)
    with pytest.raises(TableUnreadable):
        list(open_table(tmp_path / "a.dbf").rows())


def test_a_dbf_whose_day_is_beyond_the_calendar(tmp_path):
    data = dbase().replace(b"DAY\0\0\0\0\0\0\0\0D", b"DAY\0\0\0\0\0\0\0\0T")
    (tmp_path / "a.dbf").write_bytes(data.replace(b"19580302", b"\xff" * 8))
    with pytest.raises(TableUnreadable):
        list(open_table(tmp_path / "a.dbf").rows())


def test_a_list_of_properties_longer_than_its_file(tmp_path):
    source = shared_data("formats-office/office/spreadsheet/xls/valid.xls")
    if source is None:
        pytest.skip("the sample workbook is not here")
    data = bytearray(source.read_bytes())
    at = data.index(b"\x1e\x10\0\0")  # a vector of strings: the titles of its parts
    data[at : at + 8] = b"\0\x10\0\0\xff\xff\xff\xff"  # of nothing, four thousand million times
    path = tmp_path / "a.xls"
    path.write_bytes(data)
    begun = time.process_time()
    ole_properties(path)
    assert time.process_time() - begun < 20


def test_a_plan_over_one_named_longer_than_any_disk_holds(tmp_path):
    with pytest.raises(PlanMalformed):
        load_plan(tmp_path / "a.toml", {"base": "9" * 400, "version": "1"})


def test_a_seal_by_a_digest_nobody_knows(tmp_path):
    writer = SegmentWriter(tmp_path, 1)
    writer.append(chain_entry({}, [], sequence=1, previous_hash=GENESIS))
    seal = tmp_path / "segment-000001.seal.json"
    document = json.loads(seal.read_bytes())
    document["digests"] = {"sh12": "00"}
    seal.write_bytes(canonical(document) + b"\n")
    report = verify_segments(tmp_path, lambda message, signature: True)
    assert "seal-unreadable" in [problem.code for problem in report.problems]


def test_a_rule_of_codes_nested_without_end():
    pattern = "(" * 3000 + ")" * 3000
    with pytest.raises(ReferenceCodeError):
        ReferenceCodeRule.from_data({"template": "{item}", "patterns": {"item": pattern}})


def test_a_definition_nested_without_end(tmp_path):
    with pytest.raises(DefinitionError):
        read_register("id = " + "[" * 3000, "a")


@pytest.mark.parametrize("half", ["\xed\xbc\xa0".encode("latin-1"), b"\\udf20"])
def test_a_returned_form_with_half_a_character(half):
    """It was read, and then had no digest."""
    sound = returned_form()[1]
    assert read_answer(sound)
    with pytest.raises(OfflineRefused, match="not readable"):
        read_answer(sound.replace("张".encode(), half))


def test_a_choice_with_too_few_words(tmp_path):
    with pytest.raises(DefinitionError):
        read_definition(
            tmp_path / "a.toml", '[[field]]\nname = "a"\ntype = "choice"\noptions = [["a"]]'
        )


def test_a_plan_without_a_version(tmp_path):
    with pytest.raises(PlanMalformed):
        load_plan(tmp_path / "a.toml", {"title_zh": "方案"})


def test_a_pasted_table_with_bare_returns_and_with_a_cell_without_end():
    rows = from_rows({}, "clause", "a\tb\rc\td")
    assert [row["no"] for row in rows] == ["a", "c"]
    with pytest.raises(PasteRefused):
        from_rows({}, "clause", "a\t" + "b" * 200_000)


def test_a_name_longer_than_any_disk_holds(tmp_path):
    long = "字" * 300
    eark_fixtures.make(tmp_path)
    mets = tmp_path / "pkg" / "METS.xml"
    mets.write_bytes(mets.read_bytes().replace(b".xsd", f"{long}.xsd".encode()))
    assert not validate_eark(tmp_path / "pkg").valid
    bagit_fixtures.VALID["v1.0-basic_bag"](tmp_path / "bag")
    manifest = next((tmp_path / "bag").glob("manifest-*.txt"))
    with manifest.open("a", encoding="utf-8") as lines:
        lines.write(f"{'0' * 128}  data/{long}\n")
    assert not validate_bag(tmp_path / "bag").valid


def test_a_number_beyond_all_measure(tmp_path):
    with pytest.raises(DefinitionError):
        read_evaluation(tmp_path / "a.toml", '[[indicator]]\nid = "1"\nmaximum = ' + "9" * 400)


@pytest.mark.parametrize(
    "data",
    [b"[" * 3000, b'{"manifest": {"ab": [["x"]]}}', b'{"id": "\\ud800"}'],
    ids=["nested", "path-is-list", "half-a-character"],
)
def test_an_inventory_of_wrong_shapes(data, tmp_path):
    if data.startswith(b"{"):
        GOOD["minimal_one_version_one_file"][0](tmp_path / "o", "1.1")
        good = json.loads((tmp_path / "o/inventory.json").read_bytes())
        data = json.dumps({**good, **json.loads(data)}).encode()
    with pytest.raises(InventoryNotUnderstood):
        read_inventory(data)
    assert blocks_in(data) == {}


def test_a_layout_named_longer_than_any_disk_holds(tmp_path):
    (tmp_path / "0=ocfl_1.1").write_text("ocfl_1.1\n")
    (tmp_path / "ocfl_layout.json").write_text(
        json.dumps({"extension": "x" * 5000, "description": ""})
    )
    assert {found.code for found in validate(tmp_path).errors} == {"E071"}


@pytest.mark.parametrize("manifest", ["{}", '{"digests": {"s-3": ""}}', "[" * 3000])
def test_a_backup_that_says_nothing_of_its_manifest(manifest, tmp_path):
    make_backup(tmp_path / "b")
    path = tmp_path / "b" / BACKUPS / "20240101" / DOCUMENT
    path.write_text(f'{{"form": "{FORM}", "manifest": {manifest}}}')
    with pytest.raises(BackupRefused):
        read_document(FolderStorage(tmp_path / "b"), "20240101")


def test_a_binary_workbook_that_asks_for_100_gigabytes(tmp_path):
    """Its reader ends the process it runs in: the sandbox's, never ours."""
    sound = shared_data("formats-office/office/spreadsheet/xls/valid.xls")
    if sound is None:
        pytest.skip("no sample files beside the checkout")
    data = bytearray(sound.read_bytes())
    data[23_227:23_231] = bytes((31, 234, 17, 216))
    (tmp_path / "a.xls").write_bytes(data)
    with pytest.raises(TableUnreadable):
        list(open_table(tmp_path / "a.xls").rows())
