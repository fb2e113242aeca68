"""Finding aids and package folders are tables too; values of old catalogues are set right."""

from lantai.core.tables.table import open_table
from lantai.resources.importing.cleaning import clean_column

EAD = """<?xml version="1.0" encoding="UTF-8"?>
<ead xmlns="urn:isbn:1-931666-22-9"><eadheader/><archdesc level="fonds"><did>
<unittitle>县人民政府</unittitle></did><dsc>
<c01 level="series" id="s1"><did><unittitle>文书类</unittitle></did>
 <c02 level="item"><did><unittitle>关于 <emph>春耕</emph>
 的通知</unittitle><unitid>Z001-WS·1958-Y-0001</unitid>
 <unitdate normal="1958-03-02">一九五八年</unitdate><origination><corpname>县政府</corpname></origination>
 </did><scopecontent><p>部署春耕。</p></scopecontent></c02></c01></dsc></archdesc></ead>"""

EEP = """<电子文件封装包><封装包格式描述>DA/T 48</封装包格式描述><被签名对象><封装内容>
<题名>关于防汛的通知</题名><责任者>县水利局</责任者><档号>Z002-WS·1998-Y-0003</档号>
<编码数据>%s</编码数据></封装内容></被签名对象></电子文件封装包>"""


def test_every_component_of_a_finding_aid_is_a_row(tmp_path):
    for name in ("aid.xml", "aid.ead"):
        (tmp_path / name).write_text(EAD, "utf-8")
        series, item = (row.values for row in open_table(tmp_path / name).rows())
        assert (series["题名"], series["层级"], series["编号"]) == ("文书类", "类", "s1")
        assert item["题名"] == "关于 春耕 的通知"
        assert (item["日期"], item["责任者"], item["上级"]) == ("1958-03-02", "县政府", "文书类")
        assert item["档号"] == "Z001-WS·1958-Y-0001" and item["摘要"] == "部署春耕。"


def test_a_folder_of_packages_is_a_table_and_a_broken_one_is_a_broken_row(tmp_path):
    (tmp_path / "内").mkdir()
    (tmp_path / "内" / "1.xml").write_text(EEP % ("A" * 200_000), "utf-8")
    (tmp_path / "内" / "2.eep").write_bytes(b"\x00\x01 no xml")
    (tmp_path / "说明.txt").write_text("x")
    first, second = open_table(tmp_path).rows()
    assert first.values["题名"] == "关于防汛的通知" and first.values["封装包"] == "1.xml"
    assert "编码数据" not in first.values
    assert second.fault_zh


def test_cleaning_follows_its_rules():
    given = {
        "title": " 关于　春耕 的通知。",
        "doc_no": "国发(１９９８) 12号",
        "reference_code": "Ｚ001-WS·1998 -0001",
        "year": "１９９８年度",
        "pages": "12页",
        "persons": "王一、李二,张三",
        "creator": "—",
    }
    found = {name: clean_column(name, [value])[0] for name, value in given.items()}
    assert found.pop("creator") == ""
    assert found == {
        "title": "关于 春耕 的通知",
        "doc_no": "国发〔1998〕12号",
        "reference_code": "Z001-WS·1998-0001",
        "year": "1998",
        "pages": "12",
        "persons": "王一；李二；张三",
    }
