"""Rows written as a sheet are the rows written one by one, under the same proof."""

import json

import pytest

from lantai.core.ledger.chain import GENESIS, NotCanonical, chain_entry
from lantai.core.ledger.segments import SegmentWriter, read_chain
from lantai.core.ledger.sheets import Sheet, images
from lantai.core.ledger.verify import verify_segments

ONE_BY_ONE = [
    (
        "catalogue.Record",
        8,
        {"id": 8, "level": "item", "title": "甲", "description": {"notes": "x"}},
    ),
    ("catalogue.Record", 9, {"id": 9, "level": "item", "title": "乙", "description": {}}),
]


@pytest.mark.parametrize("keys", [range(8, 10), [8, 9]])
def test_a_sheet_is_its_rows_and_is_proven_with_the_chain(tmp_path, keys):
    sheet = Sheet(
        "catalogue.Record",
        "id",
        keys,
        {"level": "item"},
        {"title": ["甲", "乙"]},
        {"description": {"notes": ["x", ""]}},
    )
    rows = [sheet.written(), ["catalogue.Fonds", 1, None]]
    entry = chain_entry({"event": "import"}, rows, sequence=1, previous_hash=GENESIS)
    SegmentWriter(tmp_path).append(entry, rows)
    (line,) = read_chain(tmp_path)
    assert list(line.images()) == [*ONE_BY_ONE, ("catalogue.Fonds", 1, None)]
    assert verify_segments(tmp_path).ok
    segment = next(tmp_path.glob("*.jsonl"))
    segment.write_bytes(segment.read_bytes().replace("甲".encode(), "丙".encode()))
    assert not verify_segments(tmp_path).ok


def test_what_has_no_one_way_of_writing_is_no_sheet():
    with pytest.raises(NotCanonical):
        Sheet("x", "id", [1], {}, {"title": [float("nan")]}).written()
    with pytest.raises(NotCanonical):
        Sheet("x", "id", [1], {}, {"title": ["\ud800"]}).written()


def test_a_column_that_another_repeats_is_written_once_and_read_as_two():
    columns = {
        "date": ["1987", None], "date_latest": ("1987", None), "note": ["1987", "x"],
        "odd": ["a", 1], "odd_too": ["a", True],
    }  # fmt: skip
    raw = Sheet("x", "id", [1, 2], {}, columns).written()
    label, _none, body = json.loads(raw)
    assert body["alike"] == {"date_latest": "date"}
    assert body["columns"].keys() == {"date", "note", "odd", "odd_too"}
    assert Sheet.read(label, body).columns["date_latest"] == ["1987", None]
    assert next(images([label, None, body]))[2]["date_latest"] == "1987"
    assert json.loads(raw)[2] == body  # reading leaves it as it stood
