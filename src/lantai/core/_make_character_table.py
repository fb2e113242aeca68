"""Makes `character_table.tsv` from OpenCC: run `python -m lantai.core._make_character_table`.

Kept: single characters whose single-character conversion (traditional, Taiwan, Hong Kong) is
another single character; Japanese forms only where GB 2312 does not have the character (so that
芸, 弁, 予 stay themselves); and the variants below, which OpenCC does not hold.
"""

from __future__ import annotations

from pathlib import Path

import opencc

# target ← variants seen in old catalogues and on stone-printed forms; ours.
VARIANTS = {
    "〇": "○◯",
    "[": "〔【﹝",
    "]": "〕】﹞",
    "·": "・•‧∙⋅･",
    "-": "‐‑‒–−－",
    "户": "戶戸",
    "历": "曆歷厯歴",
    "里": "裏裡",
    "为": "為爲",
    "国": "囯圀囶囻",
    "回": "囬囘廻迴",
    "查": "査",
    "别": "別",
    "高": "髙",
    "教": "敎",
    "青": "靑",
    "清": "淸",
    "即": "卽",
    "既": "旣",
    "乡": "鄉鄊鄕",
    "群": "羣",
    "峰": "峯",
    "启": "啓啟",
    "略": "畧",
    "并": "並併竝",
    "却": "卻",
    "黄": "黃",
    "温": "溫",
    "吕": "呂",
    "产": "產産",
    "说": "說説",
    "税": "稅",
    "内": "內",
    "册": "冊",
    "晋": "晉",
    "录": "錄録",
    "绿": "綠緑",
    "没": "沒",
    "决": "決",
    "净": "淨",
    "凉": "涼",
    "减": "減",
    "周": "週",
    "奖": "奬獎",
    "窗": "窓窻牕",
    "床": "牀",
    "村": "邨",
    "铁": "鉄銕鐡",
    "麻": "蔴",
    "粮": "粮糧",
    "岩": "巖嵒",
    "峡": "峽",
    "岛": "島嶋",
    "迹": "跡蹟",
    "档": "檔",
    "痴": "癡",
    "咏": "詠",
    "叹": "歎嘆",
    "游": "遊",
    "线": "綫線",
    "卫": "衛衞",
    "众": "眾衆",
    "赞": "贊賛讚",
    "杯": "盃",
    "笔": "筆",
    "亩": "畝畆畒畞",
    "兰": "蘭",
    "台": "臺",
    "赏": "賞",
    "强": "強彊",
    "虽": "雖",
    "虚": "虛",
    "值": "値",
    "真": "眞",
    "慎": "愼",
    "德": "徳悳",
    "恒": "恆",
    "吴": "吳呉",
    "俞": "兪",
    "研": "硏",
    "奥": "奧",
    "胜": "勝",
    "采": "採寀",
    "修": "脩",
    "志": "誌",
    "占": "佔",
    "布": "佈",
    "仿": "倣彷",
    "雇": "僱",
    "咨": "諮",
    "注": "註",
    "疏": "疎",
    "泪": "淚",
    "罚": "罰罸",
    "据": "據",
    "凶": "兇",
    "券": "劵",
    "勋": "勳",
    "效": "効傚",
    "暖": "煖",
    "烟": "煙菸",
    "焰": "燄",
    "灾": "災烖菑",
    "玩": "翫",
    "球": "毬",
    "秘": "祕",
    "秋": "秌龝",
    "穗": "穂",
    "糖": "餹",
    "繁": "緐",
    "翻": "繙飜",
    "耕": "畊",
    "胸": "胷",
    "脉": "脈衇",
    "脚": "腳",
    "草": "艸",
    "蚊": "蟁",
    "蜂": "蠭",
    "衬": "襯",
    "衔": "銜",
    "表": "錶",
    "裤": "袴",
    "踪": "蹤",
    "镇": "鎮鎭",
    "闲": "閒閑",
    "阶": "階堦",
    "阴": "陰隂",
    "险": "險険",
    "隶": "隸隷",
    "雁": "鴈",
    "霉": "黴",
    "面": "麵麪",
    "韵": "韻",
    "鼓": "皷",
    "鹅": "鵞鵝",
    "斗": "鬥鬪鬭",
    "升": "昇陞",
    "毁": "燬譭",
    "扎": "紮",
    "托": "託",
    "挂": "掛",
    "捆": "綑",
    "搜": "蒐",
    "晒": "曬",
    "桌": "槕",
    "棋": "碁棊",
    "概": "槪",
    "榨": "搾",
    "橹": "艣",
    "欲": "慾",
    "歌": "謌",
    "氛": "雰",
    "汇": "匯彙滙",
    "借": "藉",
    "了": "瞭",
    "么": "麼麽",
    "宁": "甯",
    "钟": "锺",
}
# Words of their own in simplified text, though a dictionary converts them.
KEPT = "么著薹醣幺"
HEADER = (
    "# Variant and traditional characters by simplified target; made by _make_character_table.py\n"
    "# from OpenCC (Apache-2.0) single-character conversions and our own list. Do not edit.\n"
)


def _candidates() -> str:
    ranges = ((0x2E80, 0x2FDF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
    return "".join(chr(c) for first, last in ranges for c in range(first, last + 1))


def _in_gb2312(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def make() -> dict[str, str]:
    """Character → simplified character, followed to its end so that folding is idempotent."""
    to_simple = opencc.OpenCC("t2s")
    found: dict[str, str] = {}
    for name in ("t2s", "tw2s", "hk2s", "jp2t"):
        convert = opencc.OpenCC(name)
        for character in _candidates():
            if name == "jp2t" and _in_gb2312(character):
                continue
            simple = to_simple.convert(convert.convert(character))
            if len(simple) == 1 and simple != character and character not in KEPT:
                found.setdefault(character, simple)
    for target, variants in VARIANTS.items():
        for variant in variants:
            if variant != target:
                found[variant] = target
    for source in list(found):
        seen = {source}
        while found[source] in found and found[source] not in seen:
            seen.add(found[source])
            found[source] = found[found[source]]
    return {source: target for source, target in found.items() if source != target}


def main() -> None:
    """Write the table beside this file."""
    by_target: dict[str, list[str]] = {}
    for source, target in make().items():
        by_target.setdefault(target, []).append(source)
    lines = [f"{target}\t{''.join(sorted(by_target[target]))}" for target in sorted(by_target)]
    path = Path(__file__).with_name("character_table.tsv")
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
