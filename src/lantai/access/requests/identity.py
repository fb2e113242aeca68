"""Identity 身份: checking, masking and sealing what a requester tells of themselves."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from django.conf import settings

from lantai.engines.sign.sealed_text import SealingKey, load_or_create_sealing_key

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECKS = "10X98765432"
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}")
_keys: dict[Path, SealingKey] = {}


def sealing_key() -> SealingKey:
    """This installation's key for personal data; made at the first use."""
    path = settings.LANTAI.keys / "personal-data.key"
    key = _keys.get(path)
    if key is None:
        _keys.clear()
        key = _keys[path] = load_or_create_sealing_key(path)
    return key


def id_number_problem(number: str, today: date) -> str:
    """What is wrong with an 18-digit identity number: "", length, date or check (GB 11643)."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return "length"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "date"
    if not date(1880, 1, 1) <= born <= today:
        return "date"
    total = sum(int(d) * w for d, w in zip(number, _WEIGHTS, strict=False))
    return "" if _CHECKS[total % 11] == number[17] else "check"


def tidy_phone(text: str) -> str:
    """The phone number without spaces and country code."""
    return re.sub(r"[\s()（）]", "", text).removeprefix("+86").replace("—", "-")


def phone_is_good(phone: str) -> bool:
    """Whether it is a mobile number or a number with area code of the mainland."""
    return bool(_MOBILE.fullmatch(phone) or _LANDLINE.fullmatch(phone))


def mask_name(name: str) -> str:
    """欧阳兰 → 欧＊兰; the middle is hidden, of two characters the second."""
    name = name.strip()
    if len(name) <= 1:
        return name
    return name[0] + "＊" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def mask_number(number: str) -> str:
    """First 6 and last 4 shown (STANDARDS 12.3); short ones show their ends only."""
    if len(number) < 12:
        return number[:1] + "*" * max(0, len(number) - 2) + number[-1:]
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def mask_phone(phone: str) -> str:
    """First 3 and last 4 shown."""
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 9 else "****"


def lookup_of(number: str, phone: str) -> str:
    """What number and phone together open; nothing of either can be read from it."""
    digits = re.sub(r"\D", "", phone)
    return sealing_key().blind("request", number.strip().upper(), digits)
