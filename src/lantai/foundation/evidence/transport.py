"""Whether what travels is encrypted."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from lantai.foundation.desks.evaluations.evidence import Evidence, Seen


class Transport(Evidence):
    """传输加密: the address the system answers at, and cookies that travel only encrypted."""

    id = "transport"
    zh = "传输加密"
    en = "Transport"

    def look(self, place: Any) -> Seen:
        """From the base address and the cookies' settings."""
        tls = settings.LANTAI.base_url.startswith("https://")
        secure = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE
        return Seen(
            tls and secure,
            f"对外地址{'使用' if tls else '未使用'} HTTPS；Cookie {'只' if secure else '不限'}经加密连接传送",
            f"the public address is {'' if tls else 'not '}HTTPS; cookies travel "
            f"{'only encrypted' if secure else 'unencrypted too'}",
        )
