"""What is taken away comes in again as it was: every form in which the catalogue is written."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from lantai.access.exporting.queries import rows_of
from lantai.access.exporting.writing import FILES, STREAMED
from lantai.cli.main import main
from lantai.core.tables.dbase_writing import write_dbase
from lantai.core.tables.forms import CATALOGUE_FORMS, WHOLE_FORMS
from lantai.core.tables.table import open_table
from lantai.foundation.policy import Anonymous, Operator
from lantai.foundation.work import Act
from lantai.resources.importing.run import run_import
from tests.people import make_county

pytestmark = pytest.mark.django_db

ENTRIES = [
    {"id": "a-1", "题名": "关于征地的通知", "责任者": "云溪县人民政府", "文号": "云政发〔1985〕7号", "日期": "19850312",
     "主题词": "征地；补偿", "人名": "王淑英；张三", "摘要": "第一行\n第二行", "备注": "一、<二>&\"三\"", "全文": "第一页，\n第二行。"},
    {"id": "a-2", "题名": "=SUM(A1)，“引号”、逗号", "档号": "Y012-WS·1985-Y-0002", "页数": "12", "语种": "汉语"},
    {"id": "a-3", "题名": "長" * 900, "年度": "1985", "层级": "案卷", "附件": "'单引号开头\t制表"},
]  # fmt: skip


@pytest.fixture
def loaded(data_folder, tmp_path):
    county = make_county()
    source = tmp_path / "source.jsonl"
    source.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in ENTRIES), "utf-8")

    def load(path):
        return run_import(
            Act(by=Operator(), channel="cli"),
            path=path,
            fonds=county.fonds,
            refused_path=tmp_path / "refused.csv",
        )

    assert load(source).created == len(ENTRIES)
    load.archivist = county.people["archivist"]
    return load


def taken_away(form, path, **how):
    rows = rows_of(Operator(), texts=form != "ead", **how)
    if form in FILES:
        FILES[form][0](rows, path)
        return path
    with path.open("wb") as stream:
        stream.writelines(STREAMED[form][0](rows))
    return path


def test_every_form_offered_is_written_one_way():
    assert sorted([*STREAMED, *FILES]) == sorted(CATALOGUE_FORMS)
    assert set(FILES) == set(WHOLE_FORMS)


def test_every_form_brings_back_the_very_entries(loaded, tmp_path):
    """An entry that differed in one sign would be an update."""
    for form in CATALOGUE_FORMS:
        told = loaded(taken_away(form, tmp_path / f"away.{form}"))
        assert (told.read, told.created, told.refused) == (3, 0, 0), form
        assert (told.updated, told.unchanged) == (0, 3), form


def test_an_empty_answer_is_a_file_with_its_headings(loaded, tmp_path):
    for form in CATALOGUE_FORMS:
        path = taken_away(form, tmp_path / f"none.{form}", filters={"fonds": ["none"]})
        assert path.stat().st_size or form == "jsonl"
        assert form not in ("csv", "tsv") or "原编号" in path.read_text("utf-8-sig")


def test_a_dbf_names_its_code_page_and_says_where_a_character_is_missing(tmp_path):
    rows = [["关于𠮷田\U0001f600的函", "短"], ["", "长" * 200]]
    path = tmp_path / "old.dbf"
    assert write_dbase(path, ["题名", "其他著录项"], rows) == 2
    assert path.read_bytes()[29] == 0x4D and path.with_suffix(".fpt").exists()  # GBK; a long text
    read = [dict(row.values) for row in open_table(path).rows()]
    assert read == [
        {"题名": "关于〓田〓的函", "其他著录项": "短"},
        {"题名": "", "其他著录项": "长" * 200},
    ]


def test_a_browser_gets_a_dbf_with_its_memo_in_one_file(loaded, client):
    client.force_login(loaded.archivist)
    answer = client.get("/export/?format=dbf")
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as packed:
        assert sorted(Path(name).suffix for name in packed.namelist()) == [".dbf", ".fpt"]


def test_the_public_takes_no_texts_and_the_command_writes_what_was_asked(loaded, tmp_path, capsys):
    assert not list(rows_of(Anonymous(), texts=True))
    out = tmp_path / "out.tsv"
    assert main(["export", "--format", "tsv", "--text", "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 3
    assert "第二行。" in out.read_text("utf-8")
