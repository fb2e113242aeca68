"""The index alone of `benchmarks.nation`'s catalogue, and the mix of questions put to it 只建索引.

``python -m benchmarks.search.nation_index FOLDER --rows 80000000`` lays the very rows into an index
as an import does (4,000 handed over at a time, a commit each 100,000), by two processes a half of
them each, and joins the halves; there is no database. Then it asks what
`benchmarks.search.in_catalogue` asks. It takes half the time of the whole catalogue, and tells
nothing of what an import costs.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.nation import ACCESSION, DIFFERENT, OF_ONE_ARCHIVES, accession, code_of
from benchmarks.search.entry_texts import number_of, uid_of
from benchmarks.search.generated import entries
from benchmarks.search.in_catalogue import DRAWN, OfCatalogue, asked_by_each
from benchmarks.search.peers import Row, text_of
from lantai.core.collecting import seldom_collected
from lantai.core.search.document_columns import DocumentColumns
from lantai.core.search.port import SearchDocument, Texts
from lantai.engines.search.tantivy.engine import TantivySearch

HANDED, COMMIT = 4_000, 100_000  # rows
PARTS = 2


class Titles(Texts):
    """The titles by the made entries they come of, as a catalogue would tell them."""

    def __init__(self, base: Sequence[Row]) -> None:
        self.base = base

    def documents(
        self, ids: Sequence[str], viewer_tokens: frozenset[str] | None
    ) -> Mapping[str, SearchDocument]:
        titles = {one: self.base[number_of(one) % len(self.base)][2] for one in ids}
        return {one: SearchDocument(one, (), title) for one, title in titles.items()}


class OfRows(OfCatalogue):
    """The index by itself."""

    def __init__(self, place: Path, holders: list[str], texts: Texts) -> None:
        super().__init__(place, holders)
        self.texts = texts

    def open(self) -> None:
        self.engine = TantivySearch(self.place)
        self.engine.texts = self.texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=80_000_000)
    options = parser.parse_args()
    place = options.folder / "index"
    if not place.exists():
        fill(options.folder, options.rows)
    base = list(entries(DIFFERENT))
    holders = [name_of(number) for number in range(-(-options.rows // OF_ONE_ARCHIVES))]
    peer = OfRows(place, holders, Titles(base))
    peer.open()
    print(f"{peer.engine.count():,} records", flush=True)
    asked_by_each(peer, drawn(base, options.rows))


def fill(folder: Path, rows: int) -> None:
    """By a process for each part, joined in the end."""
    begun = time.perf_counter()
    step = -(-rows // PARTS // ACCESSION) * ACCESSION
    context = multiprocessing.get_context("spawn")
    parts = [folder / f"part-{number}" for number in range(PARTS)]
    at_work = [
        context.Process(target=fill_part, args=(part, n * step, min(rows, (n + 1) * step)))
        for n, part in enumerate(parts)
    ]
    for one in at_work:
        one.start()
    for one in at_work:
        one.join()
        assert one.exitcode == 0
    join(parts, folder / "index")
    print(f"{rows:,} rows in {time.perf_counter() - begun:,.0f} s", flush=True)


def fill_part(part: Path, first: int, end: int) -> None:
    """Rows from ``first`` on, as an import puts them."""
    engine, base = TantivySearch(part), list(entries(DIFFERENT))
    engine.texts = Titles(base)
    with seldom_collected():
        for start in range(first, end, ACCESSION):
            rows = list(accession(base, start, min(ACCESSION, end - start)))
            for place in range(0, len(rows), HANDED):
                engine.put(columns(rows[place : place + HANDED], start + place))
            if (start + ACCESSION) % COMMIT == 0:
                engine.commit()
    engine.commit()
    engine.close()


def columns(rows: Sequence[tuple[str, ...]], first: int) -> DocumentColumns:
    """Rows of one archives as the index takes them."""
    count, given = len(rows), list(zip(*rows, strict=True))
    holder = name_of(first // OF_ONE_ARCHIVES)
    same = {"holder": holder, "fonds": "Z001", "level": "item", "access_status": "closed"}
    made = {
        "id": [uid_of(first + n) for n in range(count)],
        "source_id": given[0],
        "reference_code": given[1],
        "title": given[2],
        "creator": given[3],
        "doc_no": given[4],
        "date": [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in given[5]],
        "year": [int(year) for year in given[6]],
        "record_class": given[8],
        "text": given[9],
        "tokens": [(f"holder:{holder}",)] * count,
    }
    return DocumentColumns(count, made | {name: [value] * count for name, value in same.items()})


def join(parts: Sequence[Path], whole: Path) -> None:
    """One index of several: the pieces of each, and one table of them."""
    folder = whole / "generation-1"
    folder.mkdir(parents=True)
    metas = []
    for part in parts:
        own = part / "generation-1"
        metas.append(json.loads((own / "meta.json").read_text()))
        for file in own.iterdir():
            if file.suffix and file.name[0] != "." and file.name != "meta.json":
                file.rename(folder / file.name)
    pieces = [piece for meta in metas for piece in meta["segments"]]
    told = metas[0] | {"segments": pieces, "opstamp": sum(meta["opstamp"] for meta in metas)}
    (folder / "meta.json").write_text(json.dumps(told))
    (folder / ".managed.json").write_text(
        json.dumps(sorted(one.name for one in folder.iterdir() if one.name[0] != "."))
    )
    (whole / "current.json").write_text((parts[0] / "current.json").read_text())


def drawn(base: Sequence[Row], rows: int) -> list[Row]:
    """Records drawn by chance, the same as `in_catalogue` draws from the catalogue."""
    numbers = random.Random(5).sample(range(1, rows + 1), min(DRAWN, rows))
    found: list[Row] = []
    for start in range(0, len(numbers), 500):
        for number in sorted(numbers[start : start + 500]):
            row = made_row(base, number - 1)
            found.append((*row, text_of(row)))
    return found


def made_row(base: Sequence[Row], number: int) -> Row:
    """What words are cut from, of a row."""
    _id, _code, title, creator, doc_no = base[number % len(base)][:5]
    return (f"n{number}", code_of(number), title, creator, doc_no, "", "", "", "", "")


def name_of(archives: int) -> str:
    """The code of an archives, counted from 0."""
    return f"N{archives + 1:03}"


if __name__ == "__main__":
    main()
