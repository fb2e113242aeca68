"""What only an index on disk has to stand."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import uuid

import pytest

from lantai.core.registry import UnknownId
from lantai.core.search.port import (
    IndexBusy,
    IndexDamaged,
    IndexOutdated,
    IndexSwitched,
    SearchQuery,
)
from lantai.engines.search import open_search
from lantai.engines.search.tantivy.engine import TantivySearch
from lantai.engines.search.tantivy.ids import id_halves, id_of, id_terms
from tests.contract.search.documents import PUBLIC, filled, ids, record
from tests.contract.search.engines import FromTexts


@pytest.fixture
def place(tmp_path):
    return tmp_path / "index"


def test_an_engine_is_chosen_by_url(place):
    assert isinstance(open_search(f"tantivy://{place}"), TantivySearch)
    assert open_search("memory://a") is open_search("memory://a")
    with pytest.raises(UnknownId):
        open_search("nothing://x")
    with pytest.raises(ValueError, match="search URL"):
        open_search("/a/path")


def test_an_index_not_yet_made_is_empty_and_says_so(place):
    page = TantivySearch(place).search(SearchQuery("档案", PUBLIC))
    assert page.total == 0
    assert "尚未建立" in page.notes[0][0]


def test_other_handles_follow_commits_and_rebuilds(place):
    writer, reader = filled(TantivySearch(place)), TantivySearch(place)
    assert reader.count() == 6
    writer.put([record("7", "新")])
    assert reader.count() == 6
    writer.commit()
    assert reader.count() == 7
    reader.rebuild([record("9", "换")])
    assert writer.count() == reader.count() == 1
    for _ in range(3):
        reader.rebuild([record("9", "换")])
    assert len(list(place.glob("generation-*"))) == 2


def test_a_record_put_again_before_or_after_a_commit_is_there_once(place):
    engine = TantivySearch(place)
    for title in ("甲", "乙"):
        engine.put([record("1", title)])
    engine.delete(["1"])
    engine.put([record("1", "丙"), record("2", "丁")])
    engine.commit()
    engine.put([record("2", "戊"), record("3", "己"), record("3", "庚")])
    engine.commit()
    engine.release()
    engine.put([record("3", "辛")])
    engine.commit()
    found = {text: engine.search(SearchQuery(text, PUBLIC)).total for text in "甲乙丙丁戊己庚辛"}
    assert [text for text, total in found.items() if total] == ["丙", "戊", "辛"]
    assert engine.count() == 3


def test_a_second_writer_is_told_that_the_index_is_busy(place):
    first, second = filled(TantivySearch(place)), TantivySearch(place)
    with pytest.raises(IndexBusy) as busy:
        second.put([record("8", "乙")])
    assert "稍后" in busy.value.message_zh
    first.release()
    second.put([record("8", "乙")])
    second.commit()
    assert first.count() == 7


def test_changes_put_across_a_switch_are_asked_for_again(place):
    writer, other = filled(TantivySearch(place)), TantivySearch(place)
    writer.put([record("8", "乙")])
    other.rebuild([record("9", "换")])
    with pytest.raises(IndexSwitched):
        writer.commit()
    writer.put([record("8", "乙")])
    writer.commit()
    assert other.count() == 2


def test_an_index_of_another_version_is_refused_until_rebuilt(place):
    filled(TantivySearch(place)).close()
    pointer = place / "current.json"
    pointer.write_text(json.dumps({"generation": 1, "schema": "0-old"}))
    engine = TantivySearch(place)
    with pytest.raises(IndexOutdated) as outdated:
        engine.search(SearchQuery("档案", PUBLIC))
    assert "rebuild index" in outdated.value.message_en
    with pytest.raises(IndexOutdated):
        engine.put([record("1")])
    engine.rebuild([record("1", "档案")])
    assert ids(engine, "档案") == ["1"]


@pytest.mark.parametrize("harm", ["pointer", "no pointer", "meta", "files", "folder"])
def test_a_destroyed_index_says_so_and_is_rebuilt(place, harm):
    filled(TantivySearch(place)).close()
    serving = place / "generation-1"
    if harm == "pointer":
        (place / "current.json").write_text("{")
    elif harm == "no pointer":
        (place / "current.json").unlink()
    elif harm == "meta":
        (serving / "meta.json").write_text("nothing")
    elif harm == "files":
        for path in serving.glob("*.store"):
            path.unlink()
    else:
        shutil.rmtree(serving)
    engine = TantivySearch(place)
    with pytest.raises(IndexDamaged) as damage:
        engine.search(SearchQuery("档案", PUBLIC))
    assert "重建" in damage.value.message_zh
    assert engine.rebuild([record("1", "档案")]) == 1
    assert ids(engine, "档案") == ["1"]


WRITE = """
    import sys
    from lantai.engines.search.tantivy.engine import TantivySearch
    from lantai.core.search.port import SearchDocument
    engine, n = TantivySearch(sys.argv[1], memory=16_000_000), 0
    while True:
        engine.put(SearchDocument(f"{n}-{i}", ("public",), "档案" * 20) for i in range(50))
        engine.commit()
        print(engine.count(), flush=True)
        n += 1
