"""The rules for the METS files of E-ARK packages E-ARK 规则, kept as data in ``eark_rules.toml``.

Each rule is two XPath 1.0 expressions: where it applies, and what must hold there.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from lantai.core.verdict import Verdict

NAMESPACES = {
    "m": "http://www.loc.gov/METS/",
    "csip": "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
    "sip": "https://DILCIS.eu/XML/METS/SIPExtensionMETS",
    "xlink": "http://www.w3.org/1999/xlink",
    "re": "http://exslt.org/regular-expressions",
}


@dataclass(frozen=True)
class Surroundings:
    """What a METS file can not tell of itself but a rule asks."""

    folder: str
    level: str
    """``package`` or ``representation``."""
    profiles: frozenset[str] = frozenset()
    """The profiles beyond CSIP the package claims: ``SIP``, ``DIP``."""
    has_descriptive: bool = False
    has_preservation: bool = False


@dataclass(frozen=True)
class Rule:
    """One requirement of a METS profile."""

    id: str
    level: str
    context: etree.XPath
    test: etree.XPath
    zh: str
    en: str
    profile: str = ""
    only: str = ""
    unique: bool = False

    def applies(self, around: Surroundings) -> bool:
        """Whether the package claims the profile and the METS is of the level."""
        return self.only in ("", around.level) and (
            not self.profile or self.profile in around.profiles
        )


@functools.cache
def _book() -> tuple[tuple[Rule, ...], dict[str, str]]:
    data = tomllib.loads(Path(__file__).with_name("eark_rules.toml").read_text("utf-8"))
    rules = []
    for entry in data["rule"]:
        compiled = {
            key: etree.XPath(entry[key], namespaces=NAMESPACES) for key in ("context", "test")
        }
        rules.append(Rule(**{**entry, **compiled}))
    return tuple(rules), {
        name: f"|{'|'.join(terms)}|" for name, terms in data["vocabulary"].items()
    }


@functools.cache
def words() -> dict[str, dict[str, str]]:
    """The words of every requirement: the first rule of an id gives them."""
    found: dict[str, dict[str, str]] = {}
    for rule in _book()[0]:
        found.setdefault(rule.id, {"zh": rule.zh, "en": rule.en, "level": rule.level})
    return found


def judge_mets(root: etree._Element, where: str, around: Surroundings, verdict: Verdict) -> None:
    """Enter every rule of the METS profiles that ``root`` breaks."""
    rules, vocabularies = _book()
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    told: dict[str, Any] = {
        **vocabularies,
        "folder": around.folder,
        "has_descriptive": around.has_descriptive,
        "has_preservation": around.has_preservation,
        "tomorrow": float(tomorrow.strftime("%Y%m%d%H%M%S")),
    }
    used = Counter(root.xpath("//@ID"))
    for rule in rules:
        if not rule.applies(around):
            continue
        for element in rule.context(root, **told):
            twice = rule.unique and used[element.get("ID")] > 1
            if twice or not rule.test(element, **told):
                verdict.enter(
                    rule.level, rule.id, where, rule.zh, rule.en, seen=f"line {element.sourceline}"
                )


@functools.cache
def _schema() -> etree.XMLSchema:
    path = Path(__file__).with_name("schemas") / "mets.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


def schema_faults(root: etree._Element) -> list[str]:
    """What breaks the schema of METS 1.12, with line numbers; the first hundred."""
    schema = _schema()
    try:
        if schema.validate(root):
            return []
    except etree.XMLSchemaValidateError as cause:
        return [str(cause)]
    return [f"line {fault.line}: {fault.message}" for fault in schema.error_log][:100]
