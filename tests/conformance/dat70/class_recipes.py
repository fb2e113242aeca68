"""Recipes for the plans of single classes: vouchers, photographs, recordings, captured pages."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

from lantai.core.packages.package import TransferFile

from .maker import Maker, pdf
from .recipes import RECIPES, values

_RECORD = (
    "WARC/1.0\r\nWARC-Type: {}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000{}>\r\n"
    "WARC-Date: 2024-03-05T01:02:03Z\r\nContent-Type: {}\r\n{}Content-Length: {}\r\n\r\n"
)
_PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>notice</title></html>"


@cache
def jpeg() -> bytes:
    """A real photograph of nothing."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 160)).save(out, "JPEG")
    return out.getvalue()


@cache
def wav() -> bytes:
    """A second of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    return out.getvalue()


def warc() -> bytes:
    """A capture of one page."""
    url = "WARC-Target-URI: http://www.example.org/\r\n"
    about, http = "application/warc-fields", "application/http; msgtype=response"
    said = b"software: example\r\n"
    records = ((1, "warcinfo", about, "", said), (2, "response", http, url, _PAGE))
    return b"".join(
        _RECORD.format(kind, number, mime, more, len(body)).encode() + body + b"\r\n\r\n"
        for number, kind, mime, more, body in records
    )


@dataclass(frozen=True)
class Kind:
    """A class: what its records say besides the common elements, and the one file they have."""

    name: str
    code: str
    values: dict[str, str]
    file: TransferFile
    content: bytes
    acts: int = 4
    """How many acts before and with filing are recorded, counted from the last."""

    def sound(self, folder: Path) -> Maker:
        """Three sound records of the class, not written yet."""
        maker = Maker(folder, content={self.file.path: self.content})
        for number in range(1, 4):
            item = maker.add(number)
            del item.values["organ"], item.values["annexes"]
            code = self.code.format(number)
            more = {key: value.format(number) for key, value in self.values.items()}
            item.values.update(record_class=self.name, reference_code=code, **more)
            item.files, item.events = [self.file], item.events[-self.acts :]
        return maker


KINDS = {
    "voucher": Kind(
        "KU",
        "Z109-KU·01·2024-0001-{:04}",
        {
            "class2": "01",
            "accounting_form": "01",
            "fiscal_year": "2024",
            "voucher_no": "记-{:04}",
            "volume_no": "0001",
        },
        TransferFile("凭证.pdf", mime="application/pdf"),
        pdf(),
    ),
    "photograph": Kind(
        "ZP",
        "Z109-ZP·2024-D30-{:04}",
        {"photographer": "张三", "event": "防汛检查"},
        TransferFile("照片.jpg", mime="image/jpeg"),
        jpeg(),
    ),
    "recording": Kind(
        "LY",
        "Z109-LY·2024-D30-{:04}",
        {"event": "防汛会议"},
        TransferFile("录音.wav", mime="audio/x-wav"),
        wav(),
    ),
    "web-capture": Kind(
        "WY",
        "Z109-WY·2024-D30-{:04}",
        {"url": "http://www.example.org/", "captured_at": "2024-03-05T01:02:03Z"},
        TransferFile("网页.warc", mime="application/warc"),
        warc(),
        acts=1,
    ),
}


def _in_another_format(name: str, kind: Kind, file: TransferFile, content: bytes) -> None:
    """A package of the class with a file the class is not kept in."""

    def make(folder: Path) -> Maker:
        maker = kind.sound(folder)
        maker.content[file.path] = content
        maker.items[1].files = [file]
        maker.write()
        return maker

    RECIPES[name] = make


for _name, _kind in KINDS.items():
    values(f"{_name}-sound", _kind.sound)
values("voucher-without-fiscal-year", KINDS["voucher"].sound, fiscal_year=None)
values("voucher-number-twice", KINDS["voucher"].sound, voucher_no="记-0001")
values("photograph-without-photographer", KINDS["photograph"].sound, photographer=None)
values("recording-without-event", KINDS["recording"].sound, event=None)
values("web-capture-without-address", KINDS["web-capture"].sound, url=None)
_PICTURE = TransferFile("凭证.jpg", mime="image/jpeg")
_in_another_format("voucher-as-picture", KINDS["voucher"], _PICTURE, jpeg())
_PAPER = TransferFile("照片.pdf", mime="application/pdf")
_in_another_format("photograph-as-pdf", KINDS["photograph"], _PAPER, pdf())
