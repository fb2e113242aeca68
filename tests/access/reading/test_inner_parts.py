"""What a sealed OFD tells beside its pages: verdicts, attachments and outline in the viewer."""

from __future__ import annotations

import re
import zipfile

import pytest
from django.conf import settings
from django.urls import reverse

from lantai.catalogue.records.models import Record
from lantai.core.ofd import OfdAttachment, TextPage, write_ofd
from lantai.preservation.depositing.items import DepositFile, DepositItem
from lantai.preservation.depositing.operations import register_deposit
from lantai.preservation.depositing.storing import store_items
from tests.core.ofd.sealing import NOW, YEAR, Holder, seal_of, sealed_ofd
from tests.people import make_county

pytestmark = pytest.mark.django_db
OUTLINE = (
    '<ofd:Outlines><ofd:OutlineElem Title="第一章"><ofd:Actions><ofd:Action Event="CLICK">'
    '<ofd:Goto><ofd:Dest Type="Fit" PageID="{}"/></ofd:Goto></ofd:Action></ofd:Actions>'
    "</ofd:OutlineElem></ofd:Outlines></ofd:Document>"
)


def with_outline(path, folder):
    """The file once more, with an outline to its second page and one attachment not shown."""
    made = folder / "outlined.ofd"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("Document.xml"):
                pages = re.findall(rb'<ofd:Page ID="(\d+)"', data)
                outline = OUTLINE.format(pages[1].decode()).encode()
                data = data.replace(b"</ofd:Document>", outline)
            if name.endswith("Attachments.xml"):
                data = data.replace(b'Format="csv"', b'Format="csv" Visible="false"')
            target.writestr(name, data)
    return made


@pytest.fixture
def sealed(data_folder, tmp_path):
    """A county, the record of a sealed file and a file with parts, and the seal's authority."""
    county = make_county()
    root = Holder("sm2", "示例根", ca=True)
    signer = Holder("sm2", "示例市档案馆", root)
    seal = seal_of(4, Holder("sm2", "制章单位", root), [signer.certificate], NOW + YEAR)
    sealed_ofd(tmp_path / "sealed.ofd", 4, signer, seal)
    plain = tmp_path / "plain.ofd"
    attached = [OfdAttachment("高程.csv", "点号,高程\n1,32.5\n".encode())]
    write_ofd(plain, [TextPage(["第一页"]), TextPage(["第二页"])], attachments=attached)
    paths = [tmp_path / "sealed.ofd", with_outline(plain, tmp_path)]
    files = [DepositFile(path, path.name, sequence=n) for n, path in enumerate(paths, 1)]
    item = DepositItem("J012-WS·2026-Y-0001", {"title": "关于设立湿地保护小区的批复"}, files=files)
    stored = store_items(holder=county.archives, accession="A-1", items=[item])
    act = county.act("archivist")
    register_deposit(act, fonds=county.fonds, accession="A-1", stored=stored)
    record = Record.objects.get()
    return county, record, root


def test_the_viewer_tells_seals_attachments_and_outline_and_gives_them_to_whom_it_is_open(
    client, sealed
):
    county, record, root = sealed
    first, second = record.components.order_by("sequence")
    attachment = reverse("viewing:attachment", args=[record.uid, second.pk, 1])
    assert client.get(attachment).status_code == 404  # nobody signed in
    client.force_login(county.people["archivist"])
    address = reverse("reading:record", args=[record.uid]) + "?tab=content"
    shown = client.get(address).content.decode()
    assert "完好：签署后没有改动" in shown and "签署者未列入信任" in shown
    assert "示例市档案馆印章" in shown and "2026-03-05 08:00:00 UTC" in shown
    assert "第一章" in shown and 'data-turn="1"' in shown
    assert "高程.csv" in shown and "不显示的附件" in shown
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = client.get(address).content.decode()
    assert "Intact: not changed since it was signed" in english
    assert "Signer not on the trust list" in english and "hidden attachment" in english
    answer = client.get(attachment)
    assert answer.content == "点号,高程\n1,32.5\n".encode()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(attachment[:-1] + "2").status_code == 404
    none = reverse("viewing:attachment", args=[record.uid, first.pk, 1])
    assert client.get(none).status_code == 404
    known = settings.LANTAI.keys / "trusted"
    known.mkdir(parents=True)
    (known / "root.cer").write_bytes(root.certificate)  # the list changed: judged anew
    assert "Signer trusted" in client.get(address).content.decode()
