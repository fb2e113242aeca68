"""Polling a peer 互校: compare proofs; whose copy is wrong, the seal says; who is wrong is mended."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from http.client import HTTPException

from lantai.core.ocfl.copying import CopyRefused, copy_object
from lantai.core.ocfl.examining import examine_object
from lantai.core.progress import Progress, silent
from lantai.core.storage.port import StorageFailure
from lantai.foundation.work import Act
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.fixity_audit.healing import record_repair
from lantai.preservation.fixity_audit.holdings import Copy, Holding
from lantai.preservation.peering.client import PeerStorage, ask, ask_proofs
from lantai.preservation.peering.models import PeerPoll
from lantai.preservation.peering.operations import record_poll
from lantai.preservation.peering.peers import Peer
from lantai.preservation.peering.proof import proof_of
from lantai.preservation.replication.models import PreservedObject
from lantai.preservation.replication.sealing import sealed_of

AT_ONCE = 50
FINDINGS_KEPT = 500


def poll_peer(
    act: Act, peer: Peer, progress: Progress = silent, *, sample: int = 0, offer: bool = True
) -> PeerPoll:
    """Ask about every sealed object, or a random ``sample``; `StorageFailure` when it is away."""
    rows = PreservedObject.objects.filter(frozen_at=None)
    ids = list(
        rows.order_by("?" if sample else "pk").values_list("object_id", flat=True)[: sample or None]
    )
    poll = PeerPoll(peer=peer.code)
    for start in range(0, len(ids), AT_ONCE):
        _ask(act, peer, poll, ids[start : start + AT_ONCE], offer=offer)
        progress(poll.asked, len(ids), f"{poll.agreed}/{poll.asked}")
    return record_poll(act, poll=poll)


def _ask(act: Act, peer: Peer, poll: PeerPoll, ids: Sequence[str], *, offer: bool) -> None:
    nonce, root = secrets.token_bytes(32), storage_root()
    theirs = ask_proofs(peer, nonce, ids)
    for object_id in ids:
        poll.asked += 1
        ours = proof_of(root, object_id, nonce)
        if ours is not None and ours == theirs[object_id]:
            poll.agreed += 1
            continue
        _differ(act, peer, poll, object_id, theirs[object_id], offer=offer)


def _differ(
    act: Act, peer: Peer, poll: PeerPoll, object_id: str, theirs: str | None, *, offer: bool
) -> None:
    """Not the same: our own copy is examined against its seal, and that decides."""
    row = PreservedObject.objects.get(object_id=object_id)
    root = storage_root()
    found = examine_object(root.storage, row.path, sealed_of(row, object_id))
    if not found.sound:
        poll.ours_wrong += 1
        mended = mend_from(act, peer, object_id)
        poll.mended += mended
        _tell(poll, "ours-wrong", object_id, "本馆副本已损坏" + ("，已由节点修复" if mended else ""),
              "our copy is damaged" + (": mended from the peer" if mended else ""))  # fmt: skip
        return
    if theirs is None:
        poll.absent += 1
        _tell(poll, "peer-absent", object_id, "节点没有完整的副本", "the peer holds no whole copy")
    else:
        poll.peer_wrong += 1
        _tell(
            poll,
            "peer-wrong",
            object_id,
            "节点副本与封存摘要不符",
            "the peer's copy is not as sealed",
        )
    if offer:
        ask(peer, "/offers", {"object_id": object_id})


def mend_from(act: Act, peer: Peer, object_id: str) -> bool:
    """Make our own copy anew from the peer's, if ours is damaged and theirs is as sealed here."""
    row = PreservedObject.objects.filter(object_id=object_id).first()
    if row is None or not row.inventory_sha512:
        return False  # nothing sealed here speaks for what the peer would send
    main, sealed = storage_root().storage, sealed_of(row, object_id)
    before = examine_object(main, row.path, sealed)
    if before.sound:
        return False
    try:
        theirs = PeerStorage(peer, object_id, row.path)
        copy_object(theirs, row.path, main, row.path, expected=row.inventory_sha512, replace=True)
    except (CopyRefused, StorageFailure, OSError, HTTPException):
        return False  # what broke on the way left our own as it was
    after = examine_object(main, row.path, sealed)
    bad = Copy("main", main, row.path, before)
    record_repair(
        act, holding=Holding(row.path, row, sealed), bad=bad,
        good=Copy(f"peer:{peer.code}", theirs, row.path, after),
    )  # fmt: skip
    return after.sound


def _tell(poll: PeerPoll, code: str, path: str, zh: str, en: str) -> None:
    if len(poll.findings) < FINDINGS_KEPT:
        poll.findings.append({"code": code, "path": path, "zh": zh, "en": en})
