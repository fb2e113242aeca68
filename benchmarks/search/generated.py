"""Made catalogue entries 合成目录: a seeded stream of Chinese archives entries of any length.

Words are drawn by Zipf's law from lists of bodies, places, matters and personal names, so that
some bigrams are in every tenth title and some in one; about 5 % of the titles are traditional.
The same seed and number always give the same entry; entries are made in blocks, in C.

``python -m benchmarks.search.generated 100000 entries.csv`` writes a table to import.
"""

from __future__ import annotations

import csv
import itertools
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np
import opencc

from lantai.core.search.port import SearchDocument

SEED = 20261122
BLOCK = 10_000
COLUMNS = ("编号", "档号", "题名", "责任者", "文号", "日期", "年度", "保管期限", "门类", "主题词")

_HEADS = "云清江石龙凤金玉长安永宁太平新丰东南西北高阳河溪山岭湖泉松柏桃梅兰竹青白黄双三九福寿和顺"
_TAILS = "山河城江阳州溪湖岭原泉口桥坪塘湾岗坡沟堡门浦港津"
_RANKS = ("县", "市", "区", "镇", "乡", "街道", "地区", "自治县")
_BODIES = [
    "人民政府",
    "革命委员会",
    "委员会",
    "人民委员会",
    "办公室",
    "财政局",
    "教育局",
    "农业局",
    "水利局",
    "林业局",
    "卫生局",
    "民政局",
    "公安局",
    "劳动局",
    "人事局",
    "税务局",
    "商业局",
    "粮食局",
    "交通局",
    "工业局",
    "文化局",
    "档案局",
    "统计局",
    "物价局",
    "计划委员会",
    "经济委员会",
    "建设委员会",
    "体育运动委员会",
    "计划生育委员会",
    "供销合作社",
    "总工会",
    "妇女联合会",
    "共青团委员会",
    "人民法院",
    "人民检察院",
    "人民银行",
    "农业银行",
    "国土资源局",
    "环境保护局",
    "审计局",
    "广播电视局",
    "土地改革委员会",
    "生产指挥部",
    "防汛指挥部",
    "血吸虫病防治站",
    "农业技术推广站",
    "第一中学",
    "人民医院",
    "机械厂",
]
_MATTERS = [
    "土地承包",
    "土地改革",
    "农田水利建设",
    "水利工程",
    "防汛抗旱",
    "粮食征购",
    "粮油供应",
    "春耕生产",
    "秋季征收",
    "合作化",
    "人民公社",
    "整风整社",
    "干部任免",
    "机构设置",
    "人员编制",
    "工资调整",
    "退休退职",
    "职工福利",
    "劳动保护",
    "安全生产",
    "知识青年上山下乡",
    "户口迁移",
    "婚姻登记",
    "计划生育",
    "烈军属优抚",
    "五保户供养",
    "救灾救济",
    "血吸虫病防治",
    "爱国卫生运动",
    "学校招生",
    "民办教师",
    "扫除文盲",
    "课程改革",
    "校舍维修",
    "图书发行",
    "文物保护",
    "档案管理",
    "保密工作",
    "信访工作",
    "普法教育",
    "社会治安",
    "严厉打击",
    "案件复查",
    "平反冤假错案",
    "落实政策",
    "党员发展",
    "支部改选",
    "工会换届",
    "妇女代表大会",
    "人民代表大会",
    "政协会议",
    "财政预算",
    "财务决算",
    "税收征管",
    "物价检查",
    "市场管理",
    "个体工商户",
    "乡镇企业",
    "国营企业改制",
    "技术改造",
    "新产品试制",
    "质量评比",
    "设备更新",
    "能源节约",
    "道路修建",
    "桥梁养护",
    "航道疏浚",
    "电力供应",
    "邮电通信",
    "广播网络",
    "城镇规划",
    "房屋拆迁",
    "征用土地",
    "宅基地审批",
    "环境保护",
    "植树造林",
    "封山育林",
    "森林防火",
    "畜牧防疫",
    "良种推广",
    "病虫害防治",
    "渔业生产",
    "茶叶收购",
    "蚕桑生产",
    "棉花种植",
    "烟叶生产",
    "食盐专卖",
    "外贸出口",
    "华侨接待",
    "台胞探亲",
    "民族团结",
    "宗教活动场所",
    "地名普查",
    "人口普查",
    "工业普查",
    "地方志编纂",
    "党史资料征集",
    "革命遗址修缮",
    "抗美援朝",
    "镇压反革命",
    "三反五反",
    "公私合营",
    "精简下放",
]
_FORMS = [
    "的通知",
    "的请示",
    "的批复",
    "的报告",
    "的决定",
    "的意见",
    "的函",
    "的复函",
    "的通报",
    "的会议纪要",
    "工作总结",
    "年度计划",
    "统计报表",
    "调查报告",
    "实施方案",
    "暂行规定",
    "管理办法",
    "的指示",
    "情况汇报",
    "花名册",
    "登记表",
    "合同书",
    "说明书",
    "的公告",
    "大事记",
    "座谈会记录",
    "典型材料",
    "来往文书",
    "名单",
    "清册",
]
_LEADS = ("关于", "关于", "关于", "关于转发", "关于印发", "关于做好", "关于加强", "转发", "批转", "关于召开", "关于同意", "关于上报", "")  # fmt: skip
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_GIVEN = (
    "国建华明志文德福荣生祥贵玉秀英兰芳桂珍凤梅素淑琴云霞春红丽娟敏静军勇强伟杰涛超鹏飞龙虎平安康宁"
    "永长兴旺昌盛庆余有才良善义仁礼智信忠孝廉正直诚恭敬宽厚光耀辉煌灿炳焕章彬斌武振威扬宏大广博渊深远"
    "清泉江河海洋波涛润泽沛霖雨雪冰霜露晨曦晓阳晖旭昇东南西北中天地山川峰岭岩石磊森林木松柏杨柳桐梓楠"
    "榕槐樟棣萱蕙芷苓茵莲菊蓉薇蔷玫瑰琳琅璋瑜瑾璇玑珏珺琪瑶璐璞钧铭鑫锋锐钢铁银钊镇鉴鸿鹄鹤鸾燕莺雁"
    "獬豸麒麟骐骥骏骁驰骋馨香馥郁缤纷绮纨绢绣绍继承先启后学思勤奋勉励图治为民富强和谐友爱乐怡悦欣慰"
)
_CLASSES = ("WS", "WS", "WS", "WS", "KJ", "ZY", "ZP", "SX", "KU")
_TERMS = ("Y", "D30", "D30", "D10")


