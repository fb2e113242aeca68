"""The matrix's world is built once a module and taken away whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.matrix.world import World, make_world


@pytest.fixture(scope="module")
def world(
    django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world, in one transaction that is rolled back."""
    data = tmp_path_factory.mktemp("matrix")
    (data / "papers").mkdir()
    own = replace(
        settings.LANTAI,
        data=data,
        index_url=f"tantivy://{data}/index",
        store_url=f"folder://{data}/storage/ocfl",
    )
    quick = override_settings(LANTAI=own, PASSWORD_HASHERS=["tests.hashers.QuickArgon2"])
    with django_db_blocker.unblock(), quick, transaction.atomic():
        yield make_world(data / "papers")
        transaction.set_rollback(True)
