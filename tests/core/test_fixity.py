import hashlib
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.core import fixity, sm3


def test_sm3_of_abc_is_the_one_printed_in_gbt_32905():
    assert fixity.digest_bytes(b"abc").values["sm3"] == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


def test_sm3_falls_back_to_cryptography():
    spare = fixity._CryptographySm3()
    spare.update(b"abc")
    assert spare.hexdigest() == fixity.digest_bytes(b"abc").values["sm3"]


def test_an_unknown_algorithm_is_named():
    with pytest.raises(fixity.DigestUnavailable, match="md77"):
        fixity.new_hasher("md77")


@given(st.binary(max_size=5000))
def test_stream_bytes_and_reader_agree(data):
    expected = fixity.digest_bytes(data)
    assert fixity.digest_stream(io.BytesIO(data)) == expected
    reader = fixity.HashingReader(io.BytesIO(data))
    while reader.read(77):
        pass
    assert reader.digests == expected


def test_a_large_file_is_hashed_in_threads_to_the_same_digests(tmp_path):
    data = bytes(range(256)) * (fixity.PARALLEL_FROM // 256 + 3)
    path = tmp_path / "大文件.bin"
    path.write_bytes(data)
    found = fixity.digest_file(path)
    assert found.size == len(data)
    assert found.values["sha512"] == hashlib.sha512(data).hexdigest()
    assert found.values["sm3"] == hashlib.new("sm3", data).hexdigest()
    copied = fixity.copy_with_digests(path, tmp_path / "copy", durable=True)
    assert copied == found
    assert (tmp_path / "copy").read_bytes() == data


def test_a_copy_never_overwrites(tmp_path):
    (tmp_path / "there").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        fixity.copy_with_digests(io.BytesIO(b"new"), tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == b"old"


def test_a_failed_copy_leaves_nothing(tmp_path):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError("EIO")

    with pytest.raises(OSError, match="EIO"):
        fixity.copy_with_digests(Broken(b"x"), tmp_path / "half")
    assert not (tmp_path / "half").exists()


def test_many_keeps_order_and_reports_the_unreadable(tmp_path):
    paths = [tmp_path / f"{n}.txt" for n in range(30)]
    for n, path in enumerate(paths):
        if n != 7:
            path.write_text(str(n))
    seen = []
    results = list(fixity.digest_many(paths, progress=lambda d, t, n="": seen.append(d), total=30))
    assert [path for path, _ in results] == paths
    assert isinstance(results[7][1], FileNotFoundError)
    assert results[8][1] == fixity.digest_bytes(b"8")
    assert seen == list(range(1, 31))


def test_the_quicker_sm3_is_the_same_as_openssls_at_every_length(tmp_path):
    if not sm3.available():
        pytest.skip("no libgcrypt with SM3 here")
    data = random.Random(3).randbytes(5 << 20)
    for size in (0, 1, 55, 56, 63, 64, 65, 4_095, sm3.LARGE - 1, sm3.LARGE, len(data)):
        hasher = sm3.GcryptSm3()
        for start in range(0, size, 100_003):
            hasher.update(data[start : min(start + 100_003, size)])
            hasher.hexdigest()  # asking does not end it
        assert hasher.hexdigest() == hashlib.new("sm3", data[:size]).hexdigest(), size
        (tmp_path / "f").write_bytes(data[:size])
        found = fixity.digest_file(tmp_path / "f").values["sm3"]
        assert found == hasher.hexdigest()
