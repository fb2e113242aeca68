import bz2
import functools
import io
import os
import struct
import tarfile
import tempfile
import zipfile
from pathlib import Path

import py7zr
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantai.core.fixity import digest_bytes
from lantai.core.packages.unpack import PackageRefused, UnpackLimits, unpack, walk_folder


def make_zip(path, entries, raw=False, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in entries:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            info.compress_type = compression
            archive.writestr(info, data)
    return path


def gbk_zip(path, names):
    """A zip as Chinese Windows writes it: GBK bytes, no UTF-8 flag."""
    make_zip(
        path,
        [
            (f"{n:04d}" + "x" * (len(name.encode("gbk")) - 4), b"data")
            for n, name in enumerate(names)
        ],
    )
    data = path.read_bytes()
    for n, name in enumerate(names):
        raw = name.encode("gbk")
        data = data.replace(f"{n:04d}".encode() + b"x" * (len(raw) - 4), raw)
    path.write_bytes(data)
    return path


def make_tar(path, members, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for member, data in members:
            info = member if isinstance(member, tarfile.TarInfo) else tarfile.TarInfo(member)
            info.size = len(data) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(data))
    return path


def refused(source, tmp_path, limits=None):
    target = tmp_path / "out"
    with pytest.raises(PackageRefused) as caught:
        unpack(source, target, limits)
    assert not target.exists()
    assert not list(tmp_path.glob(".*unpacking"))
    assert caught.value.message_zh and caught.value.message_en
    return caught.value.code


GOOD = [("正文/关于《办法》的通知.txt", "内容".encode()), ("a.txt", b""), ("𠮷田\ue000.txt", b"x")]


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz", "7z"])
def test_each_kind_unpacks_with_names_and_digests(tmp_path, kind):
    source = tmp_path / f"包.{kind}"
    if kind == "zip":
        make_zip(source, GOOD)
    elif kind == "7z":
        with py7zr.SevenZipFile(source, "w") as archive:
            for name, data in GOOD:
                archive.writestr(data, name)
    else:
        make_tar(source, GOOD, "w:" + kind.partition(".")[2])
    found = unpack(source, tmp_path / "out", algorithms=("sha512", "sm3"))
    assert {file.path: file.size for file in found} == {name: len(data) for name, data in GOOD}
    for file in found:
        data = (tmp_path / "out" / file.path).read_bytes()
        assert file.digests == digest_bytes(data)
        assert file.original_name == file.path.encode()


def test_gbk_names_are_read_and_their_bytes_kept(tmp_path):
    names = ["收文/关于召开会议的通知.doc", "联通.txt"]
    found = unpack(gbk_zip(tmp_path / "g.zip", names), tmp_path / "out")
    assert sorted(file.path for file in found) == sorted(names)
    assert {file.original_name for file in found} == {name.encode("gbk") for name in names}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../x", "traversal"),
        ("a/../../x", "traversal"),
        ("/etc/passwd", "absolute"),
        ("C:/x", "absolute"),
        ("C:x", "absolute"),
        ("\\\\server\\share\\x", "absolute"),
        ("//server/x", "absolute"),
        ("a\\b", "backslash"),
        ("a\nb", "control"),
        ("a\x7fb", "control"),
        ("合同\u202etxt.exe", "direction"),
        ("NUL", "reserved"),
        ("d/com1.txt", "reserved"),
        ("a.", "trailing"),
        ("a ", "trailing"),
        ("d /x", "trailing"),
        ("a//b", "empty-name"),
        ("名" * 86, "too-long"),
        ("a/" * 2100 + "b", "too-long"),
        ("a/" * 300 + "b", "too-deep"),
    ],
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_hostile_names_are_refused_and_nothing_is_left(tmp_path, name, code, kind):
    source = tmp_path / "x"
    if kind == "zip":
        make_zip(source, [("good", b"1"), (name, b"2")])
    else:
        make_tar(source, [("good", b"1"), (name, b"2")])
    assert refused(source, tmp_path) == code


