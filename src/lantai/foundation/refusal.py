"""Refusal 拒绝: the system says no, in words an archivist would use, with the next step."""

from __future__ import annotations

from django.utils.translation import get_language


def localised(zh: str, en: str) -> str:
    """The text in the reader's language; Chinese is first."""
    return en if en and (get_language() or "zh").startswith("en") else zh


class Refusal(Exception):
    """An act that the rules do not allow. Anything else that is raised is a defect.

    ``code`` is stable and short; the two texts say what happened and what to do next.
    """

    code = "refused"

    def __init__(self, zh: str, en: str = "", *, code: str = "") -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en or zh
        if code:
            self.code = code

    def __str__(self) -> str:
        return localised(self.zh, self.en)


class NotPermitted(Refusal):
    """The table of permissions says no."""

    code = "not-permitted"


class Conflict(Refusal):
    """Somebody else changed the thing first."""

    code = "conflict"


class NotFound(Refusal):
    """There is no such thing, or this person may not know of it."""

    code = "not-found"
