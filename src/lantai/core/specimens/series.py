"""Series 成批档案: registers and vouchers made from authored parts by a seeded generator.

A series of ``world/series.toml`` names the kind of facts its texts speak of; each kind is a
function here that gives the values of one record. The same file gives the same records.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lantai.core.specimens.numerals import capital_amount, chinese_date, identity_number

Facts = dict[str, Any]
Maker = Callable[[random.Random, "Cast", Facts], Facts]
_OWN = {
    "id",
    "facts",
    "count",
    "years",
    "title",
    "bodies",
    "towns",
    "age",
    "fixed",
    "schools",
    "entries",
    "generation_born",
    "creator",
}


class Cast:
    """Names and places the series draw from."""

    def __init__(self, data: Mapping[str, Any], villages: Mapping[str, list[str]]) -> None:
        self.surnames, self.given, self.villages = data["surnames"], data["given"], villages

    def name(self, chance: random.Random, sex: str, born: int) -> str:
        """An invented name that suits the sex (``male``/``female``) and year of birth."""
        age = 1940 if born < 1948 else 1960 if born < 1982 else 1990
        return chance.choice(self.surnames) + chance.choice(self.given[f"{sex}_{age}"])

    def village(self, chance: random.Random, town: str) -> str:
        """A village of this town, township or commune."""
        return chance.choice(self.villages[town.rstrip("镇乡")])


def series_records(
    data: Mapping[str, Any], villages: Mapping[str, list[str]]
) -> Iterator[dict[str, Any]]:
    """The raw records of every series, in the shape of the authored ones."""
    cast = Cast(data, villages)
    for series in data["series"]:
        chance = random.Random(series["id"])  # noqa: S311 – a play, not a secret
        for number in range(series["count"]):
            yield _record(series, cast, chance, number)


def _record(series: dict[str, Any], cast: Cast, chance: random.Random, number: int) -> Facts:
    years, count = series["years"], series["count"]
    year = years[number * len(years) // count]
    fixed = series.get("fixed", [])
    facts: Facts = {
        "year": year,
        "serial": str(number * 3 + 11 + chance.randrange(3)),
        "number": f"{number + 1:03d}",
        "date": f"{year}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}",
        "town": chance.choice(series.get("towns", ["城关", "石门", "白沙", "鹤塘"])),
        "series": series,
        "born": series.get("generation_born", year - 24),
    }
    chosen = fixed[number] if number < len(fixed) else {}
    facts |= chosen
    facts.setdefault("village", cast.village(chance, facts["town"]))
    facts["clerk"] = cast.name(chance, "male", year - 35)
    facts["witness"] = cast.name(chance, "female", year - 40)
    facts["phone"] = f"1990000{chance.randrange(5000, 9999)}"
    facts |= KINDS[series["facts"]](chance, cast, facts) | chosen
    if series["facts"] != "voucher" and year <= 1982:
        facts["village"] = str(facts["village"]).removesuffix("村")
        facts["village2"] = str(facts.get("village2", "")).removesuffix("村")
    facts["date_zh"] = chinese_date(facts["date"])
    record: Facts = {"record_class": "ZY"} | {k: v for k, v in series.items() if k not in _OWN}
    record |= {key: series[key].format(**facts) for key in ("title", "creator")}
    record["body"] = chance.choice(series["bodies"]).format(**facts)
    record |= {"id": f"{series['id']}-{number + 1:03d}", "date": facts["date"], "facts": facts}
    record["persons"] = "；".join(
        str(facts[key]) for key in ("husband", "wife", "head", "pupil", "elder") if key in facts
    )
    return record


def _birth(chance: random.Random, year: int) -> str:
    return f"{year}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"


def _couple(chance: random.Random, cast: Cast, facts: Facts) -> Facts:
    low, high = facts["series"]["age"]
    ages = chance.randint(low, high), chance.randint(low - 2, high - 2)
    births = [_birth(chance, facts["year"] - age - 1) for age in ages]
    schools = (
        ["初小", "高小", "初中", "文盲"]
        if facts["year"] < 1970
        else ["初中", "高中", "中专", "小学"]
    )
    jobs = ["农民", "氮肥厂工人", "小学教师", "供销社营业员", "水库管理员", "泥瓦匠", "乡卫生员"]
    return {
        "husband": cast.name(chance, "male", facts["born"]),
        "wife": cast.name(chance, "female", facts["born"]),
        "husband_age": ages[0],
        "wife_age": ages[1],
        "husband_birth": chinese_date(births[0])[:-1] + "日",
        "wife_birth": chinese_date(births[1]),
        "husband_id": identity_number(births[0], chance.randrange(499) * 2 + 1),
        "wife_id": identity_number(births[1], chance.randrange(499) * 2),
        "class_a": chance.choice(["贫农", "下中农", "中农"]),
        "class_b": chance.choice(["贫农", "下中农", "中农"]),
        "school_a": chance.choice(schools),
        "school_b": chance.choice(schools),
        "job_a": chance.choice(jobs),
        "job_b": chance.choice(jobs),
        "know": chance.randrange(4, 30),
        "village2": cast.village(chance, facts["town"]),
    }


def _contract(chance: random.Random, cast: Cast, facts: Facts) -> Facts:
    people = chance.randint(3, 8)
    paddy, dry = chance.randrange(20, 80), chance.randrange(5, 30)  # tenths of a mu
    area = paddy + dry
    return {
        "head": cast.name(chance, "male", 1940),
        "chief": cast.name(chance, "male", 1940),
        "people": people,
        "labour": max(2, people // 2),
        "team": _team(chance),
        "paddy": f"{paddy / 10:.1f}",
        "dry": f"{dry / 10:.1f}",
        "area": f"{area / 10:.1f}",
        "average": f"{area / 10 / people:.2f}",
        "field": "、".join(
            chance.sample(
                [
                    "大坵",
                    "井边丘",
                    "塘埂下",
                    "水口田",
                    "弯月丘",
                    "黄泥冲",
                    "柳树角",
                    "长坵",
                    "庙门口",
                ],
                3,
            )
        ),
        "tax": paddy * 3,
        "quota": paddy * 11,
        "levy": area * 2 + 6,
        "water": f"{area * 0.12:.2f}",
        "ox": chance.randrange(40, 180),
    }


def _team(chance: random.Random) -> str:
    return chance.choice("一二三四五六七八九")


def _pupil(chance: random.Random, cast: Cast, facts: Facts) -> Facts:
    male, old = chance.random() < 0.6, facts["year"] < 2000
    birth = _birth(chance, facts["year"] - 13)
    marks = [chance.randint(52, 98) for _ in range(5)]
    born = 1966 if old else 2008
    changes = [
        "无异动。",
        "一九八〇年二月因病休学一学期，同年九月复学。",
        "一九八一年转入县一中。",
        "初二留级一次。",
    ]
    good = [
        "热爱集体，劳动积极，字迹工整",
        "学习刻苦，上课偶有迟到",
        "尊敬师长，担任学习委员",
        "性格内向，数学较突出",
    ]
    return {
        "pupil": cast.name(chance, "male" if male else "female", born),
        "sex": "男" if male else "女",
        "birth": chinese_date(birth),
        "parent": cast.name(chance, "male", facts["year"] - 38),
        "school": chance.choice(facts["series"]["schools"]),
        "klass": chance.randint(1, 4),
        "primary": cast.village(chance, facts["town"]).removesuffix("村") + "小学",
        "enter": "一九七九年八月",
        "number": f"{chance.randrange(1, 10):02d}{chance.randrange(1, 9):02d}"
        f"{facts['year'] % 100:02d}{chance.randrange(1, 200):03d}",
        **{f"s{n + 1}": mark for n, mark in enumerate(marks)},
        "mean": f"{sum(marks) / 5:.1f}",
        "conduct": chance.choice(good),
        "change": chance.choice(changes),
        "grant": f"{chance.randrange(10, 45) / 10:.2f}",
        "teacher": cast.name(chance, "female", facts["year"] - 30),
        "id_number": identity_number(birth, chance.randrange(499) * 2 + int(male)),
    }


def _plot(chance: random.Random, cast: Cast, facts: Facts) -> Facts:
    house, yard = chance.randint(62, 150), chance.randint(12, 70)
    total, recent = house + yard, facts["year"] > 2000
    sources = [
        "1952年土地房产所有证存根及1984年宅基地登记簿（县档案馆复制件）",
        "1987年建房批准书",
        "祖遗房屋，村委会证明",
    ]
    older = ["一九五二年土改分得", "祖遗", "一九七八年大队批准新建", "与兄弟分户所得"]
    return {
        "head": cast.name(chance, "male", facts["year"] - (48 if recent else 44)),
        "people": chance.randint(2, 7),
        "rooms": chance.randint(2, 6),
        "house": house,
        "yard": yard,
        "total": total,
        "approved": min(total, 140),
        "over": f"超出{total - 140}平方米在记事栏注明。" if total > 140 else "",
        "build": chance.choice(range(1981, 2006))
        if recent
        else chance.choice(["一九五三", "一九六四", "一九七三", "一九七九"]),
        "material": chance.choice(
            ["砖混结构", "砖木结构"] if recent else ["土墙瓦顶", "砖木瓦房", "土墙草顶"]
        ),
        "east": chance.choice(["村道", "水沟", "本户菜地"]),
        "west": chance.choice(["邻墙", "竹林", "公用巷道"]),
        "south": chance.choice(["晒场", "公路", "池塘"]),
        "north": chance.choice(["山脚", "空地", "渠堤"]),
        "source": chance.choice(sources if recent else older),
        "neighbour": cast.name(chance, "male", 1960),
        "id_number": identity_number(
            _birth(chance, facts["year"] - 48), chance.randrange(499) * 2 + 1
        ),
        "serial": f"{int(facts['serial']) + 1000:05d}" if recent else facts["serial"],
    }


def _relief(chance: random.Random, cast: Cast, facts: Facts) -> Facts:
    rooms, unit = chance.randint(1, 5), chance.choice([150, 200, 250, 300])
    money, people = rooms * unit, chance.randint(2, 7)
    first = money // 2
    return {
        "head": cast.name(chance, "male", 1955),
        "people": people,
        "rooms": rooms,
        "unit": unit,
        "house_money": money,
        "first": first,
        "second": money - first,
        "rice": people * 45,
        "material": chance.choice(["土墙", "砖木", "土木"]),
        "grain": chance.randrange(200, 1500, 50),
        "area": f"{chance.randrange(15, 70) / 10:.1f}",
        "vote": chance.randint(18, 36),
        "clothes": people * 2,
        "note": chance.choice(["，死亡耕牛一头", "，淹死生猪二头", "，家具全部冲走", ""]),
    }


def _pension(chance: random.Random, cast: Cast, facts: Facts) -> Facts:
    age = chance.choice([80, 81, 82, 83, 85, 88, 90, 92, 95])
    male = chance.random() < 0.4
    birth = _birth(chance, facts["year"] - age)
    money = 60 if age < 90 else 150
    return {
        "elder": cast.name(chance, "male" if male else "female", 1935),
        "sex": "男" if male else "女",
        "birth": chinese_date(birth),
        "age": age,
        "money": money,
        "annual": money * 12,
        "id_number": identity_number(birth, chance.randrange(499) * 2 + int(male)),
        "kin": chance.choice(["本人", "儿子", "女儿", "孙女"]),
        "tail": f"{chance.randrange(10000):04d}",
        "living": chance.choice(
            ["与长子同住", "独居，女儿每周探望", "夫妻二人同住", "住县五保供养服务中心"]
        ),
    }


def _voucher(chance: random.Random, cast: Cast, facts: Facts) -> Facts:
    summary, debit, credit = chance.choice(facts["series"]["entries"])
    cents = chance.randrange(3000, 480000) * 100 + chance.choice([0, 0, 50])
    return {
        "summary": summary,
        "debit": debit,
        "credit": credit,
        "cents": cents,
        "amount": f"{cents / 100:,.2f}",
        "amount_zh": capital_amount(cents),
        "annexes": chance.randint(2, 6),
        "chief": cast.name(chance, "female", 1960),
        "head": cast.name(chance, "female", 1970),
        "month": int(facts["date"][4:6]),
        "seller": chance.choice(
            [
                "清江市文渊印务有限公司",
                "云溪县柳溪办公用品商行",
                "清江市衡正检测有限公司",
                "清江市石渠数字科技有限公司",
            ]
        ),
    }


KINDS: dict[str, Maker] = {
    "couple": _couple,
    "contract": _contract,
    "pupil": _pupil,
    "plot": _plot,
    "relief": _relief,
    "pension": _pension,
    "voucher": _voucher,
}
