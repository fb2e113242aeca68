"""Groups of tokens 令牌组: who may see all that some kind of token shows is looked up in one list.

Tokens that differ only in whose they are (``holder:N001``, ``holder:N002`` …) are a group, and a
record that carries one of them is in the group's own list. A viewer who carries all there are need
not be looked up in forty lists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tantivy import Query

from lantai.engines.search.tantivy.schema import exact_key
from lantai.engines.search.tantivy.terms import Terms


def group_of(token: str) -> str:
    """What a token has in common with those of others: ``holder::s2`` of ``holder:N001:s2``; "" of
    one that is nobody's."""
    stem, colon, rest = token.partition(":")
    _whose, further, suffix = rest.partition(":")
    return f"{stem}{colon}{further}{suffix}" if colon else ""


def group_keys(tokens: Iterable[str]) -> list[int]:
    """What the records that carry these tokens are found by, a key for each group."""
    groups = dict.fromkeys(map(group_of, tokens))
    return [_key(group) for group in groups if group]


def lists_of(terms: Terms, tokens: Iterable[str]) -> list[tuple[int, Query]]:
    """(how long, the list) for each of the tokens some record carries, the longest first; one for
    all of a group, if every token of it that is in the index is among them."""
    held = {token: count for token in tokens if (count := terms.frequency("tokens", token))}
    groups: dict[str, list[str]] = defaultdict(list)
    for token in held:
        groups[group_of(token)].append(token)
    found = []
    for group, those in groups.items():
        whole = _whole(terms, group, {token: held[token] for token in those})
        found += [whole] if whole else [(held[one], terms.word("tokens", one)) for one in those]
    return sorted(found, key=lambda one: -one[0])


def _whole(terms: Terms, group: str, held: dict[str, int]) -> tuple[int, Query] | None:
    """The list of a group, if there is no other token of it than these."""
    if not group or len(held) < 2:
        return None
    key = _key(group)
    count = terms.searcher.doc_freq("exact", key)
    if sum(held.values()) < count:  # cheaply told: some record carries none of them
        return None
    stem = group.partition(":")[0]
    there = terms.searcher.terms_with_prefix("tokens", f"{stem}:")
    if any(token not in held for token, _count in there if group_of(token) == group):
        return None
    return count, Query.term_query(terms.schema, "exact", key, "basic")


def _key(group: str) -> int:
    return exact_key("tokens of", group)
