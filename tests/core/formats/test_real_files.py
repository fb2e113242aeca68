"""Every real file gets a verdict, and none of them brings anything down."""

import pytest

from lantai.core.formats import ParseFailed, characterise, identify_many, read_text, verify_file
from lantai.core.formats.encoding import decode
from tests.shared_data import shared_data

SETS = [
    "ofd",
    "office-and-pdf",
    "formats-office",
    "email",
    "exif",
    "warc",
    "einvoice",
    "siegfried-benchmark",
    "verapdf-corpus",
    "jpylyzer-jp2",
    "audio",
    "video",
    "encodings",
]


@pytest.mark.parametrize("name", SETS)
def test_every_file_gets_a_verdict_without_a_crash(name):
    folder = shared_data(name)
    if folder is None:
        pytest.skip("the shared data are not here")
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = list(identify_many(files))
    assert [one.path for one in found] == [str(path) for path in files]
    for path, one in zip(files, found, strict=True):
        text = read_text(path, one)
        assert "crashed" not in text.warning
        for problem in verify_file(path, one):
            assert problem.code not in ("crashed", "timeout", "memory", "failed"), (path, problem)
        try:
            assert isinstance(characterise(path, one), dict)
        except ParseFailed as failure:
            assert failure.code in ("damaged", "encrypted", "empty", "too-large"), (path, failure)


def test_ofd_is_told_from_zip_and_archival_ofd_from_ofd():
    folder = shared_data("ofd")
    if folder is None:
        pytest.skip("the shared data are not here")
    found = {one.path: one.puid for one in identify_many(sorted(folder.glob("*.ofd")))}
    assert set(found.values()) == {"lantai-fmt/ofd", "lantai-fmt/ofd-a"}
    assert [path for path, puid in found.items() if puid.endswith("-a")] == [
        str(folder / "archive-test-ofda.ofd")
    ]


@pytest.mark.parametrize("name", ["big5", "gb18030", "gb2312", "gbk", "hz"])
def test_chinese_encodings_are_told_apart(name):
    folder = shared_data("encodings")
    if folder is None:
        pytest.skip("the shared data are not here")
    expected = (folder / f"{name}-utf8.txt").read_text("utf-8")
    text, _ = decode((folder / f"{name}.txt").read_bytes())
    agree = sum(a == b for a, b in zip(text, expected, strict=False))
    assert agree > 0.95 * len(expected)
