"""`lantai screen PATH`: personal data and sensitive content with places, no database needed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from lantai.cli.command import BAD_CALL, DONE, FOUND_WANTING, BadCall, Command, emit

MOST_FILES = 100_000
_WORDS = {"open": "开放", "controlled": "控制使用", "delayed": "延期开放"}


class ScreenCommand(Command):
    """Screens a file or every file of a folder and suggests a conclusion 预审建议."""

    id = "screen"
    help = "开放预审 personal data and sensitive content of a file or folder, with places"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """PATH."""
        parser.add_argument("path", metavar="PATH", help="文件或文件夹 a file or folder")

    def run(self, options: argparse.Namespace) -> int:
        """Screen; exit 0 when open is suggested, 1 when not, 2 when nothing could be read."""
        from lantai.core.screening.screening import Passage, screen

        place = Path(options.path)
        if not place.exists():
            raise BadCall(f"没有这个文件或文件夹 / no such file or folder: {place}")
        passages: list[Passage] = []
        unread: list[str] = []
        for path in _files(place):
            name = str(path.relative_to(place)) if place.is_dir() else path.name
            pages, warning = _pages(path)
            passages += [Passage(name, text, number) for number, text in pages]
            if not pages or warning:
                unread.append(name)
        if not passages and not unread:
            raise BadCall(f"文件夹是空的 / the folder is empty: {place}")
        result = screen(passages, has_unread_content=bool(unread))
        if options.json:
            emit(
                {
                    "suggestion": result.conclusion,
                    "ground": result.ground,
                    "score": result.score,
                    "band": result.band,
                    "confidence": result.confidence,
                    "reason": result.reason_zh,
                    "reason_en": result.reason_en,
                    "unread": unread,
                    "rules": [hit.to_json() for hit in result.hits],
                }
            )
        else:
            _print(result, unread)
        if not passages:
            return BAD_CALL
        return DONE if result.conclusion == "open" else FOUND_WANTING


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    found = 0
    for path in sorted(place.rglob("*")):
        if path.is_file() and not path.is_symlink():
            found += 1
            if found > MOST_FILES:
                raise BadCall(f"文件多于 {MOST_FILES} 个 / more than {MOST_FILES} files: {place}")
            yield path


def _pages(path: Path) -> tuple[list[tuple[int, str]], str]:
    """(page, text) of a file of any known format, and the warning of its reader."""
    from lantai.core.formats.reading import read_text

    try:
        result = read_text(path)
    except OSError as problem:
        return [], str(problem)
    return [(p.page, p.text) for p in result.pages if p.text.strip()], result.warning


def _print(result: object, unread: list[str]) -> None:
    from lantai.core.screening.screening import Suggestion

    assert isinstance(result, Suggestion)
    for hit in result.hits:
        print(
            f"  {hit.rule} {hit.label_zh}　{hit.path} 第 {hit.page} 页 [{hit.start}, {hit.end})　{hit.text}"
        )
    for name in unread:
        sys.stderr.write(f"没有读到文字 no text read: {name}\n")
    print(
        f"\n建议 suggestion：{_WORDS[result.conclusion]} {result.conclusion}　"
        f"风险 score {result.score}（{result.band}）\n{result.reason_zh}\n{result.reason_en}"
    )
