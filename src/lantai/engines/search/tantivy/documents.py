"""Records made into index documents 索引文档: a whole batch at once, a column after the other.

The engine takes a document as JSON. Here each field of all records of a batch is written as a
piece of that JSON, and the pieces of a record are put together at the end.
"""

from __future__ import annotations

import json
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from lantai.core.search.analysis import (
    BREAK,
    compact,
    dated_keys,
    id_numbers,
    key_of,
    names,
    natural_keys,
    numbers_in_words,
    tie_keys,
)
from lantai.core.search.bulk import analysed
from lantai.core.search.document_columns import DocumentColumns, in_columns
from lantai.core.search.persons import sounds
from lantai.core.search.port import SearchDocument
from lantai.engines.search.tantivy.groups import group_keys
from lantai.engines.search.tantivy.ids import HIGH, LOW, id_halves
from lantai.engines.search.tantivy.samples import sample_keys
from lantai.engines.search.tantivy.schema import (
    KEYWORDS,
    MAX_FULLTEXT,
    MAX_KEY,
    SHOWN,
    exact_key,
    exact_keys,
)
from lantai.engines.search.tantivy.years import year_keys

BATCH = 1_000  # records made at once
LAID = 32_000  # records laid into the index together, those of the smallest sample first
MOST_LAID = 30_000_000  # characters of their JSON
Column = Sequence[str]
Made = tuple[str, str, int]  # the id's term, the record as JSON, how many samples it is in
_quoted = json.encoder.encode_basestring  # as JSON writes a text, without escaping Chinese


def build_documents(
    records: Iterable[SearchDocument], keep: bool = True
) -> Iterator[tuple[str, str]]:
    """(the id's term, the record as the index takes it: JSON), made many at once and laid so that
    samples lie together.

    ``keep`` its texts, to be shown; else they are read elsewhere.
    """
    laid = Laid()
    for one in made_of(records, keep):
        laid.add(one)
        if laid.full:
            yield from laid.taken()
    yield from laid.taken()


class Laid:
    """Records laid into the index together, so that samples lie together; those of one id stay in
    their order."""

    def __init__(self) -> None:
        self._made: list[Made] = []
        self._size = 0

    def add(self, one: Made) -> None:
        """One more."""
        self._made.append(one)
        self._size += len(one[1])

    @property
    def full(self) -> bool:
        """Whether they are as many, or as long, as are laid at once."""
        return len(self._made) >= LAID or self._size > MOST_LAID

    def taken(self) -> list[tuple[str, str]]:
        """(the id's term, JSON) of all, which are gone from here."""
        laid, self._made, self._size = self._made, [], 0
        if len({term for term, _built, _samples in laid}) == len(laid):
            laid.sort(key=lambda one: -one[2])
        return [(term, built) for term, built, _samples in laid]


def made_of(records: Iterable[SearchDocument], keep: bool) -> Iterator[Made]:
    """Each record as the index takes it."""
    for batch in in_columns(records, BATCH):
        terms, halves = id_halves(batch["id"])
        shown = _shown(batch) if keep else [_found_elsewhere(batch["id"], halves)]
        exact = list(sample_keys(batch["id"]))
        samples = [len(keys) for keys in exact]
        yield from zip(terms, _built(batch, terms, exact, shown), samples, strict=True)


def _built(
    batch: DocumentColumns, terms: Column, exact: Sequence[list[int]], shown: Iterable[Column]
) -> list[str]:
    """Each record as JSON."""
    pieces = [*_analysed(batch, exact), _sounds(batch), *_keywords(batch, exact)]
    pieces += [_dates(batch, exact), *shown]
    return [
        f'{{"id":{_quoted(one)},"exact":{keys}{"".join(row)}}}'
        for one, keys, row in zip(terms, exact, zip(*pieces, strict=True), strict=True)
    ]


