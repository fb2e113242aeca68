"""Closed means closed everywhere: every channel, asked by everybody, about every state."""

from __future__ import annotations

import pytest

from lantai.cli.command import BadCall
from tests.matrix.channels import CHANNELS
from tests.matrix.world import EXPECTED, STATES, VIEWERS, World, seen

pytestmark = pytest.mark.django_db


def wanted(channel: str, viewer: str) -> tuple[set[str], set[str]]:
    """(the least, the most) this channel shows this viewer, by the table."""
    rule = EXPECTED["channels"][channel]
    allowed = EXPECTED["open_to"].get(channel)
    if allowed is not None and viewer not in allowed:
        return set(), set()
    most = set(EXPECTED["groups"]["public"]) if rule == "public" else seen(viewer)
    return (set() if rule == "within" else most), most


def test_the_table_and_the_channels_name_each_other():
    assert set(EXPECTED["channels"]) == set(CHANNELS)
    assert set(EXPECTED["open_to"]) <= set(CHANNELS)
    for group in EXPECTED["groups"].values():
        assert set(group) <= set(STATES)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_shows_each_viewer_what_the_table_says_and_no_more(world: World, channel: str):
    wrong = []
    for viewer in EXPECTED["sampled"].get(channel, VIEWERS):
        try:
            got = CHANNELS[channel](world, viewer)
        except BadCall:
            assert viewer == "disabled"  # the command line refuses the account by name
            continue
        least, most = wanted(channel, viewer)
        if got - most:
            wrong.append(f"LEAK {viewer}: {sorted(got - most)}")
        if least - got:
            wrong.append(f"missing {viewer}: {sorted(least - got)}")
    assert not wrong, "\n".join(wrong)