class Entries:
    """Blocks of entries, each made from its own seed: any block can be made by itself."""

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed
        rng = random.Random(seed)
        places = [a + b + c for a, b, c in itertools.product(_HEADS, _TAILS, _RANKS)]
        rng.shuffle(places)
        self.places = places[:4000]
        self.villages = [a + b + "村" for a, b in itertools.product(_HEADS, _HEADS)]
        rng.shuffle(self.villages)
        self.traditional = opencc.OpenCC("s2t")

    def block(self, number: int) -> list[tuple[str, ...]]:
        """Entries number × `BLOCK` and on, as values of `COLUMNS`."""
        rng = np.random.default_rng((self.seed, number))
        draw = {
            "place": _zipf(rng, len(self.places)),
            "village": _zipf(rng, len(self.villages)),
            "body": _zipf(rng, len(_BODIES)),
            "to": _zipf(rng, len(_BODIES)),
            "matter": _zipf(rng, len(_MATTERS)),
            "other": _zipf(rng, len(_MATTERS)),
            "form": _zipf(rng, len(_FORMS)),
            "lead": rng.integers(0, len(_LEADS), BLOCK),
            "surname": _zipf(rng, len(_SURNAMES)),
            "first": _zipf(rng, len(_GIVEN), 0.7),
            "second": _zipf(rng, len(_GIVEN), 0.7),
            "shape": rng.integers(0, 100, BLOCK),
            "year": 1949 + (rng.beta(2.2, 1.6, BLOCK) * 72).astype(int),
            "month": rng.integers(1, 13, BLOCK),
            "day": rng.integers(1, 29, BLOCK),
            "class": rng.integers(0, len(_CLASSES), BLOCK),
            "term": rng.integers(0, len(_TERMS), BLOCK),
            "number": rng.integers(1, 400, BLOCK),
            "trad": rng.integers(0, 1000, BLOCK),
        }
        names = list(draw)
        rows = zip(*(draw[name].tolist() for name in names), strict=True)
        first = number * BLOCK
        return [
            self._entry(first + n, dict(zip(names, row, strict=True))) for n, row in enumerate(rows)
        ]

    def _entry(self, n: int, d: dict[str, int]) -> tuple[str, ...]:
        place, body = self.places[d["place"]], _BODIES[d["body"]]
        matter, form = _MATTERS[d["matter"]], _FORMS[d["form"]]
        name = _SURNAMES[d["surname"]] + _GIVEN[d["first"]]
        name += _GIVEN[d["second"]] if d["shape"] % 4 else ""
        title = self._title(d, place, body, matter, form, name)
        if d["trad"] < 56:
            title = self.traditional.convert(title)
        year, fonds = d["year"], f"J{d['place'] % 300 + 1:03}"
        kind, term = _CLASSES[d["class"]], _TERMS[d["term"]]
        code = f"{fonds}-{kind}·{year}-{term}-{n:08}"
        day = f"{year}{d['month']:02}{d['day']:02}"
        doc_no = f"{place[:1]}{body[:1]}发〔{year}〕{d['number']}号" if d["shape"] < 60 else ""
        subjects = f"{matter}；{_MATTERS[d['other']]}"
        return (
            f"g{n}", code, title, place + body, doc_no, day, str(year), term, kind, subjects,
        )  # fmt: skip

    def _title(
        self, d: dict[str, int], place: str, body: str, matter: str, form: str, name: str
    ) -> str:
        shape, village = d["shape"], self.villages[d["village"]]
        if shape < 45:
            return f"{place}{body}{_LEADS[d['lead']]}{d['year']}年{village}{matter}{form}"
        if shape < 65:
            return f"{_LEADS[d['lead']]}{place}{village}{matter}和{_MATTERS[d['other']]}{form}"
        if shape < 85:
            return f"{place}{body}关于{name}等同志{matter}问题{form}"
        return f"{name}{matter}{form}（{village}第{d['number']}号）"


