"""FAULTS 28 for JPEG 2000: dots, tiles, boxes and lengths that are not to be believed, by each reader."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pikepdf
import pytest
from PIL import Image

from lantai.core.formats import ParseFailed
from lantai.core.formats.access_copy import count_pages, draw_page
from lantai.core.formats.identification import identify
from lantai.core.formats.jp2_parts import MOST_PARTS, parts_of
from lantai.core.formats.ofd_jobs import ofd_page_png
from lantai.core.formats.reading import problems_of, properties_of
from lantai.core.formats.sandbox import run_isolated
from lantai.core.ofd import ImagePage, OfdNotWritten, write_ofd
from tests.core.formats.test_hostile_pictures import MEMORY

SECONDS = 20


def box(kind, data, length=None):
    return struct.pack(">I4s", 8 + len(data) if length is None else length, kind) + data


def small():
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), (10, 90, 200)).save(stream, "JPEG2000")
    return stream.getvalue()


SOUND = small()
HEAD, COLOURS, CODE = SOUND[:32], SOUND[62:77], SOUND[85:]
MAIN, TILES = CODE[: CODE.index(b"\xff\x90")], CODE[CODE.index(b"\xff\x90") :]


def header(across=64, down=64, components=3):
    return box(b"ihdr", struct.pack(">IIHBBBB", down, across, components, 7, 7, 0, 0))


def sized(across, down, tile=None, main=MAIN):
    code = bytearray(main)
    struct.pack_into(">II", code, 8, across, down)
    struct.pack_into(">II", code, 24, *(tile or (across, down)))
    return bytes(code)


def jp2(head=None, code=CODE, more=b""):
    return HEAD + box(b"jp2h", head or header() + COLOURS) + more + box(b"jp2c", code)


def components(count):
    code = bytearray(MAIN[:42] + b"\7\1\1" * count + MAIN[51:])
    struct.pack_into(">H", code, 4, 38 + 3 * count)
    struct.pack_into(">H", code, 40, count)
    return bytes(code) + TILES


def tile_parts(count):
    return b"".join(
        b"\xff\x90\0\x0a" + struct.pack(">HIBB", number, 14, 0, 1) + b"\xff\x93"
        for number in range(count)
    )


def layered():
    code = bytearray(MAIN)
    at = code.index(b"\xff\x52")
    struct.pack_into(">H", code, at + 6, 65_535)
    code[at + 9] = 32
    return bytes(code) + TILES


def nested(depth):
    data = b""
    for _ in range(depth):
        data = box(b"jp2h", data)
    return data


FLOODS = {
    "both": jp2(header(100_000, 100_000) + COLOURS, sized(100_000, 100_000) + TILES),
    "header": jp2(header(100_000, 100_000) + COLOURS),
    "codestream": jp2(code=sized(100_000, 100_000) + TILES),
    "bare": sized(100_000, 100_000) + TILES,
    "bare-most": sized(0xFFFFFFFF, 0xFFFFFFFF) + TILES,
    "tiles-of-one-dot": jp2(header(19_000, 19_000) + COLOURS, sized(19_000, 19_000, (1, 1)) + TILES),
}  # fmt: skip
LIES = {
    "box": HEAD + box(b"jp2h", header() + COLOURS, 0xFFFFFFF0) + box(b"jp2c", CODE),
    "box-of-64-bits": HEAD + struct.pack(">I4sQ", 1, b"jp2h", 1 << 62) + header() + COLOURS,
    "box-shorter-than-its-head": HEAD + box(b"jp2h", header(), 4) + box(b"jp2c", CODE),
    "box-to-the-end": HEAD + box(b"jp2h", header() + COLOURS, 0) + box(b"jp2c", CODE),
    "box-within": jp2(box(b"ihdr", header()[8:], 0x7FFFFFFF) + COLOURS),
    "profile": jp2(header() + box(b"colr", b"\2\0\0\xff\xff\xff\xf0" + b"acsp" * 40)),
    "palette": jp2(header() + box(b"pclr", b"\xff\xff\xff" + b"\7" * 30) + COLOURS),
    "uuid": jp2(more=box(b"uuid", b"u" * 16, 0xFFFFFFFF)),
    "marker": jp2(code=MAIN[:4] + b"\xff\xff" + MAIN[6:] + TILES),
    "tile-part": jp2(code=MAIN + TILES[:6] + b"\x7f\xff\xff\xff" + TILES[10:]),
    "laughs": jp2(more=box(b"xml ", b"<!DOCTYPE a [<!ENTITY b0 'bbbbbbbbbb'>" + b"".join(
        b"<!ENTITY b%d '%s'>" % (n, b"&b%d;" % (n - 1) * 10) for n in range(1, 9)) + b"]><a>&b8;</a>")),
}  # fmt: skip
MANY = {
    "tiles": jp2(header(250, 250) + COLOURS, sized(250, 250, (1, 1)) + TILES),
    "tile-parts": jp2(
        header(250, 250) + COLOURS, sized(250, 250, (1, 1)) + tile_parts(62_500) + b"\xff\xd9"
    ),
    "boxes": jp2(more=box(b"free", b"") * 500_000),
    "boxes-in-boxes": HEAD + nested(5_000) + box(b"jp2c", CODE),
    "comments": jp2(code=MAIN + b"\xff\x64\0\4\0\1" * 300_000 + TILES),
    "components": jp2(header(64, 64, 16_384) + COLOURS, components(16_384)),
    "layers": jp2(code=layered()),
}
READERS = {
    "properties": (properties_of, ("jp2",)),
    "problems": (problems_of, ("jp2",)),
    "count": (count_pages, ("jp2",)),
    "draw": (draw_page, ("jp2", 1, 300)),
}
TOLD = {"damaged", "too-many-pixels"}


def asked(reader, path, *more):
    """What a reader answers within its limits; the code when it refuses, and no other end."""
    started = time.monotonic()
    try:
        return run_isolated(reader, str(path), *more, seconds=SECONDS, memory=MEMORY)
    except ParseFailed as failure:
        assert failure.code in TOLD, failure
        assert time.monotonic() - started < SECONDS
        return failure.code


@pytest.mark.parametrize("name", [*FLOODS, *LIES, *MANY])
def test_28_no_reader_of_jpeg_2000_hangs_dies_or_takes_more_than_it_may(name, tmp_path):
    path = tmp_path / "a.jp2"
    path.write_bytes({**FLOODS, **LIES, **MANY}[name])
    identify(path)
    for reader, more in READERS.values():
        asked(reader, path, *more)


@pytest.mark.parametrize("name", FLOODS)
def test_28_a_flood_of_dots_is_not_decoded_wherever_it_is_stated(name, tmp_path):
    path = tmp_path / "a.jp2"
    path.write_bytes(FLOODS[name])
    stated = parts_of(path)
    assert max(stated.width, stated.height) >= 19_000
    assert asked(draw_page, path, "jp2", 1, 300) in TOLD
    codes = {problem[0] for problem in asked(problems_of, path, "jp2")}
    assert codes & TOLD, codes


def test_a_file_of_more_parts_than_can_be_judged_says_so_and_still_tells_its_size(tmp_path):
    path = tmp_path / "a.jp2"
    path.write_bytes(MANY["tile-parts"])
    ((code, severity, *_),) = problems_of(str(path), "jp2")
    assert (code, severity) == ("too-many-parts", "warning")
    assert properties_of(str(path), "jp2") == {
        "valid": None, "height": "250", "width": "250", "nC": "3",
    }  # fmt: skip
    assert parts_of(path).parts == MOST_PARTS + 1
    path.write_bytes(SOUND)
    assert problems_of(str(path), "jp2") == []
    assert (parts_of(path).width, parts_of(path).components) == (64, 3)


def ofd_with(path, picture):
    """An OFD of one scan, its picture then exchanged for another."""
    plain = io.BytesIO()
    write_ofd(plain, [ImagePage(SOUND)])
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, picture if name.endswith(".jp2") else source.read(name))


def pdf_with(path, picture):
    """A PDF of one page that draws a JPEG 2000 picture over itself."""
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(200, 200))
        stream = pikepdf.Stream(made, b"")
        stream.write(picture, filter=pikepdf.Name.JPXDecode)
        stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        stream.Width = stream.Height = 64
        made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=stream))
        made.pages[0].Contents = pikepdf.Stream(made, b"q 200 0 0 200 0 0 cm /P Do Q")
        made.save(path)


@pytest.mark.parametrize("name", ["both", "codestream", "tiles-of-one-dot", "tile-parts", "box"])
def test_28_a_hostile_jpeg_2000_within_an_ofd_or_a_pdf_leaves_the_page_without_it(name, tmp_path):
    picture = {**FLOODS, **LIES, **MANY}[name]
    ofd_with(tmp_path / "a.ofd", picture)
    assert asked(ofd_page_png, tmp_path / "a.ofd", 1, 300).startswith(b"\x89PNG")
    pdf_with(tmp_path / "a.pdf", picture)
    assert asked(draw_page, tmp_path / "a.pdf", "pdf", 1, 300).startswith(b"\x89PNG")


def test_a_scan_without_dots_that_can_be_told_is_not_written_into_an_ofd(tmp_path):
    for name in ("box", "box-within", "box-shorter-than-its-head"):
        with pytest.raises(OfdNotWritten):
            write_ofd(tmp_path / "a.ofd", [ImagePage(LIES[name])])
    assert not (tmp_path / "a.ofd").exists()
