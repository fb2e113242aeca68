"""Reading a file of any format 读文件: text, properties, openability, inside the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lantai.core.formats.format import (
    ExtractedText,
    PageText,
    Problem,
    ReadLimits,
    Unreadable,
    formats,
)
from lantai.core.formats.identification import Identification, identify
from lantai.core.formats.sandbox import ParseFailed, run_isolated

DEFAULT_LIMITS = ReadLimits()


def read_text(
    path: Path,
    identification: Identification | None = None,
    limits: ReadLimits = DEFAULT_LIMITS,
    in_process: bool = False,
) -> ExtractedText:
    """The text of a file; never raises for its content: the warning says what went wrong."""
    known = identification or identify(path)
    if not known.format_id or not formats().get(known.format_id).has_text:
        return ExtractedText(
            (), "" if known.format_id else "未识别的格式 no reader for this format"
        )
    try:
        answer = _call(
            text_of,
            [str(path), known.format_id, limits.pages, limits.characters],
            limits,
            in_process,
        )
    except ParseFailed as failure:
        return ExtractedText((), f"{failure.message_zh} {failure.message_en}")
    pages = tuple(PageText(number, text) for number, text in answer["pages"])
    return ExtractedText(pages, answer["warning"])


def characterise(
    path: Path,
    identification: Identification | None = None,
    limits: ReadLimits = DEFAULT_LIMITS,
    in_process: bool = False,
) -> dict[str, Any]:
    """Technical properties of a file, JSON-able; raises `ParseFailed`."""
    known = identification or identify(path)
    if not known.format_id:
        return {}
    answer = _call(properties_of, [str(path), known.format_id], limits, in_process)
    return dict(answer)


_NAMED_BY_EXTENSION = {".jp2": "jp2"}
"""Extensions that stand for one format alone: another content is an error, not only odd."""


def verify_file(
    path: Path,
    identification: Identification | None = None,
    limits: ReadLimits = DEFAULT_LIMITS,
    in_process: bool = False,
) -> list[Problem]:
    """What keeps the file from being opened; [] when it opens or its format has no reader."""
    known = identification or identify(path)
    if known.warning.startswith("空文件"):
        return [Problem("empty", "error", "文件为空（0 字节）", "the file is empty")]
    misnamed = _misnamed(path, known)
    if misnamed is not None:
        return [misnamed]
    if not known.format_id:
        return []
    try:
        answer = _call(problems_of, [str(path), known.format_id], limits, in_process)
    except ParseFailed as failure:
        return [Problem(failure.code, "error", failure.message_zh, failure.message_en)]
    return [Problem(*fields) for fields in answer]


def _misnamed(path: Path, known: Identification) -> Problem | None:
    """An error where the name says JPEG 2000 and the content is something else."""
    named = _NAMED_BY_EXTENSION.get(path.suffix.lower())
    if named is None or not known.format_id or known.format_id == named:
        return None
    return Problem(
        "misnamed",
        "error",
        f"扩展名为 {path.suffix}，内容却是 {known.name}",
        f"called {path.suffix} but the content is {known.name}",
    )


def _call(function: Any, arguments: list[Any], limits: ReadLimits, in_process: bool) -> Any:
    if not in_process:
        return run_isolated(function, *arguments, seconds=limits.seconds, memory=limits.memory)
    try:
        return function(*arguments)
    except Unreadable as fault:
        raise ParseFailed(fault.code, fault.message_zh, fault.message_en) from fault
    except (MemoryError, RecursionError, Exception) as crash:
        raise ParseFailed.of_crash(crash) from crash


def text_of(path: str, format_id: str, most_pages: int, most_characters: int) -> dict[str, Any]:
    """Worker's part of `read_text`: pages as pairs, cut at the limits, with what was read
    before a fault kept."""
    pages: list[tuple[int, str]] = []
    room, warning = most_characters, ""
    try:
        for page in formats().get(format_id)().texts(Path(path)):
            if len(pages) >= most_pages or room <= 0:
                warning = "文本过长，已截断 text too long, cut"
                break
            text = page.text[:room]
            room -= len(text)
            pages.append((page.page, text))
    except Unreadable as fault:
        if not pages:
            raise
        warning = f"{fault.message_zh} {fault.message_en}"
    return {"pages": pages, "warning": warning}


def properties_of(path: str, format_id: str) -> dict[str, Any]:
    """Worker's part of `characterise`."""
    return formats().get(format_id)().characterise(Path(path))


def problems_of(path: str, format_id: str) -> list[tuple[str, str, str, str]]:
    """Worker's part of `verify_file`."""
    found = formats().get(format_id)().verify(Path(path))
    return [(p.code, p.severity, p.message_zh, p.message_en) for p in found]
