"""What a search page was asked, and the addresses that ask a little else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from lantai.access.search.narrowing import MOST_EARLIER, MOST_PICKED, together
from lantai.access.search.queries import FACETS, SORTS

TRAIL = 8  # earlier pages that the pager remembers


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


def pager(question: Question, following: str) -> dict[str, str]:
    """The links below a list of results; ``following`` is the mark of the next page, or ""."""
    forward = back = ""
    if following:
        trail = [*question.trail, question.after or "first"][-TRAIL:]
        forward = question.address(after=following, trail=trail)
    if question.trail:
        before = question.trail[-1]
        back = question.address(
            after="" if before == "first" else before, trail=question.trail[:-1]
        )
    first = question.address() if question.after else ""
    return {"next": forward, "previous": back or first, "first": first, "note": ""}


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None
