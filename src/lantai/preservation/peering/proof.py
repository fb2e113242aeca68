"""The proof 随机数证明: a digest over a fresh nonce and the bytes; nobody can have kept it ready.

After LOCKSS: who has only the digests of old, and not the bytes, can not answer.
"""

from __future__ import annotations

import hashlib

from lantai.core.ocfl.inventory import INVENTORY
from lantai.core.ocfl.object import ObjectDamaged
from lantai.core.ocfl.root import OcflRoot
from lantai.core.storage.port import StorageFailure

BLOCK = 1 << 20
ALGORITHM = "sha512"


def proof_of(root: OcflRoot, object_id: str, nonce: bytes) -> str | None:
    """SHA-512 over the nonce, the inventory and every content file by path; None when unreadable."""
    path = root.path_of(object_id)
    try:
        inventory = root.inventory_at(path)
        hasher = hashlib.new(ALGORITHM, nonce)
        places = sorted(p for found in inventory.manifest.values() for p in found)
        for name in [INVENTORY, *places]:
            with root.storage.open(f"{path}/{name}") as stream:
                while block := stream.read(BLOCK):
                    hasher.update(block)
    except (ObjectDamaged, StorageFailure, OSError):
        return None
    return hasher.hexdigest()
