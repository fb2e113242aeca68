"""The virus engine, when it is installed: a signature of our own, found in a file of our own."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from lantai.engines.scan.clamav import ClamAv, installed_scanner

MARK = b"lantai-virus-test-3141592653589793"


def test_without_an_engine_there_is_none(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert installed_scanner() is None


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """clamscan with one signature: the hexadecimal of our mark."""
    program = shutil.which("clamscan")
    if program is None:
        pytest.skip("ClamAV is not installed: apt-get install clamav")
    base = tmp_path / "signatures"
    base.mkdir()
    (base / "lantai.ndb").write_text(f"Lantai.Test:0:*:{MARK.hex()}\n", "ascii")
    real = subprocess.run

    def with_ours(command, **more):
        if "--version" not in command:
            command = [command[0], f"--database={base}", *command[1:]]
        return real(command, **more)

    monkeypatch.setattr(subprocess, "run", with_ours)
    return ClamAv(program)


def test_our_own_signature_is_found_and_a_clean_file_is_clean(engine, tmp_path):
    (tmp_path / "坏.bin").write_bytes(b"x" * 100 + MARK + b"y" * 100)
    (tmp_path / "好.bin").write_bytes(b"x" * 200)
    assert engine.scan(tmp_path / "坏.bin").startswith("Lantai.Test")
    assert engine.scan(tmp_path / "好.bin") == ""
    assert engine.name.startswith("ClamAV")


def test_an_engine_that_fails_is_no_clean_bill(tmp_path):
    broken = tmp_path / "clamscan"
    broken.write_text("#!/bin/sh\necho 'LibClamAV Error: no database' >&2\nexit 2\n")
    broken.chmod(0o755)
    (tmp_path / "f").write_bytes(b"x")
    with pytest.raises(OSError, match="no database"):
        ClamAv(str(broken)).scan(tmp_path / "f")
