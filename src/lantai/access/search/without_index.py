"""Answers without the index 不经索引的应答: plain words looked for in the catalogue's own columns.

For the time in which the index is lost or being rebuilt. Titles, codes, numbers and creators
only, no full text, no order of relevance, no facets; the answer says so. The viewer's sight is
part of the question as everywhere.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from django.db.models import Max, Q

from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import records_for
from lantai.core.search.analysis import compact
from lantai.core.search.port import SearchQuery, SearchUnavailable
from lantai.core.search.query import Alike, And, ParsedQuery, Term, parse_query
from lantai.core.text import to_simplified

LOOKED_IN = ("public_title", "reference_code", "doc_no", "creator")
_UID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
MOST_READ = 1_000_000  # records read through for words; above, whole codes only
FILTERS = {
    "fonds": "fonds__code",
    "holder": "holder__code",
    "record_class": "record_class",
    "level": "level",
    "access_status": "access_status",
    "year": "year",
}


def records_without_index(
    actor: Any, query: SearchQuery
) -> tuple[list[Record], bool, float] | None:
    """The newest records that hold every word, whether there are more, and milliseconds.

    None when the question uses more than plain words: a half answer would mislead.
    """
    words = _plain_words(query.text, parse_query(query.text))
    if words is None or query.after:
        return None
    began = time.perf_counter()
    rows = records_for(actor).filter(_chosen(query))
    big = (Record.objects.aggregate(last=Max("pk"))["last"] or 0) > MOST_READ
    for word in words:
        rows = rows.filter(_whole_code(word) if big else _holds(word))
    found = list(rows.order_by("-pk")[: query.limit + 1])
    taken = round((time.perf_counter() - began) * 1000, 3)
    return found[: query.limit], len(found) > query.limit, taken


def _plain_words(text: str, parsed: ParsedQuery) -> list[str] | None:
    """The words as they were typed; None when the question uses operators or fields."""
    if not parsed.plain:
        return None if parsed.terms() or parsed.notes else []
    parts = parsed.root.parts if isinstance(parsed.root, And) else (parsed.root,)
    asked = [part.term if isinstance(part, Alike) else part for part in parts]
    typed = {compact(word): word for word in text.split()}
    return [typed.get(term.text, term.text) for term in asked if isinstance(term, Term)]


def _holds(word: str) -> Q:
    """Any of the columns; letters in either case, and simplified beside what was typed."""
    wanted = Q()
    word = word.replace("\x00", "")
    for spelling in dict.fromkeys((word, to_simplified(word))):
        for name in LOOKED_IN:
            wanted |= Q(**{f"{name}__icontains": spelling})
        wanted |= Q(public_title="", title__icontains=spelling)  # a masked one is not to be guessed
    return wanted


def _whole_code(word: str) -> Q:
    word = word.replace("\x00", "")
    code = word.upper()
    return Q(reference_code__in=[word, code]) | Q(source_id__in=[word, code])


def _chosen(query: SearchQuery) -> Q:
    chosen = Q()
    for name, values in query.filters.items():
        chosen &= Q(**{f"{FILTERS[name]}__in": _values(name, values)}) if name in FILTERS else Q()
    if query.year_from is not None:
        chosen &= Q(year__gte=min(max(query.year_from, 0), 9999))
    if query.year_to is not None:
        chosen &= Q(year__lte=min(max(query.year_to, 0), 9999))
    if query.ids is not None:
        chosen &= Q(uid__in=[uid for uid in query.ids if _UID.fullmatch(uid)])
    return chosen


def _values(name: str, values: Sequence[str]) -> Sequence[Any]:
    if name == "year":
        return [int(value) for value in values if re.fullmatch(r"[0-9]{1,4}", value)]
    return [value.replace("\x00", "") for value in values]


def said(fault: SearchUnavailable, progress: tuple[str, str]) -> tuple[str, str]:
    """The remark above such an answer."""
    return (
        (
            f"{fault.message_zh}{progress[0]}下面是直接在目录里按题名、档号、文号和责任者找到的，"
            "没有全文、相关度排序和分面统计。"
        ),
        (
            f"{fault.message_en} {progress[1]} Below is what the catalogue itself holds by title, code, number "
            "and creator, without full text, ranking or facets."
        ),
    )
