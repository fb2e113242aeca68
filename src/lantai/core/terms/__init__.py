"""Controlled vocabularies 词表: one TOML file each in this folder, with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lantai.core.registry import DataShelf

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Term:
    """One term 词: the code that is stored, the words that are shown, where it is from.

    ``verified`` False means the wording was not compared with the source's own text 待核实.
    """

    code: str
    zh: str
    en: str
    source: str = ""
    verified: bool = True
    note: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def label(self, language: str = "zh") -> str:
        """The words in ``zh`` or ``en``."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True)
class Vocabulary:
    """A list of terms 词表. ``pattern`` admits codes beyond the list (D15 for 15年)."""

    id: str
    label_zh: str
    label_en: str
    source: str
    verified: bool
    terms: tuple[Term, ...]
    pattern: str = ""

    @cached_property
    def _by_code(self) -> dict[str, Term]:
        return {term.code: term for term in self.terms}

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in the order of the list."""
        return tuple(term.code for term in self.terms)

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __contains__(self, code: object) -> bool:
        if code in self._by_code:
            return True
        return bool(self.pattern and isinstance(code, str) and re.fullmatch(self.pattern, code))

    def get(self, code: str) -> Term | None:
        """The term of this code, or None."""
        return self._by_code.get(code)

    def label(self, code: str, language: str = "zh") -> str:
        """The words for a code; a code not in the list is shown as it is."""
        term = self._by_code.get(code)
        return term.label(language) if term else code

    def code_of(self, words: str) -> str | None:
        """The code for a code or for words in either language (``永久`` → ``Y``), or None."""
        wanted = words.strip()
        if wanted in self:
            return wanted
        for term in self.terms:
            if wanted in (term.zh, term.en) or wanted in term.extra.get("also", ()):
                return term.code
        return None

    def choices(self, language: str = "zh") -> list[tuple[str, str]]:
        """(code, words) pairs for a form."""
        return [(term.code, term.label(language)) for term in self.terms]


_KNOWN = {"code", "zh", "en", "source", "verified", "note"}


def _load(path: Path, data: dict[str, Any]) -> Vocabulary:
    source, verified = str(data.get("source", "")), bool(data.get("verified", False))
    terms = tuple(
        Term(
            code=str(row["code"]),
            zh=str(row.get("zh", row["code"])),
            en=str(row.get("en", row["code"])),
            source=str(row.get("source", source)),
            verified=bool(row.get("verified", verified)),
            note=str(row.get("note", "")),
            extra={k: v for k, v in row.items() if k not in _KNOWN},
        )
        for row in data.get("term", [])
    )
    return Vocabulary(
        id=str(data.get("id", path.stem)),
        label_zh=str(data.get("label_zh", path.stem)),
        label_en=str(data.get("label_en", path.stem)),
        source=source,
        verified=verified,
        terms=terms,
        pattern=str(data.get("pattern", "")),
    )


_SHELF: DataShelf[Vocabulary] = DataShelf(_load, FOLDER)


def vocabularies() -> DataShelf[Vocabulary]:
    """The shelf of all vocabularies."""
    return _SHELF


def vocabulary(name: str) -> Vocabulary:
    """The vocabulary of this name, or `lantai.core.registry.UnknownId`."""
    return _SHELF.get(name)
