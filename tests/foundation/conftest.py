"""The region of the desks' tests is built once a module and taken away whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.foundation.offices import Region, make_region


@pytest.fixture(scope="module")
def _built(
    django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Region]:
    data = tmp_path_factory.mktemp("region")
    own = replace(
        settings.LANTAI,
        data=data,
        index_url=f"tantivy://{data}/index",
        store_url=f"folder://{data}/storage/ocfl",
    )
    quick = override_settings(LANTAI=own, PASSWORD_HASHERS=["tests.hashers.QuickArgon2"])
    with django_db_blocker.unblock(), quick, transaction.atomic():
        yield make_region()
        transaction.set_rollback(True)


@pytest.fixture
def region(_built: Region) -> Iterator[Region]:
    """The region; what a test does to it is undone."""
    with transaction.atomic():
        yield _built
        transaction.set_rollback(True)
