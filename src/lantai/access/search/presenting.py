"""Answers for people and programs: JSON documents, rows for templates, links that refine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from lantai.access.search.facets import chips, facet_groups
from lantai.access.search.narrowing import branch_named, records_within
from lantai.access.search.queries import (
    FACETS,
    Found,
    QuestionRefused,
    SearchAnswer,
    SearchDown,
    search,
)
from lantai.access.search.question import Question, pager
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.presenting import status_badge
from lantai.foundation.refusal import NotFound, localised

PAGE = 20
SNIPPETS = ("fulltext", "text", "doc_no", "creator", "reference_code")


def as_document(answer: SearchAnswer) -> dict[str, Any]:
    """The JSON document of `lantai search` and of GET /api/v1/search."""
    return {
        "total": answer.total,
        "took_ms": answer.took_ms,
        "results": [_result(found) for found in answer.results],
        "facets": {
            name: [{"value": value, "count": count} for value, count in values]
            for name, values in answer.facets.items()
        },
        "next": answer.next,
        "capped": answer.capped,
        "near": answer.near,
        "notes": [{"zh": zh, "en": en} for zh, en in answer.notes],
        **({"without_index": True} if answer.without_index else {}),
    }


def _result(found: Found) -> dict[str, Any]:
    record = found.record
    return {
        "id": str(record.uid),
        "source_id": record.source_id,
        "reference_code": record.reference_code,
        "title": record.open_title,
        "date": record.date,
        "fonds": record.fonds.code,
        "access_status": record.access_status,
        "highlights": found.highlights,
        **({"reasons": list(found.reasons)} if found.reasons else {}),
    }


def search_context(
    actor: Any,
    given: QueryDict,
    record_url: Callable[[Record], str],
    *,
    facets: Any = FACETS,
    with_status: bool = True,
) -> dict[str, Any]:
    """Everything the results template needs (access/search/results.html), for any search page."""
    question = Question.read(given)
    context: dict[str, Any] = {"question": question, "query": question.text, "error": ""}
    try:
        answer = search(
            actor,
            text=question.asked,
            filters=question.filters,
            facets=facets,
            limit=PAGE,
            after=question.after,
            sort=_order(question),
            year_from=question.year_from,
            year_to=question.year_to,
            explain=question.explain,
            within=records_within(actor, question.under, question.picked),
        )
    except (QuestionRefused, SearchDown, NotFound) as refusal:
        return context | {
            "error": str(refusal),
            "status": {"query-refused": 400, "not-found": 404}.get(refusal.code, 503),
        }
    return context | {
        "answer": answer,
        "results": [result_row(found, record_url, with_status) for found in answer.results],
        "notes": [localised(zh, en) for zh, en in answer.notes],
        "facet_groups": facet_groups(question, answer.facets),
        "chips": [*narrowings(actor, question), *chips(question)],
        "inner_fields": question.fields(earlier=[*question.earlier, question.text]),
        "explain_url": question.address(explain="" if question.explain else "1"),
        "clear_url": Question(text=question.text).address(),
        "sorts": [
            {
                "value": name,
                "label": label,
                "url": question.address(sort=name),
                "active": question.sort == name,
            }
            for name, label in _sort_labels().items()
        ],
        "pager": pager(question, answer.next),
        "status": 200,
    }


def _order(question: Question) -> str:
    """Where nothing is asked nothing is more relevant: the newest come first."""
    return "-date" if question.sort == "relevance" and not question.asked else question.sort


def result_row(
    found: Found, record_url: Callable[[Record], str], with_status: bool = True
) -> dict[str, Any]:
    """A found record as the ``c-result`` component takes it."""
    record = found.record
    title = found.highlights.get("title") or {}
    name = next((n for n in SNIPPETS if (found.highlights.get(n) or {}).get("places")), "")
    snippet = found.highlights.get(name) or {}
    label, tone = status_badge(record) if with_status else ("", "")
    words, spans = _on_page(snippet)
    return {
        "uid": str(record.uid),
        "url": record_url(record),
        "title": record.open_title,
        "title_spans": title.get("places", []) if title.get("text") == record.open_title else [],
        "snippet": words,
        "snippet_spans": spans,
        "why": [_why(reason) for reason in found.reasons],
        "code": record.reference_code,
        "date": record.date,
        "fonds": f"{record.fonds.code} {localised(record.fonds.name, record.fonds.name_en)}",
        "status": label,
        "tone": tone,
    }


def _on_page(snippet: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """A snippet with its page before it, and its places moved by as much."""
    text, places = snippet.get("text", "").replace("\n", " "), snippet.get("places", [])
    if "page" not in snippet:
        return text, places
    before = _("第 %(page)s 页：") % {"page": snippet["page"]}
    return before + text, [[a + len(before), b + len(before)] for a, b in places]


def _why(reason: Mapping[str, str]) -> str:
    ways = {
        "words": _("含有“%(word)s”（%(field)s）"),
        "other_name": _("含有异名或同义词“%(word)s”（%(field)s）"),
        "date": _("日期在“%(word)s”之内"),
        "sound": _("人名读作“%(word)s”"),
        "doc_no": _("文号与“%(word)s”相同"),
        "condition": _("符合范围或通配条件"),
        "near": _("与“%(word)s”相近（容错）"),
    }
    fields = {
        "title": _("题名"),
        "text": _("著录"),
        "fulltext": _("全文"),
        "creator": _("责任者"),
        "reference_code": _("档号"),
    }
    name = reason["field"]
    return ways[reason["how"]] % {"word": reason["word"], "field": fields.get(name, name)}


def narrowings(actor: Any, question: Question) -> list[dict[str, str]]:
    """Earlier questions, the branch and the picked records, each with the address without it."""
    made = [
        {
            "label": _("其中：%(words)s") % {"words": text},
            "url": question.address(**{"in": [q for q in question.earlier if q != text]}),
        }
        for text in question.earlier
    ]
    if branch := branch_named(actor, question.under):
        label = _("“%(title)s”之下") % {"title": branch.open_title}
        made.append({"label": label, "url": question.address(under="")})
    if question.picked:
        label = _("选中的 %(n)s 件") % {"n": len(question.picked)}
        made.append({"label": label, "url": question.address(pick=[])})
    return made


def _sort_labels() -> dict[str, str]:
    return {
        "relevance": _("最相关"),
        "-date": _("由近到远"),
        "date": _("由远到近"),
        "reference_code": _("按档号"),
    }
