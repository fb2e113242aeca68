"""PREMIS 3 保存元数据: objects with their digests and formats, events, agents; written and read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from lantai.core.bounded import read_at_most
from lantai.core.safe_xml import XmlRefused, parse_xml

NAMESPACE = "http://www.loc.gov/premis/v3"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_P, _TYPE = f"{{{NAMESPACE}}}", f"{{{_XSI}}}type"
_MOST = 1 << 26
SOFTWARE = "Lantai 兰台"


@dataclass(frozen=True)
class PremisObject:
    """A file: identifier (its path), size in bytes, digests by name, format."""

    identifier: str
    size: int = -1
    digests: dict[str, str] = field(default_factory=dict)
    format_name: str = ""
    puid: str = ""


@dataclass(frozen=True)
class PremisEvent:
    """Something done: identifier, type, ISO time, detail, outcome, agent's name, objects."""

    identifier: str
    kind: str
    time: str
    detail: str = ""
    outcome: str = ""
    agent: str = ""
    objects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Premis:
    """What a PREMIS document tells."""

    objects: tuple[PremisObject, ...]
    events: tuple[PremisEvent, ...]


class PremisUnreadable(Exception):
    """Not XML we read, or no PREMIS 3."""


def render_premis(objects: Iterable[PremisObject], events: Iterable[PremisEvent]) -> bytes:
    """The document, UTF-8; agents are made of the names the events give."""
    root = etree.Element(f"{_P}premis", nsmap={"premis": NAMESPACE, "xsi": _XSI}, version="3.0")
    for one in objects:
        _object(root, one)
    agents: dict[str, str] = {}
    for event in events:
        ident = agents.setdefault(event.agent, f"agent-{len(agents) + 1}") if event.agent else ""
        _event(root, event, ident)
    for name, ident in agents.items():
        agent = etree.SubElement(root, f"{_P}agent")
        _identifier(agent, "agent", ident)
        _text(agent, "agentName", name)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _object(root: etree._Element, one: PremisObject) -> None:
    element = etree.SubElement(root, f"{_P}object")
    element.set(_TYPE, "premis:file")
    _identifier(element, "object", one.identifier)
    traits = etree.SubElement(element, f"{_P}objectCharacteristics")
    for algorithm, value in one.digests.items():
        fixity = etree.SubElement(traits, f"{_P}fixity")
        _text(fixity, "messageDigestAlgorithm", algorithm)
        _text(fixity, "messageDigest", value)
    if one.size >= 0:
        _text(traits, "size", str(one.size))
    kind = etree.SubElement(traits, f"{_P}format")
    designation = etree.SubElement(kind, f"{_P}formatDesignation")
    _text(designation, "formatName", one.format_name or "unknown")
    if one.puid:
        registry = etree.SubElement(kind, f"{_P}formatRegistry")
        _text(registry, "formatRegistryName", "PRONOM")
        _text(registry, "formatRegistryKey", one.puid)


def _event(root: etree._Element, event: PremisEvent, agent: str) -> None:
    element = etree.SubElement(root, f"{_P}event")
    _identifier(element, "event", event.identifier)
    _text(element, "eventType", event.kind)
    _text(element, "eventDateTime", event.time)
    if event.detail:
        told = etree.SubElement(element, f"{_P}eventDetailInformation")
        _text(told, "eventDetail", event.detail)
    if event.outcome:
        told = etree.SubElement(element, f"{_P}eventOutcomeInformation")
        _text(told, "eventOutcome", event.outcome)
    for kind, names in (("Agent", (agent,) if agent else ()), ("Object", event.objects)):
        for name in names:
            link = etree.SubElement(element, f"{_P}linking{kind}Identifier")
            _text(link, f"linking{kind}IdentifierType", "local")
            _text(link, f"linking{kind}IdentifierValue", name)


def _identifier(parent: etree._Element, kind: str, value: str) -> None:
    element = etree.SubElement(parent, f"{_P}{kind}Identifier")
    _text(element, f"{kind}IdentifierType", "local")
    _text(element, f"{kind}IdentifierValue", value)


def _text(parent: etree._Element, name: str, value: str) -> None:
    etree.SubElement(parent, f"{_P}{name}").text = value


def read_premis(path: Path) -> Premis:
    """What the document at a path tells; `PremisUnreadable`."""
    try:
        root = parse_xml(read_at_most(path, _MOST))
    except (OSError, XmlRefused) as cause:
        raise PremisUnreadable(str(cause)) from cause
    if root.tag != f"{_P}premis":
        raise PremisUnreadable(str(root.tag))
    names = {
        _first(agent, "agentIdentifierValue"): _first(agent, "agentName")
        for agent in root.iterfind(f"{_P}agent")
    }
    return Premis(
        tuple(_read_object(one) for one in root.iterfind(f"{_P}object")),
        tuple(_read_event(one, names) for one in root.iterfind(f"{_P}event")),
    )


def _read_object(element: etree._Element) -> PremisObject:
    size = _first(element, "size")
    digests = {
        _first(one, "messageDigestAlgorithm"): _first(one, "messageDigest")
        for one in element.iter(f"{_P}fixity")
    }
    return PremisObject(
        _first(element, "objectIdentifierValue"),
        int(size) if size.isascii() and size.isdigit() and len(size) < 19 else -1,
        digests,
        _first(element, "formatName"),
        _first(element, "formatRegistryKey"),
    )


def _read_event(element: etree._Element, names: dict[str, str]) -> PremisEvent:
    agent = _first(element, "linkingAgentIdentifierValue")
    linked = element.iter(f"{_P}linkingObjectIdentifierValue")
    return PremisEvent(
        _first(element, "eventIdentifierValue"),
        _first(element, "eventType"),
        _first(element, "eventDateTime"),
        _first(element, "eventDetail"),
        _first(element, "eventOutcome"),
        names.get(agent, agent),
        tuple((one.text or "").strip() for one in linked),
    )


def _first(element: etree._Element, name: str) -> str:
    found = next(element.iter(f"{_P}{name}"), None)
    return (found.text or "").strip() if found is not None else ""
