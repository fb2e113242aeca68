"""`lantai carry`: published records as signed bundles, one way, to a public Lantai."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lantai.cli.command import BAD_CALL, DONE, FOUND_WANTING, BadCall, Command, emit, say

NEEDED = {"key": 0, "trust": 2, "out": 1, "in": 1, "list": 0}


class Carry(Command):
    """Carry 单向摆渡: key, trust, out, in, list."""

    id = "carry"
    help = "单向摆渡已公布的档案 / carry published records, one way, to a public Lantai"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """The act and what it is about."""
        parser.add_argument("action", choices=sorted(NEEDED))
        parser.add_argument("what", nargs="*", metavar="CODE KEY | FILE")
        parser.add_argument("--institution", default="", metavar="CODE", help="哪个档案馆 / whose")
        parser.add_argument("--name", default="", help="来源名称 / the source's name")
        parser.add_argument("--whole", action="store_true", help="全量包 / everything, not changes")

    def run(self, options: argparse.Namespace) -> int:
        """0 done; 1 the bundle is refused, with the reason; 2 it cannot be read."""
        from lantai.access.carrying.bundles import NotABundle
        from lantai.foundation.refusal import Refusal

        if len(options.what) != NEEDED[options.action]:
            raise BadCall(
                "用法：carry key | trust 代码 公钥 | out 文件 | in 文件 | list / see --help"
            )
        try:
            answer = getattr(self, f"_{options.action}")(options)
        except Refusal as refusal:
            if options.json:
                emit({"ok": False, "code": refusal.code, "message": refusal.zh, "en": refusal.en})
            say(f"{refusal.zh} / {refusal.en}")
            return BAD_CALL if isinstance(refusal, NotABundle) else FOUND_WANTING
        if options.json:
            emit(answer)
        else:
            say("，".join(f"{name} {value}" for name, value in answer.items()))
        return DONE

    def _key(self, _options: argparse.Namespace) -> dict[str, Any]:
        from lantai.foundation.ledger.signing import own_public_key

        return {"key": own_public_key()}

    def _trust(self, options: argparse.Namespace) -> dict[str, Any]:
        from lantai.access.carrying.operations import trust_source

        code, key = options.what
        row = trust_source(_act(), code=code, name=options.name, public_key=key)
        return {"source": row.code, "name": row.name}

    def _out(self, options: argparse.Namespace) -> dict[str, Any]:
        from lantai.access.carrying.sending import send_bundle

        target = Path(options.what[0])
        if target.exists() or not target.parent.is_dir():
            raise BadCall(f"{target}: 已存在或文件夹不在 / exists, or no such folder")
        row = send_bundle(_act(), _holder(options.institution), target, whole=options.whole)
        return _told(row) if row else {"changed": False}

    def _in(self, options: argparse.Namespace) -> dict[str, Any]:
        from lantai.access.carrying.receiving import receive_bundle

        path = Path(options.what[0])
        if not path.is_file():
            raise BadCall(f"{path}: 没有这个文件 / no such file")
        return _told(receive_bundle(_act(), path))

    def _list(self, _options: argparse.Namespace) -> dict[str, Any]:
        from lantai.access.carrying.queries import bundles

        return {"bundles": [_told(row) for row in bundles()]}


def _act() -> Any:
    from lantai.foundation.policy import Operator
    from lantai.foundation.work import Act

    return Act(by=Operator(), channel="cli")


def _holder(code: str) -> Any:
    from lantai.foundation.institutions.models import Institution

    rows = Institution.objects.filter(kind=Institution.ARCHIVES)
    found = list(rows.filter(code=code) if code else rows[:2])
    if len(found) != 1:
        raise BadCall("请用 --institution 写明档案馆代码 / name the archives with --institution")
    return found[0]


def _told(row: Any) -> dict[str, Any]:
    return {
        "direction": row.direction, "source": row.source, "number": row.number,
        "whole": row.whole, "records": row.records, "gone": row.gone, "files": row.files,
        "size": row.size, "digest": row.digest, "previous": row.previous,
    }  # fmt: skip
