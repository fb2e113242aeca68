"""Whether others of the machine can read the keys."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from lantai.foundation.desks.evaluations.evidence import Evidence, Seen


class KeysClosed(Evidence):
    """密钥存放: the folder of the signing and secret keys is closed to others."""

    id = "keys_closed"
    zh = "密钥存放"
    en = "Keys"

    def look(self, place: Any) -> Seen:
        """From the folder's mode."""
        folder = settings.LANTAI.keys
        if not folder.is_dir():
            return Seen(None, "还没有密钥目录", "there is no folder of keys yet")
        closed = not folder.stat().st_mode & 0o077
        return Seen(
            closed,
            "只有系统账户可读" if closed else "其他账户也能读，请改为 0700",
            "only the system's account reads them"
            if closed
            else "others can read them: make it 0700",
        )
