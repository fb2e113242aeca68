"""Files at risk get a proven copy beside them; what can not be proven is said, and nothing lost."""

from __future__ import annotations

import pytest
from django.test import Client
from PIL import Image

from lantai.catalogue.records.models import Component, Record
from lantai.core.fixity import digest_stream
from lantai.core.formats.migration import migrations
from lantai.foundation.jobs.models import Job
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.refusal import NotPermitted
from lantai.preservation.depositing.items import DepositFile, DepositItem
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.depositing.queries import open_component
from lantai.preservation.migrating.copying import make_copy
from lantai.preservation.migrating.operations import note_failure, register_copy, try_again
from lantai.preservation.migrating.queries import FAILED, MADE, formats_held
from lantai.preservation.reconciling.truth import Options, reconcile
from tests.people import make_county
from tests.preservation.test_depositing import deposit
from tests.resources.office import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(data_folder, tmp_path):
    county = make_county()
    good, bad = tmp_path / "平面图.bmp", tmp_path / "残图.bmp"
    Image.linear_gradient("L").convert("RGB").save(good)
    bad.write_bytes(good.read_bytes()[:9_000])
    items = [
        DepositItem(
            f"k{n}", {"title": path.stem, "fonds": "J012"}, files=[DepositFile(path, path.name)]
        )
        for n, path in enumerate([good, bad])
    ]
    deposit(county, items)
    return county


def component_of(title):
    return Component.objects.get(record__title=title, role=Component.ORIGINAL)


def test_the_copy_enters_a_new_version_with_its_proof_and_the_original_stays(county):
    original = component_of("平面图")
    way = migrations().get("image-to-tiff")
    outcome = make_copy(county.act("archivist"), original, way)
    assert outcome["made"]
    record = original.record
    copy = record.components.get(role=Component.PRESERVATION)
    assert copy.name == "平面图.tif" and copy.puid == "fmt/353"
    with open_component(copy) as stream:
        assert digest_stream(stream).values == {"sha512": copy.sha512, "sm3": copy.sm3}
    inventory = storage_root().read_inventory(record.object_id)
    assert inventory.head == "v2"
    assert {original.path, copy.path} <= set(inventory.version().paths())
    entry = LedgerEntry.objects.filter(event="migration").latest("sequence")
    assert entry.detail["sha512_before"] == original.sha512
    assert entry.detail["sha512_after"] == copy.sha512
    assert [proof["kept"] for proof in entry.detail["proofs"]] == [True]
    assert record.urn in entry.subjects
    assert make_copy(county.act("archivist"), original, way)["path"] == copy.path  # once more
    assert record.components.filter(role=Component.PRESERVATION).count() == 1
    assert reconcile(Options(digests=True)).ok


def test_a_file_that_can_not_be_read_is_noted_with_the_reason_and_its_object_is_untouched(county):
    original = component_of("残图")
    outcome = make_copy(county.act("archivist"), original, migrations().get("image-to-tiff"))
    assert not outcome["made"]
    original.refresh_from_db()
    assert original.details[FAILED]["message"]
    assert storage_root().read_inventory(original.record.object_id).head == "v1"
    assert LedgerEntry.objects.filter(event="migration_failure").count() == 1


def test_by_clicking_a_whole_format_is_migrated_and_the_page_tells_what_became_of_each(county):
    client = Client()
    client.force_login(county.people["archivist"])
    page = client.get("/preservation/formats/").content.decode()
    assert "有风险" in page and "图像转 TIFF" in page
    puid = component_of("平面图").puid
    client.post("/preservation/formats/migrate/", {"way": "image-to-tiff", "puid": puid})
    work()
    assert Job.objects.get(task="preservation.migrate").state == Job.DONE
    (held,) = [one for one in formats_held(county.people["archivist"]) if one.puid == puid]
    assert (held.files, held.made, held.failed, held.waiting) == (2, 1, 1, 0)
    page = client.get("/preservation/formats/").content.decode()
    assert "已转换" in page and "未能转换" in page and "再试一次" in page
    failed = component_of("残图")
    client.post(f"/preservation/formats/{failed.pk}/again/")
    failed.refresh_from_db()
    assert FAILED not in failed.details
    assert MADE in component_of("平面图").details


def test_others_neither_see_nor_start_it(county):
    for who in ("officer", "clerk", "supervisor", "sysadmin"):
        client = Client()
        client.force_login(county.people[who])
        assert client.get("/preservation/formats/").status_code == 403
        assert (
            client.post("/preservation/formats/migrate/", {"way": "image-to-tiff"}).status_code
            == 403
        )
    other = Client()
    other.force_login(county.people["other_archivist"])
    assert "平面图" not in other.get("/preservation/formats/").content.decode()
    pk = component_of("平面图").pk
    assert other.post(f"/preservation/formats/{pk}/again/").status_code == 404
    assert Record.objects.count() == 2


def test_none_of_the_verbs_is_for_others(county):
    original = component_of("平面图")
    for verb, more in (
        (register_copy, {"path": "x", "name": "x", "migrated": {}}),
        (note_failure, {"way": "x", "code": "x", "message": "x"}),
        (try_again, {}),
    ):
        for who in ("officer", "clerk", "sysadmin", "other_archivist"):
            with pytest.raises(NotPermitted):
                verb(county.act(who), component=original, **more)