def _analysed(batch: DocumentColumns, exact: Sequence[list[int]]) -> Iterator[Column]:
    """What is searched as text, and the whole values among it."""
    title, creator = analysed(batch["title"]), analysed(batch["creator"])
    rest = analysed(batch["text"], batch["doc_no"], lines=True)
    code = analysed(batch["reference_code"])
    yield _texts("title_grams", title.grams)
    yield _texts("body_grams", rest.grams)
    yield _texts("creator_grams", creator.grams)
    yield _texts("code_grams", code.grams)
    if any(batch["fulltext"]):
        full = analysed([text[:MAX_FULLTEXT] for text in batch["fulltext"]])
        yield _texts("full_grams", full.grams)
        yield _texts("full_chars", [text.replace(BREAK, "") for text in full.bounded])
    whole = zip(title.bounded, rest.bounded, creator.bounded, code.bounded, strict=True)
    yield _texts("chars", [text.replace(BREAK, "") for text in map("".join, whole)])
    yield _title_keys(title.bounded, exact)
    yield from _codes(batch, code.bounded, rest.bounded, exact)
    _creators(batch["creator"], creator.bounded, exact)


def _texts(name: str, column: Column) -> Column:
    """A field of text analysed already: signs that do not show are gone."""
    return _plain(name, column, True)


def _plain(name: str, column: Column, shows: bool) -> Column:
    """A field of texts; if all signs show, there may be no more than two to be escaped."""
    joined = "".join(column)
    if shows and '"' not in joined and "\\" not in joined:
        return [f',"{name}":"{text}"' if text else "" for text in column]
    return [f',"{name}":{_quoted(text)}' if text else "" for text in column]


def _title_keys(titles: Column, exact: Sequence[list[int]]) -> Column:
    """The title without punctuation, whole; and its bigrams where it has any."""
    plain = [title[1:-1] for title in titles]
    keys = [text if text.isalnum() else key_of(text) for text in plain]
    _add(exact, "title", keys)
    marked = {n: key for n, key in enumerate(keys) if key != plain[n] and key}
    pieces = [""] * len(titles)  # else the title's own bigrams are the same
    found = _texts("title_key_grams", analysed(list(marked.values())).grams) if marked else ()
    for place, piece in zip(marked, found, strict=True):
        pieces[place] = piece
    return pieces


def _add(exact: Sequence[list[int]], name: str, column: Column) -> None:
    """The whole values of a column, where there are any."""
    places = [place for place, text in enumerate(column) if text]
    keys = exact_keys(name, [column[place] for place in places])
    for place, key in zip(places, keys, strict=True):
        exact[place].append(key)


def _creators(given: Column, creators: Column, exact: Sequence[list[int]]) -> None:
    for place, creator in enumerate(creators):
        if creator:
            exact[place] += _creator_keys(given[place], creator[1:-1])


@lru_cache(maxsize=20_000)  # creators are few, records many
def _creator_keys(given: str, plain: str) -> tuple[int, ...]:
    wanted = [plain] if plain.isalnum() else names(given)[:50]
    return tuple(exact_keys("creator", wanted))


def _codes(
    batch: DocumentColumns, codes: Column, bodies: Column, exact: Sequence[list[int]]
) -> Iterator[Column]:
    keys = natural_keys([code[1:-1][:MAX_KEY] for code in codes])
    yield [
        f',"reference_code":{_quoted(key or BREAK + one)}'
        for key, one in zip(keys, batch["id"], strict=True)
    ]
    yield from _doc_nos(batch["doc_no"], bodies, exact)


def _doc_nos(given: Column, bodies: Column, exact: Sequence[list[int]]) -> Iterator[Column]:
    numbers = [""] * len(given)
    for place, number in enumerate(given):
        if number and not number.isspace():
            # the last element of the body, when something of it is left there
            plain = bodies[place].rsplit(BREAK, 2)[1] if number.isprintable() else compact(number)
            numbers[place] = plain
    words = numbers_in_words(numbers)
    _add(exact, "doc_no", [told.replace(" ", "") for told in words])
    yield _texts("doc_no", [number[:MAX_KEY] for number in numbers])
    yield _texts("doc_no_tokens", words)


