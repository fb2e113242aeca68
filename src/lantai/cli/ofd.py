"""`lantai ofd info|text|render|write FILE` 版式文件."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say

if TYPE_CHECKING:
    pass


class Ofd(Command):
    """Look into an OFD, take its text, draw its pages."""

    id = "ofd"
    help = "OFD 版式文件 info, text, page images"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """The act, the file, and for render the folder and resolution."""
        parser.add_argument("act", choices=("info", "text", "render", "write"))
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "scans", type=Path, nargs="*", metavar="SCAN",
            help="write: 扫描图像，写成双层 OFD / the scans of a double-layer OFD",
        )  # fmt: skip
        parser.add_argument(
            "--text", type=Path, action="append", default=[], metavar="TXT",
            help="write: 各页文字，按顺序；一个文件内以换页符分页 / their text, page after page",
        )  # fmt: skip
        parser.add_argument("--title", default="", help="write: 题名 title")
        parser.add_argument("--out", type=Path, metavar="DIR", help="folder for page images")
        parser.add_argument(
            "--trust", type=Path, metavar="CERT", action="append", default=[],
            help="信任的证书文件或文件夹，另加数据文件夹的 keys/trusted / certificates held to be good",
        )  # fmt: skip
        parser.add_argument("--dpi", type=float, default=150.0, help="resolution (150)")

    def run(self, options: argparse.Namespace) -> int:
        """Exit 2 when the file cannot be read as OFD."""
        from lantai.core.formats.sandbox import ParseFailed

        if options.act == "write":
            return self._write(options)
        if not options.file.is_file():
            raise BadCall(f"没有此文件 no such file: {options.file}")
        try:
            return int(getattr(self, f"_{options.act}")(options))
        except ParseFailed as failure:
            raise BadCall(str(failure)) from failure

    def _write(self, options: argparse.Namespace) -> int:
        from lantai.core.formats.ofd_jobs import ofd_write
        from lantai.core.formats.sandbox import ParseFailed, run_isolated

        missing = [path for path in (*options.scans, *options.text) if not path.is_file()]
        if missing or not options.scans:
            raise BadCall(f"没有此文件 no such file: {missing[0] if missing else 'SCAN…'}")
        if options.file.exists():
            raise BadCall(f"已有此文件，不覆盖 is there already: {options.file}")
        try:
            texts = [page for path in options.text for page in path.read_text("utf-8").split("\f")]
            made = run_isolated(
                ofd_write, str(options.file), [str(path) for path in options.scans], texts,
                options.title or options.file.stem, seconds=1800.0,
            )  # fmt: skip
        except (ParseFailed, UnicodeDecodeError) as failure:
            raise BadCall(str(failure)) from failure
        if options.json:
            emit({"path": str(options.file), **made})
        else:
            print(f"{options.file}: {made['pages']} 页 pages, {made['characters']} 字 characters")
        return DONE if made["kept"] else FOUND_WANTING

    def _info(self, options: argparse.Namespace) -> int:
        from lantai.cli._trusting import trust_of
        from lantai.core.formats.ofd_jobs import ofd_info
        from lantai.core.formats.sandbox import run_isolated

        found = run_isolated(ofd_info, str(options.file), trust_of(options.trust).to_json())
        if options.json:
            emit({"path": str(options.file), **found})
            return DONE
        _print_info(found)
        return DONE

    def _text(self, options: argparse.Namespace) -> int:
        from lantai.core.formats.ofd_jobs import ofd_texts
        from lantai.core.formats.sandbox import run_isolated

        texts = run_isolated(ofd_texts, str(options.file))
        if options.json:
            pages = [{"page": number, "text": text} for number, text in enumerate(texts, 1)]
            emit({"path": str(options.file), "pages": pages})
        else:
            print("\f".join(texts))
        return DONE

    def _render(self, options: argparse.Namespace) -> int:
        from lantai.core.formats.ofd_jobs import ofd_render
        from lantai.core.formats.sandbox import run_isolated

        if options.out is None:
            raise BadCall("render 需要 --out 目录 render needs --out DIR")
        if not 10 <= options.dpi <= 1200:
            raise BadCall("--dpi 应在 10 至 1200 之间 between 10 and 1200")
        options.out.mkdir(parents=True, exist_ok=True)
        made = run_isolated(
            ofd_render, str(options.file), str(options.out), options.dpi, seconds=1800.0
        )
        if options.json:
            emit({"path": str(options.file), **made})
        else:
            for warning in made["warnings"]:
                say(warning)
            print("\n".join(made["files"]))
        return DONE


def _print_info(found: dict[str, Any]) -> None:
    print(f"页数 pages: {found['pages']}    文档 documents: {len(found['documents'])}")
    print(f"类型 type: {found['doc_type']} {found['version']}")
    for name, value in found["metadata"].items():
        print(f"  {name}: {value}")
    for item in found["attachments"]:
        print(f"附件 attachment: {item['name']} ({item['format']}, {item['size']} B)")
    for item in found["signatures"]:
        trust = "可信 trusted" if item["trusted"] else "未列入信任 not trusted"
        print(f"签名 signature {item['id']}: {item['verdict']}, {trust} {item['seal_name']}")
        for note in item["notes"]:
            print(f"    {note}")
    for warning in found["warnings"]:
        say(warning)
