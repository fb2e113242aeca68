"""Peers 互校节点: who they are and the secret shared with each, in files beside the keys.

``keys/peers/<code>.json`` = ``{"url": "https://…", "token": "…"}``, mode 0600. The same token lies
at both nodes.
"""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from lantai.foundation.refusal import Refusal

CODE = re.compile(r"^[A-Za-z0-9_-]{1,40}$")
SHORTEST = 24  # characters of a token


@dataclass(frozen=True)
class Peer:
    """Another Lantai that keeps the same objects."""

    code: str
    url: str
    token: str


def peers() -> list[Peer]:
    """Every peer of this node."""
    folder = _folder()
    found = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        document = json.loads(path.read_text("utf-8"))
        found.append(Peer(path.stem, document["url"].rstrip("/"), document["token"]))
    return found


def peer_named(code: str) -> Peer:
    """The peer of this code, or a refusal."""
    for peer in peers():
        if peer.code == code:
            return peer
    raise Refusal(f"没有互校节点 {code}。", f"There is no peer {code}.", code="no-peer")


def peer_with(token: str) -> Peer | None:
    """Whose token this is."""
    for peer in peers():
        if hmac.compare_digest(peer.token.encode(), token.encode()):
            return peer
    return None


def add_peer(code: str, url: str, token: str) -> Peer:
    """Write a peer's file."""
    if not CODE.match(code) or not url.startswith(("http://", "https://")):
        raise Refusal("节点代码或地址不合规。", "The peer's code or address is no good.")
    if len(token) < SHORTEST:
        raise Refusal(
            f"令牌至少 {SHORTEST} 个字符。", f"A token has at least {SHORTEST} characters."
        )
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{code}.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({"url": url, "token": token}), "utf-8")
    return Peer(code, url, token)


def _folder() -> Path:
    return Path(settings.LANTAI.keys) / "peers"
