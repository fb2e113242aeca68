"""What every test may ask for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation


@pytest.fixture
def data_folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A fresh data folder for one test (ledger, store, index, incoming)."""
    fresh = tmp_path / "data"
    fresh.mkdir()
    settings.LANTAI = replace(
        settings.LANTAI,
        data=fresh,
        index_url=f"tantivy://{fresh}/index",
        store_url=f"folder://{fresh}/storage/ocfl",
    )
    yield fresh


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """A server in this process reads and writes a file, as a real one does.

    In memory its threads would share one cache, where a table in use is refused at once
    ("database table is locked") and no waiting helps.
    """
    from django.conf import settings

    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3") and any(
        item.get_closest_marker("browser") for item in request.session.items
    ):
        place = tmp_path_factory.mktemp("database") / "test.sqlite3"
        default.setdefault("TEST", {})["NAME"] = str(place)


@pytest.fixture(autouse=True)
def _quick_passwords(request: pytest.FixtureRequest) -> None:
    """Hash passwords cheaply in tests that touch the database."""
    names = {"db", "transactional_db", "django_db_setup", "client"}
    if request.node.get_closest_marker("django_db") or names & set(request.fixturenames):
        settings = request.getfixturevalue("settings")
        settings.PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]


@pytest.fixture(autouse=True)
def _answers_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches in tests do not wait for the even moment; the soak of timing asks for it."""
    if not request.node.get_closest_marker("soak"):
        queries = sys.modules.get("lantai.access.search.queries")
        for grain in ("GRAIN", "GRAIN_OF_NOTHING") if queries else ():
            monkeypatch.setattr(queries, grain, 1e-6)


@pytest.fixture(autouse=True)
def _first_language() -> Iterator[None]:
    """Give every test the first language: a request leaves its own active in the thread."""
    yield
    translation.deactivate()
