"""Questions compiled to ClickHouse's SQL 检索式编译: the same tree, the viewer's tokens inside.

The text index over ``grams`` finds the granules worth reading; `position` over the compact
text makes the substring exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from lantai.core.search.analysis import doc_no_tokens, looks_like_doc_no, title_key
from lantai.core.search.columns import grams_asked
from lantai.core.search.nearness import Nearly, enough, words_needed
from lantai.core.search.persons import sound_asked
from lantai.core.search.port import SearchQuery
from lantai.core.search.query import (
    KEYWORD_FIELDS,
    Alike,
    And,
    Dates,
    Node,
    Not,
    Or,
    ParsedQuery,
    Term,
    Wildcard,
    Years,
)
from lantai.engines.search.clickhouse_servers import listed, quoted

MOST_TOKENS = 60  # of one hasAllTokens
ANYWHERE = ("title_text", "body_text", "full_text")
FIELDS = {
    "title": "title_text",
    "text": "body_text",
    "fulltext": "full_text",
    "creator": "creator_text",
    "reference_code": "code_text",
}
CODES = {"reference_code": "code_key", "doc_no": "doc_no_code"}
POINT = 1_000_000  # scores are whole numbers, so that a page can go on after one


def permitted(query: SearchQuery) -> list[str]:
    """The viewer's tokens, filters, years and selection, each a condition."""
    found = []
    if query.viewer_tokens is not None:
        found.append(_any_token("tokens", sorted(query.viewer_tokens)))
    for name, values in query.filters.items():
        wanted = [value for value in values if value]
        if name == "year":
            years = [v for v in wanted if v.isascii() and v.isdigit() and 0 < int(v) < 10_000]
            found.append(f"year IN ({', '.join(years)})" if years else "0")
        else:
            found.append(f"{name} IN ({', '.join(map(quoted, wanted))})" if wanted else "0")
    if query.year_from is not None or query.year_to is not None:
        found.append(_years(query.year_from, query.year_to))
    if query.ids is not None:
        ids = ", ".join(map(quoted, sorted(query.ids)))
        found.append(f"id IN ({ids})" if ids else "0")
    return found


def matching(parsed: ParsedQuery) -> str:
    """Records that answer exactly, as `core.search.matching.answers` judges."""
    options = [_node(parsed.root), *_doc_no(parsed.plain), *_sound(parsed.plain)]
    return _or(options)


def score(parsed: ParsedQuery) -> str:
    """How surely a record is the very one asked for, a whole number."""
    plain, key = parsed.plain, title_key(parsed.plain)
    points = [
        f"multiIf({_has('title_text', t.text)}, 10, {_has('body_text', t.text)}, 2, 1)"
        for t in parsed.terms()
    ]
    if not key:
        return f"toInt64({' + '.join(points) or '0'}) * {POINT}"
    wanted = quoted(key)
    points += [
        f"900 * (title_key = {wanted})",
        f"300 * has(creator_keys, {wanted})",
        f"1200 * (code_key = {quoted(plain)})",
    ]
    if doc_no := _doc_no_words(plain):
        points.append(f"500 * {doc_no} + 600 * (doc_no_words = {quoted(_spaced(plain))})")
    if len(key) > 1:
        points.append(
            f"(position(title_key, {wanted}) > 0) * (150 + 60 * endsWith(title_key, {wanted})"
            f" + 30 * startsWith(title_key, {wanted}))"
        )
    return f"toInt64({' + '.join(points)}) * {POINT} + intDiv({POINT}, 1 + lengthUTF8(title_key))"


def candidates(key: str) -> str:
    """Titles that may hold the key with one wrong character; to be verified by reading."""
    pairs = [a + b for a, b in pairwise(key)]
    held = f"arraySum(p -> position(title_key, p) > 0, {listed(pairs)})"
    if len(key) > 3:
        return f"{held} >= {max(1, len(pairs) - 3 if len(key) > 4 else 1)}"
    around = f"title_key LIKE {quoted(f'%{_like(key[0])}_{_like(key[2])}%')}"
    return _or([f"{held} > 0", _has("title_key", key[0] + key[2]), around])


