"""How long a session lives."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from lantai.foundation.desks.evaluations.evidence import Evidence, Seen

LONGEST = 12 * 3600  # seconds: a working day and no night


class SessionTimeout(Evidence):
    """会话时限: after how long one must sign in again; whether scripts can read the cookie."""

    id = "session_timeout"
    zh = "会话时限"
    en = "Session"

    def look(self, place: Any) -> Seen:
        """From the settings of the session."""
        hours = settings.SESSION_COOKIE_AGE / 3600
        hidden = settings.SESSION_COOKIE_HTTPONLY
        return Seen(
            settings.SESSION_COOKIE_AGE <= LONGEST and hidden,
            f"{hours:g} 小时后须重新登录；脚本{'不能' if hidden else '能'}读取会话 Cookie",
            f"ends after {hours:g} hours; scripts can{'not' if hidden else ''} read its cookie",
        )
