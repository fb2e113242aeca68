"""Chinese writing of dates and sums 中文数字: 一九八四年五月十日, 人民币大写."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"


def chinese_date(text: str) -> str:
    """``19840510`` as 一九八四年五月十日; from 2000 on in figures, as offices then wrote."""
    year, month, day = text[:4], int(text[4:6]), int(text[6:8])
    if int(year) >= 1996:
        return f"{year}年{month}月{day}日"
    return f"{''.join(_DIGITS[int(d)] for d in year)}年{_small(month)}月{_small(day)}日"


def _small(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones else "")


def capital_amount(cents: int) -> str:
    """A sum in 分 as accountants write it: 壹万贰仟元整, 叁佰零伍元贰角."""
    yuan, rest = divmod(cents, 100)
    text = _capital_integer(yuan) + "元"
    jiao, fen = divmod(rest, 10)
    if not rest:
        return text + "整"
    text += (_CAPITALS[jiao] + "角") if jiao else "零"
    return text + (_CAPITALS[fen] + "分" if fen else "整")


def _capital_integer(number: int) -> str:
    if not number:
        return "零"
    groups, result, gap = [], "", False
    while number:
        number, group = divmod(number, 10000)
        groups.append(group)
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(result)
            continue
        if result and (gap or group < 1000):
            result += "零"
        result += _capital_group(group) + ["", "万", "亿"][place]
        gap = False
    return result


def _capital_group(group: int) -> str:
    result, zero = "", False
    for power, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit, group = divmod(group, power)
        if digit:
            result += ("零" if zero and result else "") + _CAPITALS[digit] + unit
            zero = False
        else:
            zero = True
    return result


def identity_number(birth: str, serial: int, region: str = "999123") -> str:
    """An 18-character identity number of no real region, with its right check character."""
    body = f"{region}{birth}{serial % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]
