import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.core.ledger.chain import GENESIS, NotCanonical, canonical, chain_entry
from lantai.core.ledger.segments import SegmentWriter, read_chain, read_segments
from lantai.core.ledger.verify import verify_segments


def sign(message):
    return {"key_id": "k", "algorithm": "test", "signature": str(sum(message) % 997)}


def check(message, signature):
    return signature == sign(message)


def write(folder, count, per_segment=5, attempts=()):
    """A ledger of ``count`` entries; numbers in ``attempts`` have one failed commit before."""
    writer = SegmentWriter(folder, per_segment, sign)
    previous = GENESIS
    for number in range(1, count + 1):
        rows = [["档案", number, {"题名": f"第{number}件", "年": 2024}], ["旧", number, None]]
        if number in attempts:
            failed = chain_entry({"event": "失败"}, [], sequence=number, previous_hash=previous)
            writer.append(failed, [])
        entry = chain_entry(
            {"event": "著录", "at": "2026"}, rows, sequence=number, previous_hash=previous
        )
        writer.append(entry, rows)
        previous = entry["hash"]
    return (count, previous)


def codes(report):
    return [problem.code for problem in report.problems]


def test_a_whole_ledger_is_proven(tmp_path):
    head = write(tmp_path, 12)
    report = verify_segments(tmp_path, check, expected_head=head)
    assert (report.ok, report.entries, report.segments, report.problems) == (True, 12, 3, [])
    assert (report.head_sequence, report.head_hash) == head
    assert [line.entry["sequence"] for line in read_chain(tmp_path)] == list(range(1, 13))


def test_an_attempt_whose_commit_failed_is_known_and_harmless(tmp_path):
    head = write(tmp_path, 12, attempts=(1, 6, 12))
    report = verify_segments(tmp_path, check, expected_head=head)
    assert (report.ok, report.abandoned, report.entries) == (True, 3, 12)
    assert [line.entry["event"] for line in read_chain(tmp_path)] == ["著录"] * 12
    assert len(list(read_segments(tmp_path))) == 15


def lines_of(path):
    return path.read_bytes().splitlines(keepends=True)


def rewrite(path, lines):
    path.chmod(0o640)
    path.write_bytes(b"".join(lines))


@pytest.mark.parametrize("segment", [1, 3])
def test_what_was_done_to_a_line_is_named_with_its_place(tmp_path, segment):
    head = write(tmp_path, 13)
    path = tmp_path / f"segment-00000{segment}.jsonl"
    whole = lines_of(path)
    number = (segment - 1) * 5 + 2
    cases = {
        "rows-altered": [whole[0], whole[1].replace("件".encode(), "卷".encode()), *whole[2:]],
        "entry-altered": [whole[0], whole[1].replace("著录".encode(), "销毁".encode()), *whole[2:]],
        "missing": [whole[0], *whole[2:]],
        "out-of-order": [whole[0], whole[2], whole[1], *whole[3:]],
        "duplicated": [whole[0], whole[1], whole[1], *whole[2:]],
        "line-unreadable": [whole[0], b"rubbish\n", whole[1], *whole[2:]],
        "line-altered": [whole[0], whole[1].replace(b'{"entry":', b'{"entry": '), *whole[2:]],
    }
    for code, lines in cases.items():
        rewrite(path, lines)
        report = verify_segments(tmp_path, check, expected_head=head)
        assert not report.ok
        found = next(problem for problem in report.problems if problem.code == code)
        assert found.path == path.name
        assert found.sequence == number
        assert found.message_zh and found.message_en
    rewrite(path, whole)
    assert verify_segments(tmp_path, check).ok


def test_a_cut_tail_is_found_by_the_head_the_catalogue_knows(tmp_path):
    head = write(tmp_path, 8)
    path = tmp_path / "segment-000002.jsonl"
    rewrite(path, lines_of(path)[:-1])
    assert verify_segments(tmp_path).ok
    assert codes(verify_segments(tmp_path, expected_head=head)) == ["head-differs"]


def test_a_missing_segment_and_a_missing_seal_are_found(tmp_path):
    write(tmp_path, 13)
    (tmp_path / "segment-000001.seal.json").unlink()
    assert "seal-missing" in codes(verify_segments(tmp_path, check))
    (tmp_path / "segment-000002.jsonl").unlink()
    assert {"segment-missing", "missing"} <= set(codes(verify_segments(tmp_path, check)))


