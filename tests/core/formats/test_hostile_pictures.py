"""FAULTS 28: pictures that lie about their lengths, or would take more than a worker has."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from lantai.core.formats import ParseFailed
from lantai.core.formats.access_copy import draw_page
from lantai.core.formats.reading import problems_of, properties_of
from lantai.core.formats.sandbox import run_isolated

MEMORY = 400 << 20
"""Of a worker here: its libraries and what an honest small picture takes, no more."""


def chunk(kind, data, length=None):
    length = len(data) if length is None else length
    return struct.pack(">I", length) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def head(width, height, depth=8, colour=2):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def png(*chunks, size=(4, 4)):
    dots = zlib.compress((b"\0" + b"\x80" * 3 * size[0]) * size[1])
    data = b"".join(chunks) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + (b"" if b"IHDR" in data else head(*size)) + data


BOMB = zlib.compress(b"\0" * (300 << 20), 9)
LIES = {
    "data": b"\x89PNG\r\n\x1a\n" + head(4, 4) + chunk(b"IDAT", b"\x78\x9c", 0xC9291895),
    "cut-data": b"\x89PNG\r\n\x1a\n" + head(640, 480) + chunk(b"IDAT", zlib.compress(bytes(1921 * 480)), 0xC9291895),
    "profile": png(head(4, 4), chunk(b"iCCP", b"a\0\0" + BOMB)),
    "text": png(head(4, 4), chunk(b"zTXt", b"Comment\0\0" + BOMB)),
    "words": png(head(4, 4), chunk(b"iTXt", b"Comment\0\1\0zh\0\0" + BOMB)),
    "tags": png(head(4, 4), chunk(b"eXIf", b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x9286, 7, 0xFFFFFFF0, 26))),
    "frames": png(head(4, 4), chunk(b"acTL", struct.pack(">II", 0x7FFFFFFF, 0)), chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 4, 4, 0, 0, 1, 1, 0, 0))),
}  # fmt: skip


def tiff(width, height, tag=(270, 2, 4)):
    entries = sorted([(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1),
                      (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height),
                      (279, 4, 1, 0xFFFFFFF0), (*tag, 8)])  # fmt: skip
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + body + bytes(4)


def saved(kind, place, wide, **options):
    """A small picture of a kind, its stated size made larger at that place."""
    stream = io.BytesIO()
    Image.new("RGB", (16, 16)).save(stream, kind, **options)
    data = bytearray(stream.getvalue())
    at = data.index(place[0]) + place[1] if isinstance(place, tuple) else place
    data[at : at + len(wide)] = wide
    return bytes(data)


FLOODS = {
    "png": b"\x89PNG\r\n\x1a\n" + head(100_000, 100_000) + png()[33:],
    "png-row": b"\x89PNG\r\n\x1a\n" + head(399_000_000, 1, 16, 6) + png()[33:],
    "gif": saved("GIF", 6, b"\xff\xff\xff\xff"),
    "bmp": saved("BMP", 18, struct.pack("<ii", 100_000, 100_000)),
    "jpeg": saved("JPEG", (b"\xff\xc0", 5), b"\xff\xff\xff\xff"),
    "tiff": tiff(100_000, 100_000),
    "webp": saved("WEBP", (b"VP8L", 9), b"\xff\xff\xff\x0f", lossless=True),
}


@pytest.mark.parametrize("name", LIES)
def test_28_a_length_stated_in_a_png_is_not_believed(name, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(LIES[name])
    for call in (properties_of, problems_of):
        try:
            run_isolated(call, str(path), "png", seconds=20, memory=MEMORY)
        except ParseFailed as failure:
            assert failure.code == "damaged", failure


@pytest.mark.parametrize("name", FLOODS)
def test_28_a_flood_of_dots_is_refused_by_the_head_alone(name, tmp_path):
    path = tmp_path / "a"
    path.write_bytes(FLOODS[name])
    kind = name.partition("-")[0]
    (problem,) = run_isolated(problems_of, str(path), kind, seconds=20, memory=MEMORY)
    assert problem[0] == "too-many-pixels"
    with pytest.raises(ParseFailed) as failure:
        run_isolated(draw_page, str(path), kind, 1, 300, seconds=20, memory=MEMORY)
    assert failure.value.code == "too-many-pixels"


@pytest.mark.parametrize(
    "tag", [(270, 2, 0xFFFFFFF0), (34665, 4, 0xFFFFFFF), (34675, 7, 0xFFFFFFF0)]
)
def test_28_a_tag_of_a_tiff_longer_than_the_file_takes_nothing(tag, tmp_path):
    (tmp_path / "a.tif").write_bytes(tiff(4, 4, tag))
    for call in (properties_of, problems_of):
        try:
            run_isolated(call, str(tmp_path / "a.tif"), "tiff", seconds=20, memory=MEMORY)
        except ParseFailed as failure:
            assert failure.code == "damaged", failure


def test_the_exif_of_a_png_is_read_behind_its_dots_without_decoding_them(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "Lantai"
    late = chunk(b"eXIf", exif.tobytes()[6:])
    whole = png(head(4, 4))
    cut = b"\x89PNG\r\n\x1a\n" + head(9_000, 9_000) + chunk(b"IDAT", b"no dots") + late
    for data in (whole[:-12] + late + whole[-12:], cut):
        (tmp_path / "a.png").write_bytes(data)
        assert properties_of(str(tmp_path / "a.png"), "png")["exif"]["Make"] == "Lantai"


@pytest.mark.parametrize(("turn", "size"), [(1, (100, 50)), (6, (100, 200)), (3, (100, 50))])
def test_a_page_image_stands_upright_at_the_width_asked(turn, size, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = Image.new("RGB", (400, 200), "white")
    picture.paste("black", (0, 0, 200, 100))
    picture.save(tmp_path / "a.jpg", exif=exif, quality=95)
    shown = Image.open(io.BytesIO(draw_page(str(tmp_path / "a.jpg"), "jpeg", 1, 100)))
    dark = {1: (5, 5), 6: (95, 5), 3: (95, 45)}[turn]
    assert shown.size == size and shown.getpixel(dark)[0] < 40


def test_frames_of_an_animation_are_counted_in_one_walk(tmp_path):
    frames = [Image.new("RGB", (8, 8), (number * 30, 0, 0)) for number in range(7)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert properties_of(str(tmp_path / "a.gif"), "gif")["frames"] == 7
