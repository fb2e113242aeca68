"""Records handed over 交接的档案: those a batch has just entered, for the index without reading back.

The sheet that went into the ledger holds every column of the rows. It is used only while the rows
stand as they were entered; otherwise, and where it is missing, the database is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lantai.access.search.documents import Places, pages, tokens_like
from lantai.catalogue.records.models import Component, PageText, Record
from lantai.core.ledger.sheets import Sheet
from lantai.core.search.document_columns import DocumentColumns
from lantai.foundation.changes.following import last_change
from lantai.foundation.changes.handed import handed
from lantai.foundation.changes.models import Change
from lantai.foundation.changes.runs import Run, run_told

AS_ENTERED = (
    "holder_id",
    "fonds_id",
    "creating_unit_id",
    "access_status",
    "publication",
    "version",
)
PLAIN = (
    "title", "reference_code", "doc_no", "creator", "source_id", "record_class", "level",
    "access_status", "date",
)  # fmt: skip
FAR = 10_000  # changes, a run being one; to read more costs as much as to look whether rows stand


class Tail:
    """What comes after a change, read once: nothing but new records, or something that may touch old ones."""

    def __init__(self) -> None:
        self._seen = self._odd = 0

    def only_new_after(self, number: int) -> bool:
        """Whether up to now nothing but new records came after this change."""
        upto = last_change()
        begun = max(self._seen, number)
        if begun < upto:
            self._seen, self._odd = upto, self._newest_odd(begun, upto)
        return self._odd <= number

    def _newest_odd(self, begun: int, upto: int) -> int:
        """The newest that may touch old records; of too many to be read, the last."""
        stretch = Change.objects.filter(number__gt=begun, number__lte=upto).order_by("number")
        if stretch[FAR : FAR + 1].exists():
            return upto
        odd = stretch.exclude(kind="created", subject__gte="record:", subject__lt="records;")
        found = odd.order_by("-number").values_list("number", flat=True).first()
        return found or self._odd


def handed_over(
    changes: Sequence[Change], tail: Tail | None = None
) -> tuple[list[DocumentColumns], list[Change]]:
    """(documents of the rows handed over whole and untouched since, the changes left to be read)."""
    tail = tail or Tail()
    taken: list[DocumentColumns] = []
    rest: list[Change] = []
    for change in changes:
        run = run_told(change.subject, "record")
        documents = _documents(change, run, tail) if run else None
        if documents is None:
            rest.append(change)
        else:
            taken.append(documents)
    return taken, rest


def all_read(last: Change) -> int:
    """The last entry of which nothing follows after this change."""
    after = Change.objects.filter(number__gt=last.number).order_by("number").first()
    same = after is not None and after.entry == last.entry
    return int(last.entry) - 1 if same else int(last.entry)


def _documents(change: Change, run: Run, tail: Tail) -> DocumentColumns | None:
    try:
        sheets = {image[0]: image[2] for image in handed(change.entry)}
        body = sheets.get(Record._meta.label)
        if body is None or _with_files(sheets):
            return None
        sheet = Sheet.read(Record._meta.label, body)
        if (sheet.keys, sheet.columns["uid"][0]) != (run.keys, run.first):
            return None
        if not tail.only_new_after(change.number) and not _as_entered(sheet):
            return None
        return _columns(sheet, _fulltexts(sheets.get(PageText._meta.label)))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None  # no sheet of this version


def _with_files(sheets: Mapping[str, Any]) -> bool:
    """Records of a deposit: their texts stand with their components, descriptions as they came."""
    body = sheets[Record._meta.label]
    described = "description" in body["columns"] or body["same"].get("description")
    return bool(described) or Component._meta.label in sheets


def _as_entered(sheet: Sheet) -> bool:
    """Whether the rows stand in the database, and as they were entered."""
    same = {name: sheet.same[name] for name in AS_ENTERED}
    keys = {"pk__gte": min(sheet.keys), "pk__lte": max(sheet.keys)}
    moment = datetime.fromisoformat(sheet.same["updated_at"])
    standing = Record.objects.filter(**keys, **same, updated_at=moment)
    return standing.count() == len(sheet.keys)


def _columns(sheet: Sheet, fulltexts: Mapping[int, str]) -> DocumentColumns:
    count, places = len(sheet.keys), Places()

    def column(name: str) -> Sequence[Any]:
        return sheet.columns[name] if name in sheet.columns else [sheet.same[name]] * count

    holder = places.institution(sheet.same["holder_id"]).code
    unit = places.institution(sheet.same["creating_unit_id"])
    described = sheet.parts.get("description", {})
    levels = column("secrecy_level")
    tokens = {level: tokens_like(holder, unit and unit.code, level, False) for level in set(levels)}
    columns: dict[str, Sequence[Any]] = {name: column(name) for name in PLAIN}
    columns |= {
        "id": sheet.columns["uid"],
        "tokens": [tokens[level] for level in levels],
        "text": _texts(column("organ"), *(described[name] for name in sorted(described))),
        "year": [year if year and year > 0 else 0 for year in column("year")],
        "fonds": [places.fonds(sheet.same["fonds_id"]).code] * count,
        "holder": [holder] * count,
    }
    if "persons" in described:
        columns["persons"] = described["persons"]
    if fulltexts:
        columns["fulltext"] = [fulltexts.get(key, "") for key in sheet.keys]
    return DocumentColumns(count, columns)


def _texts(first: Sequence[str], *others: Sequence[str]) -> Sequence[str]:
    """The elements of each row, a line each."""
    given = [column for column in (first, *others) if any(column)]
    if len(given) < 2:
        return given[0] if given else first
    return ["\n".join(filter(None, row)) for row in zip(*given, strict=True)]


def _fulltexts(body: Mapping[str, Any] | None) -> dict[int, str]:
    """The texts given with the rows, by their records' keys."""
    found: dict[int, list[str]] = defaultdict(list)
    if body is not None:
        columns = body["columns"]
        for record, text in zip(columns["record_id"], columns["text"], strict=True):
            found[record].append(text)
    return {record: pages(texts) for record, texts in found.items()}