def test_a_seal_of_another_hand_is_found(tmp_path):
    write(tmp_path, 6)
    assert codes(verify_segments(tmp_path, lambda message, signature: False)) == ["seal-signature"]
    shutil.rmtree(tmp_path)
    writer = SegmentWriter(tmp_path, 1)
    writer.append(chain_entry({}, [], sequence=1, previous_hash=GENESIS))
    assert codes(verify_segments(tmp_path, check)) == ["seal-unsigned"]


def test_a_torn_line_is_reported_set_aside_and_written_on(tmp_path):
    head = write(tmp_path, 7)
    path = tmp_path / "segment-000002.jsonl"
    with path.open("ab") as stream:
        stream.write(b'{"entry":{"seq')
    report = verify_segments(tmp_path, check, expected_head=head)
    assert (report.ok, report.torn, codes(report)) == (True, True, ["torn"])
    writer = SegmentWriter(tmp_path, 5, sign)
    writer.append(chain_entry({}, [], sequence=8, previous_hash=head[1]))
    report = verify_segments(tmp_path, check)
    assert (report.ok, report.torn, report.entries) == (True, False, 8)
    assert [p.read_bytes() for p in tmp_path.glob("*.torn-*")] == [b'{"entry":{"seq']


def test_two_writers_see_each_other(tmp_path):
    writers = [SegmentWriter(tmp_path, 4, sign), SegmentWriter(tmp_path, 4, sign)]
    previous = GENESIS
    for number in range(1, 12):
        entry = chain_entry({"n": number}, [], sequence=number, previous_hash=previous)
        writers[number % 2].append(entry)
        previous = entry["hash"]
    report = verify_segments(tmp_path, check, expected_head=(11, previous))
    assert (report.ok, report.segments) == (True, 3)


def test_a_segment_of_many_bytes_is_sealed_before_it_has_many_lines(tmp_path):
    writer = SegmentWriter(tmp_path, 100, sign, max_bytes=3_000)
    previous = GENESIS
    for number in range(1, 8):
        rows = [["档案", number, {"题名": "题" * 300}]]
        entry = chain_entry({}, rows, sequence=number, previous_hash=previous)
        writer.append(entry, rows)
        previous = entry["hash"]
    assert verify_segments(tmp_path, check, expected_head=(7, previous)).ok
    lines = [len(path.read_bytes().splitlines()) for path in sorted(tmp_path.glob("*.jsonl"))]
    assert lines == [3, 3, 1] and len(list(tmp_path.glob("*.seal.json"))) == 2


def test_endless_numbers_have_no_place_in_the_ledger():
    assert canonical({"a": [1.5]}) == b'{"a":[1.5]}'
    for endless in (float("nan"), float("inf")):
        with pytest.raises(NotCanonical):
            canonical({"a": [endless]})


@pytest.fixture(scope="module")
def sealed():
    with tempfile.TemporaryDirectory() as folder:
        head = write(Path(folder), 7, per_segment=3, attempts=(2,))
        yield Path(folder), head


@settings(max_examples=120, deadline=None)
@given(
    segment=st.integers(1, 3),
    place=st.integers(0, 100_000),
    kind=st.sampled_from(["edit", "delete", "swap"]),
    byte=st.integers(1, 255),
)
def test_any_touched_byte_is_found(sealed, segment, place, kind, byte):
    folder, head = sealed
    with tempfile.TemporaryDirectory() as copy:
        target = Path(copy, "l")
        shutil.copytree(folder, target)
        path = target / f"segment-{segment:06d}.jsonl"
        path.chmod(0o640)
        data = bytearray(path.read_bytes())
        at = place % (len(data) - 1)
        before = bytes(data)
        if kind == "edit":
            data[at] ^= byte
        elif kind == "delete":
            del data[at]
        else:
            data[at], data[at + 1] = data[at + 1], data[at]
        path.write_bytes(data)
        report = verify_segments(target, check, expected_head=head)
        assert (not report.ok) == (bytes(data) != before)
        if not report.ok:
            assert any(
                problem.path.startswith(f"segment-{segment:06d}") for problem in report.problems
            )
