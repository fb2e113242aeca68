"""The rule of passwords, as it is set."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from lantai.foundation.desks.evaluations.evidence import Evidence, Seen

LEAST = 8  # characters


class PasswordRule(Evidence):
    """口令规则: the least length, which weak ones are refused, how they are kept."""

    id = "password_rule"
    zh = "口令规则"
    en = "Password rule"

    def look(self, place: Any) -> Seen:
        """From the validators and the hasher in force."""
        rules = {v["NAME"].rpartition(".")[2]: v for v in settings.AUTH_PASSWORD_VALIDATORS}
        least = rules.get("MinimumLengthValidator", {}).get("OPTIONS", {}).get("min_length", 0)
        common = "CommonPasswordValidator" in rules
        kept = settings.PASSWORD_HASHERS[0].rpartition(".")[2].removesuffix("PasswordHasher")
        return Seen(
            least >= LEAST and common,
            f"至少 {least} 位，{'拒收' if common else '不拒收'}常见口令，以 {kept} 存放",
            f"at least {least} characters, common ones {'refused' if common else 'allowed'}, "
            f"kept by {kept}",
        )
