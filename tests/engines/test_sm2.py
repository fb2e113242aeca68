import shutil
import subprocess

import pytest

from lantai.engines.sign import sm2


def test_a_key_is_made_once_for_its_owner_only(tmp_path):
    first = sm2.load_or_create(tmp_path / "keys" / "k")
    assert (tmp_path / "keys" / "k").stat().st_mode & 0o777 == 0o600
    assert sm2.load_or_create(tmp_path / "keys" / "k").key_id == first.key_id


def test_a_key_others_may_read_is_not_used(tmp_path):
    sm2.load_or_create(tmp_path / "k")
    (tmp_path / "k").chmod(0o644)
    with pytest.raises(sm2.KeyUnusable):
        sm2.load_or_create(tmp_path / "k")


def test_a_signature_holds_for_its_message_and_key_only(tmp_path):
    signer, other = sm2.load_or_create(tmp_path / "a"), sm2.load_or_create(tmp_path / "b")
    signature = signer.sign("封签".encode())
    assert sm2.verify(signer.public_key, "封签".encode(), signature)
    assert not sm2.verify(signer.public_key, "封簽".encode(), signature)
    assert not sm2.verify(other.public_key, "封签".encode(), signature)
    assert not sm2.verify(signer.public_key, "封签".encode(), b"rubbish")


def test_the_published_key_is_enough_to_check(tmp_path):
    signer = sm2.load_or_create(tmp_path / "k")
    signer.publish(tmp_path / "out")
    verifier = sm2.Sm2Verifier.from_folder(tmp_path / "out")
    seal = signer(b"x")
    assert verifier(b"x", seal)
    assert not verifier(b"y", seal)
    assert not verifier(b"x", {**seal, "key_id": "0"})
    assert not verifier(b"x", {**seal, "signature": "zz"})


def test_openssl_agrees(tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    signer = sm2.load_or_create(tmp_path / "k")
    (tmp_path / "p.pem").write_bytes(sm2.public_pem(signer.public_key))
    (tmp_path / "m").write_bytes(b"message")
    (tmp_path / "s").write_bytes(signer.sign(b"message"))
    done = subprocess.run(
        [
            "openssl",
            "dgst",
            "-sm3",
            "-verify",
            "p.pem",
            "-sigopt",
            "distid:1234567812345678",
            "-signature",
            "s",
            "m",
        ],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "Verified OK" in done.stdout, done.stderr
