"""Presenting 呈现: the acts beside the way of a matter 其他办法, for the page of any desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lantai.foundation.desks.owed.handing import open_hands
from lantai.foundation.desks.owed.pressing import urged_words


@dataclass(frozen=True)
class Beside:
    """One act: where it is sent, what is asked with it."""

    id: str
    url: str
    label: str
    field: str = ""  # the label of the reason; "": none is asked
    required: bool = False
    tone: str = ""
    confirm: str = ""
    people: tuple[Any, ...] = ()
    people_label: str = ""


def withdraw(url: str, confirm: str) -> Beside:
    """Take back what one handed in."""
    return Beside("withdraw", url, _("撤回提交"), _("撤回提交的理由"), True, "danger", confirm)


def urge(url: str) -> Beside:
    """Press those it waits for."""
    return Beside("urge", url, _("催办"), _("催办的话"))


def delegate(url: str, people: Iterable[Any], reason: bool = False) -> Beside:
    """Hand it to a colleague."""
    asked = _("委派理由") if reason else ""
    return Beside("delegate", url, _("委派"), asked, people=tuple(people), people_label=_("委派给"))


def take_back(url: str) -> Beside:
    """End what was handed to a colleague."""
    return Beside("take-back", url, _("收回委派"))


def told_beside(actor: Any, subject: str, stage: str) -> dict[str, Any]:
    """How often it was urged, who does it for whom now, and whether that is the reader's part."""
    hands = list(open_hands(subject, stage))
    return {
        "urged": urged_words([subject]).get(subject, ""),
        "handed": [
            _("{giver}委派{person}办理").format(giver=one.giver.name, person=one.person.name)
            for one in hands
        ],
        "gave": any(one.giver_id == getattr(actor, "pk", None) for one in hands),
    }
