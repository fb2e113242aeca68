"""The channels a record could leak through, each asked in its own way for all states at once."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.urls import reverse

from lantai.governance.reporting.report import reports as reports_shelf
from tests.matrix.world import COMMON, EXPECTED, STATES, World, seen, words

Asked = set[str]  # the states that answered


def found_in(text: str) -> Asked:
    """The states of which any word stands in a text."""
    return {state for state in STATES if any(word in text for word in words(state))}


def _api(world: World, viewer: str, **query: Any) -> dict[str, Any]:
    answer = world.client(viewer).get("/api/v1/search", query)
    assert answer.status_code == 200, (answer.status_code, answer.content[:300])
    return dict(answer.json())


def api_hits(world: World, viewer: str) -> Asked:
    """GET /api/v1/search: the hits and their highlights."""
    return found_in(json.dumps(_api(world, viewer, q=COMMON, limit=100), ensure_ascii=False))


def api_totals(world: World, viewer: str) -> Asked:
    """The total for each record's own words: nothing may be counted that is not shown."""
    got = set()
    for state in STATES:
        for word in words(state):
            answer = _api(world, viewer, q=word, limit=0)
            assert answer["total"] <= len(seen(viewer)), (viewer, word)
            if answer["total"] and not answer["near"]:  # near: others that resemble it
                got.add(state)
    return got


def api_facets(world: World, viewer: str) -> Asked:
    """The facets: a year with a count tells that something of that year is there."""
    names = ["fonds", "record_class", "year", "access_status", "level", "holder"]
    facets = _api(world, viewer, q=COMMON, limit=0, facet=names)["facets"]
    years = {int(row["value"]) for row in facets["year"]}
    got = {state for state, row in STATES.items() if row["year"] in years}
    for name in ("fonds", "holder", "level", "access_status", "record_class"):
        total = sum(row["count"] for row in facets[name])
        assert total == len(seen(viewer)), (viewer, name, facets[name])
    return got


def api_filters(world: World, viewer: str) -> Asked:
    """Narrowed by year, code and number: what is hidden is not found by what is known of it."""
    got = set()
    for state, row in STATES.items():
        record = world.records[state]
        asked = [
            {"q": "", "year_from": row["year"], "year_to": row["year"], "limit": 0},
            {"q": record.reference_code, "limit": 0},
            {"q": f'"{record.doc_no}"', "limit": 0},
        ]
        answers = [_api(world, viewer, **query) for query in asked]
        if any(a["total"] and not a["near"] for a in answers):
            got.add(state)
    return got


def api_wildcards(world: World, viewer: str) -> Asked:
    """Every way to write the question: boolean, negation, wildcard, phrase, one wrong character."""
    got = set()
    for state in STATES:
        title, _notes, text = words(state)
        asked = [
            f"{title} OR {text}",
            f"{COMMON} AND {title}",
            f'"{text}"',
            f"{title[0]}*{title[-1]}",
            f"-无此词 {text}",
            text[:-1] + "某",
        ]
        for question in asked:
            answer = world.client(viewer).get("/api/v1/search", {"q": question, "limit": 50})
            if answer.status_code != 200:
                continue
            assert answer.json()["total"] <= len(seen(viewer)), (viewer, question)
            if state in found_in(_text(answer)):
                got.add(state)
    return got


def suggestions(world: World, viewer: str) -> Asked:
    """Titles offered while typing, from the API and the search box."""
    got = set()
    for row in STATES.values():
        for typed in (row["title"][:2], f"关于{row['title'][0]}", row["title"]):
            for address in ("/api/v1/suggest", reverse("search:suggestions")):
                answer = world.client(viewer).get(address, {"q": typed})
                if answer.status_code == 200:
                    got |= found_in(_text(answer))
    return got


def search_page(world: World, viewer: str) -> Asked:
    """The staff's search page."""
    answer = world.client(viewer).get(reverse("search:page"), {"q": COMMON, "limit": 100})
    return found_in(_text(answer)) if answer.status_code == 200 else set()


def portal_search(world: World, viewer: str) -> Asked:
    """The public's search page."""
    answer = world.client(viewer).get(reverse("portal:search"), {"q": COMMON, "limit": 100})
    assert answer.status_code == 200
    return found_in(_text(answer))


