"""`lantai search`: the catalogue asked from the command line, as the public sees it."""

from __future__ import annotations

import argparse
from typing import Any

from lantai.cli.command import DONE, BadCall, Command, emit, say


class Search(Command):
    """Search 检索: as the public, as a user, or as the operator of the machine."""

    id = "search"
    help = "检索目录与全文（默认只见公众可见的） / search, as the public sees it"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """The question and how to narrow it."""
        parser.add_argument("query", help="检索词，可用引号、AND OR NOT、通配符 / the question")
        parser.add_argument("--limit", type=int, default=20, metavar="N")
        parser.add_argument("--after", default="", metavar="CURSOR", help="接着上一页的 next")
        parser.add_argument(
            "--filter", action="append", default=[], metavar="K=V", help="如 fonds=J012，可多次"
        )
        parser.add_argument("--facet", action="append", default=[], metavar="F")
        parser.add_argument(
            "--sort",
            default="relevance",
            choices=["relevance", "date", "-date", "reference_code"],
        )
        parser.add_argument("--explain", action="store_true", help="说明每条为什么命中")
        parser.add_argument(
            "--as", dest="viewer", default="", metavar="USER", help="用户名，或 system"
        )

    def run(self, options: argparse.Namespace) -> int:
        """Ask and show; exit 2 when the question cannot be asked."""
        from lantai.access.search.followers import bring_up_to_date
        from lantai.access.search.presenting import as_document
        from lantai.access.search.queries import SearchDown, search
        from lantai.foundation.refusal import Refusal

        bring_up_to_date()  # nobody may be running a worker on this machine
        try:
            answer = search(
                viewer_named(options.viewer),
                text=options.query,
                filters=read_filters(options.filter),
                facets=options.facet,
                limit=options.limit,
                after=options.after,
                sort=options.sort,
                explain=options.explain,
            )
        except SearchDown as fault:
            raise RuntimeError(f"{fault.zh} / {fault.en}") from fault
        except Refusal as refusal:
            raise BadCall(f"{refusal.zh} / {refusal.en}") from refusal
        document = as_document(answer)
        if options.json:
            emit(document)
        else:
            _show(document)
        return DONE


def viewer_named(name: str) -> Any:
    """Who asks: nobody named is the public, ``system`` the operator of the machine."""
    from lantai.foundation.accounts.models import Person
    from lantai.foundation.policy import Anonymous, Operator

    if not name:
        return Anonymous()
    if name == "system":
        return Operator()
    person = Person.objects.filter(username=name, is_active=True).first()
    if person is None:
        raise BadCall(f"没有可用的账户 {name} / no active account {name}")
    return person


def read_filters(pairs: list[str]) -> dict[str, list[str]]:
    """Filters from ``k=v`` words."""
    chosen: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise BadCall(f"--filter 应写成 键=值，如 fonds=J012 / not {pair!r}")
        chosen.setdefault(key, []).append(value)
    return chosen


def _show(document: dict[str, Any]) -> None:
    about = "" if not document["capped"] else "≥ " if "without_index" in document else "≈ "
    say(f"{about}{document['total']} 条 / found, {document['took_ms']} ms")
    for note in document["notes"]:
        say(f"  {note['zh']} / {note['en']}")
    for row in document["results"]:
        print("  ".join(w for w in (row["reference_code"], row["date"], row["title"]) if w))
    for name, values in document["facets"].items():
        say(f"{name}: " + ", ".join(f"{v['value']} {v['count']}" for v in values[:20]))
    if document["next"]:
        say(f"下一页 / next: --after {document['next']}")