@pytest.mark.parametrize(
    "names",
    [
        ("a.txt", "A.TXT"),
        ("é", "e\u0301"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("ß", "ss"),
        ("D/x", "d/y"),
        ("a", "a"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_would_meet_are_refused(tmp_path, names):
    assert (
        refused(make_zip(tmp_path / "x", [(name, b"") for name in names]), tmp_path) == "collision"
    )


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (tarfile.SYMTYPE, "link"),
        (tarfile.LNKTYPE, "link"),
        (tarfile.FIFOTYPE, "device"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
    ],
)
def test_links_and_devices_are_refused(tmp_path, kind, code):
    info = tarfile.TarInfo("l")
    info.type, info.linkname = kind, "/etc/passwd"
    assert refused(make_tar(tmp_path / "x", [(info, b"")]), tmp_path) == code


def test_a_link_in_a_zip_is_refused(tmp_path):
    info = zipfile.ZipInfo("l")
    info.external_attr = 0o120777 << 16
    assert refused(make_zip(tmp_path / "x", [(info, b"/etc/passwd")]), tmp_path) == "link"


def test_a_link_in_a_7z_is_refused(tmp_path):
    (tmp_path / "t").write_text("x")
    (tmp_path / "l").symlink_to("t")
    with py7zr.SevenZipFile(tmp_path / "x.7z", "w") as archive:
        archive.write(tmp_path / "l", "l")
    assert refused(tmp_path / "x.7z", tmp_path) == "link"


def test_an_encrypted_7z_is_refused(tmp_path):
    with py7zr.SevenZipFile(tmp_path / "x.7z", "w", password="p") as archive:
        archive.writestr(b"x", "a")
    assert refused(tmp_path / "x.7z", tmp_path) == "encrypted"


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_bombs_stop_at_the_ratio(tmp_path, kind):
    data = bytes(40 << 20)
    source = tmp_path / "x"
    make_zip(source, [("z", data)]) if kind == "zip" else make_tar(source, [("z", data)])
    assert refused(source, tmp_path) == "ratio"


def test_a_header_claiming_giant_pax_data_is_stopped(tmp_path):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 7 << 30
    (tmp_path / "x").write_bytes(bz2.compress(info.tobuf() + bytes(1 << 20)))
    assert refused(tmp_path / "x", tmp_path) in ("ratio", "damaged")


def test_limits_on_files_and_bytes(tmp_path):
    source = make_zip(tmp_path / "x", [(str(n), b"12345") for n in range(10)])
    assert refused(source, tmp_path, UnpackLimits(files=9)) == "too-many"
    assert refused(source, tmp_path, UnpackLimits(total_bytes=49)) == "too-big"
    assert len(unpack(source, tmp_path / "out", UnpackLimits(files=10, total_bytes=50))) == 10


def test_overlapping_entries_are_refused(tmp_path):
    source = make_zip(tmp_path / "x", [("aaaa", b"1" * 50), ("bbbb", b"2" * 50)], compression=0)
    data = bytearray(source.read_bytes())
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    source.write_bytes(data)
    assert refused(source, tmp_path) == "overlap"


def test_a_local_header_with_another_name_is_refused(tmp_path):
    source = make_zip(tmp_path / "x", [("aaaa", b"1")])
    source.write_bytes(source.read_bytes().replace(b"aaaa", b"bbbb", 1))
    assert refused(source, tmp_path) == "header-mismatch"


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "7z"])
def test_every_cut_is_noticed(tmp_path, kind):
    source = tmp_path / "x"
    noise = [(f"f{n}", os.urandom(700)) for n in range(4)]
    if kind == "zip":
        make_zip(source, noise)
    elif kind == "7z":
        with py7zr.SevenZipFile(source, "w") as archive:
            for name, data in noise:
                archive.writestr(data, name)
    else:
        make_tar(source, noise, "w:" + kind.partition(".")[2])
    whole = source.read_bytes()
    length = len(whole) if kind != "tar" else 4 * 1536
    for cut in range(0, length - 30, 97):
        source.write_bytes(whole[:cut])
        assert refused(source, tmp_path) in (
            "damaged",
            "not-an-archive",
            "header-mismatch",
            "overlap",
        )


@functools.cache
def sample(kind):
    """The bytes of a small archive of this kind, the same for the whole run."""
    files = [("甲.txt", b"hello" * 20), ("d/乙.txt", b"world" * 30)]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "x")
        if kind == "zip":
            make_zip(source, files)
        elif kind == "7z":
            with py7zr.SevenZipFile(source, "w") as archive:
                for name, body in files:
                    archive.writestr(body, name)
        else:
            make_tar(source, files, "w" if kind == "tar" else "w:gz")
        return source.read_bytes()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["zip", "tar", "tgz", "7z"]),
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_damaged_archives_are_refused_or_whole_never_a_crash(tmp_path_factory, kind, damage):
    folder = tmp_path_factory.mktemp("f")
    source = folder / "x"
    raw = bytearray(sample(kind))
    for place, value in damage:
        raw[place % len(raw)] = value
    source.write_bytes(raw)
    try:
        unpack(source, folder / "out")
    except PackageRefused:
        assert not (folder / "out").exists()
    assert not list(folder.glob(".*unpacking"))


def test_a_folder_that_holds_something_is_not_unpacked_into(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("")
    with pytest.raises(FileExistsError):
        unpack(make_zip(tmp_path / "x", [("a", b"")]), tmp_path / "out")


def test_a_plain_folder_is_held_to_the_same_rules(tmp_path):
    top = tmp_path / "夹"
    (top / "子").mkdir(parents=True)
    (top / "子" / "b").write_bytes(b"12")
    (top / "a").write_bytes(b"1")
    assert [(f.path, f.size) for f in walk_folder(top)] == [("a", 1), ("子/b", 2)]
    (top / "l").symlink_to("a")
    with pytest.raises(PackageRefused) as caught:
        list(walk_folder(top))
    assert caught.value.code == "link"
    (top / "l").unlink()
    os.mkfifo(top / "p")
    with pytest.raises(PackageRefused) as caught:
        list(walk_folder(top))
    assert caught.value.code == "device"


def test_a_thing_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"%PDF-1.7")
    assert refused(tmp_path / "x", tmp_path) == "not-an-archive"
    (tmp_path / "x").write_bytes(b"")
    assert refused(tmp_path / "x", tmp_path) == "not-an-archive"