def _each(world: World, viewer: str, address: Callable[[Any], str], want: str = "") -> Asked:
    got = set()
    for state, record in world.records.items():
        answer = world.client(viewer).get(address(record))
        if answer.status_code == 302 and answer["Location"].startswith("/portal/"):
            answer = world.client(viewer).get(answer["Location"])  # one reads it as the public does
        assert answer.status_code != 500, (address(record), viewer)
        text = _text(answer)
        others = found_in(text) - {state}
        assert others <= seen(viewer), (viewer, address(record), others)
        if answer.status_code == 200:
            got.add(state)
        else:
            assert not found_in(text), (viewer, state, "the refusal itself tells")
    return got


def staff_page(world: World, viewer: str) -> Asked:
    """The record's page for staff, all its tabs."""
    got = set()
    for tab in ("description", "content", "life", "history"):
        got |= _each(
            world, viewer, lambda r, t=tab: reverse("reading:record", args=[r.uid]) + f"?tab={t}"
        )
    return got


def describe(world: World, viewer: str) -> Asked:
    """The form that changes a description."""
    return _each(world, viewer, lambda r: reverse("reading:describe", args=[r.uid]))


def portal_page(world: World, viewer: str) -> Asked:
    """The record's page for the public."""
    return _each(world, viewer, lambda r: reverse("portal:record", args=[r.uid]))


def portal_batches(world: World, viewer: str) -> Asked:
    """The first page's counts, the list of publications, and the catalogue of one."""
    cache.clear()
    got: Asked = set()
    for address in ("portal:home", "portal:opened"):
        text = _text(world.client(viewer).get(reverse(address)))
        got |= found_in(text)
    answer = world.client(viewer).get(reverse("portal:batch", args=["2026-1"]))
    assert answer.context["total"] == len(EXPECTED["groups"]["public"]), "counted, not shown"
    return got | found_in(_text(answer))


def export(world: World, viewer: str) -> Asked:
    """The export of everything that is found."""
    answer = world.client(viewer).get(reverse("exporting:export"), {"format": "jsonl"})
    assert answer.status_code in {200, 302, 403}, (viewer, answer.status_code)
    return found_in(_text(answer)) if answer.status_code == 200 else set()


def component_file(world: World, viewer: str) -> Asked:
    """The bytes of the first file."""
    return _each(world, viewer, lambda r: _component(r, 0, "file"))


def component_text(world: World, viewer: str) -> Asked:
    """The text of the first file."""
    return _each(world, viewer, lambda r: _component(r, 0, "text"))


def page_image(world: World, viewer: str) -> Asked:
    """The page image of the scan."""
    return _each(world, viewer, lambda r: _component(r, 1, "page"))


def thumbnail(world: World, viewer: str) -> Asked:
    """Its thumbnail."""
    return _each(world, viewer, lambda r: _component(r, 1, "page") + "?width=160")


def _component(record: Any, which: int, kind: str) -> str:
    part = record.components.order_by("sequence", "pk")[which]
    more = [1] if kind == "page" else []
    return reverse(f"viewing:{kind}", args=[record.uid, part.pk, *more])


def reports(world: World, viewer: str) -> Asked:
    """Reports count only what their reader may see."""
    got: Asked = set()
    for key in reports_shelf().all():
        answer = world.client(viewer).get(
            reverse("reporting:report", args=[key]), {"format": "csv"}
        )
        assert answer.status_code != 500, key
        if answer.status_code != 200:
            continue
        text = _text(answer)
        got |= found_in(text)
        if key == "holdings-by-decade":
            counts = [int(line.split(",")[1]) for line in text.splitlines()[1:]]
            assert sum(counts) == len(seen(viewer)), (viewer, text)
    return got


def command_line(world: World, viewer: str) -> Asked:
    """`lantai search --as USER`."""
    from lantai.cli.search import Search

    command = Search()
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    command.arguments(parser)
    who = [] if viewer == "nobody" else ["--as", viewer]
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        command.run(parser.parse_args(["--json", "--limit", "100", *who, COMMON]))
    return found_in(out.getvalue())


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace")
    if "json" in answer.headers.get("Content-Type", ""):
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        text = json.dumps(rows, ensure_ascii=False)  # escapes would hide words
    return str(text)


CHANNELS: dict[str, Callable[[World, str], Asked]] = {
    function.__name__: function
    for function in (
        api_hits, api_totals, api_facets, api_filters, api_wildcards, suggestions, search_page,
        portal_search, staff_page, describe, portal_page, portal_batches, export, component_file, component_text,
        page_image, thumbnail, reports, command_line,
    )
}  # fmt: skip
