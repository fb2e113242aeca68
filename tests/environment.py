"""Set before Django's settings are read: the tests' data folder and database."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")  # syncing costs nothing there; what must be durable is tested by kills
if (
    "TMPDIR" not in os.environ
    and os.access(_MEMORY, os.W_OK)
    and shutil.disk_usage(_MEMORY).free > 3 << 30
):
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None

_data = Path(tempfile.mkdtemp(prefix="lantai-test-"))
(_data / "logs").mkdir()
os.environ["LANTAI_DATA"] = str(_data)
if (
    os.environ.get("LANTAI_TEST_DATABASE") == "postgresql"
    and "PYTEST_XDIST_WORKER" not in os.environ
    and "LANTAI_DATABASE_URL" not in os.environ
):
    from tests import postgres

    os.environ["LANTAI_DATABASE_URL"] = postgres.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the data folder away."""
    shutil.rmtree(_data, ignore_errors=True)
