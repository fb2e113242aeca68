"""What every page's shell shows: who is signed in, what waits, where one can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import roles, standings
from lantai.foundation.refusal import localised
from lantai.web.navigation import footer_links, navigation_for, portal_links


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the page shells (web/templates/layouts). Asked once a page."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    held = standings(user) if signed_in else []
    place = held[0][1] if held else _the_archives()
    context: dict[str, Any] = {
        "demo": settings.LANTAI.demo,
        "site": _site(place),
        "portal_links": portal_links(request.path),
        "footer_links": footer_links(),
        "portal_account": {"url": "/desk/", "label": user.name}
        if signed_in
        else {"url": "/login/", "label": _("工作人员登录")},
    }
    if not signed_in:
        return context
    labels = "、".join(
        dict.fromkeys(roles()[role].label for role, _place in held if role in roles())
    )
    context |= {
        "person": user,
        "account": {
            "name": user.name,
            "note": labels,
            "items": [{"url": reverse("accounts:own"), "label": _("我的账户")}],
            "logout_url": reverse("accounts:logout"),
        },
        "inbox": {"url": reverse("desk:desk"), "count": waiting_for(user).count()},
        "navigation": navigation_for(user, request.path),
        "home_url": reverse("desk:desk"),
        "search_url": "/search/",
    }
    return context


def _the_archives() -> Institution | None:
    return Institution.objects.filter(kind=Institution.ARCHIVES).order_by("pk").first()


def _site(place: Institution | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {
        "name": localised(place.name, place.name_en),
        "name_en": place.name_en if not (get_language() or "").startswith("en") else "",
        **{k: place.details.get(k, "") for k in ("address", "phone", "hours")},
    }