def _zipf(rng: np.random.Generator, size: int, power: float = 0.9) -> np.ndarray:
    weights = 1.0 / np.arange(1, size + 1) ** power
    return rng.choice(size, BLOCK, p=weights / weights.sum())


def entries(count: int, first: int = 0, seed: int = SEED) -> Iterator[tuple[str, ...]]:
    """``count`` entries from number ``first`` on, as values of `COLUMNS`."""
    maker = Entries(seed)
    place, end = first, first + count
    while place < end:
        block = maker.block(place // BLOCK)
        start = place % BLOCK
        taken = block[start : start + end - place]
        yield from taken
        place += len(taken)


def as_document(row: Sequence[str], tokens: tuple[str, ...] = ("public",)) -> SearchDocument:
    """An entry as the index takes it."""
    identifier, code, title, creator, doc_no, day, year, _term, kind, subjects = row
    return SearchDocument(
        id=identifier,
        tokens=tokens,
        title=title,
        text=subjects,
        reference_code=code,
        doc_no=doc_no,
        creator=creator,
        fonds=code[:4],
        record_class=kind,
        level="item",
        access_status="open",
        holder="LOCAL",
        year=int(year),
        date=day,
    )


def write_csv(stream: TextIO, rows: Iterable[Sequence[str]]) -> None:
    """A table with Chinese headings, as an archives would send it."""
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows(rows)


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", encoding="utf-8", newline="") as target:
        write_csv(target, entries(int(sys.argv[1])))