def _sounds(batch: DocumentColumns) -> Column:
    return [_spoken(*names) for names in zip(batch["creator"], batch["persons"], strict=True)]


@lru_cache(maxsize=20_000)
def _spoken(creator: str, persons: str) -> str:
    found = sounds(creator, persons)
    return f',"sounds":"{" ".join(found)}"' if found else ""


def _keywords(batch: DocumentColumns, exact: Sequence[list[int]]) -> Iterator[Column]:
    for name in KEYWORDS:
        yield _by_value(batch[name], partial(_keyword, name))
    tokens = list(map(tuple, batch["tokens"]))
    yield _by_value(tokens, _tokens)
    groups = {those: group_keys(those) for those in set(tokens)}
    for found, those in zip(exact, tokens, strict=True):
        found.extend(groups[those])
    yield _by_value(batch["year"], lambda year: f',"year":{year}' if year > 0 else "")
    for name in ("fonds", "record_class"):
        column = batch[name]
        keys = {value: exact_key(name, compact(value)) for value in set(column) if value}
        for place, value in enumerate(column):
            if value:
                exact[place].append(keys[value])


def _keyword(name: str, value: str) -> str:
    return f',"{name}":{_quoted(value[:MAX_KEY])}' if value else ""


def _tokens(tokens: tuple[str, ...]) -> str:
    return f',"tokens":{json.dumps(list(dict.fromkeys(tokens)), ensure_ascii=False)}'


def _by_value(column: Sequence[Any], piece: Callable[[Any], str]) -> Column:
    """The pieces of a column with few different values, each written once."""
    known = {value: piece(value) for value in set(column)}
    return [known[value] for value in column]


def _dates(batch: DocumentColumns, exact: Sequence[list[int]]) -> Column:
    numbers = id_numbers(batch["id"])
    dated = dated_keys(batch["date"], batch["year"], numbers)
    for keys, year in zip(exact, year_keys(dated), strict=True):
        keys.append(year)
    pairs = zip(dated, tie_keys(numbers), strict=True)
    return [f',"date_sort":{date},"tie":{tie}' for date, tie in pairs]


def _shown(batch: DocumentColumns) -> Iterator[Column]:
    """What is kept to be shown, as it was given, in one piece; the full text by itself."""
    kept = [(name, batch[name]) for name in SHOWN]
    pieces = [_shown_field(name, column) for name, column in kept if any(column)]
    ids = [f'{{"id":{_quoted(one)}' for one in batch["id"]]
    rows = map("".join, zip(ids, *pieces, strict=True))
    yield [f',"shown":"{_bytes(row + "}")}"' for row in rows]
    if any(batch["fulltext"]):
        texts = [text[:MAX_FULLTEXT] for text in batch["fulltext"]]
        yield [f',"fulltext":"{_bytes(text)}"' if text else "" for text in texts]


def _found_elsewhere(ids: Column, halves: Sequence[tuple[int, int] | None]) -> Column:
    """What is kept of records whose texts stand elsewhere: the id."""
    return [
        f',"{HIGH}":{half[0]},"{LOW}":{half[1]}' if half else _only_id(one)
        for one, half in zip(ids, halves, strict=True)
    ]


def _only_id(identifier: str) -> str:
    only = _bytes(f'{{"id":{_quoted(identifier)}}}')
    return f',"shown":"{only}"'


def _shown_field(name: str, column: Sequence[Any]) -> Column:
    if name == "year":
        return _by_value(column, lambda year: f',"year":{year}' if year else "")
    return _plain(name, column, "".join(column).isprintable())


def _bytes(text: str) -> str:
    """Text as the engine takes bytes in JSON."""
    return b2a_base64(text.encode("utf-8", "replace"), newline=False).decode("ascii")
