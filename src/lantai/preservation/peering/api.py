"""What a peer may ask: a proof over its nonce, and the bytes of an object to mend its own."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Router, Schema, Status
from ninja.security import HttpBearer

from lantai.core.storage.port import StorageFailure
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.refusal import NotFound, Refusal
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.peering.peers import peer_with
from lantai.preservation.peering.proof import ALGORITHM, proof_of

MOST_OBJECTS = 200
NONCE_BYTES = (16, 64)


class PeerDoor(HttpBearer):
    """互校节点之门: the token shared with a peer; nobody else comes in here."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The peer, or nobody."""
        return peer_with(token)


class Question(Schema):
    """A fresh nonce (hexadecimal) and the objects it is asked about."""

    nonce: str
    objects: list[str]


class Offer(Schema):
    """The asker's copy is proven; the one asked may mend its own from it."""

    object_id: str


router = Router(tags=["peering"], auth=PeerDoor())


@router.post("/peering/proofs", summary="互校证明 / proofs over a nonce")
def proofs(request: HttpRequest, question: Question) -> dict[str, Any]:
    """``{"algorithm", "proofs": {object id: digest, or null when not held whole}}``."""
    try:
        nonce = bytes.fromhex(question.nonce)
    except ValueError:
        nonce = b""
    if not NONCE_BYTES[0] <= len(nonce) <= NONCE_BYTES[1]:
        raise Refusal("随机数长度不合规。", "The nonce has a wrong length.")
    if len(question.objects) > MOST_OBJECTS:
        raise Refusal(
            f"一次最多 {MOST_OBJECTS} 个对象。", f"At most {MOST_OBJECTS} objects at once."
        )
    root = storage_root()
    return {
        "algorithm": ALGORITHM,
        "proofs": {name: proof_of(root, name, nonce) for name in question.objects},
    }


@router.get("/peering/objects/{path:object_id}/files", summary="对象文件 / its files")
def listing(request: HttpRequest, object_id: str) -> dict[str, Any]:
    """The names below the object's folder."""
    root = storage_root()
    path = root.path_of(object_id)
    names = [name.removeprefix(f"{path}/") for name in root.storage.walk(path)]
    if not names:
        raise NotFound("没有这个对象。", "No such object.")
    return {"files": names}


@router.get("/peering/objects/{path:object_id}/bytes", summary="文件内容 / a file's bytes")
def content(request: HttpRequest, object_id: str, name: str) -> FileResponse:
    """One file of an object, as it lies here."""
    root = storage_root()
    try:
        stream = root.storage.open(f"{root.path_of(object_id)}/{name}")
    except StorageFailure as problem:
        raise NotFound("没有这个文件。", "No such file.") from problem
    return FileResponse(stream, content_type="application/octet-stream")


@router.post("/peering/offers", response={202: dict[str, Any]}, summary="提供修复 / an offer")
def offer(request: HttpRequest, given: Offer) -> Status[dict[str, Any]]:
    """Look at our own copy, and mend it from the asker's if it is damaged and theirs is proven."""
    peer = request.auth  # type: ignore[attr-defined]
    enqueue(
        "peering.mend", title=f"由互校节点 {peer.code} 修复 Mend from a peer",
        arguments={"peer": peer.code, "object_id": given.object_id},
        key=f"peering.mend:{given.object_id}"[:200],
    )  # fmt: skip
    return Status(202, {"queued": True})
