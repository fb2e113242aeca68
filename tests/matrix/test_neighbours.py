"""What stands around a record tells nothing of what is hidden: drafts, and the file above."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lantai.resources.filing.models import FilingItem
from lantai.resources.filing.operations import draft_item
from tests.matrix.channels import _text
from tests.matrix.world import VIEWERS, World, set_state

pytestmark = pytest.mark.django_db
DRAFT = "关于榆树屯旧案的草稿"


def test_the_title_of_a_hidden_file_is_not_told_by_its_children(world: World):
    """A secret file above a record that its unit's officer may see."""
    child, above = world.records["closed"], world.records["secret"]
    set_state(
        world.county.act("archivist"),
        fonds=world.county.fonds,
        record=child,
        columns={"parent": above},
    )
    for viewer in ("officer", "archivist", "clerk"):
        for name in ("reading:record", "reading:describe"):
            answer = world.client(viewer).get(reverse(name, args=[child.uid]))
            assert above.title not in _text(answer), (viewer, name)


def test_a_draft_at_its_unit_is_seen_by_the_unit_alone(world: World):
    item = draft_item(world.county.act("officer"), unit=world.county.unit, values={"title": DRAFT})
    assert FilingItem.objects.filter(pk=item.pk).exists()
    own = world.client("officer").get(reverse("filing:item", args=[item.uid]))
    assert own.status_code == 200 and DRAFT in _text(own)
    for viewer in VIEWERS:
        if viewer in {"officer", "leader"}:
            continue
        page = world.client(viewer).get(reverse("filing:item", args=[item.uid]))
        assert page.status_code in {302, 403, 404}, (viewer, page.status_code)
        for address in (reverse("filing:items"), reverse("search:page") + "?q=榆树屯",
                        "/api/v1/search?q=榆树屯", reverse("portal:search") + "?q=榆树屯"):  # fmt: skip
            assert DRAFT not in _text(world.client(viewer).get(address)), (viewer, address)
