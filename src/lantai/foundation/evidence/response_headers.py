"""What every answer forbids the browser to do."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from lantai.foundation.desks.evaluations.evidence import Evidence, Seen

HEADERS = "lantai.web.middleware.headers.SecurityHeaders"


class ResponseHeaders(Evidence):
    """响应头: no foreign scripts, no guessing of types, no framing by others."""

    id = "response_headers"
    zh = "安全响应头"
    en = "Response headers"

    def look(self, place: Any) -> Seen:
        """From the middleware in force."""
        policy = HEADERS in settings.MIDDLEWARE
        types = settings.SECURE_CONTENT_TYPE_NOSNIFF
        framed = settings.X_FRAME_OPTIONS in ("DENY", "SAMEORIGIN")
        return Seen(
            policy and types and framed,
            f"内容安全策略{'已' if policy else '未'}启用；类型猜测{'已' if types else '未'}禁止；"
            f"{'已' if framed else '未'}禁止他站嵌入",
            f"content policy {'on' if policy else 'off'}; type guessing "
            f"{'forbidden' if types else 'allowed'}; framing {'forbidden' if framed else 'allowed'}",
        )
