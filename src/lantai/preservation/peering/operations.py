"""Verbs of peering: write down what a round showed."""

from __future__ import annotations

from lantai.foundation.operation import operation
from lantai.foundation.work import Act, keep, note
from lantai.preservation.peering.models import PeerPoll


@operation(permission="fixity.run", event="fixity_check")
def record_poll(act: Act, /, *, poll: PeerPoll) -> PeerPoll:
    """Enter a round in the register."""
    poll.polled_at = act.at
    poll.save()
    keep(poll, kind="created")
    note(peer=poll.peer, asked=poll.asked, agreed=poll.agreed, peer_wrong=poll.peer_wrong,
         ours_wrong=poll.ours_wrong, absent=poll.absent, mended=poll.mended)  # fmt: skip
    return poll
