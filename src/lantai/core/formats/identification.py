"""Format identification 格式识别: PRONOM signatures in process, then our own rules.

siegfried's engine knows PRONOM; what China uses and PRONOM lacks (OFD, CEB, WPS, 数电票) is in
``signatures/*.toml`` under ids ``lantai-fmt/…``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pygfried

from lantai.core.formats.byte_signatures import by_bytes
from lantai.core.formats.format import Format, FormatFinder, formats
from lantai.core.formats.pdfa_claim import PUIDS, claimed_puid
from lantai.core.formats.signature_rules import SignatureRule, matches, signature_rules

UNKNOWN = "UNKNOWN"
_ANY_ZIP = "x-fmt/263"
_PDF = frozenset({*(f"fmt/{number}" for number in range(14, 21)), "fmt/276", "fmt/1129"})
"""PDF 1.0 to 2.0 with nothing said of PDF/A."""
_CHUNK = 256


@dataclass(frozen=True)
class Identification:
    """What a file is; ``puid`` is a PRONOM id, ``lantai-fmt/…`` or UNKNOWN.

    ``format_id`` names the `Format` that reads it, or is empty.
    """

    path: str
    puid: str
    name: str = ""
    version: str = ""
    mime: str = ""
    basis: str = ""
    warning: str = ""
    format_id: str = ""

    def to_json(self) -> dict[str, str]:
        """The fields as a JSON object."""
        return asdict(self)


def identify(path: Path | str) -> Identification:
    """What this file is; never raises for the file's content or absence."""
    return next(identify_many([path], workers=1))


def identify_many(paths: Iterable[Path | str], workers: int = 2) -> Iterator[Identification]:
    """What each file is, in order, with a flat memory however many there are."""
    source = iter(paths)
    while chunk := [os.fspath(path) for path in islice(source, _CHUNK)]:
        yield from _identify_chunk(chunk, workers)


def _identify_chunk(chunk: list[str], workers: int) -> Iterator[Identification]:
    refused = {path: _refusal(path) for path in chunk}
    good = [path for path in chunk if not refused[path]]
    answers = dict(zip(good, _ask(good, workers), strict=True))
    for path in chunk:
        if refused[path]:
            yield Identification(path, UNKNOWN, warning=refused[path])
        else:
            yield _refine(path, answers[path])


def _refusal(path: str) -> str:
    try:
        found = os.stat(path)  # noqa: PTH116  (bytes-named paths too)
    except (OSError, ValueError) as problem:
        return f"无法打开 cannot be opened: {problem.__class__.__name__}"
    if not stat.S_ISREG(found.st_mode):
        return "不是普通文件 not a regular file"
    return "" if found.st_size else "空文件 empty file"


def _ask(paths: list[str], workers: int) -> list[dict[str, Any]]:
    if not paths:
        return []
    try:
        found = pygfried.identify_many(paths, workers=workers)["files"]
        if len(found) == len(paths):
            return [dict(one) for one in found]
    except (OSError, UnicodeError, ValueError):
        pass
    return [_ask_one(path) for path in paths]


def _ask_one(path: str) -> dict[str, Any]:
    try:
        return dict(pygfried.identify(path, detailed=True)["files"][0])
    except UnicodeError:
        return _ask_by_handle(path)
    except (OSError, ValueError, IndexError) as problem:
        return {"errors": str(problem), "matches": []}


