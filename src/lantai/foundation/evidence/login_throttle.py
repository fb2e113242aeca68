"""What stops the guessing of passwords."""

from __future__ import annotations

from typing import Any

from lantai.foundation.accounts.throttle import FAILURES_A_NAME, FAILURES_AN_ADDRESS, WINDOW
from lantai.foundation.desks.evaluations.evidence import Evidence, Seen


class LoginThrottle(Evidence):
    """登录失败限制: after how many failures one must wait, and how long they are counted."""

    id = "login_throttle"
    zh = "登录失败限制"
    en = "Failed sign-ins"

    def look(self, place: Any) -> Seen:
        """From the throttle's own limits."""
        minutes = int(WINDOW.total_seconds() // 60)
        return Seen(
            True,
            f"{minutes} 分钟内同一账号失败 {FAILURES_A_NAME} 次、同一地址 {FAILURES_AN_ADDRESS} 次即锁定",
            f"{FAILURES_A_NAME} failures of a name or {FAILURES_AN_ADDRESS} of an address within "
            f"{minutes} minutes lock it",
        )