def near(nearly: Nearly, forgiven: Sequence[str]) -> tuple[str, str]:
    """Condition and score of records near to a question that nothing answers."""
    present = " + ".join(_nearly(word) for word in nearly.words)
    titles = [f"id IN ({', '.join(map(quoted, forgiven))})"] if forgiven else []
    key = title_key(nearly.plain)
    if len(key) > 1:
        titles.append(_has("title_key", key))
    enough_words = f"({present}) >= {words_needed(len(nearly.words))}"
    points = f"toInt64(({present}) + 900 * ({_or(titles) if titles else '0'})) * {POINT}"
    return _or([enough_words, *titles]), points


def holds(text: str, column: str = "") -> str:
    """Records that hold the compact text as a substring (of the column, anywhere without)."""
    known = _all_grams(text)
    if column:
        return f"({known} AND {_has(column, text)})"
    if len(text) == 1:
        return known
    return f"({known} AND {_or([_has(name, text) for name in ANYWHERE])})"


def _node(node: Node) -> str:
    if isinstance(node, Term):
        return _term(node)
    if isinstance(node, Alike):
        return _or([_term(node.term), *(_node(other) for other in node.others)])
    if isinstance(node, Dates):
        return f"(day BETWEEN {max(node.first, 1)} AND {max(node.last, 0)})"
    if isinstance(node, And):
        return "(" + " AND ".join(_node(part) for part in node.parts) + ")"
    if isinstance(node, Or):
        return _or([_node(part) for part in node.parts])
    if isinstance(node, Not):
        return f"(NOT {_node(node.part)})"
    if isinstance(node, Wildcard):
        column = CODES[node.field]
        pattern = "".join({"*": "%", "?": "_"}.get(sign) or _like(sign) for sign in node.pattern)
        return f"({column} != '' AND {column} LIKE {quoted(pattern)})"
    if isinstance(node, Years):
        return _years(node.first, node.last)
    return "1"


def _term(term: Term) -> str:
    if term.field in KEYWORD_FIELDS:
        return f"({term.field}_key = {quoted(term.text)})"
    if term.field == "doc_no":
        return _doc_no_words(term.text) or "0"
    if term.field:
        return holds(term.text, FIELDS[term.field])
    return _or([holds(term.text), *_sound(term.text), *_doc_no(term.text)])


def _nearly(word: Term) -> str:
    exact = holds(word.text)
    if word.phrase or len(word.text) < 4:
        return exact
    pairs = list(dict.fromkeys(a + b for a, b in pairwise(word.text)))
    least = enough(len(pairs))
    counted = [
        f"arraySum(p -> {_or([f'position({n}, p) > 0' for n in names])}, {listed(pairs)}) >= {least}"
        for names in (ANYWHERE[:2], ANYWHERE[2:])  # the description as one, and the full text
    ]
    return f"({exact} OR ({_any_token('grams', pairs)} AND {_or(counted)}))"


def _doc_no(text: str) -> list[str]:
    """The text as a document number, where it can be one."""
    if looks_like_doc_no(text) and len(doc_no_tokens(text)) > 1:
        return [_doc_no_words(text)]
    return []


def _doc_no_words(text: str) -> str:
    return _has("doc_no_words", _spaced(text)) if doc_no_tokens(text) else ""


def _spaced(text: str) -> str:
    return f" {' '.join(doc_no_tokens(text))} "


def _sound(text: str) -> list[str]:
    return [f"has(sounds, {quoted(text)})"] if sound_asked(text) else []


def _years(first: int | None, last: int | None) -> str:
    low, high = max(first or 1, 1), 9999 if last is None else last
    return f"(year BETWEEN {low} AND {high})" if low <= high else "0"


def _all_grams(text: str) -> str:
    grams = grams_asked(text)
    parts = [grams[at : at + MOST_TOKENS] for at in range(0, len(grams), MOST_TOKENS)]
    return " AND ".join(f"hasAllTokens(grams, {listed(part)})" for part in parts) or "1"


def _any_token(column: str, values: Sequence[str]) -> str:
    parts = [values[at : at + MOST_TOKENS] for at in range(0, len(values), MOST_TOKENS)]
    return _or([f"hasAnyTokens({column}, {listed(part)})" for part in parts])


def _has(column: str, text: str) -> str:
    return f"(position({column}, {quoted(text)}) > 0)"


def _like(sign: str) -> str:
    return f"\\{sign}" if sign in "%_\\" else sign


def _or(options: Iterable[str]) -> str:
    given = list(options)
    return f"({' OR '.join(given)})" if given else "0"
