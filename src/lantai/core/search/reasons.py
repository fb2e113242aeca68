"""Reasons 命中理由: why a record answers a question, word by word and place by place."""

from __future__ import annotations

from lantai.core.search.matching import Readable, matches
from lantai.core.search.persons import sound_asked
from lantai.core.search.query import Alike, And, Dates, Node, Not, Or, ParsedQuery, Term

PLACES = ("title", "text", "fulltext", "creator", "reference_code")


def reasons(record: Readable, parsed: ParsedQuery, near: bool = False) -> list[dict[str, str]]:
    """``{"word", "field", "how"}`` for each part that the record answers.

    ``how``: words, other_name (old or new name, synonym), date, sound (pinyin), doc_no,
    condition (a range, a wildcard), near.
    """
    found = list(dict.fromkeys(_of(record, parsed.root)))
    plain = parsed.plain
    if plain and sound_asked(plain) and plain in record.sounds:
        found.append((plain, "creator", "sound"))
    elif plain and record.has_doc_no(plain):
        found.append((plain, "doc_no", "doc_no"))
    if near or not found:
        found.append((plain, "", "near"))
    return [{"word": word, "field": place, "how": how} for word, place, how in found]


def _of(record: Readable, node: Node) -> list[tuple[str, str, str]]:
    if isinstance(node, Term):
        return _places(record, node, "words")
    if isinstance(node, Alike):
        own = _places(record, node.term, "words")
        for other in node.others:
            if isinstance(other, Dates):
                own += [(node.term.text, "date", "date")] if matches(record, other) else []
            else:
                own += _places(record, other, "other_name")
        return own
    if isinstance(node, And | Or):
        return [reason for part in node.parts for reason in _of(record, part)]
    if isinstance(node, Not) or not matches(record, node):
        return []
    return [("", "", "condition")]


def _places(record: Readable, term: Term, how: str) -> list[tuple[str, str, str]]:
    names = PLACES if not term.field else (term.field,)
    return [(term.text, name, how) for name in names if term.text in str(getattr(record, name, ""))]
