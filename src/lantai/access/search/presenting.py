"""Answers for people and programs: JSON documents, rows for templates, links that refine."""

from __future__ import annotations

from typing import Any

from lantai.access.search.queries import Found, SearchAnswer


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
    }
