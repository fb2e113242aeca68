"""Recipes: each makes one package with one thing off (or none), named as in cases.toml."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from lantai.core.checks.facts import Evidence
from lantai.core.checks.reading import EICAR
from lantai.core.packages.package import ProcessEvent, TransferFile
from lantai.core.packages.transfer import package_digest

from .maker import NOTE, PEOPLE, TODAY, Engine, Maker, pdf, sound

Recipe = Callable[[Path], Maker]
RECIPES: dict[str, Recipe] = {}


def recipe(function: Recipe) -> Recipe:
    RECIPES[function.__name__.replace("_", "-")] = function
    return function


def values(name: str, begun: Callable[[Path], Maker] = sound, /, **changes: str | None) -> None:
    """A package whose second record has these values; None takes the element out."""

    def make(folder: Path) -> Maker:
        maker = begun(folder)
        for key, value in changes.items():
            if value is None:
                del maker.items[1].values[key]
            else:
                maker.items[1].values[key] = value
        maker.write()
        return maker

    RECIPES[name] = make


@recipe
def sound_package(folder: Path) -> Maker:
    maker = sound(folder)
    maker.write()
    return maker


@recipe
def sound_with_all_facts(folder: Path) -> Maker:
    maker = sound(folder)
    maker.write()
    facts = maker.facts
    facts.package_digest = package_digest(folder)
    facts.registered_items = 3
    facts.registered_bytes = 3 * (len(pdf()) + len(NOTE))
    facts.code_exists = lambda code: False
    rows = {item.reference_code: dict(item.values) for item in maker.items}
    facts.database_values = rows.get
    facts.in_scope = lambda values: ""
    facts.missing_clauses = list
    facts.authorised = lambda agent, time: agent in PEOPLE.values()
    facts.channel = "政务外网在线移交"
    facts.environment = lambda puid, mime: True
    facts.restore_sample = list
    facts.antivirus = Engine()
    facts.carrier = "online"
    return maker


# -- authenticity ------------------------------------------------------------------------------
@recipe
def wrong_digest(folder: Path) -> Maker:
    maker = sound_package(folder)
    path = maker.place(0, "附件.txt")
    path.write_bytes(path.read_bytes().replace("通知".encode(), "通报".encode(), 1))
    return maker


@recipe
def no_digest(folder: Path) -> Maker:
    maker = sound_package(folder)
    for path in folder.glob("manifest-*.txt"):
        path.unlink()
    for path in folder.rglob("元数据.XML"):
        path.write_text(re.sub(r"<数字摘要.*?</数字摘要>", "", path.read_text("utf-8")), "utf-8")
    return maker


values("title-too-long", title="长" * 4000)
values("bad-date", date="20241345")
values("bad-year", year="二四年")
values("bad-pages", pages="两页")
values("secrecy-not-in-list", secrecy="很密")
values("date-in-future", date="20301231", year="2024")
values("pages-zero", pages="0")
values("secrecy-term-too-long", secrecy="秘密", secrecy_term="50年")
values("secrecy-without-term", secrecy="机密")
values("private-use-characters", title="关于\ue5f2某同志任职的通知")
values("replacement-characters", creator="云河县\ufffd水利局")
values("invisible-characters", title="关于\u200b防汛的通知")
values("code-malformed", reference_code="防汛档案第二号")
values("code-part-differs", retention="Y")


@recipe
def folder_not_named_by_code(folder: Path) -> Maker:
    maker = sound_package(folder)
    own = maker.place(1)
    own.rename(own.with_name("第二件"))
    return maker


@recipe
def duplicate_code(folder: Path) -> Maker:
    maker = sound_package(folder)
    first, third = maker.place(0), maker.place(2)
    metadata = third / "元数据.XML"
    text = metadata.read_text("utf-8")
    metadata.write_text(text.replace("-0003<", "-0001<"), "utf-8")
    assert first.exists()
    return maker


@recipe
def code_taken(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.facts.code_exists = lambda code: code.endswith("0002")
    return maker


values("same-document-number", doc_no="云水〔2024〕1号")


@recipe
def wrong_extension(folder: Path) -> Maker:
    maker = sound(folder)
    maker.items[0].files[0] = TransferFile("正文.docx", mime="application/pdf", puid="fmt/17")
    maker.content["正文.docx"] = pdf()
    maker.write()
    return maker


@recipe
def wrong_format_recorded(folder: Path) -> Maker:
    maker = sound(folder)
    maker.items[0].files[0].puid = "fmt/95"
    maker.write()
    return maker


@recipe
def wrong_size_recorded(folder: Path) -> Maker:
    maker = sound_package(folder)
    path = maker.place(0, "元数据.XML")
    size = f"<计算机文件大小>{len(NOTE)}<"
    path.write_text(path.read_text("utf-8").replace(size, "<计算机文件大小>12<"), "utf-8")
    return maker


@recipe
def missing_file(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.place(0, "正文.pdf").unlink()
    return maker


@recipe
def path_leads_out(folder: Path) -> Maker:
    maker = sound_package(folder)
    path = maker.place(0, "元数据.XML")
    text = path.read_text("utf-8").replace(">正文.pdf<", ">../../../../../../../etc/passwd<")
    path.write_text(text, "utf-8")
    return maker


@recipe
def extra_file(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.place(0, "桌面快捷方式.txt").write_bytes(NOTE)
    return maker


@recipe
def explanation_missing(folder: Path) -> Maker:
    maker = sound_package(folder)
    (folder / "说明文件.TXT").unlink()
    return maker


@recipe
def explanation_field_empty(folder: Path) -> Maker:
    maker = sound(folder)
    maker.manifest.sender = ""
    maker.write()
    return maker


@recipe
def catalogue_malformed(folder: Path) -> Maker:
    maker = sound_package(folder)
    path = folder / "目录文件.XML"
    path.write_bytes(path.read_bytes()[:-40])
    return maker


@recipe
def catalogue_differs(folder: Path) -> Maker:
    maker = sound_package(folder)
    path = folder / "目录文件.XML"
    path.write_text(path.read_text("utf-8").replace("第2次", "第9次"), "utf-8")
    return maker


@recipe
def foreign_entry_on_top(folder: Path) -> Maker:
    maker = sound_package(folder)
    (folder / "Thumbs.txt").write_bytes(NOTE)
    return maker


@recipe
def symbolic_link(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.place(0, "passwd").symlink_to("/etc/passwd")
    return maker


@recipe
def metadata_changed_after_packing(folder: Path) -> Maker:
    maker = sound_package(folder)
    path = maker.place(1, "元数据.XML")
    path.write_text(path.read_text("utf-8").replace("<题名 ", "<题名  "), "utf-8")
    return maker


@recipe
def not_the_registered_package(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.facts.package_digest = "0" * 64
    return maker


# -- integrity ---------------------------------------------------------------------------------
@recipe
def wrong_count(folder: Path) -> Maker:
    maker = sound_package(folder)
    path = folder / "说明文件.TXT"
    path.write_text(path.read_text("utf-8").replace("档案数量：3件", "档案数量：4件"), "utf-8")
    return maker


@recipe
def wrong_registered_bytes(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.facts.registered_bytes = 1
    return maker


values("element-absent", creator=None)
values("required-field-empty", title="")


@recipe
def act_missing(folder: Path) -> Maker:
    maker = sound(folder)
    del maker.items[1].events[1]
    maker.write()
    return maker


@recipe
def acts_out_of_time(folder: Path) -> Maker:
    maker = sound(folder)
    maker.items[1].events[2] = ProcessEvent("登记", "王五", "2024-03-02T09:00:00+08:00")
    maker.write()
    return maker


@recipe
def gap_in_numbers(folder: Path) -> Maker:
    maker = sound(folder, 2)
    maker.add(5)
    maker.write()
    return maker


@recipe
def gap_explained(folder: Path) -> Maker:
    maker = sound(folder, 2)
    maker.add(5)
    maker.manifest.other["缺号说明"] = "3、4号系错号，已作废"
    maker.write()
    return maker


@recipe
def numbers_start_late(folder: Path) -> Maker:
    maker = Maker(folder)
    maker.add(7)
    maker.write()
    return maker


@recipe
def empty_file(folder: Path) -> Maker:
    maker = sound(folder)
    maker.content["附件.txt"] = b""
    maker.write()
    return maker


values("pages-differ", pages="9")
values("annex-missing", annexes="防汛值班表\n物资清单")


@recipe
def out_of_scope(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.facts.in_scope = lambda values: "不在本单位归档范围内"
    return maker


@recipe
def file_without_attributes(folder: Path) -> Maker:
    maker = sound(folder)
    maker.items[0].files[1] = TransferFile("附件.txt", role="附属文档")
    maker.write()
    return maker


@recipe
def manifest_line_broken(folder: Path) -> Maker:
    maker = sound_package(folder)
    with (folder / "manifest-sm3.txt").open("a", encoding="utf-8") as stream:
        stream.write("这一行不是摘要\n")
    return maker


@recipe
def manifest_line_leads_out(folder: Path) -> Maker:
    maker = sound_package(folder)
    with (folder / "manifest-sm3.txt").open("a", encoding="utf-8") as stream:
        stream.write(f"{'0' * 64}  Z109/../../etc/passwd\n")
    return maker


# -- usability ---------------------------------------------------------------------------------
@recipe
def metadata_malformed(folder: Path) -> Maker:
    maker = sound_package(folder)
    path = maker.place(1, "元数据.XML")
    path.write_bytes(path.read_bytes().replace(b"</", b"<", 1))
    return maker


@recipe
def metadata_with_entities(folder: Path) -> Maker:
    maker = sound_package(folder)
    path = maker.place(1, "元数据.XML")
    bomb = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    path.write_text(bomb, "utf-8")
    return maker


@recipe
def row_lost(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.facts.database_values = lambda code: None
    return maker


@recipe
def format_unknown(folder: Path) -> Maker:
    maker = sound(folder)
    maker.content["附件.dat"] = bytes(range(200, 256)) * 40
    maker.items[0].files[1] = TransferFile("附件.dat", mime="application/x", role="附属文档")
    maker.write()
    return maker


@recipe
def pdf_cut_short(folder: Path) -> Maker:
    maker = sound(folder)
    for item in maker.items:
        del item.values["pages"]
    maker.content["正文.pdf"] = pdf()[:300]
    maker.write()
    return maker


@recipe
def environment_not_stated(folder: Path) -> Maker:
    maker = sound(folder)
    maker.manifest.environment = ""
    maker.write()
    return maker


@recipe
def no_reader_registered(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.facts.environment = lambda puid, mime: mime != "application/pdf"
    return maker


@recipe
def restore_drill_failed(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.facts.restore_sample = lambda: ["3 个文件摘要不符"]
    return maker


@recipe
def encrypted_pdf(folder: Path) -> Maker:
    maker = sound(folder)
    for item in maker.items:
        item.files[0].puid = ""
    maker.content["正文.pdf"] = pdf(password="secret")
    maker.write()
    return maker


# -- security ----------------------------------------------------------------------------------
@recipe
def virus_test_string(folder: Path) -> Maker:
    maker = sound(folder)
    maker.content["附件.txt"] = EICAR
    maker.write()
    return maker


@recipe
def virus_by_engine(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.facts.antivirus = Engine(found="Win.Test.Worm")
    return maker


@recipe
def virus_signatures_old(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.facts.antivirus = Engine(made=TODAY - timedelta(days=90))
    return maker


@recipe
def carrier_scratched(folder: Path) -> Maker:
    maker = sound_package(folder)
    for item, passed in (("4-4", True), ("4-5", False), ("4-6", True)):
        maker.facts.evidence[item] = Evidence(passed, "划痕" if not passed else "正常", "检测员甲")
    return maker


@recipe
def agent_not_authorised(folder: Path) -> Maker:
    maker = sound_package(folder)
    maker.facts.authorised = lambda agent, time: agent != "李四"
    return maker