"""


@pytest.mark.parametrize("commits", [1, 3, 6])
def test_kill_in_mid_write_loses_no_committed_record(place, commits):
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITE), str(place)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    acknowledged = 0
    for _ in range(commits):
        acknowledged = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    engine = TantivySearch(place)
    count = engine.count()
    assert count >= acknowledged
    assert count % 50 == 0
    engine.put([record("after", "之后")])
    engine.commit()
    assert engine.count() == count + 1
    assert engine.rebuild([record("after", "之后")]) == 1


def test_what_a_killed_rebuild_left_is_cleared(place):
    filled(TantivySearch(place)).close()
    (place / "generation-2").mkdir()
    (place / "generation-2" / "meta.json").write_text("half")
    engine = TantivySearch(place)
    assert engine.rebuild([record("9", "换")]) == 1
    assert engine.count() == 1


def test_an_index_beside_a_catalogue_keeps_no_text_and_shows_it_as_it_stands_there(place):
    uids = [str(uuid.UUID(int=n << 100 | 7 << 76 | 5)) for n in (1, 2, 3)]
    engine = FromTexts(place)
    engine.put([record(uid, f"农业法之{n}", text="稻") for n, uid in enumerate(uids)])
    engine.commit()
    engine.put([record(uids[0], "农业法之零"), record("no uuid", "农业法")])
    engine.delete([uids[1]])
    engine.commit()
    page = engine.search(SearchQuery("农业法", PUBLIC))
    assert {hit.id for hit in page.hits} == {uids[0], uids[2], "no uuid"}
    assert {hit.highlights["title"]["text"] for hit in page.hits} == {
        "农业法之零", "农业法之2", "农业法",
    }  # fmt: skip
    chosen = ids(engine, "农业法", ids=frozenset(uids), highlight=False)
    assert set(chosen) == {uids[0], uids[2]}
    engine.put_here.pop(uids[2])  # gone from the catalogue, not yet from here
    assert "text" not in engine.search(SearchQuery("稻", PUBLIC)).hits[0].highlights
    files = [path.read_bytes() for path in place.rglob("*.store")]
    assert files
    assert not any("农业".encode() in raw for raw in files)


def test_an_id_is_one_term_however_it_is_made_and_comes_back_from_its_halves():
    uids = [str(uuid.uuid4()) for _ in range(50)]
    terms, halves = id_halves(uids)
    assert terms == id_terms(uids)
    assert len(set(terms)) == 50
    assert [id_of(*half) for half in halves] == uids
    mixed, some = id_halves([uids[0], "g1", uids[1].upper()])
    assert mixed == id_terms([uids[0], "g1", uids[1].upper()])
    assert some == [halves[0], None, None]
