"""Asking a peer 询问互校节点: proofs, and its copy of an object as a store to read from."""

from __future__ import annotations

import json
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode

from lantai.core.storage.port import StorageFailure
from lantai.preservation.peering.peers import Peer

TIMEOUT = 60  # seconds without a byte
MOST_ANSWER = 64 << 20
API = "/api/v1/peering"


def ask(peer: Peer, path: str, body: Any = None) -> Any:
    """A JSON question and its answer; `StorageFailure` names the peer and the cause."""
    data = None if body is None else json.dumps(body).encode()
    with _open(peer, path, data) as answer:
        try:
            return json.loads(answer.read(MOST_ANSWER))
        except ValueError as problem:
            raise StorageFailure(f"节点 {peer.code} 的回答无法读取 answer unreadable") from problem


def ask_proofs(peer: Peer, nonce: bytes, object_ids: Sequence[str]) -> dict[str, str | None]:
    """What the peer says of these objects."""
    answer = ask(peer, "/proofs", {"nonce": nonce.hex(), "objects": list(object_ids)})
    proofs = answer.get("proofs") if isinstance(answer, dict) else None
    if not isinstance(proofs, dict):
        raise StorageFailure(f"节点 {peer.code} 的回答无法读取 answer unreadable")
    return {name: proofs.get(name) for name in object_ids}


class PeerStorage:
    """One object of a peer, to be read as from any store; what comes is proven by who copies."""

    def __init__(self, peer: Peer, object_id: str, path: str) -> None:
        self.peer, self.path = peer, path
        self.base = f"/objects/{quote(object_id, safe='')}"
        self.names: list[str] = sorted(ask(peer, f"{self.base}/files")["files"])

    def open(self, path: str) -> BinaryIO:
        name = self._inner(path)
        if name not in self.names:
            raise StorageFailure(f"节点没有此文件 the peer has no such file: {path}")
        return _open(self.peer, f"{self.base}/bytes?{urlencode({'name': name})}", None)

    def exists(self, path: str) -> bool:
        name = self._inner(path)
        return any(n == name or n.startswith(f"{name}/") for n in self.names)

    def size(self, path: str) -> int:
        with self.open(path) as stream:
            return len(stream.read())

    def walk(self, path: str = "") -> Iterator[str]:
        yield from (f"{self.path}/{name}" for name in self.names)

    def new_staging(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="lantai-peer-"))

    def move_in(self, staged: Path, path: str) -> None:
        raise StorageFailure("互校节点只读 a peer is only read")

    def write(self, path: str, data: bytes) -> None:
        raise StorageFailure("互校节点只读 a peer is only read")

    def remove(self, path: str) -> None:
        raise StorageFailure("互校节点只读 a peer is only read")

    def _inner(self, path: str) -> str:
        return path.removeprefix(f"{self.path}/")


def _open(peer: Peer, path: str, data: bytes | None) -> Any:
    request = urllib.request.Request(  # noqa: S310 - peers' addresses are http(s), checked when added
        f"{peer.url}{API}{path}",
        data=data,
        headers={"Authorization": f"Bearer {peer.token}", "Content-Type": "application/json"},
    )
    try:
        return urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310
    except (urllib.error.URLError, OSError, ValueError) as problem:
        raise StorageFailure(
            f"节点 {peer.code} 连不上 peer can not be reached: {problem}"
        ) from problem
