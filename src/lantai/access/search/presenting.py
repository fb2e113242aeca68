"""Answers for people and programs: JSON documents, rows for templates, links that refine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from lantai.access.search.narrowing import (
    MOST_EARLIER,
    MOST_PICKED,
    branch_named,
    records_within,
    together,
)
from lantai.access.search.queries import (
    FACETS,
    SORTS,
    Found,
    QuestionRefused,
    SearchAnswer,
    SearchDown,
    search,
)
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.presenting import status_badge, word
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import NotFound, localised

PAGE = 20
TRAIL = 8  # earlier pages that the pager remembers
SHOWN_VALUES = 12
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
        "title": record.title,
        "date": record.date,
        "fonds": record.fonds.code,
        "access_status": record.access_status,
        "highlights": found.highlights,
        **({"reasons": list(found.reasons)} if found.reasons else {}),
    }


@dataclass
class Question:
    """What a search page was asked, read from its address; strange values are passed over."""

    text: str = ""
    filters: dict[str, list[str]] = field(default_factory=dict)
    year_from: int | None = None
    year_to: int | None = None
    sort: str = "relevance"
    after: str = ""
    trail: list[str] = field(default_factory=list)
    explain: bool = False
    earlier: list[str] = field(default_factory=list)  # questions within whose answers to search
    under: str = ""  # the uid of a class or file
    picked: list[str] = field(default_factory=list)  # uids

    @property
    def asked(self) -> str:
        """All questions as one."""
        return together([*self.earlier, self.text] if self.text else self.earlier)

    @classmethod
    def read(cls, given: QueryDict) -> Question:
        """From ``q``, the facets' names, ``year_from``, ``year_to``, ``sort``, ``after``."""
        sort = given.get("sort", "")
        return cls(
            text=given.get("q", "").strip(),
            filters={n: v for n in FACETS if (v := [one for one in given.getlist(n) if one])},
            year_from=_year(given.get("year_from", "")),
            year_to=_year(given.get("year_to", "")),
            sort=sort if sort in SORTS else "relevance",
            after=given.get("after", ""),
            trail=given.getlist("trail")[-TRAIL:],
            explain=given.get("explain") == "1",
            earlier=[q for one in given.getlist("in") if (q := one.strip())][:MOST_EARLIER],
            under=given.get("under", "")[:40],
            picked=given.getlist("pick")[:MOST_PICKED],
        )

    def address(self, **changed: Any) -> str:
        """The query string of this question with something changed; the page is the first."""
        wanted: dict[str, Any] = {
            "q": self.text,
            **self.filters,
            "year_from": self.year_from,
            "year_to": self.year_to,
            "sort": "" if self.sort == "relevance" else self.sort,
            "explain": "1" if self.explain else "",
            "in": self.earlier,
            "under": self.under,
            "pick": self.picked,
            **changed,
        }
        made = QueryDict(mutable=True)
        for name, value in wanted.items():
            values = value if isinstance(value, list) else [value]
            made.setlist(name, [str(v) for v in values if v not in (None, "")])
        return "?" + made.urlencode()

    def fields(self, earlier: list[str]) -> list[tuple[str, str]]:
        """The hidden fields of a form that searches within this question's answers."""
        kept = replace(self, text="", explain=False, earlier=[q for q in earlier if q])
        pairs = QueryDict(kept.address().removeprefix("?")).lists()
        return [(name, value) for name, values in pairs for value in values]


def search_context(
    actor: Any, given: QueryDict, record_url: Callable[[Record], str], *, facets: Any = FACETS
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
            sort=question.sort,
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
        "results": [result_row(found, record_url) for found in answer.results],
        "notes": [localised(zh, en) for zh, en in answer.notes],
        "facet_groups": facet_groups(question, answer),
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
        "pager": _pager(question, answer),
        "status": 200,
    }