def _ask_by_handle(path: str) -> dict[str, Any]:
    """For names that are not UTF-8: the engine is shown the open file instead."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123  (the name is not text)
            return dict(
                pygfried.identify(f"/proc/self/fd/{stream.fileno()}", detailed=True)["files"][0]
            )
    except (OSError, ValueError, IndexError) as problem:
        return {"errors": str(problem), "matches": []}


@lru_cache(maxsize=1)
def _finder() -> FormatFinder:
    return FormatFinder(formats())


def _refine(path: str, answer: dict[str, Any]) -> Identification:
    hits = answer.get("matches") or []
    first = hits[0] if hits else {}
    puid = first.get("id", UNKNOWN)
    warning = _short(first.get("warning", "") or answer.get("errors", ""))
    if len(hits) > 1:
        warning = "; ".join(
            filter(None, [warning, "also " + ", ".join(h["id"] for h in hits[1:6])])
        )
    rule = _rule_for(path, puid)
    if rule is not None:
        return _by_rule(path, rule)
    by_content = puid != UNKNOWN and not _by_name_only(first)
    broken = "mscfb" in warning or "zip:" in warning
    if not by_content or broken or puid == _ANY_ZIP:
        told = _by_bytes(path, by_content and not broken)
        if told is not None:
            return told
    if not by_content and (own := _by_start(path)) is not None:
        return own
    if puid in _PDF and (claimed := claimed_puid(Path(path))):
        return _pdfa(path, claimed, warning)
    extension = os.path.splitext(path)[1]  # noqa: PTH122
    return Identification(
        path,
        puid,
        first.get("format", ""),
        first.get("version", ""),
        first.get("mime", ""),
        first.get("basis", ""),
        warning,
        _finder().find(puid, first.get("mime", ""), extension),
    )


def known_as(puid: str, name: str = "", mime: str = "", path: str = "") -> Identification:
    """A format found earlier, from what was written down of it; its reader with it."""
    own = _rules_by_id().get(puid)
    extension = os.path.splitext(path)[1]  # noqa: PTH122
    format_id = own.format if own else _finder().find(puid, mime, extension)
    return Identification(path, puid, name, mime=mime, format_id=format_id)


@lru_cache(maxsize=1)
def _rules_by_id() -> dict[str, SignatureRule]:
    return {rule.id: rule for rules in signature_rules().values() for rule in rules}


def _short(warning: str) -> str:
    """Without the long list of what the extension could mean."""
    head, found, _ = warning.partition("; possibilities based on extension")
    return head + ("; extension not proven" if found else "")


def _rule_for(path: str, puid: str) -> SignatureRule | None:
    for rule in signature_rules().get(puid, ()):
        if matches(rule, Path(path)):
            return rule
    return None


@lru_cache(maxsize=1)
def _starts() -> dict[bytes, type[Format]]:
    shelf = formats().all().values()
    return {start: kind for kind in shelf for start in kind.starts}


def _by_start(path: str) -> Identification | None:
    """A format of the shelf that says itself how its files start."""
    if not _starts():
        return None
    try:
        with open(path, "rb") as stream:  # noqa: PTH123  (bytes-named paths too)
            head = stream.read(max(map(len, _starts())))
    except OSError:
        return None
    for start, kind in _starts().items():
        if head.startswith(start):
            name = f"{kind.label_zh} {kind.label_en}".strip()
            mime = kind.mimes[0] if kind.mimes else ""
            puid = f"lantai-fmt/{kind.id}"
            return Identification(path, puid, name, "", mime, "byte match: start", "", kind.id)
    return None


def _by_name_only(hit: dict[str, Any]) -> bool:
    """Whether the engine went by the extension and no byte of the content."""
    basis = hit.get("basis", "")
    return basis.startswith("extension") and "match at" not in basis and "container" not in basis


def _by_bytes(path: str, only_by_extension: bool) -> Identification | None:
    """By PRONOM's byte signatures for containers that are cut off or damaged."""
    found = by_bytes(Path(path), only_by_extension=only_by_extension)
    if found is None:
        return None
    extension = os.path.splitext(path)[1]  # noqa: PTH122
    return Identification(
        path,
        found.puid,
        found.name,
        found.version,
        found.mime,
        "byte match: PRONOM V118",
        "container damaged or unusual",
        _finder().find(found.puid, found.mime, extension),
    )


def _pdfa(path: str, puid: str, warning: str) -> Identification:
    """A PDF whose claim of PDF/A the engine did not see: in UTF-16 or UTF-32, or oddly written."""
    version = next(name for name, found in PUIDS.items() if found == puid)
    name = "Acrobat PDF/A - Portable Document Format"
    basis = "byte match: pdfaid in the XMP metadata"
    kind = _finder().find(puid, "application/pdf", ".pdf")
    return Identification(path, puid, name, version, "application/pdf", basis, warning, kind)


def _by_rule(path: str, rule: SignatureRule) -> Identification:
    extension = os.path.splitext(path)[1].lower().lstrip(".")  # noqa: PTH122
    mismatch = rule.extensions and extension not in rule.extensions
    notes = [rule.warning, "extension mismatch" if mismatch else ""]
    return Identification(
        path,
        rule.id,
        rule.name,
        rule.version,
        rule.mime,
        rule.basis,
        "; ".join(filter(None, notes)),
        rule.format,
    )