def result_row(found: Found, record_url: Callable[[Record], str]) -> dict[str, Any]:
    """A found record as the ``c-result`` component takes it."""
    record = found.record
    title = found.highlights.get("title") or {}
    name = next((n for n in SNIPPETS if (found.highlights.get(n) or {}).get("places")), "")
    snippet = found.highlights.get(name) or {}
    label, tone = status_badge(record)
    words, spans = _on_page(snippet)
    return {
        "uid": str(record.uid),
        "url": record_url(record),
        "title": record.title,
        "title_spans": title.get("places", []) if title.get("text") == record.title else [],
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


def facet_groups(question: Question, answer: SearchAnswer) -> list[dict[str, Any]]:
    """The facets as links that add or take away a filter; a facet of one value is left out."""
    labels = _facet_labels()
    groups = []
    for name, values in answer.facets.items():
        chosen = question.filters.get(name, [])
        if len(values) < 2 and not chosen:
            continue
        ordered = sorted(values, key=lambda v: v[0], reverse=True) if name == "year" else values
        words = facet_words(name, [value for value, _count in ordered])
        groups.append(
            {
                "label": labels[name],
                "values": [
                    {
                        "label": words.get(value, value) or _("未著录"),
                        "count": count,
                        "active": value in chosen,
                        "url": question.address(**{name: _toggled(chosen, value)}),
                    }
                    for value, count in ordered[: SHOWN_VALUES * (4 if name == "year" else 1)]
                    if value not in ("", "0")
                ],
            }
        )
    return groups


def chips(question: Question) -> list[dict[str, str]]:
    """The filters in use, each with the address without it."""
    labels = _facet_labels()
    made = []
    for name, chosen in question.filters.items():
        words = facet_words(name, chosen)
        made += [
            {
                "label": f"{labels[name]}：{words.get(value, value)}",
                "url": question.address(**{name: _toggled(chosen, value)}),
            }
            for value in chosen
        ]
    if question.year_from is not None or question.year_to is not None:
        label = f"{question.year_from or '…'}—{question.year_to or '…'}"
        made.append({"label": label, "url": question.address(year_from=None, year_to=None)})
    return made


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
        label = _("“%(title)s”之下") % {"title": branch.title}
        made.append({"label": label, "url": question.address(under="")})
    if question.picked:
        label = _("选中的 %(n)s 件") % {"n": len(question.picked)}
        made.append({"label": label, "url": question.address(pick=[])})
    return made


def facet_words(name: str, values: list[str]) -> Mapping[str, str]:
    """What people read for a facet's values."""
    if name == "fonds":
        rows = Fonds.objects.filter(code__in=values)
        return {row.code: f"{row.code} {localised(row.name, row.name_en)}" for row in rows}
    if name == "holder":
        places = Institution.objects.filter(code__in=values)
        return {row.code: localised(row.name, row.name_en) for row in places}
    return {value: word(name, value) for value in values}


def _facet_labels() -> dict[str, str]:
    return {
        "fonds": _("全宗"),
        "record_class": _("门类"),
        "year": _("年度"),
        "access_status": _("开放状态"),
        "level": _("层级"),
        "holder": _("馆藏单位"),
    }


def _sort_labels() -> dict[str, str]:
    return {
        "relevance": _("最相关"),
        "-date": _("由近到远"),
        "date": _("由远到近"),
        "reference_code": _("按档号"),
    }


def _pager(question: Question, answer: SearchAnswer) -> dict[str, str]:
    forward = back = ""
    if answer.next:
        trail = [*question.trail, question.after or "first"][-TRAIL:]
        forward = question.address(after=answer.next, trail=trail)
    if question.trail:
        before = question.trail[-1]
        back = question.address(
            after="" if before == "first" else before, trail=question.trail[:-1]
        )
    first = question.address() if question.after else ""
    return {"next": forward, "previous": back or first, "first": first, "note": ""}


def _toggled(chosen: list[str], value: str) -> list[str]:
    return [v for v in chosen if v != value] if value in chosen else [*chosen, value]


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None
